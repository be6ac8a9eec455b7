#include "metadata_maker.h"

#include "still_maker.h"

#include <vector>

using namespace std::string_literals;

namespace muster::test {
namespace {

class TiffMaker {
 public:
  explicit TiffMaker(bool big) : big_(big) {}

  struct Entry {
    std::uint16_t tag;
    std::uint16_t type;
    std::uint32_t count;
    std::string value;  // as stored
  };
  Entry ascii(std::uint16_t tag, const std::string& text) const {
    return {tag, 2, static_cast<std::uint32_t>(text.size() + 1), text + '\0'};
  }
  Entry pointer(std::uint16_t tag, std::uint32_t at) const { return {tag, 4, 1, number(at, 4)}; }
  std::string number(std::uint32_t value, int size) const {
    std::string bytes;
    for (int i = 0; i < size; ++i) {
      bytes += static_cast<char>(value >> (big_ ? 8 * (size - 1 - i) : 8 * i) & 0xFF);
    }
    return bytes;
  }
  // A directory at that offset, its long values behind it.
  std::string directory(std::uint32_t at, const std::vector<Entry>& entries) const {
    std::string table = number(static_cast<std::uint32_t>(entries.size()), 2);
    std::string values;
    const std::size_t behind = at + 2 + entries.size() * 12 + 4;
    for (const Entry& entry : entries) {
      table += number(entry.tag, 2) + number(entry.type, 2) + number(entry.count, 4);
      if (entry.value.size() <= 4) {
        table += entry.value + std::string(4 - entry.value.size(), '\0');
      } else {
        table += number(static_cast<std::uint32_t>(behind + values.size()), 4);
        values += entry.value;
      }
    }
    return table + number(0, 4) + values;
  }

 private:
  bool big_;
};

std::string segment(char code, const std::string& payload) {
  const std::size_t length = payload.size() + 2;
  return "\xFF"s + code + static_cast<char>(length >> 8) + static_cast<char>(length & 0xFF) +
         payload;
}

std::string riff_chunk(const std::string& type, const std::string& data) {
  std::string chunk = type;
  for (int shift = 0; shift < 32; shift += 8) {
    chunk += static_cast<char>(data.size() >> shift & 0xFF);
  }
  return chunk + data + std::string(data.size() % 2, '\0');
}

}  // namespace

std::string make_exif(const ExifSpec& spec) {
  const TiffMaker tiff(spec.big_endian);
  const auto fraction = [&](std::uint32_t numerator, std::uint32_t denominator) {
    return tiff.number(numerator, 4) + tiff.number(denominator, 4);
  };
  // Room enough for each directory.
  constexpr std::uint32_t kRoot = 8;
  constexpr std::uint32_t kDetails = 300;
  constexpr std::uint32_t kPlace = 500;
  std::string bytes = (spec.big_endian ? "MM" : "II") + tiff.number(42, 2) + tiff.number(kRoot, 4);
  bytes += tiff.directory(kRoot,
                          {tiff.ascii(0x010F, "Example Camera Co."),
                           tiff.ascii(0x0110, "EX-1"),
                           tiff.ascii(0x0131, "Editor 9.1"),
                           tiff.pointer(0x8769, kDetails),
                           tiff.pointer(0x8825, kPlace)});
  bytes.resize(kDetails);
  bytes += tiff.directory(
      kDetails, {tiff.ascii(0x9003, "2024:05:01 12:30:00"), tiff.ascii(0x9011, "+02:00")});
  bytes.resize(kPlace);
  bytes += tiff.directory(kPlace,
                          {tiff.ascii(1, std::string(1, spec.latitude_reference)),
                           {2,
                            5,
                            3,
                            fraction(spec.latitude_degrees * 100, spec.denominator) +
                                fraction(51, 1) + fraction(2442, spec.denominator)},
                           tiff.ascii(3, "E"),
                           {4, 5, 3, fraction(151, 1) + fraction(12, 1) + fraction(5507, 100)}});
  return bytes;
}

std::string with_metadata(const std::string& photo,
                          const std::string& extension,
                          const std::string& exif,
                          const std::string& xmp) {
  if (extension == ".jpg") {
    return photo.substr(0, 2) + segment('\xE1', "Exif\0\0"s + exif) +
           segment('\xE1', "http://ns.adobe.com/xap/1.0/\0"s + xmp) + photo.substr(2);
  }
  if (extension == ".png") {
    return photo.substr(0, 33) + png_chunk("eXIf", exif) +
           png_chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0"s + xmp) + photo.substr(33);
  }
  std::string riff = photo + riff_chunk("EXIF", exif) + riff_chunk("XMP ", xmp);
  const std::size_t size = riff.size() - 8;
  for (std::size_t i = 0; i < 4; ++i) {
    riff[4 + i] = static_cast<char>(size >> (8 * i) & 0xFF);
  }
  return riff;
}

}  // namespace muster::test
