#include "core/text.h"
#include "decode_fixture.h"
#include "media_maker.h"

#include <algorithm>
#include <cstring>

#include <catch2/catch.hpp>
#include <opencv2/imgproc.hpp>

using namespace muster;
using namespace muster::test;

TEST_CASE("photos of each accepted type are decoded whole") {
  const std::string extension = GENERATE(".jpg", ".png", ".webp");
  const DecodedMedia media = decode(encode_still(test_picture(200, 120), extension));
  CHECK(media.facts.integrity == Integrity::whole);
  CHECK(media.facts.integrity_detail.empty());
  CHECK(media.remedy.empty());
  CHECK(media.facts.width == 200);
  CHECK(media.facts.height == 120);
  REQUIRE(media.frames.size() == 1);
  CHECK(media.frames[0].pixels.type() == CV_8UC3);
  CHECK(media.frames[0].pixels.size() == cv::Size(200, 120));
  CHECK(quadrants(media.frames[0].pixels) == "red green blue white");
}

TEST_CASE("a photo is turned upright for each EXIF orientation") {
  const int orientation = GENERATE(range(1, 9));
  CAPTURE(orientation);
  const cv::Mat stored = stored_for_exif(test_picture(200, 120), orientation);
  const DecodedMedia media =
      decode(with_exif(encode_still(stored, ".jpg"), orientation, orientation % 2 == 0));
  REQUIRE(media.frames.size() == 1);
  CHECK(quadrants(media.frames[0].pixels) == "red green blue white");
  CHECK(media.frames[0].pixels.size() == cv::Size(200, 120));
  CHECK(media.facts.width == 200);
  CHECK(media.facts.height == 120);
  CHECK(media.facts.coded_width == stored.cols);
  CHECK(media.facts.coded_height == stored.rows);
  CHECK(media.facts.has_exif);
  CHECK(media.facts.has_gps == (orientation % 2 == 0));
}

TEST_CASE("photos are scaled down to the analysis side and facts keep the real size") {
  // Factors that libjpeg can and can't do itself.
  const int width = GENERATE(1409, 2600, 5200, 11000);
  const DecodedMedia media = decode(encode_still(test_picture(width, width / 4), ".jpg"));
  REQUIRE(media.frames.size() == 1);
  CHECK(media.facts.width == width);
  // libjpeg's own halves are left as they are where they come near enough.
  const cv::Size size = media.frames[0].pixels.size();
  CHECK(size.width >= 1280);
  CHECK(size.width <= 1408);
  CHECK(size.height == Approx(size.width / 4.0).margin(1));
  CHECK(quadrants(media.frames[0].pixels) == "red green blue white");
}

TEST_CASE("photos a tenth larger than the analysis side are left as they are") {
  const std::string extension = GENERATE(".jpg", ".png", ".webp");
  CAPTURE(extension);
  const auto longer_side = [&](int width) {
    return decode(encode_still(test_picture(width, 200), extension)).frames.at(0).pixels.cols;
  };
  CHECK(longer_side(1408) == 1408);
  CHECK(longer_side(1409) == 1280);
}

TEST_CASE("transparent pixels lie over white") {
  const std::string extension = GENERATE(".png", ".webp");
  cv::Mat picture(64, 64, CV_8UC4, cv::Scalar(0, 0, 0, 0));
  picture(cv::Rect(0, 0, 32, 64)) = cv::Scalar(0, 0, 200, 128);
  const DecodedMedia media = decode(encode_still(picture, extension));
  CHECK(media.facts.has_alpha);
  REQUIRE(media.frames.size() == 1);
  const auto half = media.frames[0].pixels.at<cv::Vec3b>(32, 10);
  CHECK(half[0] == Approx(127).margin(4));
  CHECK(half[2] == Approx(227).margin(4));
  CHECK(media.frames[0].pixels.at<cv::Vec3b>(32, 60) == cv::Vec3b(255, 255, 255));
}

TEST_CASE("grey, grey with 16 bit and colour with 16 bit become 8-bit BGR") {
  const int type = GENERATE(CV_8UC1, CV_16UC1, CV_16UC3);
  const double full = CV_MAT_DEPTH(type) == CV_16U ? 65535 : 255;
  const cv::Mat picture(32, 32, type, cv::Scalar::all(full));
  const DecodedMedia media = decode(encode_still(picture, ".png"));
  REQUIRE(media.frames.size() == 1);
  CHECK(media.frames[0].pixels.at<cv::Vec3b>(16, 16) == cv::Vec3b(255, 255, 255));
}

TEST_CASE("a cut photo is told from a whole one") {
  const std::string extension = GENERATE(".jpg", ".png", ".webp");
  cv::Mat picture = test_picture(300, 200);
  cv::RNG(7).fill(picture, cv::RNG::UNIFORM, 0, 255);  // so that the data is long
  const std::string whole = encode_still(picture, extension);
  const std::size_t size =
      GENERATE_COPY(whole.size() / 2, whole.size() * 95 / 100, whole.size() - 1);
  const DecodedMedia media = decode(whole.substr(0, size));
  CAPTURE(extension, size, whole.size());
  CHECK(media.facts.integrity == Integrity::truncated);
  CHECK_FALSE(media.facts.integrity_detail.empty());
  CHECK(media.remedy == "export it again and upload the whole file");
  CHECK(media.facts.width == 300);
}

TEST_CASE("half a photo gives the half that is there") {
  cv::Mat picture = test_picture(300, 200);
  cv::RNG(7).fill(picture, cv::RNG::UNIFORM, 0, 255);
  const std::string whole = encode_still(picture, ".jpg");
  const DecodedMedia media = decode(whole.substr(0, whole.size() / 2));
  CHECK(media.frames.size() == 1);
}

TEST_CASE("damage in the middle of a photo is noticed") {
  const std::string extension = GENERATE(".jpg", ".png");
  cv::Mat picture(300, 300, CV_8UC3);
  cv::RNG(7).fill(picture, cv::RNG::UNIFORM, 0, 255);
  std::string bytes = encode_still(picture, extension);
  for (std::size_t i = 0; i < 40; ++i) {
    bytes[bytes.size() / 2 + i] = static_cast<char>(i * 37 & 0x7F);
  }
  const DecodedMedia media = decode(bytes);
  CHECK(media.facts.integrity == Integrity::damaged);
  CHECK_FALSE(media.remedy.empty());
}

TEST_CASE("what is not a photo or video is explained") {
  struct Case {
    std::string bytes;
    Integrity integrity;
    std::string words;
  };
  using namespace std::string_literals;
  const auto example = GENERATE(values<Case>({
      {"", Integrity::unreadable, "empty"},
      {"Hello, here is my clip", Integrity::unreadable, "text"},
      {"<!DOCTYPE html><html>", Integrity::unreadable, "a web page"},
      {"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", Integrity::unreadable, "text"},
      {"%PDF-1.7\n", Integrity::unreadable, "a PDF document"},
      {"RIFF\x10\0\0\0AVI LIST"s, Integrity::unreadable, "an AVI video"},
      {"\0\0\0\x18"
       "ftypheic\0\0\0\0mif1heic"s,
       Integrity::refused,
       "HEIC"},
      {"\0\0\0\x18"
       "ftypavif\0\0\0\0mif1avif"s,
       Integrity::refused,
       "AVIF"},
      {"GIF89a\x01\0\x01\0\0\0\0;"s, Integrity::unreadable, "a GIF without a picture"},
      {"\x89PNG\r\n\x1A\n", Integrity::truncated, "ends"},
      {"\xFF\xD8\xFF", Integrity::truncated, "ends"},
      {std::string(100, '\0'), Integrity::unreadable, "unknown data"},
  }));
  const DecodedMedia media = decode(example.bytes);
  CAPTURE(example.words, media.facts.integrity_detail);
  CHECK(media.facts.integrity == example.integrity);
  CHECK(media.facts.integrity_detail.find(example.words) != std::string::npos);
  CHECK_FALSE(media.remedy.empty());
  CHECK(media.frames.empty());
  CHECK(media.facts.byte_size == example.bytes.size());
}

TEST_CASE("headers that claim huge pictures are refused without decoding") {
  std::string png = encode_still(test_picture(8, 8), ".png");
  png.replace(16, 8, "\x00\x01\x00\x00\x00\x01\x00\x00", 8);  // 65,536 x 65,536
  const DecodedMedia media = decode(png);
  CHECK(media.facts.integrity == Integrity::refused);
  CHECK(media.facts.integrity_detail.find("65536 x 65536") != std::string::npos);
  CHECK(media.facts.width == 65536);
  CHECK(media.frames.empty());
}

TEST_CASE("limits of the configuration hold") {
  DecoderOptions options = real_helper();
  const std::string photo = encode_still(test_picture(400, 300), ".jpg");
  SECTION("file size") {
    options.limits.max_image_bytes = photo.size() - 1;
    const DecodedMedia media = make_decoder(options)->decode(media_bytes(photo));
    CHECK(media.facts.integrity == Integrity::refused);
    CHECK(media.facts.integrity_detail.find(format_bytes(photo.size())) != std::string::npos);
  }
  SECTION("file size of anything, before more than its beginning is read") {
    std::size_t read = 0;
    const MediaBytes huge{options.limits.max_video_bytes + 1, [&](std::span<std::byte> into) {
                            std::memcpy(
                                into.data(), photo.data(), std::min(photo.size(), into.size()));
                            read += into.size();
                            return into.size();
                          }};
    const MediaFacts facts = make_decoder(options)->decode(huge).facts;
    CHECK(facts.integrity == Integrity::refused);
    CHECK(facts.type == MediaType::jpeg);
    CHECK(facts.byte_size == huge.size);
    CHECK(read <= 4096);  // as much as tells its type
  }
  SECTION("pixels") {
    options.limits.max_pixels = 400 * 300 - 1;
    CHECK(make_decoder(options)->decode(media_bytes(photo)).facts.integrity == Integrity::refused);
  }
  SECTION("side") {
    options.limits.max_side = 399;
    CHECK(make_decoder(options)->decode(media_bytes(photo)).facts.integrity == Integrity::refused);
  }
  SECTION("just within") {
    options.limits.max_image_bytes = photo.size();
    options.limits.max_pixels = 400 * 300;
    options.limits.max_side = 400;
    CHECK(make_decoder(options)->decode(media_bytes(photo)).facts.integrity == Integrity::whole);
  }
}

TEST_CASE("a kit picture keeps its transparency") {
  cv::Mat logo(40, 60, CV_8UC4, cv::Scalar(10, 20, 30, 0));
  logo(cv::Rect(10, 10, 20, 20)) = cv::Scalar(200, 100, 50, 255);
  std::string problem = "left over";
  const std::string png = encode_still(logo, ".png");
  const cv::Mat decoded = shared_decoder().decode_picture(media_bytes(png), problem);
  CHECK(problem.empty());
  REQUIRE(decoded.type() == CV_8UC4);
  CHECK(cv::norm(decoded, logo, cv::NORM_INF) == 0);

  const std::string grey = encode_still(cv::Mat(9, 9, CV_8UC1, cv::Scalar(77)), ".png");
  CHECK(shared_decoder().decode_picture(media_bytes(grey), problem).at<cv::Vec4b>(4, 4) ==
        cv::Vec4b(77, 77, 77, 255));

  const std::string half = png.substr(0, png.size() / 2);
  CHECK(shared_decoder().decode_picture(media_bytes(half), problem).empty());
  CHECK(problem.find("upload the whole file") != std::string::npos);
}

TEST_CASE("a reader that ends early is a temporary error, not a bad file") {
  const MediaBytes bytes{1000, [](std::span<std::byte>) { return std::size_t{0}; }};
  CHECK_THROWS_AS(shared_decoder().decode(bytes), TransientError);
}

TEST_CASE("a missing helper is a configuration error that names the path") {
  DecoderOptions options;
  options.program = "/nonexistent/muster-decode";
  CHECK_THROWS_WITH(make_decoder(options), Catch::Contains("/nonexistent/muster-decode"));
}
