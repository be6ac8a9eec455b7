#include "extractors/decode/byte_reader.h"
#include "extractors/decode/header_formats.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <zlib.h>

// PNG (ISO 15948) and GIF89a.

namespace muster {
namespace {

constexpr std::size_t kSignatureBytes = 8;
constexpr std::uint32_t kMaxChunkBytes = 0x7FFFFFFF;  // ISO 15948, 5.3

struct Chunk {
  std::string_view type;
  std::span<const std::byte> data;
  std::span<const std::byte> whole;  // length, type, data and checksum
  bool complete = false;             // all of it is there
  bool intact = false;               // and its checksum fits
};

// The chunk at the reader's place; whatever is left where the file ends within it.
Chunk read_chunk(std::span<const std::byte> file, ByteReader& reader) {
  const std::size_t start = reader.position();
  Chunk chunk;
  const std::uint32_t length = reader.u32be();
  chunk.type = reader.text(4);
  chunk.data = reader.take(length);
  const std::uint32_t checksum = reader.u32be();
  chunk.complete = reader.ok() && length <= kMaxChunkBytes;
  if (!chunk.complete) {
    chunk.whole = file.subspan(start);
    return chunk;
  }
  chunk.whole = file.subspan(start, reader.position() - start);
  const auto covered = chunk.whole.subspan(4, 4 + chunk.data.size());
  chunk.intact =
      ::crc32_z(0, reinterpret_cast<const Bytef*>(covered.data()), covered.size()) == checksum;
  return chunk;
}

bool is_critical(std::string_view type) {
  return type[0] >= 'A' && type[0] <= 'Z';
}

void read_ihdr(std::span<const std::byte> data, HeaderFacts& facts) {
  ByteReader reader(data);
  const std::uint32_t width = reader.u32be();
  const std::uint32_t height = reader.u32be();
  const bool deep = reader.u8() == 16;
  const int colour = reader.u8();
  if (!reader.ok() || width == 0 || height == 0 || width > kMaxChunkBytes ||
      height > kMaxChunkBytes) {
    return set_unreadable(facts, "its header gives no valid width and height");
  }
  facts.width = static_cast<int>(width);
  facts.height = static_cast<int>(height);
  facts.has_alpha = colour == 4 || colour == 6;
  switch (colour) {
    case 0:
      facts.pixel_format = deep ? "gray16" : "gray";
      break;
    case 2:
      facts.pixel_format = deep ? "rgb48" : "rgb24";
      break;
    case 3:
      facts.pixel_format = "pal8";
      break;
    case 4:
      facts.pixel_format = deep ? "ya16" : "ya8";
      break;
    case 6:
      facts.pixel_format = deep ? "rgba64" : "rgba";
      break;
    default:
      set_unreadable(facts,
                     fmt::format("its header names colour type {}, which does not exist", colour));
  }
}

void read_ancillary(const Chunk& chunk, HeaderFacts& facts) {
  if (chunk.type == "tRNS") {
    facts.has_alpha = true;
  } else if (chunk.type == "iCCP") {
    facts.has_icc_profile = true;
  } else if (chunk.type == "acTL") {
    facts.animated = true;
  } else if (chunk.type == "eXIf") {
    facts.has_exif = true;
    read_exif(chunk.data, facts);
  }
}

}  // namespace

void check_png(std::span<const std::byte> file, HeaderFacts& facts) {
  facts.codec = "png";
  ByteReader reader(file);
  reader.skip(kSignatureBytes);
  bool has_data = false;
  for (bool first = true;; first = false) {
    const std::size_t start = reader.position();
    const Chunk chunk = read_chunk(file, reader);
    if (!chunk.complete) {
      return set_truncated(facts,
                           has_data ? "the file ends in the middle of the picture"
                                    : "the file ends before the picture begins");
    }
    if (first != (chunk.type == "IHDR")) {
      return set_unreadable(facts, "its header is not in the first place");
    }
    if (is_critical(chunk.type) && !chunk.intact) {
      set_damaged(facts, fmt::format("the data at byte {} does not fit its checksum", start));
    }
    if (chunk.type == "IEND") {
      break;
    }
    if (first) {
      read_ihdr(chunk.data, facts);
    }
    has_data = has_data || chunk.type == "IDAT";
    read_ancillary(chunk, facts);
  }
  if (!has_data) {
    set_unreadable(facts, "it is a PNG without a picture");
  }
}

std::vector<std::byte> essential_png(std::span<const std::byte> file) {
  ByteReader reader(file);
  const auto signature = reader.take(kSignatureBytes);
  std::vector<std::byte> png(signature.begin(), signature.end());
  png.reserve(file.size());
  while (reader.ok() && reader.remaining() > 0) {
    const Chunk chunk = read_chunk(file, reader);
    if (chunk.type == "IHDR" || chunk.type == "PLTE" || chunk.type == "tRNS" ||
        chunk.type == "IDAT" || chunk.type == "IEND") {
      png.insert(png.end(), chunk.whole.begin(), chunk.whole.end());
    }
    if (chunk.type == "IEND") {
      break;
    }
  }
  return png;
}

void check_gif(std::span<const std::byte> file, HeaderFacts& facts) {
  facts.codec = "gif";
  facts.pixel_format = "pal8";
  ByteReader reader(file);
  reader.skip(6);
  facts.width = reader.u16le();
  facts.height = reader.u16le();
  set_refused(facts,
              "GIF pictures are not read",
              "send an MP4 video for motion, or a JPEG, PNG or WebP for a still");
}

}  // namespace muster
