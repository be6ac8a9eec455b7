// T29: the traps of disclosure in pictures, videos and speech, as files that are drawn here and go
// through the whole program.

#include "tests/extractors/decode/media_maker.h"
#include "tests/extractors/text_seen/drawn_text.h"
#include "tests/support/program.h"
#include "tests/worker/campaign.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace muster;
using namespace muster::testing;

namespace {

constexpr int kWidth = 720;
constexpr int kHeight = 1280;
constexpr std::int64_t kStep = 200;  // ms a frame
constexpr std::size_t kFrames = 45;
const char* const kLabel = "Ad: with Fizzo";

// A label as it stands in a picture.
struct Label {
  std::string text = kLabel;
  int left = 80;
  int bottom = 500;    // px of kHeight
  double height = 56;  // px
  cv::Scalar ink{0, 0, 0};
  cv::Scalar card{255, 255, 255};
  std::size_t from = 0;  // frames
  std::size_t to = kFrames;
};

cv::Mat draw(const std::optional<Label>& label, std::uint64_t seed) {
  cv::Mat picture = busy_ground(kWidth, kHeight, seed);
  if (label) {
    const int top = label->bottom - static_cast<int>(label->height * 1.5);
    cv::Mat card =
        picture(cv::Rect(label->left - 30, top, 560, static_cast<int>(label->height * 2)));
    card.setTo(label->card);
    draw_text(picture, label->text, label->left, label->bottom, label->height, label->ink);
  }
  return picture;
}

std::string reel(const std::optional<Label>& label, bool sound = false) {
  test::VideoSpec spec;
  spec.width = kWidth;
  spec.height = kHeight;
  spec.times_ms = test::steady_times(kFrames, kStep);
  spec.last_duration_ms = kStep;
  spec.faststart = true;
  spec.extension = sound ? ".mov" : ".mp4";  // MP4 has no plain samples
  spec.audio = sound;
  if (sound) {
    for (std::size_t i = 0; i < 48 * kStep * kFrames; ++i) {
      spec.sound.push_back(static_cast<float>(i % 96) / 480 - 0.1F);
    }
  }
  const cv::Mat with = draw(label, 7);
  const cv::Mat without = draw(std::nullopt, 7);
  spec.draw = [=](std::size_t frame) {
    return label && frame >= label->from && frame < label->to ? with : without;
  };
  return test::make_video(spec);
}

std::string photo(const std::optional<Label>& label, std::uint64_t seed = 7) {
  return test::encode_still(draw(label, seed), ".jpg");
}

// `muster check` on drawn files.
class Draft {
 public:
  explicit Draft(std::string placement, std::string market = "us")
      : placement_(std::move(placement)), market_(std::move(market)) {
    write_file(folder_ / "brief.toml",
               fmt::format("id = \"b\"\nsponsor = \"Fizzo\"\nplacements = [\"{}\"]\nmarkets = "
                           "[\"{}\"]\n",
                           placement_,
                           market_));
  }
  void add(const std::string& name, const std::string& bytes) {
    write_file(folder_ / name, bytes);
    files_.push_back((folder_ / name).string());
  }
  void say(const std::string& name, const std::string& text) {
    write_file(folder_ / name, text);
    transcripts_.push_back((folder_ / name).string());
  }
  void caption(std::string text) { caption_ = std::move(text); }

  Json findings(const std::string& rule) const {
    std::vector<std::string> args{"check"};
    args.insert(args.end(), files_.begin(), files_.end());
    for (const std::string& transcript : transcripts_) {
      args.insert(args.end(), {"--transcript", transcript});
    }
    args.insert(args.end(),
                {"--brief",
                 (folder_ / "brief.toml").string(),
                 "--placement",
                 placement_,
                 "--caption",
                 caption_,
                 "--format",
                 "json"});
    const Finished done = run_muster(args);
    INFO(done.out + done.err);
    REQUIRE((done.status == 0 || done.status == 3));
    Json found = Json::array();
    const Json report = Json::parse(done.out);
    for (const Json& finding : report.at("findings")) {
      if (finding.at("rule_id") == fmt::format("market-{}.{}", market_, rule)) {
        found.push_back(finding);
      }
    }
    return found;
  }
  Json finding(const std::string& rule) const {
    const Json found = findings(rule);
    INFO(rule << ": " << found.dump());
    REQUIRE(found.size() == 1);
    return found.front();
  }

 private:
  TemporaryFolder folder_;
  std::string placement_;
  std::string market_;
  std::string caption_ = "Ad: my summer with Fizzo";
  std::vector<std::string> files_;
  std::vector<std::string> transcripts_;
};

// False, with a message, on a machine without the models.
bool can_read() {
  Draft draft("instagram-story");
  draft.add("story.jpg", photo(Label{}));
  const Json finding = draft.finding("in_media");
  if (finding.at("outcome") == "could_not_check") {
    WARN("skipped: " << finding.at("message"));
    return false;
  }
  CHECK(finding.at("outcome") == "pass");
  return true;
}

Json reel_finding(const Label& label, const std::string& placement = "tiktok-video") {
  Draft draft(placement);
  draft.add("reel.mp4", reel(label));
  return draft.finding("in_media");
}

void check_warns(const Json& finding, const std::string& why) {
  INFO(finding.dump());
  CHECK(finding.at("outcome") == "warn");
  CHECK(finding.at("message").get<std::string>().find(why) != std::string::npos);
}

}  // namespace

TEST_CASE("T29: a label in a video counts only where people can read it") {
  if (!can_read()) {
    return;
  }
  const Json good = reel_finding({});
  INFO(good.dump());
  CHECK(good.at("outcome") == "pass");
  CHECK(good.at("place").at("time").at("start_ms") == 0);

  Label under_caption;
  under_caption.bottom = 1180;
  check_warns(reel_finding(under_caption), "caption and sound");

  Label eight_frames;  // of a clip with 5 frames a second: 1.6 s
  eight_frames.to = 8;
  check_warns(reel_finding(eight_frames), "it shows for 1.6 s");

  Label late;
  late.from = 20;
  check_warns(reel_finding(late), "it comes after 4.0 s");

  Label tiny;
  tiny.height = 22;
  check_warns(reel_finding(tiny), "3.0 % of the height");

  Label pale;
  pale.ink = {170, 170, 170};
  check_warns(reel_finding(pale), "contrast");

  Label white_on_white;
  white_on_white.ink = {255, 255, 255};
  check_warns(reel_finding(white_on_white), "no label was read");

  Label denied;
  denied.text = "this is not an ad";
  denied.height = 40;
  check_warns(reel_finding(denied), "no label was read");
}

TEST_CASE("T29: a story sequence of which only one slide is labelled is not labelled") {
  if (!can_read()) {
    return;
  }
  Draft draft("instagram-story");
  for (const int slide : {1, 2, 3}) {
    draft.add(fmt::format("slide-{}.jpg", slide),
              photo(slide == 3 ? std::optional(Label{}) : std::nullopt,
                    static_cast<std::uint64_t>(slide)));
  }
  const Json found = draft.findings("in_media");
  REQUIRE(found.size() == 3);
  CHECK(found[0].at("outcome") == "warn");
  CHECK(found[1].at("outcome") == "warn");
  CHECK(found[2].at("outcome") == "pass");
  CHECK(found[2].at("place").at("item") == 2);
}

TEST_CASE("T29: every item of a carousel is labelled where the market says so") {
  if (!can_read()) {
    return;
  }
  Draft draft("instagram-carousel", "uk");
  draft.add("one.jpg", photo(Label{}));
  draft.add("two.jpg", photo(std::nullopt, 9));
  const Json found = draft.findings("each_item");
  REQUIRE(found.size() == 2);
  CHECK(found[0].at("outcome") == "pass");
  CHECK(found[1].at("outcome") == "warn");
}

TEST_CASE("T29: a label that stands only in what a file says of itself is none") {
  Draft draft("instagram-feed");
  draft.caption("my summer");
  std::string jpeg = photo(std::nullopt);
  const std::string words = "alt text: Ad, paid partnership with Fizzo";
  jpeg.insert(2,
              std::string("\xFF\xFE") + static_cast<char>((words.size() + 2) >> 8) +
                  static_cast<char>((words.size() + 2) & 0xFF) + words);
  draft.add("photo.jpg", jpeg);
  CHECK(draft.finding("wording").at("outcome") == "fail");
}

TEST_CASE("T29: what is said needs a label that is said, and what is shown one that is shown") {
  if (!can_read()) {
    return;
  }
  // Spoken disclosure, visual claim.
  Draft spoken("instagram-reel");
  spoken.add("reel.mov", reel(std::nullopt, true));
  spoken.say("reel.srt",
             "1\r\n00:00:00,500 --> 00:00:03,000\r\n<i>This is an ad</i> for Fizzo\r\n");
  CHECK(spoken.finding("spoken").at("outcome") == "pass");
  CHECK(spoken.finding("in_media").at("outcome") == "warn");

  // Visual disclosure, spoken claim.
  Draft shown("instagram-reel");
  shown.add("reel.mov", reel(Label{}, true));
  shown.say("reel.vtt", "WEBVTT\n\n00:01.000 --> 00:03.000\nFizzo is just so good\n");
  CHECK(shown.finding("in_media").at("outcome") == "pass");
  CHECK(shown.finding("spoken").at("outcome") == "warn");

  // Nobody knows what is said.
  Draft unknown("instagram-reel");
  unknown.add("reel.mov", reel(Label{}, true));
  CHECK(unknown.finding("spoken").at("outcome") == "could_not_check");

  // T12: nothing is said.
  Draft silent("instagram-reel");
  silent.add("reel.mp4", reel(Label{}));
  CHECK(silent.finding("spoken").at("outcome") == "not_applicable");
}

TEST_CASE("a transcript goes with its video into the store, and a replay hears the same") {
  const Campaign campaign;
  write_file(campaign.inbox() / "reel.mov", reel(Label{}, true));
  write_file(campaign.inbox() / "reel.srt",
             "1\n00:00:00,500 --> 00:00:03,000\nThis is an ad for Fizzolo\n\n"
             "2\n00:00:09,000 --> 00:00:04,000\nbroken\n");
  write_file(campaign.inbox() / "reel.json",
             R"({"creator": "mia", "platform": "instagram", "caption": "#ad Fizzolo"})");
  CHECK(campaign.json({"run", "--once"}).at("submissions").at("seen") == 1);
  const Json detail = campaign.json({"queue", "show", "1"});
  CHECK(detail.at("assets").at(0).at("transcript").at("name") == "reel.srt");
  std::map<std::string, Json> findings;
  for (const Json& finding : detail.at("findings")) {
    findings[finding.at("rule_id")] = finding;
  }
  CHECK(findings["market-us.spoken"].at("outcome") == "pass");
  CHECK(findings["market-us.spoken"].at("place").at("time").at("start_ms") == 500);
  CHECK(findings["transcript.readable"].at("outcome") == "warn");
  CHECK(std::filesystem::exists(campaign.inbox() / ".done/reel.srt"));
  const Finished replayed = campaign.muster({"replay", "1"});
  INFO(replayed.out + replayed.err);
  CHECK(replayed.status == 0);
  CHECK(campaign.muster({"verify"}).status == 0);
}
