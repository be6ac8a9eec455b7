#include "extractors/decode/byte_reader.h"
#include "extractors/decode/header_formats.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

// JPEG: ITU-T T.81 annex B; EXIF and XMP within APP1, C2PA within APP11 (ISO 19566-5), Photoshop
// resources within APP13.

namespace muster {
namespace {

// Progressive files of cameras and editors have about 10 scans; each costs a pass over the whole
// picture.
constexpr int kMaxScans = 100;

constexpr std::uint8_t kEndOfImage = 0xD9;
constexpr std::uint8_t kStartOfScan = 0xDA;
constexpr std::uint8_t kApp1 = 0xE1;
constexpr std::uint8_t kApp2 = 0xE2;
constexpr std::uint8_t kApp11 = 0xEB;
constexpr std::uint8_t kApp13 = 0xED;
constexpr std::uint8_t kApp14 = 0xEE;

bool is_restart(std::uint8_t code) {
  return code >= 0xD0 && code <= 0xD7;
}

bool is_frame_header(std::uint8_t code) {
  return code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 && code != 0xCC;
}

// Position of the next marker's code at or after `at`, over entropy-coded data, fill bytes and
// garbage; file.size() where there is none.
std::size_t next_marker(std::span<const std::byte> file, std::size_t at) {
  while (at + 1 < file.size()) {
    const void* found = std::memchr(file.data() + at, 0xFF, file.size() - at - 1);
    if (found == nullptr) {
      break;
    }
    at = static_cast<std::size_t>(static_cast<const std::byte*>(found) - file.data()) + 1;
    const auto code = std::to_integer<std::uint8_t>(file[at]);
    if (code != 0x00 && code != 0xFF && !is_restart(code)) {
      return at;
    }
  }
  return file.size();
}

class JpegCheck {
 public:
  JpegCheck(std::span<const std::byte> file, HeaderFacts& facts) : file_(file), facts_(facts) {}

  void run() {
    facts_.codec = "jpeg";
    std::size_t at = 2;
    while (true) {
      at = next_marker(file_, at);
      if (at >= file_.size()) {
        return set_truncated(facts_,
                             scans_ == 0 ? "the file ends before the picture begins"
                                         : "the file ends in the middle of the picture");
      }
      const auto code = std::to_integer<std::uint8_t>(file_[at]);
      ++at;
      if (code == kEndOfImage) {
        break;
      }
      if (code == 0x01 || code == 0xD8) {
        continue;  // no length follows
      }
      if (!segment(code, at)) {
        return;
      }
    }
    finish();
  }

 private:
  // Reads the segment of `code` whose length field is at `at`, and moves `at` behind it. False: no
  // use in going on.
  bool segment(std::uint8_t code, std::size_t& at) {
    ByteReader reader(file_.subspan(at));
    const std::uint16_t length = reader.u16be();
    if (reader.ok() && length < 2) {
      set_damaged(facts_, fmt::format("a segment at byte {} has no length", at));
      return false;
    }
    const auto payload = reader.take(reader.ok() ? length - 2U : 0);
    if (!reader.ok()) {
      set_truncated(facts_,
                    scans_ == 0 ? "the file ends before the picture begins"
                                : "the file ends in the middle of the picture");
      return false;
    }
    at += length;
    return content(code, payload);
  }

  bool content(std::uint8_t code, std::span<const std::byte> payload) {
    if (is_frame_header(code)) {
      frame_header(payload);
    } else if (code == kStartOfScan) {
      if (++scans_ > kMaxScans) {
        set_refused(
            facts_,
            fmt::format("it has more than {} scans; pictures have a dozen at most", kMaxScans),
            "export it again as a plain JPEG");
        return false;
      }
    } else {
      application_data(code, payload);
    }
    return true;
  }

  void application_data(std::uint8_t code, std::span<const std::byte> payload) {
    ByteReader reader(payload);
    if (code == kApp1) {
      app1(payload);
    } else if (code == kApp11) {
      // JUMBF boxes; the first names what they hold.
      const std::string_view start = reader.text(std::min<std::size_t>(payload.size(), 64));
      facts_.metadata.content_credentials =
          facts_.metadata.content_credentials || start.find("c2pa") != std::string_view::npos;
    } else if (code == kApp13 && facts_.metadata.iptc.empty()) {
      facts_.metadata.iptc = find_iptc(payload);
    } else if (code == kApp2 && reader.text(12) == std::string_view("ICC_PROFILE\0", 12)) {
      facts_.has_icc_profile = true;
    } else if (code == kApp14 && reader.text(5) == "Adobe") {
      reader.skip(6);
      adobe_transform_ = reader.u8();
    }
  }

  void app1(std::span<const std::byte> payload) {
    constexpr std::string_view kExif("Exif\0\0", 6);
    constexpr std::string_view kXmp("http://ns.adobe.com/xap/1.0/\0", 29);
    if (ByteReader(payload).text(kExif.size()) == kExif) {
      read_exif(payload.subspan(kExif.size()), facts_);
    } else if (ByteReader(payload).text(kXmp.size()) == kXmp) {
      facts_.metadata.xmp = payload.subspan(kXmp.size());
    }
  }

  void frame_header(std::span<const std::byte> payload) {
    if (frames_++ > 0) {
      return set_damaged(facts_, "it has two frame headers");
    }
    ByteReader reader(payload);
    reader.skip(1);  // precision
    facts_.height = reader.u16be();
    facts_.width = reader.u16be();
    const int components = reader.u8();
    reader.skip(1);
    const int sampling = reader.u8();
    reader.skip(2);
    const int chroma_sampling = reader.u8();
    facts_.pixel_format = components == 1         ? "gray"
                          : components == 4       ? "cmyk"
                          : adobe_transform_ == 0 ? "rgb24"
                                                  : yuv_name(sampling, chroma_sampling);
  }

  static std::string yuv_name(int luma, int chroma) {
    if (luma == chroma) {
      return "yuv444p";
    }
    return luma == 0x21   ? "yuv422p"
           : luma == 0x22 ? (chroma == 0x21   ? "yuv440p"
                             : chroma == 0x12 ? "yuv422p"
                                              : "yuv420p")
           : luma == 0x12 ? "yuv440p"
           : luma == 0x41 ? "yuv411p"
                          : "yuv";
  }

  void finish() {
    if (frames_ == 0 || scans_ == 0) {
      set_unreadable(facts_, "it is a JPEG without a picture");
    } else if (facts_.width == 0 || facts_.height == 0) {
      set_unreadable(facts_, "its header gives no width or height");
    }
  }

  std::span<const std::byte> file_;
  HeaderFacts& facts_;
  int scans_ = 0;
  int frames_ = 0;
  int adobe_transform_ = -1;
};

}  // namespace

void check_jpeg(std::span<const std::byte> file, HeaderFacts& facts) {
  JpegCheck(file, facts).run();
}

}  // namespace muster
