#include "extractors/decode/header_check.h"

#include "media_maker.h"
#include "still_maker.h"

#include <catch2/catch.hpp>

using namespace muster;
using namespace muster::test;
using namespace std::string_literals;

namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

HeaderFacts check(const std::string& file) {
  return check_header(bytes_of(file), {});
}

std::string box(const std::string& type, const std::string& contents) {
  const std::size_t size = contents.size() + 8;
  std::string head;
  for (int shift = 24; shift >= 0; shift -= 8) {
    head += static_cast<char>(size >> shift & 0xFF);
  }
  return head + type + contents;
}

}  // namespace

TEST_CASE("types are told by their bytes") {
  CHECK(sniff_media_type(bytes_of("\xFF\xD8\xFF\xE0")) == MediaType::jpeg);
  CHECK(sniff_media_type(bytes_of("\x89PNG\r\n\x1A\n")) == MediaType::png);
  CHECK(sniff_media_type(bytes_of("RIFF1234WEBPVP8 ")) == MediaType::webp);
  CHECK(sniff_media_type(bytes_of("GIF89a")) == MediaType::gif);
  CHECK(sniff_media_type(bytes_of(box("ftyp", "isom\0\0\0\0mp42"s))) == MediaType::mp4);
  CHECK(sniff_media_type(bytes_of(box("ftyp", "qt  \0\0\0\0qt  "s))) == MediaType::mov);
  CHECK(sniff_media_type(bytes_of(box("ftyp", "heic\0\0\0\0mif1"s))) == MediaType::heic);
  CHECK(sniff_media_type(bytes_of(box("ftyp", "mif1\0\0\0\0heicavif"s))) == MediaType::heic);
  CHECK(sniff_media_type(bytes_of(box("ftyp", "avif\0\0\0\0mif1"s))) == MediaType::avif);
  CHECK(sniff_media_type(bytes_of(box("moov", "12345"))) == MediaType::mov);
  CHECK(sniff_media_type(bytes_of("\x1A\x45\xDF\xA3\x93\x42\x82\x84webm")) == MediaType::webm);
  CHECK(sniff_media_type(bytes_of("\x1A\x45\xDF\xA3\x93\x42\x82\x88matroska")) == MediaType::mkv);
  CHECK(sniff_media_type({}) == MediaType::unknown);
  CHECK(sniff_media_type(bytes_of("RIFF1234WAVE")) == MediaType::unknown);
}

TEST_CASE("the header tells what a photo is") {
  const cv::Mat picture = test_picture(321, 123);
  CHECK(check(encode_still(picture, ".jpg")).pixel_format == "yuv420p");
  CHECK(check(encode_still(picture, ".png")).pixel_format == "rgb24");
  for (const char* extension : {".jpg", ".png", ".webp"}) {
    const HeaderFacts facts = check(encode_still(picture, extension));
    CHECK(facts.integrity == Integrity::whole);
    CHECK(facts.width == 321);
    CHECK(facts.height == 123);
    CHECK_FALSE(facts.has_alpha);
    CHECK_FALSE(facts.has_exif);
  }
}

TEST_CASE("EXIF gives orientation and whether there is a place") {
  const std::string jpeg = encode_still(test_picture(16, 16), ".jpg");
  for (int orientation = 1; orientation <= 8; ++orientation) {
    CHECK(check(with_exif(jpeg, orientation, false)).exif_orientation == orientation);
  }
  CHECK(check(with_exif(jpeg, 9, false)).exif_orientation == 1);
  CHECK(check(with_exif(jpeg, 1, true)).has_gps);
  CHECK_FALSE(check(with_exif(jpeg, 1, false)).has_gps);
}

TEST_CASE("a photo cut at any byte is never whole and never read beyond") {
  const std::string extension = GENERATE(".jpg", ".png", ".webp", ".gif");
  const std::string whole = with_exif(encode_still(test_picture(24, 16), ".jpg"), 6, true);
  const std::string file = extension == ".jpg"   ? whole
                           : extension == ".gif" ? make_gif({{0, 0, 8, 8, 1}}, 8, 8)
                                                 : encode_still(test_picture(24, 16), extension);
  REQUIRE(check(file).integrity == Integrity::whole);
  for (std::size_t size = 0; size < file.size(); ++size) {
    // A copy of exactly that size, so that the address sanitizer sees one byte too far.
    const std::vector<char> cut(file.data(), file.data() + size);
    const HeaderFacts facts = check_header(std::as_bytes(std::span(cut)), {});
    CAPTURE(extension, size);
    CHECK(facts.integrity != Integrity::whole);
  }
}

TEST_CASE("bytes behind the end of a photo do not hurt") {
  for (const char* extension : {".jpg", ".png", ".webp"}) {
    CHECK(check(encode_still(test_picture(24, 16), extension) + "PK\x03\x04 and so on").integrity ==
          Integrity::whole);
  }
}

TEST_CASE("a JPEG with hundreds of scans is refused") {
  const std::string jpeg = encode_still(test_picture(16, 16), ".jpg");
  const std::size_t scan = jpeg.find("\xFF\xDA");
  const std::string one = jpeg.substr(scan, jpeg.size() - 2 - scan);
  std::string many = jpeg.substr(0, scan);
  for (int i = 0; i < 101; ++i) {
    many += one;
  }
  CHECK(check(many + "\xFF\xD9").integrity == Integrity::refused);
}

TEST_CASE("a broken text in a PNG is nobody's concern") {
  const std::string png = encode_still(test_picture(16, 16), ".png");
  const std::string text = "\0\0\0\x03tEXta\0b\0\0\0\0"s;  // its checksum is wrong
  CHECK(check(png.substr(0, 33) + text + png.substr(33)).integrity == Integrity::whole);
}

TEST_CASE("animations are told with their length") {
  SECTION("GIF") {
    const HeaderFacts still = check(make_gif({{0, 0, 8, 8, 1}}, 8, 8));
    CHECK(still.integrity == Integrity::whole);
    CHECK_FALSE(still.animated);
    CHECK_FALSE(still.frame_count);
    const HeaderFacts moving = check(make_gif({{0, 0, 8, 8, 1}, {1, 1, 4, 4, 2}}, 8, 8));
    CHECK(moving.integrity == Integrity::whole);
    CHECK(moving.animated);
    CHECK(moving.frame_count == 2);
    CHECK(moving.animation_ms == 2 * 70);
  }
  SECTION("PNG") {
    const std::string png = encode_still(test_picture(16, 16), ".png");
    const std::string one = png_chunk("fcTL", std::string(20, '\0') + "\0\x03\0\x0A\0\0"s);
    const HeaderFacts facts = check(png.substr(0, 33) + png_chunk("acTL", "\0\0\0\x02\0\0\0\0"s) +
                                    one + one + png.substr(33));
    CHECK(facts.integrity == Integrity::whole);
    CHECK(facts.animated);
    CHECK(facts.frame_count == 2);
    CHECK(facts.animation_ms == 600);
  }
  SECTION("WebP") {
    const HeaderFacts facts = check(make_animated_webp(test_picture(16, 16), 3, 40));
    CHECK(facts.integrity == Integrity::whole);
    CHECK(facts.animated);
    CHECK(facts.frame_count == 3);
    CHECK(facts.animation_ms == 120);
  }
}

TEST_CASE("boxes of an MP4 are told apart") {
  const std::string ftyp = box("ftyp", "isom\0\0\0\0mp42"s);
  const std::string moov = box("moov", box("mvhd", std::string(100, '\0')));
  const std::string mdat = box("mdat", std::string(1000, 'x'));
  CHECK(check(ftyp + moov + mdat).moov_first == true);
  CHECK(check(ftyp + mdat + moov).moov_first == false);
  CHECK(check(ftyp + moov + mdat).integrity == Integrity::whole);
  CHECK(check(ftyp + mdat).integrity == Integrity::unreadable);
  CHECK(check(ftyp + mdat).detail.find("moov") != std::string::npos);
  CHECK(check(ftyp + moov).integrity == Integrity::unreadable);

  const HeaderFacts half = check((ftyp + mdat + moov).substr(0, 500));
  CHECK(half.integrity == Integrity::truncated);
  CHECK(half.detail ==
        "the file ends after 49 % of its data; its index, which comes last, is missing");
  CHECK(check(ftyp + moov + mdat + std::string(5, '\0')).integrity == Integrity::whole);
  CHECK(check(ftyp + moov + mdat + "abc").integrity == Integrity::truncated);
  // Sizes of 64 bits, to the end, and too small to be true.
  CHECK(check(ftyp + moov +
              "\0\0\0\x01mdat\0\0\0\0\0\0\0\x14"
              "1234"s)
            .integrity == Integrity::whole);
  CHECK(check(ftyp + moov + "\0\0\0\0mdat1234"s).integrity == Integrity::whole);
  CHECK(check(ftyp + moov +
              "\0\0\0\x01mdat\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
              "1234"s)
            .integrity == Integrity::truncated);
}

TEST_CASE("deep or endless structures end the walk, not the program") {
  std::string nested;
  for (int i = 0; i < 5000; ++i) {
    nested = box("moov", nested);
  }
  CHECK(check(box("ftyp", "isom\0\0\0\0mp42"s) + nested).integrity != Integrity::whole);
  const std::string ebml = "\x1A\x45\xDF\xA3\x80\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s;
  std::string empty_elements = ebml;
  for (int i = 0; i < 100'000; ++i) {
    empty_elements += "\xEC\x80";
  }
  CHECK(check(empty_elements).integrity == Integrity::unreadable);
  CHECK(check("\x1A\x45\xDF\xA3\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFE"s).integrity ==
        Integrity::truncated);
}

TEST_CASE("turns of EXIF are those of the standard") {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const Turn turn = turn_of_exif(orientation);
    CHECK(turn.degrees % 90 == 0);
  }
  CHECK(turn_of_exif(6).degrees == 90);
  CHECK(turn_of_exif(8).degrees == 270);
  CHECK(turn_of_exif(2).mirrored);
  CHECK(turn_of_exif(0).degrees == 0);
  CHECK(turn_of_exif(77).degrees == 0);
}
