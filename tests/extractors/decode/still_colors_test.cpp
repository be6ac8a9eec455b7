#include "decode_fixture.h"
#include "media_maker.h"
#include "still_maker.h"

#include <catch2/catch.hpp>
#include <opencv2/core.hpp>

using namespace muster;
using namespace muster::test;

namespace {

cv::Vec3b middle(const DecodedMedia& media) {
  REQUIRE(media.frames.size() == 1);
  const cv::Mat& pixels = media.frames[0].pixels;
  return pixels.at<cv::Vec3b>(pixels.rows / 2, pixels.cols / 2);
}

bool near(const cv::Vec3b& left, const cv::Vec3b& right, int tolerance) {
  return cv::norm(left, right, cv::NORM_INF) <= tolerance;
}

std::string with_profile(const std::string& extension,
                         const cv::Mat& picture,
                         const std::string& profile) {
  const std::string file = encode_still(picture, extension);
  return extension == ".jpg"   ? jpeg_with_profile(file, profile)
         : extension == ".png" ? png_with_profile(file, profile)
                               : webp_with_profile(file, profile);
}

}  // namespace

TEST_CASE("colors go through the picture's profile") {
  const std::string extension = GENERATE(".jpg", ".png", ".webp");
  CAPTURE(extension);
  const cv::Mat red(40, 40, CV_8UC3, cv::Scalar(0, 0, 255));
  const DecodedMedia swapped = decode(with_profile(extension, red, swapped_profile()));
  CHECK(swapped.facts.integrity == Integrity::whole);
  CHECK(swapped.facts.has_icc_profile);
  CHECK(near(middle(swapped), {0, 255, 0}, 12));

  const DecodedMedia same = decode(with_profile(extension, red, srgb_profile()));
  CHECK(near(middle(same), {0, 0, 255}, 4));
}

TEST_CASE("a profile goes with transparency and turning") {
  cv::Mat picture(30, 60, CV_8UC4, cv::Scalar(0, 0, 255, 255));
  picture(cv::Rect(0, 0, 30, 30)) = cv::Scalar(0, 0, 255, 0);
  const DecodedMedia media =
      decode(png_with_profile(encode_still(picture, ".png"), swapped_profile()));
  REQUIRE(media.frames.size() == 1);
  CHECK(near(media.frames[0].pixels.at<cv::Vec3b>(15, 5), {255, 255, 255}, 2));
  CHECK(near(media.frames[0].pixels.at<cv::Vec3b>(15, 50), {0, 255, 0}, 12));

  const std::string jpeg = encode_still(cv::Mat(30, 60, CV_8UC3, cv::Scalar(0, 0, 255)), ".jpg");
  const DecodedMedia turned =
      decode(with_exif(jpeg_with_profile(jpeg, swapped_profile()), 6, false));
  CHECK(near(middle(turned), {0, 255, 0}, 12));
  CHECK(turned.frames[0].pixels.size() == cv::Size(30, 60));
}

TEST_CASE("a profile that is broken or of another kind is as none") {
  const std::string jpeg = encode_still(cv::Mat(40, 40, CV_8UC3, cv::Scalar(0, 0, 255)), ".jpg");
  std::string broken = swapped_profile();
  SECTION("cut") {
    broken.resize(200);
  }
  SECTION("noise") {
    for (std::size_t i = 128; i < broken.size(); ++i) {
      broken[i] = static_cast<char>(i * 131);
    }
  }
  SECTION("for ink") {
    broken.replace(16, 4, "CMYK");
  }
  SECTION("empty") {
    broken.clear();
  }
  const DecodedMedia media = decode(jpeg_with_profile(jpeg, broken));
  CHECK(media.facts.integrity == Integrity::whole);
  CHECK(near(middle(media), {0, 0, 255}, 4));
  CHECK(media.facts.color_space == "srgb");  // as viewers take it
}

TEST_CASE("a picture says whether its colors are told in sRGB, by any name") {
  const cv::Mat picture = test_picture(60, 40);
  for (const std::string extension : {".jpg", ".png", ".webp"}) {
    CAPTURE(extension);
    const std::string file = encode_still(picture, extension);
    const auto with = [&](const std::string& profile) {
      return extension == ".jpg"   ? jpeg_with_profile(file, profile)
             : extension == ".png" ? png_with_profile(file, profile)
                                   : webp_with_profile(file, profile);
    };
    CHECK(decode(file).facts.color_space == "srgb");
    CHECK(decode(with(srgb_profile())).facts.color_space == "srgb");
    CHECK(decode(with(swapped_profile())).facts.color_space == "other");
  }
}

TEST_CASE("pictures in ink show the colors of the print") {
  const InkForm form = GENERATE(InkForm::plain, InkForm::adobe_cmyk, InkForm::adobe_ycck);
  CAPTURE(static_cast<int>(form));
  const DecodedMedia red = decode(make_ink_jpeg(0, 100, 100, 0, form));
  CHECK(red.facts.integrity == Integrity::whole);
  CHECK(red.facts.pixel_format == "cmyk");
  CHECK(red.facts.color_space == "cmyk");
  CHECK(near(middle(red), {0, 0, 255}, 4));
  CHECK(near(middle(decode(make_ink_jpeg(0, 0, 0, 0, form))), {255, 255, 255}, 4));
  CHECK(near(middle(decode(make_ink_jpeg(0, 0, 0, 50, form))), {128, 128, 128}, 4));
}

TEST_CASE("the first picture of an animation is shown, on its canvas") {
  SECTION("GIF") {
    const DecodedMedia media = decode(make_gif({{4, 4, 8, 8, 1}, {0, 0, 16, 16, 2}}, 16, 16));
    CHECK(media.facts.integrity == Integrity::whole);
    CHECK(media.facts.animated);
    CHECK(media.facts.frame_count == 2);
    CHECK(media.facts.duration_ms == 140);
    CHECK(middle(media) == cv::Vec3b(0, 0, 255));
    CHECK(media.frames[0].pixels.at<cv::Vec3b>(0, 0) == cv::Vec3b(255, 255, 255));
    CHECK(media.frames[0].pixels.at<cv::Vec3b>(12, 12) == cv::Vec3b(255, 255, 255));
  }
  SECTION("WebP") {
    const DecodedMedia media = decode(make_animated_webp(test_picture(64, 48), 3, 40));
    CHECK(media.facts.integrity == Integrity::whole);
    CHECK(media.facts.animated);
    CHECK(quadrants(media.frames.at(0).pixels) == "red green blue white");
  }
}

TEST_CASE("GIF: transparent, interlaced, and larger than its canvas") {
  const DecodedMedia clear = decode(make_gif({{0, 0, 8, 8, 1, 1}}, 8, 8));
  CHECK(clear.facts.has_alpha);
  CHECK(middle(clear) == cv::Vec3b(255, 255, 255));
  const DecodedMedia laced = decode(make_gif({{0, 0, 9, 21, 2, -1, true}}, 9, 21));
  REQUIRE(laced.frames.size() == 1);
  CHECK(cv::norm(laced.frames[0].pixels,
                 cv::Mat(21, 9, CV_8UC3, cv::Scalar(0, 255, 0)),
                 cv::NORM_INF) == 0);
  std::string beyond = make_gif({{0, 0, 8, 8, 1}}, 8, 8);
  beyond[6] = 4;  // the canvas is 4 x 5
  beyond[8] = 5;
  const DecodedMedia cut = decode(beyond);
  CHECK(cut.facts.width == 4);
  CHECK(cut.facts.height == 5);
  CHECK(middle(cut) == cv::Vec3b(0, 0, 255));
}

TEST_CASE("an animated PNG is a still with its facts") {
  const std::string png = encode_still(test_picture(64, 48), ".png");
  const std::string control = png_chunk("acTL", std::string("\x77\x35\x94\0\0\0\0\0", 8));
  const std::string frame =
      png_chunk("fcTL", std::string(20, '\0') + std::string("\0\1\0\2\0\0", 6));
  const DecodedMedia media =
      decode(png.substr(0, 33) + control + frame + frame + frame + png.substr(33));
  CHECK(media.facts.integrity == Integrity::whole);
  CHECK(media.facts.animated);
  CHECK(media.facts.frame_count == 3);
  CHECK(media.facts.duration_ms == 1500);
  CHECK(quadrants(media.frames.at(0).pixels) == "red green blue white");
}

TEST_CASE("a PNG without a profile is shown by its gamma") {
  // 0.2 of the light in a linear file is 124 of 255 on a screen.
  const std::string png = encode_still(cv::Mat(16, 16, CV_8UC3, cv::Scalar::all(51)), ".png");
  const std::string gamma = png_chunk("gAMA", std::string("\0\x01\x86\xA0", 4));  // 1.0
  CHECK(near(middle(decode(png.substr(0, 33) + gamma + png.substr(33))), {124, 124, 124}, 3));
}
