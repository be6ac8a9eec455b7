#include "extractors/media/picture_measures.h"
#include "tests/extractors/checks/check_bench.h"

#include <catch2/catch.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

// Sharp patches of many levels around a mean.
cv::Mat patches(int level = 128, int spread = 90, cv::Size size = {640, 800}) {
  cv::RNG random(42);
  cv::Mat small(size.height / 20, size.width / 20, CV_8UC3);
  random.fill(small, cv::RNG::UNIFORM, std::max(0, level - spread), std::min(256, level + spread));
  cv::Mat picture;
  cv::resize(small, picture, size, 0, 0, cv::INTER_NEAREST);
  return picture;
}

DecodedMedia still(const cv::Mat& picture) {
  DecodedMedia media;
  media.facts = jpeg_facts(picture.cols, picture.rows);
  media.frames = {{0, 0, picture}};
  return media;
}

// A box of another picture's size in the middle of a plain color.
cv::Mat framed(const cv::Mat& picture, int top, int bottom, int left, int right, cv::Scalar color) {
  cv::Mat result;
  cv::copyMakeBorder(picture, result, top, bottom, left, right, cv::BORDER_CONSTANT, color);
  return result;
}

struct PictureBench : CheckBench {
  std::vector<Finding> on(const cv::Mat& picture) {
    media = {decoded(jpeg_facts(picture.cols, picture.rows))};
    media[0].picture = measure_pictures(still(picture));
    return run(make_picture_check());
  }
  std::vector<Finding> on_video(const VideoContent& content) {
    media = {decoded(mp4_facts(1080, 1920, 20'000))};
    media[0].picture = measure_pictures(still(patches()));
    media[0].facts.video_content = content;
    return run(make_picture_check());
  }
};

TEST_CASE("a sharp, well lit picture passes, and every measure is told") {
  PictureBench bench;
  const auto findings = bench.on(patches());
  CHECK(worst(findings) == Outcome::pass);
  CHECK(findings.size() == 3);
  for (const Finding& finding : findings) {
    CHECK(finding.measured_value.has_value());
    CHECK_FALSE(finding.threshold.empty());
    CHECK(finding.source.confidence == "house");
    CHECK(finding.place.item == 0);
  }
}

TEST_CASE("a picture in which nothing is in focus is named; one sharp part is enough") {
  PictureBench bench;
  cv::Mat blurred;
  cv::GaussianBlur(patches(), blurred, {}, 9);
  CHECK(only(bench.on(blurred), "picture.focus").outcome == Outcome::warn);
  cv::Mat portrait = blurred.clone();
  patches()(cv::Rect(200, 200, 240, 240)).copyTo(portrait(cv::Rect(200, 200, 240, 240)));
  CHECK(only(bench.on(portrait), "picture.focus").outcome == Outcome::pass);

  bench.brief.picture.min_sharpness = 0;
  CHECK(only(bench.on(blurred), "picture.focus").outcome == Outcome::pass);
}

TEST_CASE("too dark, too bright and clipped pictures are named, on both sides of the limits") {
  PictureBench bench;
  const auto light = [&](int level) {
    return only(bench.on(cv::Mat(400, 400, CV_8UC3, cv::Scalar::all(level))), "picture.light");
  };
  CHECK(light(20).outcome == Outcome::warn);
  CHECK(light(21).outcome == Outcome::pass);
  CHECK(light(242).outcome == Outcome::pass);
  CHECK(light(243).outcome == Outcome::warn);

  cv::Mat clipped = patches(128, 90, {400, 400});
  clipped.rowRange(0, 362).setTo(cv::Scalar::all(255));
  CHECK(only(bench.on(clipped), "picture.light").outcome == Outcome::warn);
  clipped = patches(128, 90, {400, 400});
  clipped.rowRange(0, 356).setTo(cv::Scalar::all(255));
  CHECK(only(bench.on(clipped), "picture.light").outcome == Outcome::pass);
}

TEST_CASE("bars and frames of any color are found by their straight edge") {
  PictureBench bench;
  const cv::Mat picture = patches(128, 90, {600, 600});
  for (const cv::Scalar& color :
       {cv::Scalar(0, 0, 0), cv::Scalar(255, 255, 255), cv::Scalar(40, 200, 90)}) {
    const Finding letterbox =
        only(bench.on(framed(picture, 100, 100, 0, 0, color)), "picture.bars");
    CHECK(letterbox.outcome == Outcome::warn);
    CHECK(letterbox.measured_value == Approx(0.25).margin(0.01));
    CHECK(letterbox.message.find("above and below") != std::string::npos);
    const Finding pillarbox = only(bench.on(framed(picture, 0, 0, 80, 80, color)), "picture.bars");
    CHECK(pillarbox.outcome == Outcome::warn);
    CHECK(pillarbox.message.find("beside") != std::string::npos);
    const Finding frame = only(bench.on(framed(picture, 40, 40, 40, 40, color)), "picture.bars");
    CHECK(frame.outcome == Outcome::warn);
    CHECK(frame.message.find("frame around") != std::string::npos);
    REQUIRE(frame.place.box);
    CHECK(frame.place.box->width == Approx(600.0 / 680).margin(0.01));
  }
  CHECK(only(bench.on(framed(picture, 12, 12, 0, 0, {0, 0, 0})), "picture.bars").outcome ==
        Outcome::pass);
  // On one side alone it is part of the picture.
  CHECK(only(bench.on(framed(picture, 100, 0, 0, 0, {0, 0, 0})), "picture.bars").outcome ==
        Outcome::pass);
}

TEST_CASE("a thing on a plain ground has no bars") {
  PictureBench bench;
  cv::Mat product(800, 800, CV_8UC3, cv::Scalar::all(250));
  patches(128, 90, {200, 400}).copyTo(product(cv::Rect(300, 200, 200, 400)));
  CHECK(only(bench.on(product), "picture.bars").outcome == Outcome::pass);
}

TEST_CASE("black and frozen spans of a video are named with their time, beyond the brief's limit") {
  PictureBench bench;
  VideoContent content;
  content.black = {{2000, 3000}};
  content.frozen = {{5000, 8000}};
  CHECK(worst(bench.on_video(content)) == Outcome::pass);
  content.black = {{0, 600}, {2000, 3001}};
  content.frozen = {{5000, 8001}};
  const auto findings = bench.on_video(content);
  const Finding black = only(findings, "picture.black");
  CHECK(black.outcome == Outcome::warn);
  CHECK(black.place.time == TimeSpan{2000, 3001});
  CHECK(only(findings, "picture.frozen").outcome == Outcome::warn);
  content.bar_top = content.bar_bottom = 0.12;
  CHECK(only(bench.on_video(content), "picture.bars").outcome == Outcome::warn);
}

TEST_CASE("how much of the frame text takes is judged where the brief asks, at each moment") {
  PictureBench bench;
  bench.brief.picture.max_text_share = 0.305;
  bench.on_video({});
  const auto share = [&] { return only(bench.run(make_picture_check()), "picture.text_share"); };
  CHECK(share().outcome == Outcome::could_not_check);
  bench.media[0].texts_were_read = true;
  CHECK(share().outcome == Outcome::pass);
  // Two that overlap by a half, and one that shows later.
  bench.media[0].texts = {{"one", 0.9, {0.0, 0.0, 0.4, 0.5}, 9, {0, 4000}},
                          {"two", 0.9, {0.2, 0.0, 0.4, 0.5}, 9, {2000, 5000}},
                          {"three", 0.9, {0.0, 0.5, 0.5, 0.5}, 9, {6000, 7000}}};
  CHECK(share().outcome == Outcome::pass);
  CHECK(share().measured_value == Approx(0.3));
  bench.media[0].texts[1].box.width = 0.42;
  CHECK(share().outcome == Outcome::warn);
  CHECK(share().place.time == TimeSpan{2000, 5000});
  CHECK(share().reason_code == "picture_text");
  bench.brief.picture.max_text_share = 0;
  CHECK_FALSE(has_rule(bench.run(make_picture_check()), "picture.text_share"));
}

TEST_CASE("letters that are too small to read are named where the brief asks") {
  PictureBench bench;
  bench.brief.picture.min_text_height = 0.015;
  bench.on(patches());
  bench.media[0].texts_problem = "the model for finding text is not installed";
  const auto size = [&] { return only(bench.run(make_picture_check()), "picture.text_size"); };
  CHECK(size().outcome == Outcome::could_not_check);
  CHECK(contains(size().message, "not installed"));
  bench.media[0].texts_problem.clear();
  bench.media[0].texts_were_read = true;
  CHECK(size().outcome == Outcome::not_applicable);
  SeenText large{"large", 0.9, {0.1, 0.1, 0.5, 0.1}, 9, {}};
  SeenText small{"small print", 0.9, {0.1, 0.8, 0.5, 0.1}, 9, {}};
  small.height = 0.0149;
  bench.media[0].texts = {large};
  CHECK(size().outcome == Outcome::pass);
  bench.media[0].texts.push_back(small);
  CHECK(size().outcome == Outcome::warn);
  CHECK(contains(size().message, "small print"));
  CHECK(size().place.box == small.box);
  bench.media[0].texts[1].height = 0.015;
  CHECK(size().outcome == Outcome::pass);
}

TEST_CASE("without a picture, or without a look at all of a video, nothing passes") {
  PictureBench bench;
  bench.media = {decoded(jpeg_facts(100, 100))};
  const auto unread = bench.run(make_picture_check());
  REQUIRE(unread.size() == 1);
  CHECK(unread[0].outcome == Outcome::could_not_check);

  bench.media = {decoded(mp4_facts(1080, 1920, 20'000))};
  bench.media[0].picture = measure_pictures(still(patches()));
  CHECK(only(bench.run(make_picture_check()), "picture.black").outcome == Outcome::could_not_check);
}

}  // namespace
}  // namespace muster
