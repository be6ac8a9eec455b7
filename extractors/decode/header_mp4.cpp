#include "extractors/decode/boxes.h"
#include "extractors/decode/byte_reader.h"
#include "extractors/decode/header_formats.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

// MP4 and QuickTime boxes: ISO/IEC 14496-12 section 4.2.

namespace muster {
namespace {

// Encoders skip their reordering delay with an edit of a few frames; what starts later than this
// was cut on purpose.
constexpr double kTrivialSkipSeconds = 0.5;

bool is_video_track(std::span<const std::byte> media) {
  const auto handler = child(media, "hdlr");
  if (!handler) {
    return false;
  }
  ByteReader reader(*handler);
  reader.skip(8);
  return reader.text(4) == "vide";
}

std::uint32_t media_timescale(std::span<const std::byte> media) {
  const auto header = child(media, "mdhd");
  if (!header) {
    return 0;
  }
  ByteReader reader(*header);
  const bool wide = reader.u8() == 1;
  reader.skip(wide ? 19 : 11);
  return reader.u32be();
}

// True where the list does more than to skip an encoder's delay: pauses, cuts, several pieces or
// another speed.
bool is_edit(std::span<const std::byte> list, std::uint32_t timescale) {
  ByteReader reader(list);
  const bool wide = reader.u8() == 1;
  reader.skip(3);
  const std::uint32_t count = reader.u32be();
  reader.skip(wide ? 8 : 4);  // duration of the piece
  const std::int64_t media_time =
      wide ? static_cast<std::int64_t>(reader.u64be()) : static_cast<std::int32_t>(reader.u32be());
  const std::uint32_t rate = reader.u32be();  // 16.16 fixed point
  if (!reader.ok() || count == 0) {
    return false;
  }
  const double skip = timescale == 0 ? 0.0 : static_cast<double>(media_time) / timescale;
  return count > 1 || rate != 0x10000 || media_time < 0 || skip > kTrivialSkipSeconds;
}

bool has_edit_list(std::span<const std::byte> moov) {
  bool found = false;
  walk(moov, [&](const Box& track) {
    const auto media = track.type == "trak" ? child(track.contents, "mdia") : std::nullopt;
    const auto edits = media ? child(track.contents, "edts") : std::nullopt;
    const auto list = edits ? child(*edits, "elst") : std::nullopt;
    if (list && is_video_track(*media)) {
      found = found || is_edit(*list, media_timescale(*media));
    }
  });
  return found;
}

struct TopLevel {
  std::optional<std::uint64_t> moov;
  std::optional<std::uint64_t> mdat;
  bool fragmented = false;
  std::uint64_t promised = 0;  // end of the last box
  std::uint64_t walked = 0;
};

TopLevel read_top_level(std::span<const std::byte> file, HeaderFacts& facts) {
  TopLevel top;
  top.walked = walk(file, [&](const Box& box) {
    top.promised = std::max(top.promised, box.end);
    if (box.type == "moov" && !top.moov) {
      top.moov = box.start;
      facts.edit_list = has_edit_list(box.contents);
    } else if (box.type == "mdat" && !top.mdat) {
      top.mdat = box.start;
    } else if (box.type == "moof") {
      top.fragmented = true;
    }
  });
  return top;
}

bool only_zeros(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace

void check_mp4(std::span<const std::byte> file, HeaderFacts& facts) {
  const TopLevel top = read_top_level(file, facts);
  if (top.moov && top.mdat) {
    facts.moov_first = *top.moov < *top.mdat;
  }
  if (top.promised > file.size()) {
    // The pieces of a fragmented file do not say how many follow.
    std::string detail = top.fragmented ? "the file ends in the middle of its data"
                                        : ends_after(file.size(), top.promised);
    if (!top.moov) {
      detail += "; its index, which comes last, is missing";
    }
    return set_truncated(facts, std::move(detail));
  }
  const auto rest = file.subspan(static_cast<std::size_t>(top.walked));
  if (!rest.empty() && rest.size() < 8 && !only_zeros(rest)) {
    return set_truncated(facts, "the last bytes of the file are missing");
  }
  if (!top.moov) {
    return set_unreadable(facts, "it has no index (moov box), so its pictures can't be found");
  }
  if (!top.mdat) {
    set_unreadable(facts, "it has an index, but no media data");
  }
}

}  // namespace muster
