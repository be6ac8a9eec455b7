#include "extractors/decode/byte_reader.h"
#include "extractors/decode/header_formats.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <zlib.h>

// PNG (ISO 15948) with the animation chunks of its third edition.

namespace muster {
namespace {

constexpr std::size_t kSignatureBytes = 8;
constexpr std::uint32_t kMaxChunkBytes = 0x7FFFFFFF;  // ISO 15948, 5.3

struct Chunk {
  std::string_view type;
  std::span<const std::byte> data;
  bool complete = false;  // all of it is there
  bool intact = false;    // and its checksum fits
};

// The chunk at the reader's place.
Chunk read_png_chunk(std::span<const std::byte> file, ByteReader& reader) {
  const std::size_t start = reader.position();
  Chunk chunk;
  const std::uint32_t length = reader.u32be();
  chunk.type = reader.text(4);
  chunk.data = reader.take(length);
  const std::uint32_t checksum = reader.u32be();
  chunk.complete = reader.ok() && length <= kMaxChunkBytes;
  if (chunk.complete) {
    const auto covered = file.subspan(start + 4, 4 + chunk.data.size());
    chunk.intact =
        ::crc32_z(0, reinterpret_cast<const Bytef*>(covered.data()), covered.size()) == checksum;
  }
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

// The delay is a fraction of a second.
void add_delay(std::span<const std::byte> data, HeaderFacts& facts) {
  ByteReader reader(data);
  reader.skip(20);
  const std::int64_t numerator = reader.u16be();
  const std::int64_t denominator = reader.u16be();
  if (reader.ok()) {
    facts.animation_ms =
        facts.animation_ms.value_or(0) + numerator * 1000 / (denominator == 0 ? 100 : denominator);
  }
}

void read_ancillary(const Chunk& chunk, HeaderFacts& facts) {
  if (chunk.type == "tRNS") {
    facts.has_alpha = true;
  } else if (chunk.type == "iCCP") {
    facts.has_icc_profile = true;
  } else if (chunk.type == "fcTL") {
    // The pictures that are there; acTL may claim any number.
    facts.frame_count = facts.frame_count.value_or(0) + 1;
    facts.animated = *facts.frame_count > 1;
    add_delay(chunk.data, facts);
  } else if (chunk.type == "eXIf") {
    read_exif(chunk.data, facts);
  } else if (chunk.type == "iTXt") {
    // Uncompressed, without language and translation, as XMP's standard wants it.
    constexpr std::string_view kXmp("XML:com.adobe.xmp\0\0\0\0\0", 22);
    if (ByteReader(chunk.data).text(kXmp.size()) == kXmp) {
      facts.metadata.xmp = chunk.data.subspan(kXmp.size());
    }
  } else if (chunk.type == "caBX") {
    facts.metadata.content_credentials = true;
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
    const Chunk chunk = read_png_chunk(file, reader);
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
  if (!facts.animated) {
    facts.frame_count.reset();
    facts.animation_ms.reset();
  }
}

}  // namespace muster
