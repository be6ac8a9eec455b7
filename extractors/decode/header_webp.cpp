#include "extractors/decode/byte_reader.h"
#include "extractors/decode/header_formats.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

// WebP: RIFF container (RFC 9649).

namespace muster {
namespace {

constexpr std::uint8_t kAnimationFlag = 0x02;
constexpr std::uint8_t kAlphaFlag = 0x10;
constexpr std::size_t kMaxProfileBytes = 1 << 20;

// Files may say their size in several places; the limits hold for the largest.
void note_size(std::uint32_t width, std::uint32_t height, HeaderFacts& facts) {
  facts.width = std::max(facts.width, static_cast<int>(width));
  facts.height = std::max(facts.height, static_cast<int>(height));
}

void read_extended_header(std::span<const std::byte> data, HeaderFacts& facts) {
  ByteReader reader(data);
  const std::uint8_t flags = reader.u8();
  reader.skip(3);
  const std::uint32_t width = reader.u24le() + 1;
  const std::uint32_t height = reader.u24le() + 1;
  if (!reader.ok()) {
    return set_damaged(facts, "its extended header is too short");
  }
  facts.animated = (flags & kAnimationFlag) != 0;
  facts.has_alpha = (flags & kAlphaFlag) != 0;
  note_size(width, height, facts);
}

void read_lossy_header(std::span<const std::byte> data, HeaderFacts& facts) {
  ByteReader reader(data);
  reader.skip(3);  // frame tag
  if (reader.u24be() != 0x9D012A) {
    return set_unreadable(facts, "its picture does not begin with a key frame");
  }
  const std::uint32_t width = reader.u16le() & 0x3FFF;
  const std::uint32_t height = reader.u16le() & 0x3FFF;
  note_size(width, height, facts);
  facts.pixel_format = facts.has_alpha ? "yuva420p" : "yuv420p";
}

void read_lossless_header(std::span<const std::byte> data, HeaderFacts& facts) {
  ByteReader reader(data);
  if (reader.u8() != 0x2F) {
    return set_unreadable(facts, "its picture does not begin as one");
  }
  const std::uint32_t bits = reader.u32le();
  note_size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, facts);
  facts.has_alpha = facts.has_alpha || (bits >> 28 & 1) != 0;
  facts.pixel_format = facts.has_alpha ? "rgba" : "rgb24";
}

// True for the chunk that holds the picture.
bool read_webp_chunk(std::string_view type, std::span<const std::byte> data, HeaderFacts& facts) {
  if (type == "VP8X") {
    read_extended_header(data, facts);
  } else if (type == "ICCP") {
    facts.has_icc_profile = true;
    facts.icc_profile = data.size() <= kMaxProfileBytes ? data : data.first(0);
  } else if (type == "EXIF") {
    // Some writers keep JPEG's prefix.
    const bool prefixed = ByteReader(data).text(6) == std::string_view("Exif\0\0", 6);
    read_exif(prefixed ? data.subspan(6) : data, facts);
  } else if (type == "XMP ") {
    facts.metadata.xmp = data;
  } else if (type == "C2PA") {
    facts.metadata.content_credentials = true;
  } else if (type == "VP8 ") {
    read_lossy_header(data, facts);
    return true;
  } else if (type == "VP8L") {
    read_lossless_header(data, facts);
    return true;
  }
  if (type == "ANMF") {
    ByteReader reader(data);
    reader.skip(12);  // place and size
    facts.frame_count = facts.frame_count.value_or(0) + 1;
    facts.animation_ms = facts.animation_ms.value_or(0) + reader.u24le();
    return true;
  }
  return false;
}

}  // namespace

void check_webp(std::span<const std::byte> file, HeaderFacts& facts) {
  facts.codec = "webp";
  ByteReader outer(file);
  outer.skip(4);
  const std::uint64_t promised = std::uint64_t{outer.u32le()} + 8;
  if (promised > file.size()) {
    set_truncated(facts, ends_after(file.size(), promised));
  }
  const std::uint64_t end = std::min<std::uint64_t>(promised, file.size());
  ByteReader reader(file.first(static_cast<std::size_t>(std::max<std::uint64_t>(end, 12))));
  reader.skip(12);
  bool has_picture = false;
  while (reader.remaining() >= 8) {
    const std::string_view type = reader.text(4);
    const std::uint32_t length = reader.u32le();
    const std::uint64_t there = std::min<std::uint64_t>(length, reader.remaining());
    if (there < length) {
      set_damaged(facts, "one of its parts is longer than the whole");
    }
    has_picture = read_webp_chunk(type, reader.take(there), facts) || has_picture;
    reader.skip(std::min<std::uint64_t>(length % 2, reader.remaining()));
  }
  if (!has_picture) {
    set_unreadable(facts, "it is a WebP without a picture");
  } else if (facts.width == 0 || facts.height == 0) {
    set_unreadable(facts, "its header gives no width or height");
  }
}

}  // namespace muster
