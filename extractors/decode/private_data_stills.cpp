#include "extractors/decode/byte_reader.h"
#include "extractors/decode/private_data_formats.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include <zlib.h>

// JPEG (ITU-T T.81 annex B), PNG (ISO 15948), WebP (RFC 9649) and GIF89a.

namespace muster {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string big_endian32(std::uint64_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(value >> shift & 0xFF));
  }
  return bytes;
}

std::string little_endian32(std::uint64_t value) {
  std::string bytes = big_endian32(value);
  std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

// JPEG's application data that says how its pixels are to be read.
bool belongs_to_jpeg(std::uint8_t code, std::span<const std::byte> payload) {
  constexpr std::uint8_t kComment = 0xFE;
  const auto starts = [&](std::string_view name) {
    return ByteReader(payload).text(name.size()) == name;
  };
  switch (code) {
    case 0xE0:
      return starts(std::string_view("JFIF\0", 5));
    case 0xE2:
      return starts(std::string_view("ICC_PROFILE\0", 12));
    case 0xEE:
      return starts("Adobe");
    default:
      return code != kComment && (code < 0xE0 || code > 0xEF);
  }
}

// The thumbnail that JFIF may hold; 0 x 0 in its place.
void clean_jfif(std::uint64_t at, std::span<const std::byte> payload, FileEdit& edit) {
  constexpr std::size_t kWithoutThumbnail = 14;
  if (payload.size() > kWithoutThumbnail) {
    std::string made("\0\x10", 2);
    made.append(reinterpret_cast<const char*>(payload.data()), kWithoutThumbnail - 2);
    made.append(2, '\0');
    edit.replace(at + 2, at + 4 + payload.size(), std::move(made));
  }
}

// Where the marker at or after `at` stands (its 0xFF), over entropy-coded data; file.size() where
// there is none.
std::size_t find_marker(std::span<const std::byte> file, std::size_t at) {
  while (at + 1 < file.size()) {
    const void* found = std::memchr(file.data() + at, 0xFF, file.size() - at - 1);
    if (found == nullptr) {
      break;
    }
    at = static_cast<std::size_t>(static_cast<const std::byte*>(found) - file.data());
    const auto code = std::to_integer<std::uint8_t>(file[at + 1]);
    if (code != 0x00 && code != 0xFF && (code < 0xD0 || code > 0xD7)) {
      return at;
    }
    ++at;
  }
  return file.size();
}

}  // namespace

void clean_jpeg(std::span<const std::byte> file, int orientation, FileEdit& edit) {
  if (orientation != 1) {
    const std::string tiff = exif_of_orientation(orientation);
    std::string segment("\xFF\xE1\0\0Exif\0\0", 10);
    segment[3] = static_cast<char>(2 + 6 + tiff.size());
    edit.replace(2, 2, segment + tiff);
  }
  std::size_t at = 2;
  while (true) {
    at = find_marker(file, at);
    if (at >= file.size()) {
      return edit.fail(file.size(), "the picture has no end");
    }
    const auto code = std::to_integer<std::uint8_t>(file[at + 1]);
    if (code == 0xD9) {
      return edit.drop(at + 2, file.size());
    }
    if (code == 0x01 || code == 0xD8) {
      at += 2;
      continue;
    }
    ByteReader reader(file.subspan(at + 2));
    const std::uint16_t length = reader.u16be();
    const auto payload = reader.take(length < 2 ? UINT64_MAX : length - 2U);
    if (!reader.ok()) {
      return edit.fail(at, "a segment is longer than the file");
    }
    if (!belongs_to_jpeg(code, payload)) {
      edit.drop(at, at + 2 + length);
    } else if (code == 0xE0) {
      clean_jfif(at, payload, edit);
    }
    at += 2 + length;
  }
}

void clean_png(std::span<const std::byte> file, int orientation, FileEdit& edit) {
  // Ancillary chunks that say how the pixels are to be shown, and those of animations.
  constexpr std::array<std::string_view, 17> kKept{"tRNS",
                                                   "cHRM",
                                                   "gAMA",
                                                   "iCCP",
                                                   "sBIT",
                                                   "sRGB",
                                                   "cICP",
                                                   "mDCV",
                                                   "cLLI",
                                                   "bKGD",
                                                   "hIST",
                                                   "pHYs",
                                                   "sPLT",
                                                   "sTER",
                                                   "acTL",
                                                   "fcTL",
                                                   "fdAT"};
  constexpr std::uint64_t kSignature = 8;
  constexpr std::uint64_t kHeader = 25;
  if (orientation != 1) {
    const std::string chunk = "eXIf" + exif_of_orientation(orientation);
    const auto checksum = ::crc32_z(0, reinterpret_cast<const Bytef*>(chunk.data()), chunk.size());
    edit.replace(kSignature + kHeader,
                 kSignature + kHeader,
                 big_endian32(chunk.size() - 4) + chunk + big_endian32(checksum));
  }
  ByteReader reader(file);
  reader.skip(kSignature);
  while (true) {
    const std::uint64_t start = reader.position();
    const std::uint32_t length = reader.u32be();
    const std::string_view type = reader.text(4);
    reader.skip(std::uint64_t{length} + 4);
    if (!reader.ok()) {
      return edit.fail(start, "a chunk is longer than the file");
    }
    if (type == "IEND") {
      return edit.drop(reader.position(), file.size());
    }
    const bool critical = type[0] >= 'A' && type[0] <= 'Z';
    if (!critical && !is_one_of(type, kKept)) {
      edit.drop(start, reader.position());
    }
  }
}

void clean_webp(std::span<const std::byte> file, int orientation, FileEdit& edit) {
  constexpr std::array<std::string_view, 7> kKept{
      "VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP"};
  constexpr std::uint8_t kExifFlag = 0x08;
  constexpr std::uint8_t kXmpFlag = 0x04;
  ByteReader reader(file);
  reader.skip(4);
  const std::uint64_t promised = std::uint64_t{reader.u32le()} + 8;
  reader.skip(4);
  if (!reader.ok() || promised > file.size()) {
    return edit.fail(0, "it is longer than the file");
  }
  bool extended = false;
  std::uint64_t size = 4;  // "WEBP"
  while (reader.position() + 8 <= promised) {
    const std::uint64_t start = reader.position();
    const std::string_view type = reader.text(4);
    const std::uint32_t length = reader.u32le();
    const std::uint64_t flags_at = reader.position();
    reader.skip(std::uint64_t{length} + length % 2);
    if (!reader.ok() || reader.position() > promised) {
      return edit.fail(start, "a part is longer than the whole");
    }
    if (!is_one_of(type, kKept)) {
      edit.drop(start, reader.position());
      continue;
    }
    size += reader.position() - start;
    if (type == "VP8X" && length > 0) {
      extended = true;
      auto flags = std::to_integer<std::uint8_t>(file[static_cast<std::size_t>(flags_at)]);
      flags = static_cast<std::uint8_t>(flags & ~(kExifFlag | kXmpFlag));
      flags = orientation == 1 ? flags : static_cast<std::uint8_t>(flags | kExifFlag);
      edit.replace(flags_at, flags_at + 1, std::string(1, static_cast<char>(flags)));
    }
  }
  std::string exif;
  if (orientation != 1 && extended) {
    const std::string tiff = exif_of_orientation(orientation);
    exif = "EXIF" + little_endian32(tiff.size()) + tiff;
  }
  edit.replace(reader.position(), file.size(), exif);
  edit.replace(4, 8, little_endian32(size + exif.size()));
}

void clean_gif(std::span<const std::byte> file, FileEdit& edit) {
  // How often to repeat, and the color profile.
  constexpr std::array<std::string_view, 3> kKept{"NETSCAPE2.0", "ANIMEXTS1.0", "ICCRGBG1012"};
  const auto table_bytes = [](std::uint8_t flags) {
    return (flags & 0x80) != 0 ? std::size_t{3} << ((flags & 7) + 1) : std::size_t{0};
  };
  ByteReader reader(file);
  const auto skip_data = [&] {
    std::uint8_t size = reader.u8();
    while (size != 0 && reader.ok()) {
      reader.skip(size);
      size = reader.u8();
    }
  };
  reader.skip(10);
  const std::uint8_t flags = reader.u8();
  reader.skip(2);
  reader.skip(table_bytes(flags));
  while (reader.ok()) {
    const std::uint64_t start = reader.position();
    const std::uint8_t kind = reader.u8();
    if (kind == 0x3B) {
      return edit.drop(reader.position(), file.size());
    }
    if (kind == 0x2C) {
      reader.skip(8);
      reader.skip(table_bytes(reader.u8()));
      reader.skip(1);
      skip_data();
    } else if (kind == 0x21) {
      const std::uint8_t label = reader.u8();
      const std::uint8_t size = reader.u8();
      const std::string_view name = reader.text(size);
      if (size > 0) {
        skip_data();
      }
      const bool told = label == 0xFE || (label == 0xFF && !is_one_of(name, kKept));
      if (told && reader.ok()) {
        edit.drop(start, reader.position());
      }
    } else {
      return edit.fail(start, "its data makes no sense from here on");
    }
  }
  edit.fail(file.size(), "it has no end mark");
}

}  // namespace muster
