#pragma once

#include <cstdint>
#include <string>

namespace muster::test {

struct ExifSpec {
  bool big_endian = true;
  std::uint32_t latitude_degrees = 33;  // 33° 51' 24.42"
  char latitude_reference = 'S';
  std::uint32_t denominator = 100;  // of the seconds and of the degrees
};
// A TIFF structure with camera, software, time, zone and a place in Sydney.
std::string make_exif(const ExifSpec& spec);

// The photo with an EXIF block and an XMP packet where its type keeps them.
std::string with_metadata(const std::string& photo,
                          const std::string& extension,
                          const std::string& exif,
                          const std::string& xmp);

}  // namespace muster::test
