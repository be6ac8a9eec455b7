#pragma once

#include <optional>
#include <string>

namespace muster {

// A place on earth, degrees, WGS 84.
struct GeoPoint {
  double latitude = 0;   // -90..90, north is positive
  double longitude = 0;  // -180..180, east is positive

  bool operator==(const GeoPoint&) const = default;
};

// What a file says of itself in EXIF, XMP and IPTC: claims, which anybody can write. They may name
// people, so they are kept apart from MediaFacts and leave the store in no sidecar, export or
// preview. Empty where the file says nothing.
struct MediaOrigin {
  std::string camera_make;
  std::string camera_model;
  std::string software;  // that made or last changed it
  std::string taken_at;  // "2024-05-01T12:30:00", followed by "+02:00" where the zone is known
  std::string author;
  std::string copyright;
  // Last part of the IPTC term, as "trainedAlgorithmicMedia"
  // (http://cv.iptc.org/newscodes/digitalsourcetype/).
  std::string digital_source_type;
  bool has_xmp = false;
  bool has_iptc = false;
  bool has_content_credentials = false;  // C2PA; not verified

  bool operator==(const MediaOrigin&) const = default;
};

// True where the file itself says that all or part of it was made by a trained model.
bool says_made_by_ai(const MediaOrigin& origin);

}  // namespace muster
