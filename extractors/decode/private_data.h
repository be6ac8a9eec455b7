#pragma once

#include "core/media.h"
#include "core/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace muster {

// A part of a file that is made from another: bytes of that one, then bytes that were made, then so
// many zeros.
struct FilePiece {
  std::span<const std::byte> kept;  // a view of the other file
  std::string made = {};
  std::uint64_t zeros = 0;

  std::uint64_t size() const { return kept.size() + made.size() + zeros; }
};

// The same picture or video without what it says of its maker: EXIF, XMP, IPTC, comments, places,
// names of devices, thumbnails, content credentials (which no longer fit), timed metadata
// (positions of action cameras), attachments and whatever lies behind its end. Nothing is decoded
// or encoded again: pixels, sound, color profile and the turn by which it is upright stay as they
// are. Times of making go from MP4 and MOV and stay in the header of Matroska.
//
// An error says where the file stops making sense: nothing is known to be safe then. The same holds
// for a type that is none of ours.
Parsed<std::vector<FilePiece>> without_private_data(std::span<const std::byte> file);

}  // namespace muster
