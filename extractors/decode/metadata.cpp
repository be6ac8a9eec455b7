#include "extractors/decode/metadata.h"

#include "core/text.h"
#include "extractors/decode/byte_reader.h"
#include "extractors/decode/tiff_reader.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

// EXIF 2.32 (CIPA DC-008), XMP (ISO 16684-1) and IPTC-IIM 4.2.

namespace muster {
namespace {

constexpr std::size_t kMaxMetadataText = 200;

std::string_view metadata_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// For people and for the store, whatever the bytes are.
std::string clean(std::string_view text) {
  std::string cleaned = sanitize_utf8(trim(text.substr(0, kMaxMetadataText)));
  for (char& c : cleaned) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      c = ' ';
    }
  }
  // Replacement characters may have made it longer.
  std::size_t size = std::min(cleaned.size(), kMaxMetadataText);
  while (size < cleaned.size() && size > 0 && (cleaned[size] & 0xC0) == 0x80) {
    --size;
  }
  return std::string(trim(std::string_view(cleaned).substr(0, size)));
}

void fill(std::string& field, std::string_view text) {
  if (field.empty()) {
    field = clean(text);
  }
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// EXIF writes "2024:05:01 12:30:00", XMP "2024-05-01T12:30:00+02:00", IPTC "20240501". Empty where
// it is no date.
std::string to_iso(std::string_view text) {
  std::string iso(trim(text));
  if (iso.size() == 8 && is_digits(iso)) {
    iso = iso.substr(0, 4) + "-" + iso.substr(4, 2) + "-" + iso.substr(6, 2);
  }
  if (iso.size() < 10 || !is_digits(std::string_view(iso).substr(0, 4)) ||
      iso.starts_with("0000")) {
    return {};
  }
  iso[4] = '-';
  iso[7] = '-';
  if (iso.size() > 10) {
    iso[10] = 'T';
  }
  return iso.find_first_not_of("0123456789-:T+Z.") == std::string::npos ? iso.substr(0, 32)
                                                                        : std::string();
}

void read_exif_origin(std::span<const std::byte> exif, MediaOrigin& origin) {
  const auto tiff = TiffReader::open(exif);
  if (!tiff) {
    return;
  }
  const std::uint32_t root = tiff->root();
  fill(origin.camera_make, tiff->text(root, 0x010F));
  fill(origin.camera_model, tiff->text(root, 0x0110));
  fill(origin.software, tiff->text(root, 0x0131));
  fill(origin.author, tiff->text(root, 0x013B));
  fill(origin.copyright, tiff->text(root, 0x8298));
  const std::uint64_t pointer = tiff->find(root, 0x8769);
  const std::uint32_t details = pointer != 0 ? tiff->number(pointer + 8, 4) : 0;
  if (details == 0) {
    return;
  }
  std::string taken = to_iso(tiff->text(details, 0x9003));
  const std::string_view zone = trim(tiff->text(details, 0x9011));
  if (taken.size() == 19 && zone.size() == 6 && (zone[0] == '+' || zone[0] == '-')) {
    taken += zone;
  }
  fill(origin.taken_at, to_iso(taken));
}

bool is_name_end(char c) {
  return c == '=' || c == '>' || c == '/' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// The value between quotes behind an attribute's name; `rest` begins behind the name.
std::string_view attribute_value(std::string_view rest) {
  rest = rest.substr(0, 4096);
  const std::size_t equals = rest.find_first_not_of(" \t\r\n");
  if (equals == std::string_view::npos || rest[equals] != '=') {
    return {};
  }
  const std::size_t quote = rest.find_first_not_of(" \t\r\n", equals + 1);
  if (quote == std::string_view::npos || (rest[quote] != '"' && rest[quote] != '\'')) {
    return {};
  }
  const std::size_t end = rest.find(rest[quote], quote + 1);
  return end == std::string_view::npos ? std::string_view()
                                       : rest.substr(quote + 1, end - quote - 1);
}

// The text of an element whose start tag's name ends at the start of `rest`: the value of
// rdf:resource, else the first text between tags (of the first item of a list).
std::string_view element_value(std::string_view rest) {
  rest = rest.substr(0, 4096);
  const std::size_t close = rest.find('>');
  if (close == std::string_view::npos) {
    return {};
  }
  constexpr std::string_view kResource = "rdf:resource";
  const std::string_view tag = rest.substr(0, close);
  if (const std::size_t at = tag.find(kResource); at != std::string_view::npos) {
    return attribute_value(tag.substr(at + kResource.size()));
  }
  while (!rest.empty()) {
    const std::size_t begin = rest.find('>');
    if (begin == std::string_view::npos) {
      return {};
    }
    const std::size_t end = rest.find('<', begin);
    if (end == std::string_view::npos) {
      return {};
    }
    const std::string_view text = trim(rest.substr(begin + 1, end - begin - 1));
    if (!text.empty()) {
      return text;
    }
    if (rest.substr(end).starts_with("</") && !rest.substr(end).starts_with("</rdf:")) {
      return {};  // our element ends
    }
    rest.remove_prefix(end);
  }
  return {};
}

std::string unescape(std::string_view text) {
  struct Entity {
    std::string_view name;
    char value;
  };
  constexpr std::array<Entity, 5> kEntities = {
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};
  std::string plain;
  while (!text.empty()) {
    const auto* const entity =
        std::find_if(kEntities.begin(), kEntities.end(), [&](const Entity& known) {
          return text.starts_with(known.name);
        });
    plain += entity != kEntities.end() ? entity->value : text.front();
    text.remove_prefix(entity != kEntities.end() ? entity->name.size() : 1);
  }
  return plain;
}

// The value of a property under the prefix that its standard gives it, as attribute or as element.
// Not an XML parser: entities beyond the five of XML and other prefixes are not understood, and
// nothing is ever expanded.
std::string xmp_value(std::string_view xmp, std::string_view name) {
  for (std::size_t at = xmp.find(name); at != std::string_view::npos;
       at = xmp.find(name, at + name.size())) {
    const std::string_view rest = xmp.substr(at + name.size());
    if (at == 0 || rest.empty() || !is_name_end(rest.front())) {
      continue;
    }
    const std::string_view value = xmp[at - 1] == '<' ? element_value(rest) : attribute_value(rest);
    if (!value.empty()) {
      return unescape(value.substr(0, 4 * kMaxMetadataText));
    }
  }
  return {};
}

void read_xmp_origin(std::string_view xmp, MediaOrigin& origin) {
  origin.has_xmp = xmp.find("<rdf:RDF") != std::string_view::npos;
  fill(origin.camera_make, xmp_value(xmp, "tiff:Make"));
  fill(origin.camera_model, xmp_value(xmp, "tiff:Model"));
  fill(origin.software, xmp_value(xmp, "xmp:CreatorTool"));
  fill(origin.taken_at, to_iso(xmp_value(xmp, "exif:DateTimeOriginal")));
  fill(origin.taken_at, to_iso(xmp_value(xmp, "photoshop:DateCreated")));
  fill(origin.author, xmp_value(xmp, "dc:creator"));
  fill(origin.copyright, xmp_value(xmp, "dc:rights"));
  const std::string term = xmp_value(xmp, "Iptc4xmpExt:DigitalSourceType");
  const std::size_t slash = term.find_last_of("/#");
  fill(origin.digital_source_type, slash == std::string::npos ? term : term.substr(slash + 1));
}

void read_iptc_origin(std::span<const std::byte> iptc, MediaOrigin& origin) {
  ByteReader reader(iptc);
  while (reader.remaining() >= 5 && reader.u8() == 0x1C) {
    const std::uint8_t record = reader.u8();
    const std::uint8_t dataset = reader.u8();
    const std::uint16_t size = reader.u16be();
    if (size > 0x7FFF) {
      return;  // an extended size, which none of ours needs
    }
    const std::string_view value = reader.text(size);
    if (!reader.ok()) {
      return;
    }
    origin.has_iptc = true;
    if (record != 2) {
      continue;
    }
    switch (dataset) {
      case 55:
        fill(origin.taken_at, to_iso(value));
        break;
      case 65:
        fill(origin.software, value);
        break;
      case 80:
        fill(origin.author, value);
        break;
      case 116:
        fill(origin.copyright, value);
        break;
      default:
        break;
    }
  }
}

// Degrees, minutes and seconds as three fractions; nullopt where there are none or they are beyond
// `limit`.
std::optional<double> read_angle(const TiffReader& tiff,
                                 std::uint64_t entry,
                                 char reference,
                                 std::string_view signs,
                                 double limit) {
  constexpr std::uint32_t kRational = 5;
  if (entry == 0 || tiff.number(entry + 2, 2) != kRational || tiff.number(entry + 4, 4) != 3) {
    return std::nullopt;
  }
  const std::uint64_t at = tiff.number(entry + 8, 4);
  double angle = 0;
  double part = 1;
  for (int i = 0; i < 3; ++i, part /= 60) {
    const std::uint32_t numerator = tiff.number(at + static_cast<std::uint64_t>(i) * 8, 4);
    const std::uint32_t denominator = tiff.number(at + static_cast<std::uint64_t>(i) * 8 + 4, 4);
    if (denominator == 0) {
      if (numerator != 0 || i == 0) {
        return std::nullopt;
      }
      continue;  // some writers leave out the seconds as 0/0
    }
    angle += part * numerator / denominator;
  }
  if (angle > limit || signs.find(reference) == std::string_view::npos) {
    return std::nullopt;
  }
  return reference == signs[1] ? -angle : angle;
}

char first_letter(std::string_view text) {
  return text.empty() ? ' ' : text.front();
}

}  // namespace

MediaOrigin read_origin(const MetadataBlocks& blocks) {
  MediaOrigin origin;
  origin.has_content_credentials = blocks.content_credentials;
  if (blocks.exif.size() <= kMaxMetadataBytes) {
    read_exif_origin(blocks.exif, origin);
  }
  if (blocks.xmp.size() <= kMaxMetadataBytes) {
    read_xmp_origin(metadata_text(blocks.xmp), origin);
  }
  if (blocks.iptc.size() <= kMaxMetadataBytes) {
    read_iptc_origin(blocks.iptc, origin);
  }
  return origin;
}

std::optional<GeoPoint> read_place(std::span<const std::byte> exif) {
  const auto tiff = TiffReader::open(exif);
  const std::uint64_t pointer = tiff ? tiff->find(tiff->root(), 0x8825) : 0;
  if (pointer == 0) {
    return std::nullopt;
  }
  const std::uint32_t gps = tiff->number(pointer + 8, 4);
  const auto latitude =
      read_angle(*tiff, tiff->find(gps, 2), first_letter(tiff->text(gps, 1)), "NS", 90);
  const auto longitude =
      read_angle(*tiff, tiff->find(gps, 4), first_letter(tiff->text(gps, 3)), "EW", 180);
  if (!latitude || !longitude) {
    return std::nullopt;
  }
  return GeoPoint{*latitude, *longitude};
}

std::span<const std::byte> find_iptc(std::span<const std::byte> resources) {
  ByteReader reader(resources);
  if (reader.text(14) != std::string_view("Photoshop 3.0\0", 14)) {
    return {};
  }
  while (reader.remaining() >= 12 && reader.text(4) == "8BIM") {
    const std::uint16_t id = reader.u16be();
    const std::uint8_t name = reader.u8();
    reader.skip(name + (name % 2 == 0 ? 1U : 0U));  // with its length byte an even number
    const std::uint32_t size = reader.u32be();
    const auto data = reader.take(size);
    if (id == 0x0404) {
      return data;
    }
    reader.skip(size % 2);
  }
  return {};
}

}  // namespace muster
