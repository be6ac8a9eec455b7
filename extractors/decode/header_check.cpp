#include "extractors/decode/header_check.h"

#include "core/text.h"
#include "extractors/decode/byte_reader.h"
#include "extractors/decode/header_formats.h"
#include "extractors/decode/tiff_reader.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr std::string_view kSendAgain = "export it again and upload the whole file";

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// ISO 14496-12 files begin with an ftyp box that names the major brand, then others that fit as
// well.
MediaType sniff_ftyp(std::string_view head) {
  const std::string_view major = head.substr(8, 4);
  if (major == "qt  ") {
    return MediaType::mov;
  }
  ByteReader reader({reinterpret_cast<const std::byte*>(head.data()), head.size()});
  const std::size_t end = std::min<std::size_t>(reader.u32be(), head.size());
  bool still = false;
  for (std::size_t at = 8; at + 4 <= end; at = at == 8 ? 16 : at + 4) {
    const std::string_view brand = head.substr(at, 4);
    if (brand == "avif" || brand == "avis") {
      return MediaType::avif;
    }
    if (brand == "heic" || brand == "heix" || brand == "heim" || brand == "heis" ||
        brand == "hevc" || brand == "hevx") {
      return MediaType::heic;
    }
    still = still || brand == "mif1" || brand == "msf1";
  }
  return still ? MediaType::heic : MediaType::mp4;
}

// Old QuickTime files have no ftyp box; they begin with one of these.
bool is_bare_quicktime(std::string_view head) {
  const std::string_view kind = head.substr(4, 4);
  return kind == "moov" || kind == "mdat" || kind == "wide" || kind == "free" || kind == "skip" ||
         kind == "pnot";
}

MediaType sniff_ebml(std::string_view head) {
  // The DocType element (id 0x4282) is a short string within the first bytes.
  const std::size_t at = head.substr(0, 256).find("\x42\x82");
  const std::string_view near = at == std::string_view::npos ? "" : head.substr(at, 16);
  return near.find("webm") != std::string_view::npos ? MediaType::webm : MediaType::mkv;
}

struct Known {
  std::string_view magic;
  std::string_view words;
};
constexpr auto kOtherFormats = std::to_array<Known>({
    {"%PDF-", "a PDF document"},
    {"PK\x03\x04", "a ZIP archive or an office document"},
    {"\x1F\x8B", "a gzip archive"},
    {"Rar!", "a RAR archive"},
    {"7z\xBC\xAF", "a 7-Zip archive"},
    {"\x7F"
     "ELF",
     "a program"},
    {"MZ", "a program"},
    {"ID3", "an MP3 sound file"},
    {"fLaC", "a FLAC sound file"},
    {"OggS", "an Ogg file"},
    {"FLV", "an FLV video"},
    {"BM", "a BMP picture"},
    {std::string_view("II*\0", 4), "a TIFF or camera raw picture"},
    {std::string_view("MM\0*", 4), "a TIFF or camera raw picture"},
    {"8BPS", "a Photoshop document"},
    {std::string_view("\0\0\0\x0CjP", 6), "a JPEG 2000 picture"},
    {std::string_view("\0\0\0\x0CJXL", 7), "a JPEG XL picture"},
    {"\xFF\x0A", "a JPEG XL picture"},
    {std::string_view("\0\0\x01\xBA", 4), "an MPEG-2 video"},
    {"{\\rtf", "an RTF document"},
});

bool looks_like_text(std::string_view head) {
  if (head.size() == 4096) {
    head.remove_suffix(3);  // a code point may be cut
  }
  return !find_invalid_utf8(head) && std::none_of(head.begin(), head.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t' &&
            c != '\f') ||
           c == 0x7F;
  });
}

void check_size(const HeaderLimits& limits, HeaderFacts& facts) {
  const auto width = static_cast<std::uint64_t>(facts.width);
  const auto height = static_cast<std::uint64_t>(facts.height);
  if (width > limits.max_side || height > limits.max_side || width * height > limits.max_pixels) {
    set_refused(
        facts,
        fmt::format("it is {} x {} pixels; the limit is {:.0f} megapixels and {} pixels a side",
                    width,
                    height,
                    static_cast<double>(limits.max_pixels) / 1e6,
                    limits.max_side),
        "send it in a smaller size");
  }
}

void refuse_heif(HeaderFacts& facts) {
  if (facts.type == MediaType::heic) {
    set_refused(facts,
                "HEIC photos are not read here",
                "send it as JPEG (iPhone: Settings > Camera > Formats > Most Compatible)");
  } else {
    set_refused(facts, "AVIF pictures are not read here", "send it as JPEG, PNG or WebP");
  }
}

void check_format(std::span<const std::byte> file, const HeaderLimits& limits, HeaderFacts& facts) {
  switch (facts.type) {
    case MediaType::jpeg:
      return check_jpeg(file, facts);
    case MediaType::png:
      return check_png(file, facts);
    case MediaType::webp:
      return check_webp(file, facts);
    case MediaType::gif:
      return check_gif(file, facts);
    case MediaType::heic:
    case MediaType::avif:
      if (limits.heif) {
        return check_heif(file, facts);
      }
      return refuse_heif(facts);
    case MediaType::mp4:
    case MediaType::mov:
      return check_mp4(file, facts);
    case MediaType::webm:
    case MediaType::mkv:
      return check_ebml(file, facts);
    case MediaType::unknown:
      break;
  }
  const std::string_view words = describe_unknown(file);
  const bool other_format = words.ends_with("picture") || words.ends_with("video");
  set_unreadable(
      facts,
      fmt::format(
          "this is {}, {}", words, other_format ? "which is not read" : "not a photo or video"));
}

}  // namespace

MediaType sniff_media_type(std::span<const std::byte> bytes) {
  const std::string_view head = as_text(bytes.first(std::min<std::size_t>(bytes.size(), 4096)));
  if (head.starts_with("\xFF\xD8\xFF")) {
    return MediaType::jpeg;
  }
  if (head.starts_with("\x89PNG\r\n\x1A\n")) {
    return MediaType::png;
  }
  if (head.starts_with("GIF87a") || head.starts_with("GIF89a")) {
    return MediaType::gif;
  }
  if (head.size() >= 12 && head.starts_with("RIFF") && head.substr(8, 4) == "WEBP") {
    return MediaType::webp;
  }
  if (head.size() >= 12 && head.substr(4, 4) == "ftyp") {
    return sniff_ftyp(head);
  }
  if (head.size() >= 12 && is_bare_quicktime(head)) {
    return MediaType::mov;
  }
  if (head.starts_with("\x1A\x45\xDF\xA3")) {
    return sniff_ebml(head);
  }
  return MediaType::unknown;
}

std::string_view describe_unknown(std::span<const std::byte> bytes) {
  const std::string_view head = as_text(bytes.first(std::min<std::size_t>(bytes.size(), 4096)));
  if (head.empty()) {
    return "an empty file";
  }
  if (head.starts_with("RIFF") && head.size() >= 12) {
    const std::string_view kind = head.substr(8, 4);
    return kind == "AVI " ? "an AVI video" : kind == "WAVE" ? "a WAV sound file" : "unknown data";
  }
  for (const auto& [magic, words] : kOtherFormats) {
    if (head.starts_with(magic)) {
      return words;
    }
  }
  if (looks_like_text(head)) {
    const std::string start = to_lower_ascii(trim(head.substr(0, 512)));
    if (start.starts_with("<!doctype html") || start.starts_with("<html")) {
      return "a web page";
    }
    return start.find("<svg") != std::string::npos ? "an SVG drawing" : "text";
  }
  return "unknown data";
}

HeaderFacts check_header(std::span<const std::byte> file, const HeaderLimits& limits) {
  HeaderFacts facts;
  facts.type = sniff_media_type(file);
  check_format(file, limits, facts);
  check_size(limits, facts);
  return facts;
}

void read_exif(std::span<const std::byte> exif, HeaderFacts& facts) {
  const auto tiff = TiffReader::open(exif);
  facts.has_exif = true;
  if (!tiff) {
    return;
  }
  facts.metadata.exif = exif;
  const std::uint32_t root = tiff->root();
  if (const auto entry = tiff->find(root, 0x0112)) {
    const std::uint32_t orientation = tiff->number(entry + 8, 2);
    facts.exif_orientation =
        orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
  }
  if (const auto entry = tiff->find(root, 0x8825)) {
    // A GPS directory without a latitude or longitude says nothing about the place.
    const std::uint32_t gps = tiff->number(entry + 8, 4);
    facts.has_gps = tiff->find(gps, 2) != 0 || tiff->find(gps, 4) != 0;
  }
}

Turn turn_of_exif(int orientation) {
  constexpr std::array<Turn, 9> kTurns = {{{0, false},
                                           {0, false},
                                           {0, true},
                                           {180, false},
                                           {180, true},
                                           {90, true},
                                           {90, false},
                                           {270, true},
                                           {270, false}}};
  return orientation >= 1 && orientation <= 8 ? kTurns[static_cast<std::size_t>(orientation)]
                                              : Turn{};
}

namespace {
// How much a finding says against decoding.
int weight(Integrity integrity) {
  switch (integrity) {
    case Integrity::whole:
      return 0;
    case Integrity::damaged:
      return 1;
    case Integrity::unreadable:
      return 2;
    case Integrity::truncated:  // explains why nothing is readable
      return 3;
    case Integrity::crashed:
      return 4;
    case Integrity::refused:
      return 5;
  }
  return 0;
}

void set(HeaderFacts& facts, Integrity integrity, std::string detail, std::string_view remedy) {
  if (weight(integrity) > weight(facts.integrity)) {
    facts.integrity = integrity;
    facts.detail = std::move(detail);
    facts.remedy = remedy;
  }
}
}  // namespace

void set_truncated(HeaderFacts& facts, std::string detail) {
  set(facts, Integrity::truncated, std::move(detail), kSendAgain);
}

void set_damaged(HeaderFacts& facts, std::string detail) {
  set(facts, Integrity::damaged, std::move(detail), kSendAgain);
}

void set_unreadable(HeaderFacts& facts, std::string detail) {
  set(facts,
      Integrity::unreadable,
      std::move(detail),
      kind_of(facts.type) == MediaKind::video ? kSendAgain
      : facts.type == MediaType::unknown
          ? "send a JPEG, PNG or WebP photo, or an MP4, MOV or WebM video"
          : kSendAgain);
}

void set_refused(HeaderFacts& facts, std::string detail, std::string remedy) {
  set(facts, Integrity::refused, std::move(detail), remedy);
}

std::string ends_after(std::uint64_t there, std::uint64_t promised) {
  const double share =
      promised == 0 ? 0.0 : static_cast<double>(there) / static_cast<double>(promised);
  return share >= 0.995 ? "the last bytes of the file are missing"
                        : fmt::format("the file ends after {:.0f} % of its data", share * 100);
}

}  // namespace muster
