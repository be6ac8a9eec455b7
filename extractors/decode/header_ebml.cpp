#include "extractors/decode/byte_reader.h"
#include "extractors/decode/ebml_element.h"
#include "extractors/decode/header_formats.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

// Matroska and WebM: EBML (RFC 8794) and the Matroska elements of RFC 9559.

namespace muster {
namespace {

constexpr std::uint32_t kEbmlHeader = 0x1A45DFA3;
constexpr std::uint32_t kSegment = 0x18538067;
constexpr std::uint32_t kCluster = 0x1F43B675;
constexpr std::uint32_t kTracks = 0x1654AE6B;

// Walks the elements of a segment, and into clusters of unknown size as if they were not there.
void walk_segment(std::span<const std::byte> file, std::size_t start, HeaderFacts& facts) {
  bool has_tracks = false;
  bool has_cluster = false;
  std::size_t at = start;
  while (at < file.size()) {
    ByteReader reader(file.subspan(at));
    const auto element = read_element(reader, file.subspan(at));
    if (!element) {
      if (reader.ok()) {
        set_damaged(facts, fmt::format("its structure breaks at byte {}", at));
      } else {
        set_truncated(facts, "the last bytes of the file are missing");
      }
      break;
    }
    has_tracks = has_tracks || element->id == kTracks;
    has_cluster = has_cluster || element->id == kCluster;
    at += reader.position();
    if (!element->size) {
      continue;
    }
    if (*element->size > file.size() - at) {
      set_truncated(facts, "the file ends in the middle of its data");
      break;
    }
    at += static_cast<std::size_t>(*element->size);
  }
  if (!has_tracks || !has_cluster) {
    set_unreadable(facts, "it has no video data");
  }
}

}  // namespace

void check_ebml(std::span<const std::byte> file, HeaderFacts& facts) {
  ByteReader reader(file);
  const auto header = read_element(reader, file);
  if (!header || header->id != kEbmlHeader || !header->size) {
    return set_unreadable(facts, "its header is broken");
  }
  reader.skip(*header->size);
  if (!reader.ok()) {
    return set_truncated(facts, "the file ends within its header");
  }
  const auto segment = read_element(reader, file.subspan(reader.position()));
  if (!segment || segment->id != kSegment) {
    return reader.ok() ? set_unreadable(facts, "it has no video data")
                       : set_truncated(facts, "the file ends within its header");
  }
  const std::uint64_t start = reader.position();
  if (segment->size && *segment->size > file.size() - start) {
    set_truncated(facts, ends_after(file.size() - start, *segment->size));
  }
  const std::uint64_t length =
      std::min<std::uint64_t>(segment->size.value_or(UINT64_MAX), file.size() - start);
  walk_segment(
      file.first(static_cast<std::size_t>(start + length)), static_cast<std::size_t>(start), facts);
}

}  // namespace muster
