#include "extractors/decode/boxes.h"
#include "extractors/decode/header_formats.h"

#include <algorithm>

// HEIC and AVIF: HEIF, ISO/IEC 23008-12.

namespace muster {
namespace {

// The sizes of all pictures of the file: the whole, its tiles and its thumbnails. The largest is
// what the limits are held against, and for a first answer what the picture is.
void read_sizes(std::span<const std::byte> meta, HeaderFacts& facts) {
  const auto properties = child(meta, "iprp");
  const auto container = properties ? child(*properties, "ipco") : std::nullopt;
  if (!container) {
    return;
  }
  walk(*container, [&](const Box& box) {
    if (box.type == "colr") {
      const std::string_view kind = ByteReader(box.contents).text(4);
      facts.has_icc_profile = facts.has_icc_profile || kind == "prof" || kind == "rICC";
    } else if (box.type == "ispe") {
      ByteReader reader(box.contents);
      reader.skip(4);
      constexpr std::uint32_t kMaxSide = 0x7FFFFFFF;
      const std::uint32_t width = std::min(reader.u32be(), kMaxSide);
      const std::uint32_t height = std::min(reader.u32be(), kMaxSide);
      if (reader.ok() &&
          std::uint64_t{width} * height >
              static_cast<std::uint64_t>(facts.width) * static_cast<std::uint64_t>(facts.height)) {
        facts.width = static_cast<int>(width);
        facts.height = static_cast<int>(height);
      }
    }
  });
}

}  // namespace

void check_heif(std::span<const std::byte> file, HeaderFacts& facts) {
  facts.codec = facts.type == MediaType::avif ? "av1" : "hevc";
  bool has_meta = false;
  bool has_data = false;
  std::uint64_t promised = 0;
  const std::uint64_t walked = walk(file, [&](const Box& box) {
    promised = box.end;
    has_data = has_data || box.type == "mdat" || box.type == "idat";
    facts.animated = facts.animated || box.type == "moov";
    if (box.type == "meta" && box.contents.size() > 4 && !has_meta) {
      has_meta = true;
      const auto meta = box.contents.subspan(4);
      has_data = has_data || child(meta, "idat").has_value();
      read_sizes(meta, facts);
    }
  });
  if (promised > file.size()) {
    set_truncated(facts, ends_after(file.size(), promised));
  } else if (walked < file.size()) {
    set_truncated(facts, "the last bytes of the file are missing or make no sense");
  } else if (!has_meta || !has_data) {
    set_unreadable(facts, "it holds no picture");
  } else if (facts.width == 0 || facts.height == 0) {
    set_unreadable(facts, "its header gives no width or height");
  }
}

}  // namespace muster
