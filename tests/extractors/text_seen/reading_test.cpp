#include "extractors/text_seen/reading.h"

#include "tests/extractors/text_seen/drawn_text.h"
#include "tests/extractors/text_seen/shared_reading.h"
#include "tests/support/temporary_folder.h"

#include <cmath>
#include <thread>

#include <catch2/catch.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

namespace muster {
namespace {

constexpr int kFindSide = 960;

using test::can_read_text;
using test::shared_reading;

std::vector<TextLine> read(const cv::Mat& picture) {
  return shared_reading().lease()->read_text(picture, kFindSide);
}

// The luminance of a grey, and the grey that has a contrast ratio to white.
int grey_of_contrast_to_white(double ratio) {
  const double luminance = 1.05 / ratio - 0.05;
  const double value =
      luminance <= 0.0031308 ? luminance * 12.92 : 1.055 * std::pow(luminance, 1 / 2.4) - 0.055;
  return static_cast<int>(std::lround(value * 255));
}

}  // namespace

TEST_CASE("a label on a busy picture is read, with its place, height and contrast") {
  if (!can_read_text()) {
    return;
  }
  cv::Mat picture = busy_ground(1080, 1350, 7);
  cv::rectangle(picture, {90, 420, 700, 100}, {255, 255, 255}, cv::FILLED);
  draw_text(picture, "#ad Paid partnership", 110, 490, 40, {0, 0, 0});
  const std::vector<TextLine> lines = read(picture);
  REQUIRE(lines.size() == 1);
  const TextLine& line = lines[0];
  CHECK(line.text == "#ad Paid partnership");
  CHECK(line.confidence > 0.7);
  CHECK(line.box.x == Approx(110 / 1080.0).margin(0.012));
  CHECK(line.box.y + line.box.height == Approx(500 / 1350.0).margin(0.012));
  CHECK(line.height == Approx(50 / 1350.0).margin(0.008));  // "p" hangs below the line
  CHECK(line.contrast > 15);
  REQUIRE(line.outline.size() == 4);
  CHECK(line.outline[0].x < line.outline[1].x);
  CHECK(line.outline[0].y < line.outline[3].y);
}

TEST_CASE("the contrast that is measured is the one that was drawn") {
  if (!can_read_text()) {
    return;
  }
  for (const double ratio : {2.5, 4.5, 7.0, 12.0}) {
    cv::Mat picture(1350, 1080, CV_8UC3, cv::Scalar(255, 255, 255));
    const int grey = grey_of_contrast_to_white(ratio);
    draw_text(picture, "Sponsored by Fizzo", 100, 600, 48, cv::Scalar(grey, grey, grey));
    const std::vector<TextLine> lines = read(picture);
    INFO("contrast " << ratio);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].contrast == Approx(ratio).epsilon(0.08));
  }
}

TEST_CASE("light letters on a dark ground are read like dark ones on a light ground") {
  if (!can_read_text()) {
    return;
  }
  cv::Mat picture(1350, 1080, CV_8UC3, cv::Scalar(60, 30, 20));
  draw_text(picture, "Anzeige", 300, 600, 60, {255, 255, 255});
  const std::vector<TextLine> lines = read(picture);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].text == "Anzeige");
  CHECK(lines[0].contrast > 10);
}

TEST_CASE("white letters on white are not read") {
  if (!can_read_text()) {
    return;
  }
  cv::Mat picture(1350, 1080, CV_8UC3, cv::Scalar(255, 255, 255));
  draw_text(picture, "#ad", 300, 600, 60, {252, 252, 252});
  CHECK(read(picture).empty());
}

TEST_CASE("pictures of different sizes are read one after the other") {
  if (!can_read_text()) {
    return;
  }
  for (const cv::Size size : {cv::Size(1080, 1350), cv::Size(720, 1280), cv::Size(1280, 720)}) {
    cv::Mat picture = busy_ground(size.width, size.height, 3);
    cv::rectangle(picture, {80, 240, 500, 90}, {20, 20, 20}, cv::FILLED);
    draw_text(picture, "Werbung", 110, 300, 38, {255, 255, 255});
    const std::vector<TextLine> lines = read(picture);
    INFO(size.width << " x " << size.height);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].text == "Werbung");
  }
}

TEST_CASE("a picture without text, and a tiny one, give nothing") {
  if (!can_read_text()) {
    return;
  }
  CHECK(read(busy_ground(1080, 1350, 11)).empty());
  CHECK(read(cv::Mat(8, 8, CV_8UC3, cv::Scalar(1, 2, 3))).empty());
}

TEST_CASE("one line is read again where it is known to stand") {
  if (!can_read_text()) {
    return;
  }
  cv::Mat picture(1280, 720, CV_8UC3, cv::Scalar(235, 235, 235));
  draw_text(picture, "Paid partnership", 80, 400, 36, {10, 10, 10});
  const std::vector<TextLine> lines = read(picture);
  REQUIRE(lines.size() == 1);
  const Reading::Lease engine = shared_reading().lease();
  const auto again = engine->read_line(picture, lines[0].outline);
  REQUIRE(again);
  CHECK(again->text == "Paid partnership");
  picture.setTo(cv::Scalar(235, 235, 235));
  CHECK_FALSE(engine->read_line(picture, lines[0].outline));
  CHECK_FALSE(engine->read_line(picture, {}));
}

TEST_CASE("a QR code in a picture is read, with and without the models") {
  if (!shared_reading().codes_problem().empty()) {
    WARN("skipped: " << shared_reading().codes_problem());
    return;
  }
  cv::Mat code;
  cv::QRCodeEncoder::create()->encode("https://fizzo.example/spring?c=mia", code);
  cv::resize(code, code, {}, 7, 7, cv::INTER_NEAREST);
  cv::cvtColor(code, code, cv::COLOR_GRAY2BGR);
  cv::Mat picture = busy_ground(1080, 1350, 9);
  code.copyTo(picture({300, 500, code.cols, code.rows}));
  const TemporaryFolder empty;
  ModelsConfig without;
  without.directory = empty.path();
  const Reading bare(without);
  for (const Reading* reading : {&shared_reading(), &bare}) {
    const std::vector<PictureCode> codes = reading->lease()->read_codes(picture);
    REQUIRE(codes.size() == 1);
    CHECK(codes[0].text == "https://fizzo.example/spring?c=mia");
    // Without the models the place is the whole picture.
    CHECK(codes[0].box.x <= 300.0 / 1080 + 0.05);
    CHECK(codes[0].box.x + codes[0].box.width >= (300.0 + code.cols) / 1080 - 0.05);
    CHECK(codes[0].outline.size() == 4);
  }
  CHECK(shared_reading().lease()->read_codes(busy_ground(540, 675, 4)).empty());
}

TEST_CASE("several threads read at once, each with an engine of its own") {
  if (!can_read_text()) {
    return;
  }
  cv::Mat picture(640, 640, CV_8UC3, cv::Scalar(240, 240, 240));
  draw_text(picture, "Anzeige", 100, 300, 40, {0, 0, 0});
  std::vector<std::string> texts(3);
  {
    std::vector<std::jthread> threads;
    for (std::string& text : texts) {
      threads.emplace_back([&] {
        const std::vector<TextLine> lines = read(picture);
        text = lines.empty() ? "nothing" : lines[0].text;
      });
    }
  }
  CHECK(texts == std::vector<std::string>{"Anzeige", "Anzeige", "Anzeige"});
}

TEST_CASE("what is missing is named, with what to do about it") {
  const TemporaryFolder empty;
  ModelsConfig config;
  config.directory = empty.path();
  const Reading without(config);
  CHECK(without.text_problem().find("scripts/fetch_models.sh") != std::string::npos);
  CHECK(without.codes_problem().empty());
  const std::vector<ReadingPart> parts = without.parts();
  REQUIRE_FALSE(parts.empty());
  CHECK(parts[0].name == "text_detect.onnx");
  CHECK_FALSE(parts[0].hash);
  CHECK_FALSE(parts[0].without.empty());
}

TEST_CASE("a language without its data is named") {
  if (!can_read_text()) {
    return;
  }
  ModelsConfig config;
  config.text_languages = {"eng", "xyz"};
  CHECK(Reading(config).text_problem().find("xyz") != std::string::npos);
  CHECK(Reading(config).text_problem().find("eng") == std::string::npos);
}

TEST_CASE("the version changes with what is read with") {
  const TemporaryFolder empty;
  ModelsConfig config;
  config.directory = empty.path();
  const std::string without = Reading(config).version();
  CHECK_FALSE(without.empty());
  CHECK(without == Reading(config).version());
  if (can_read_text()) {
    CHECK(without != shared_reading().version());
  }
}

TEST_CASE("a broken model is an error that names the file") {
  if (!can_read_text()) {
    return;
  }
  const TemporaryFolder folder;
  folder.write("text_detect.onnx", "");
  ModelsConfig config;
  config.directory = folder.path();
  CHECK_THROWS_WITH(Reading(config).lease(), Catch::Contains("text_detect.onnx"));
}

}  // namespace muster
