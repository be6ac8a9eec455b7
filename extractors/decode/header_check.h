#pragma once

#include "core/media.h"
#include "extractors/decode/metadata.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// What a file says about itself, read by our own parser before any library sees it. Never reads
// outside the bytes, never allocates more than a small multiple of what it found, and looks at each
// byte a bounded number of times.

// By magic bytes; the first so many are enough.
inline constexpr std::size_t kSniffedBytes = 4096;
MediaType sniff_media_type(std::span<const std::byte> bytes);
// In words, for files that are none of ours: "a PDF document", "text", "an MP3 sound file";
// "unknown data" else.
std::string_view describe_unknown(std::span<const std::byte> bytes);

struct HeaderLimits {
  std::uint64_t max_pixels = 50'000'000;
  std::uint32_t max_side = 20'000;
  bool heif = false;  // HEIC and AVIF are read, not refused
};

struct HeaderFacts {
  MediaType type = MediaType::unknown;
  // whole: nothing speaks against decoding. refused and unreadable: do not decode. truncated and
  // damaged: what is there may be decoded, and the picture is not to be trusted.
  Integrity integrity = Integrity::whole;
  std::string detail;  // for people, empty when whole
  std::string remedy;  // what to send instead, empty when whole

  int width = 0;  // as stored; 0 where the header does not say it (videos)
  int height = 0;
  int exif_orientation = 1;  // 1..8 as in TIFF tag 0x0112
  bool has_alpha = false;
  bool has_icc_profile = false;
  bool has_exif = false;
  bool has_gps = false;
  bool animated = false;
  // Animations: how many pictures, and how long one round of them takes.
  std::optional<std::int64_t> frame_count;
  std::optional<std::int64_t> animation_ms;
  std::string codec;
  std::string pixel_format;

  // Where it lies in one piece and plain (WebP); a view of the file.
  std::span<const std::byte> icc_profile;
  MetadataBlocks metadata;

  // MP4 and MOV.
  std::optional<bool> moov_first;
  std::optional<bool> edit_list;
};

// Judges the whole file.
HeaderFacts check_header(std::span<const std::byte> file, const HeaderLimits& limits);

struct Turn {
  int degrees = 0;        // clockwise
  bool mirrored = false;  // left and right swapped, after the turn
};
// Meaning of TIFF tag 0x0112; values out of 1..8 mean 1.
Turn turn_of_exif(int orientation);

}  // namespace muster
