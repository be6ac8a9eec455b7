#pragma once

#include "extractors/decode/byte_reader.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// Boxes of ISO/IEC 14496-12 section 4.2, in files of MP4, QuickTime, HEIC and AVIF.

namespace muster {

struct Box {
  std::string_view type;
  std::uint64_t start = 0;              // within the bytes walked
  std::uint64_t end = 0;                // as promised; may lie beyond
  std::span<const std::byte> contents;  // as far as there
};

inline bool is_box_type(std::string_view type) {
  return type.size() == 4 && std::all_of(type.begin(), type.end(), [](char c) {
           const auto u = static_cast<unsigned char>(c);
           return (u >= 0x20 && u < 0x7F) || u == 0xA9;
         });
}

// Calls visit(Box) for each box in turn. Returns the offset where the walk ended: the end, or the
// first thing that is no box.
template <typename Visit>
std::uint64_t walk(std::span<const std::byte> bytes, Visit visit) {
  std::uint64_t at = 0;
  while (bytes.size() - at >= 8) {
    ByteReader reader(bytes.subspan(static_cast<std::size_t>(at)));
    std::uint64_t size = reader.u32be();
    Box box;
    box.type = reader.text(4);
    if (size == 1) {
      size = reader.u64be();
    } else if (size == 0) {
      size = bytes.size() - at;
    }
    if (!reader.ok() || !is_box_type(box.type) || size < reader.position()) {
      return at;
    }
    box.start = at;
    box.end = at + size < at ? UINT64_MAX : at + size;
    box.contents =
        reader.take(std::min<std::uint64_t>(size - reader.position(), reader.remaining()));
    visit(box);
    if (box.end >= bytes.size()) {
      return bytes.size();
    }
    at = box.end;
  }
  return at;
}

inline std::optional<std::span<const std::byte>> child(std::span<const std::byte> bytes,
                                                       std::string_view type) {
  std::optional<std::span<const std::byte>> found;
  walk(bytes, [&](const Box& box) {
    if (!found && box.type == type) {
      found = box.contents;
    }
  });
  return found;
}

}  // namespace muster
