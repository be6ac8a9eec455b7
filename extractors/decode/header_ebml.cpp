#include "extractors/decode/byte_reader.h"
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

struct Element {
  std::uint32_t id = 0;
  std::optional<std::uint64_t>
      size;  // nullopt: unknown, runs until something that can't be its child
};

// Number of bytes that a variable-length number takes, from its first byte: 1..8, or 0 for none.
std::size_t vint_length(std::uint8_t first) {
  for (std::size_t length = 1; length <= 8; ++length) {
    if ((first & (0x80 >> (length - 1))) != 0) {
      return length;
    }
  }
  return 0;
}

// nullopt where the next bytes are no element head; reader.ok() says whether there were enough.
std::optional<Element> read_element(ByteReader& reader, std::span<const std::byte> rest) {
  const std::size_t id_length =
      rest.empty() ? 1 : vint_length(std::to_integer<std::uint8_t>(rest[0]));
  if (id_length == 0 || id_length > 4) {
    return std::nullopt;
  }
  Element element;
  element.id = static_cast<std::uint32_t>(reader.big_endian(id_length));
  const std::uint8_t first = reader.u8();
  const std::size_t size_length = vint_length(first);
  if (!reader.ok() || size_length == 0) {
    return std::nullopt;
  }
  const std::uint64_t high = first & (0xFF >> size_length);
  const std::uint64_t low = reader.big_endian(size_length - 1);
  const std::uint64_t value = high << (8 * (size_length - 1)) | low;
  const std::uint64_t unknown = (std::uint64_t{1} << (7 * size_length)) - 1;
  if (value != unknown) {
    element.size = value;
  }
  return reader.ok() ? std::optional(element) : std::nullopt;
}

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
