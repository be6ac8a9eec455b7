#include "extractors/decode/metadata.h"

#include "core/text.h"
#include "extractors/decode/header_check.h"
#include "media_maker.h"
#include "metadata_maker.h"
#include "still_maker.h"

#include <catch2/catch.hpp>

using namespace muster;
using namespace muster::test;
using namespace std::string_literals;

namespace {

std::span<const std::byte> metadata_bytes(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

MediaOrigin from_xmp(const std::string& packet) {
  MetadataBlocks blocks;
  blocks.xmp = metadata_bytes(packet);
  return read_origin(blocks);
}

std::string rdf(const std::string& attributes, const std::string& elements) {
  return "<x:xmpmeta><rdf:RDF><rdf:Description " + attributes + ">" + elements +
         "</rdf:Description></rdf:RDF></x:xmpmeta>";
}

}  // namespace

TEST_CASE("EXIF says which camera, when and where") {
  const bool big = GENERATE(false, true);
  ExifSpec spec;
  spec.big_endian = big;
  MetadataBlocks blocks;
  const std::string tiff = make_exif(spec);
  blocks.exif = metadata_bytes(tiff);
  const MediaOrigin origin = read_origin(blocks);
  CHECK(origin.camera_make == "Example Camera Co.");
  CHECK(origin.camera_model == "EX-1");
  CHECK(origin.software == "Editor 9.1");
  CHECK(origin.taken_at == "2024-05-01T12:30:00+02:00");
  const auto place = read_place(blocks.exif);
  REQUIRE(place);
  CHECK(place->latitude == Approx(-33.856784).margin(1e-5));
  CHECK(place->longitude == Approx(151.215297).margin(1e-5));
}

TEST_CASE("a place that can't be is none") {
  ExifSpec spec;
  SECTION("beyond the pole") {
    spec.latitude_degrees = 91;
  }
  SECTION("neither north nor south") {
    spec.latitude_reference = 'Q';
  }
  SECTION("divided by zero") {
    spec.denominator = 0;
  }
  const std::string tiff = make_exif(spec);
  CHECK_FALSE(read_place(metadata_bytes(tiff)));
}

TEST_CASE("EXIF cut or changed anywhere is read without harm") {
  const std::string tiff = make_exif({});
  for (std::size_t at = 0; at < tiff.size(); ++at) {
    // Of exactly that size, so that the address sanitizer sees one byte too far.
    const std::vector<char> cut(tiff.data(), tiff.data() + at);
    MetadataBlocks blocks;
    blocks.exif = std::as_bytes(std::span(cut));
    read_origin(blocks);
    read_place(blocks.exif);
    for (const char value : {'\x00', '\x7F', '\xFF'}) {
      std::vector<char> changed(tiff.begin(), tiff.end());
      changed[at] = value;
      blocks.exif = std::as_bytes(std::span(changed));
      const MediaOrigin origin = read_origin(blocks);
      CHECK_FALSE(find_invalid_utf8(origin.camera_make + origin.camera_model + origin.software));
      if (const auto place = read_place(blocks.exif)) {
        CHECK(std::abs(place->latitude) <= 90);
        CHECK(std::abs(place->longitude) <= 180);
      }
    }
  }
}

TEST_CASE("XMP is read as attributes and as elements") {
  const std::string term = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
  SECTION("attributes") {
    const MediaOrigin origin = from_xmp(rdf(
        "xmp:CreatorTool=\"Paint &amp; Co\" Iptc4xmpExt:DigitalSourceType = '" + term + "'", ""));
    CHECK(origin.has_xmp);
    CHECK(origin.software == "Paint & Co");
    CHECK(origin.digital_source_type == "trainedAlgorithmicMedia");
    CHECK(says_made_by_ai(origin));
  }
  SECTION("elements") {
    const MediaOrigin origin =
        from_xmp(rdf("",
                     "<Iptc4xmpExt:DigitalSourceType>" + term +
                         "</Iptc4xmpExt:DigitalSourceType><dc:creator><rdf:Seq><rdf:li>Ada "
                         "L.</rdf:li></rdf:Seq></dc:creator>"
                         "<photoshop:DateCreated>2023-01-02T03:04:05</photoshop:DateCreated>"));
    CHECK(origin.author == "Ada L.");
    CHECK(origin.taken_at == "2023-01-02T03:04:05");
    CHECK(says_made_by_ai(origin));
  }
  SECTION("a resource") {
    CHECK(says_made_by_ai(
        from_xmp(rdf("", "<Iptc4xmpExt:DigitalSourceType rdf:resource=\"" + term + "\"/>"))));
  }
  SECTION("a photo") {
    CHECK_FALSE(says_made_by_ai(
        from_xmp(rdf("Iptc4xmpExt:DigitalSourceType=\"http://x/digitalCapture\"", ""))));
  }
  SECTION("an empty element takes nothing from its neighbor") {
    CHECK(from_xmp(rdf("", "<dc:creator></dc:creator><dc:rights>R</dc:rights>")).author.empty());
  }
  SECTION("open ends") {
    CHECK(from_xmp(rdf("xmp:CreatorTool=\"never closed", "")).software.size() <= 200);
    CHECK(from_xmp("<dc:creator").author.empty());
    CHECK(from_xmp("dc:creator").author.empty());
  }
}

TEST_CASE("texts are cut, cleaned and valid") {
  const MediaOrigin origin = from_xmp(
      rdf("xmp:CreatorTool=\"" + std::string(300, '\xC3') + "\" dc:rights=\"a\x01\x02z\"", ""));
  CHECK(origin.software.size() <= 200);
  CHECK_FALSE(find_invalid_utf8(origin.software));
  CHECK(origin.copyright == "a  z");
}

TEST_CASE("IPTC is found among Photoshop's resources") {
  const std::string records =
      "\x1C\x02\x50\0\x03"
      "Ada"s +
      "\x1C\x02\x74\0\x05"
      "(c) A"s;
  const std::string other =
      "8BIM\x03\xED\0\0\0\0\0\x03"
      "abc\0"s;
  const std::string resources = "Photoshop 3.0\0"s + other + "8BIM\x04\x04\0\0\0\0\0"s +
                                static_cast<char>(records.size()) + records;
  const auto iptc = find_iptc(metadata_bytes(resources));
  REQUIRE(iptc.size() == records.size());
  MetadataBlocks blocks;
  blocks.iptc = iptc;
  const MediaOrigin origin = read_origin(blocks);
  CHECK(origin.has_iptc);
  CHECK(origin.author == "Ada");
  CHECK(origin.copyright == "(c) A");
  CHECK(find_iptc(metadata_bytes(resources.substr(0, resources.size() - 1))).empty());
}

TEST_CASE("each type of photo keeps its blocks elsewhere") {
  const std::string extension = GENERATE(".jpg", ".png", ".webp");
  const std::string packet = rdf("xmp:CreatorTool=\"Tool\"", "");
  const std::string file = with_metadata(
      encode_still(test_picture(16, 16), extension), extension, make_exif({}), packet);
  const HeaderFacts facts = check_header(metadata_bytes(file), {});
  CAPTURE(extension);
  CHECK(facts.integrity == Integrity::whole);
  CHECK(facts.has_exif);
  CHECK(facts.has_gps);
  const MediaOrigin origin = read_origin(facts.metadata);
  CHECK(origin.camera_model == "EX-1");
  CHECK(origin.has_xmp);
}
