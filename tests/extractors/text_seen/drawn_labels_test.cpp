// What the shipped packs ask of a label in the picture, held against drawn labels that the real
// helpers decode and read. Labels that come and go in clips: tests/worker/media_traps_test.cpp.

#include "config/packs.h"
#include "decode_fixture.h"
#include "extractors/media/disclosure_labels.h"
#include "extractors/media/look.h"
#include "media_maker.h"
#include "tests/extractors/checks/check_bench.h"
#include "tests/extractors/text_seen/drawn_text.h"
#include "tests/extractors/text_seen/shared_reading.h"

#include <algorithm>
#include <set>
#include <utility>

#include <catch2/catch.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

// A label as it stands in a frame, black on a grey board.
struct DrawnLabel {
  std::string text;
  double height = 0.045;   // of its letters, as a share of the frame's
  double baseline = 0.45;  // as a share of the frame's height
  int board = 255;         // grey of the board
};

cv::Mat draw(const DrawnLabel& label, int width, int height) {
  cv::Mat picture = busy_ground(width, height, 5);
  const double letters = label.height * height;
  const auto bottom = static_cast<int>(label.baseline * height);
  const auto top = static_cast<int>(bottom - 1.5 * letters);
  cv::rectangle(picture,
                {0, top, width, static_cast<int>(2.2 * letters)},
                cv::Scalar::all(label.board),
                cv::FILLED);
  draw_text(picture, label.text, width / 10, bottom, letters, {0, 0, 0});
  return picture;
}

// An accepted wording of a market that can be drawn in Latin letters, in the form of a label.
std::string drawable_wording(const MarketPack& market) {
  for (const DisclosureWording& wording : market.wordings) {
    const std::string text = wording_text(wording, "Fizzo").value_or("");
    const bool is_ascii = std::all_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (wording.verdict == WordingVerdict::accept && !wording.spoken && is_ascii &&
        text.size() > 4 && text.size() < 30) {
      return wording.hashtag_only ? "#" + text : text;
    }
  }
  FAIL("no wording of " << market.id << " can be drawn");
  return {};
}

class LabelBench : public CheckBench {
 public:
  LabelBench(const std::string& placement_id, const MarketPack& market) {
    placement = shipped_packs().placements.at(placement_id);
    markets = {market};
    brief.disclosure.shown = true;
    manifest.caption = "hello";
    label.text = drawable_wording(market);
  }

  Finding on_still() { return judge(test::encode_still(draw(label, 1920, 1080), ".jpg")); }

  // A clip of 8 s that shows it throughout.
  Finding on_clip() {
    constexpr int kWidth = 960;
    constexpr int kHeight = 540;
    const cv::Mat picture = draw(label, kWidth, kHeight);
    test::VideoSpec spec;
    spec.width = kWidth;
    spec.height = kHeight;
    spec.times_ms = test::steady_times(16, 500);
    spec.last_duration_ms = 500;
    spec.draw = [&](std::size_t) { return picture; };
    return judge(test::make_video(spec));
  }

  DrawnLabel label;

 private:
  Finding judge(const std::string& file) {
    const DecodedMedia decoded_file = test::decode(file);
    const auto again = [&](const FrameQuery& query) {
      return test::shared_decoder().decode_again(media_bytes(file), query);
    };
    media = {look_at({.media = decoded_file,
                      .brief = brief,
                      .again = again,
                      .reading = &test::shared_reading()})};
    return only(run(make_disclosure_check()), "market-" + markets.front().id + ".in_media");
  }
};

}  // namespace

TEST_CASE("every market takes a drawn label that keeps its numbers, and no smaller or paler one") {
  if (!test::can_read_text()) {
    return;
  }
  for (const auto& [id, market] : shipped_packs().markets) {
    LabelBench bench("instagram-story", market);
    // What can hardly be read may not be read at all: then no label is there.
    const auto is_taken = [&] {
      const Finding finding = bench.on_still();
      CAPTURE(id, bench.label.text, finding.message);
      CHECK((finding.outcome == Outcome::pass || finding.outcome == Outcome::warn ||
             finding.outcome == Outcome::fail));
      return finding.outcome == Outcome::pass;
    };
    CHECK(is_taken());
    bench.label.height = market.on_screen.min_text_height * 0.7;
    CHECK_FALSE(is_taken());
    if (id == "us") {  // all have the same number
      bench.label = {bench.label.text};
      bench.label.board = 60;  // some 2:1
      CHECK_FALSE(is_taken());
    }
  }
}

TEST_CASE("a label under the buttons of a placement is covered, wherever it draws them") {
  if (!test::can_read_text()) {
    return;
  }
  const MarketPack& market = shipped_packs().markets.at("us");
  std::set<std::pair<double, double>> seen;  // top and height; many placements share a zone
  for (const auto& [id, pack] : shipped_packs().placements) {
    for (const CoveredZone& zone : pack.covered) {
      const bool takes_label = zone.box.width >= 0.5 && zone.box.height >= 0.07;
      if (!takes_label || !seen.emplace(zone.box.y, zone.box.height).second) {
        continue;
      }
      LabelBench bench(id, market);
      bench.label.baseline = zone.box.y + zone.box.height / 2 + bench.label.height / 2;
      const Finding finding = pack.is_story ? bench.on_still() : bench.on_clip();
      CAPTURE(id, zone.id, finding.message);
      CHECK(finding.outcome == Outcome::warn);
      CHECK(contains(finding.message, zone.what));
    }
  }
  CHECK(seen.size() > 4);
}

}  // namespace muster
