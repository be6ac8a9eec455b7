#include "extractors/text_seen/video_texts.h"

#include "tests/extractors/text_seen/drawn_text.h"

#include <algorithm>

#include <catch2/catch.hpp>

namespace muster {
namespace {

constexpr std::int64_t kFrameMs = 40;

// A text that is drawn into some of the frames of a clip.
struct Overlay {
  std::string text;
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  int bottom = 300;  // px
};

// Draws frames, and reads what it drew: the reading itself is tested elsewhere. Each overlay leaves
// a mark of its number's color in the first row, which no other test of ours looks at.
class DrawnClip : public ReadingEngine {
 public:
  DrawnClip(std::int64_t length_ms, std::vector<Overlay> overlays)
      : length_ms_(length_ms), overlays_(std::move(overlays)) {}

  Frame frame_at(std::int64_t time_ms) const {
    // The camera moves: the ground is another one every second.
    cv::Mat picture = busy_ground(360, 640, static_cast<std::uint64_t>(time_ms / 1000));
    picture.row(0).setTo(0);
    for (std::size_t i = 0; i < overlays_.size(); ++i) {
      if (time_ms >= overlays_[i].from_ms && time_ms < overlays_[i].to_ms) {
        draw_text(picture, overlays_[i].text, 30, overlays_[i].bottom, 30, {255, 255, 255});
        picture.at<cv::Vec3b>(0, static_cast<int>(i)) = {255, 255, 255};
      }
    }
    return {time_ms, kFrameMs, picture};
  }

  // As the decoder keeps them: every `every_ms`.
  DecodedMedia kept(std::int64_t every_ms) const {
    DecodedMedia media;
    media.facts.type = MediaType::mp4;
    for (std::int64_t time = 0; time < length_ms_; time += every_ms) {
      media.frames.push_back(frame_at(time));
    }
    return media;
  }

  DecodedMedia again(const FrameQuery& query) {
    ++queries;
    DecodedMedia media;
    for (const TimeSpan& window : query.windows) {
      const std::int64_t step = std::max(kFrameMs, query.every_ms);
      const std::int64_t start = (window.start_ms + kFrameMs - 1) / kFrameMs * kFrameMs;
      for (std::int64_t time = start; time < std::min(window.end_ms, length_ms_); time += step) {
        media.frames.push_back(frame_at(time));
      }
    }
    return media;
  }

  std::vector<TextLine> read_text(const cv::Mat& picture, int) override {
    ++searches;
    std::vector<TextLine> lines;
    for (std::size_t i = 0; i < overlays_.size(); ++i) {
      if (picture.at<cv::Vec3b>(0, static_cast<int>(i))[0] == 255) {
        lines.push_back(line(i));
      }
    }
    return lines;
  }

  std::optional<TextLine> read_line(const cv::Mat& picture, const std::vector<Point>&) override {
    const std::vector<TextLine> lines = read_text(picture, 0);
    return lines.empty() ? std::nullopt : std::optional(lines.front());
  }

  std::vector<PictureCode> read_codes(const cv::Mat&) override { return {}; }

  int searches = 0;
  int queries = 0;

 private:
  TextLine line(std::size_t i) const {
    const double bottom = overlays_[i].bottom / 640.0;
    TextLine line;
    line.text = overlays_[i].text;
    line.confidence = 0.9;
    line.box = {30 / 360.0, bottom - 32 / 640.0, 0.6, 40 / 640.0};
    const Box& box = line.box;
    line.outline = {{box.x, box.y},
                    {box.x + box.width, box.y},
                    {box.x + box.width, box.y + box.height},
                    {box.x, box.y + box.height}};
    line.height = 30 / 640.0;
    line.contrast = 8;
    return line;
  }

  std::int64_t length_ms_;
  std::vector<Overlay> overlays_;
};

std::vector<SeenText> texts_of(DrawnClip& clip,
                               std::int64_t kept_every_ms,
                               bool with_again = true) {
  const DecodedMedia media = clip.kept(kept_every_ms);
  std::function<DecodedMedia(const FrameQuery&)> again;
  if (with_again) {
    again = [&](const FrameQuery& query) { return clip.again(query); };
  }
  SeenMedia seen;
  read_video_texts({media, again, true}, clip, seen);
  return seen.texts;
}

}  // namespace

TEST_CASE("a label that stays is one text over the whole video, whatever moves behind it") {
  DrawnClip clip(4000, {{"#ad Fizzo", 0, 4000}});
  const std::vector<SeenText> texts = texts_of(clip, 200);
  REQUIRE(texts.size() == 1);
  CHECK(texts[0].text == "#ad Fizzo");
  CHECK(texts[0].time == TimeSpan{0, 3840});  // the end of the last kept frame's own time
}

TEST_CASE("a label that comes and goes between kept frames is timed to the frame") {
  DrawnClip clip(4000, {{"#ad Fizzo", 1120, 2680}});
  const std::vector<SeenText> texts = texts_of(clip, 200);
  REQUIRE(texts.size() == 1);
  CHECK(texts[0].time == TimeSpan{1120, 2680});
}

TEST_CASE("without a second look the times are those of the kept frames") {
  DrawnClip clip(4000, {{"#ad Fizzo", 1120, 2680}});
  const std::vector<SeenText> texts = texts_of(clip, 200, false);
  REQUIRE(texts.size() == 1);
  CHECK(texts[0].time == TimeSpan{1200, 2640});
}

TEST_CASE("a label of eight frames is found, and known to be that short") {
  DrawnClip clip(6000, {{"#ad Fizzo", 2000, 2320}});
  const std::vector<SeenText> texts = texts_of(clip, 80);
  REQUIRE(texts.size() == 1);
  CHECK(texts[0].time == TimeSpan{2000, 2320});
}

TEST_CASE("two texts at once, and one after the other, stay apart") {
  DrawnClip clip(
      4000, {{"#ad Fizzo", 0, 2000, 120}, {"so good", 0, 4000, 300}, {"try it", 2400, 4000, 500}});
  const std::vector<SeenText> texts = texts_of(clip, 200);
  REQUIRE(texts.size() == 3);
  CHECK(texts[0].text == "#ad Fizzo");
  CHECK(texts[0].time == TimeSpan{0, 2000});
  CHECK(texts[2].text == "try it");
  CHECK(texts[2].time.start_ms == 2400);
}

TEST_CASE("the same label shown again much later is another one") {
  DrawnClip clip(6000, {{"#ad Fizzo", 0, 1000}, {"#ad Fizzo", 4000, 6000}});
  const std::vector<SeenText> texts = texts_of(clip, 200);
  REQUIRE(texts.size() == 2);
  CHECK(texts[0].time == TimeSpan{0, 1000});
  CHECK(texts[1].time.start_ms == 4000);
}

TEST_CASE("of a long video with few kept frames the beginning is looked at closer") {
  DrawnClip clip(60'000, {{"#ad Fizzo", 1000, 4000}});
  const std::vector<SeenText> texts = texts_of(clip, 10'000);
  REQUIRE(texts.size() == 1);
  CHECK(texts[0].time == TimeSpan{1000, 4000});
}

TEST_CASE("the work is bounded by the number of frames that are read") {
  std::vector<Overlay> overlays;
  for (int i = 0; i < 60; ++i) {
    overlays.push_back({"text " + std::to_string(i), i * 400, i * 400 + 400, 300});
  }
  DrawnClip clip(24'000, overlays);
  texts_of(clip, 200, false);
  CHECK(clip.searches <= 24 + 60 * 4);  // and single lines where edges leave a doubt
}

TEST_CASE("texts are alike by their letters") {
  CHECK(text_likeness("#ad Fizzo", "# AD fizzo!") == 1);
  CHECK(text_likeness("#ad Fizzo", "#ad F1zz0") > 0.9);
  CHECK(text_likeness("#ad Fizzo", "so good") < 0.5);
  CHECK(text_likeness("!!", "!!") == 1);
  CHECK(text_likeness("!!", "a") == 0);
}

}  // namespace muster
