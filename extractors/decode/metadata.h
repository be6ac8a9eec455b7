#pragma once

#include "core/media_origin.h"

#include <cstddef>
#include <optional>
#include <span>

namespace muster {

// Where a file keeps what it says of itself; views of the file, empty where it has none.
struct MetadataBlocks {
  std::span<const std::byte> exif;  // a TIFF structure
  std::span<const std::byte> xmp;   // an XMP packet
  std::span<const std::byte> iptc;  // IPTC-IIM records
  bool content_credentials = false;
};

// Blocks beyond this are not looked at.
inline constexpr std::size_t kMaxMetadataBytes = 1 << 20;

// Reads the blocks; what is malformed is as if it were not there. Texts are valid UTF-8, without
// control characters and at most 200 bytes.
MediaOrigin read_origin(const MetadataBlocks& blocks);

// The place that EXIF names, or nullopt.
std::optional<GeoPoint> read_place(std::span<const std::byte> exif);

// The IPTC records within Photoshop's resources (JPEG APP13), or none.
std::span<const std::byte> find_iptc(std::span<const std::byte> resources);

}  // namespace muster
