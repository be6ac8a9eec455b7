#include "extractors/media/brand_visibility.h"

#include "extractors/brand/brand_index.h"
#include "extractors/media/look.h"
#include "tests/extractors/brand/drawn_brands.h"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

constexpr int kWidth = 800;
constexpr int kHeight = 600;

const BrandIndex& brands() {
  static const std::unique_ptr<BrandIndex> kIndex = [] {
    BrandKit fizzo = kit_of("fizzo", {draw_fizzo()});
    fizzo.competitors = {"kwalli"};
    BrandKit lost = kit_of("lost", {draw_fizzo()});
    lost.pictures[0].bytes = "no picture at all";
    BrandKit lonely = kit_of("lonely", {draw_ombra()});
    lonely.competitors = {"nobody", "lost"};
    cv::Mat dots(200, 200, CV_8UC4, cv::Scalar(255, 255, 255, 255));
    cv::circle(dots, {70, 100}, 34, cv::Scalar(0, 0, 0, 255), cv::FILLED, cv::LINE_AA);
    cv::rectangle(dots, {120, 80}, {150, 130}, cv::Scalar(0, 0, 0, 255), cv::FILLED);
    InProcessDecoder decoder;
    return BrandIndex::build(
        std::vector<BrandKit>{
            fizzo, kit_of("kwalli", {draw_kwalli()}), lost, lonely, kit_of("dots", {dots})},
        decoder,
        {},
        nullptr);
  }();
  return *kIndex;
}

cv::Mat background() {
  cv::Mat picture = draw_scene({kWidth, kHeight}, 17);
  cv::rectangle(picture, cv::Rect(60, 60, 680, 480), cv::Scalar(200, 210, 205), cv::FILLED);
  return picture;
}

cv::Mat with(const cv::Mat& logo, const cv::Rect2f& place) {
  cv::Mat picture = background();
  paste(picture, logo, turned(place, 0));
  return picture;
}

cv::Mat with_fizzo() {
  return with(draw_fizzo(), {90, 90, 280, 154});
}

DecodedMedia still(const cv::Mat& picture) {
  DecodedMedia media;
  media.facts.type = MediaType::jpeg;
  media.facts.integrity = Integrity::whole;
  if (!picture.empty()) {
    media.frames.push_back({0, 0, picture});
  }
  return media;
}

// A frame every 500 ms that lasts 40 ms in the file; `shown` says which show Fizzo.
DecodedMedia video(const std::vector<bool>& shown) {
  DecodedMedia media;
  media.facts.type = MediaType::mp4;
  media.facts.integrity = Integrity::whole;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    media.frames.push_back(
        {static_cast<std::int64_t>(500 * i), 40, shown[i] ? with_fizzo() : background()});
  }
  return media;
}

Brief brief_for(const std::string& kit) {
  Brief brief;
  brief.id = "spring-fizz";
  brief.kit = kit;
  brief.visibility.required = true;
  return brief;
}

std::vector<Finding> check(const Brief& brief,
                           const std::vector<DecodedMedia>& media,
                           const BrandIndex* index = &brands()) {
  const Manifest manifest;
  std::vector<SeenMedia> seen;
  for (const DecodedMedia& decoded : media) {
    seen.push_back(look_at({decoded, brief, index, {}}));
  }
  return make_brand_visibility_check()->run({manifest, seen, brief, nullptr, {}, index});
}

const Finding& only(const std::vector<Finding>& findings, const std::string& rule) {
  const Finding* found = nullptr;
  for (const Finding& finding : findings) {
    if (finding.rule_id == rule) {
      REQUIRE(found == nullptr);
      found = &finding;
    }
  }
  REQUIRE(found != nullptr);
  return *found;
}

bool has(const std::vector<Finding>& findings, const std::string& rule) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.rule_id == rule;
  });
}

TEST_CASE("a visible brand passes with its place, score and size") {
  const std::vector<Finding> findings = check(brief_for("fizzo"), {still(with_fizzo())});
  const Finding& finding = only(findings, "brand.visible");
  CHECK(finding.check == "brand_visibility");
  CHECK(finding.outcome == Outcome::pass);
  CHECK(finding.brand == "Fizzo");
  CHECK_THAT(finding.message,
             Catch::StartsWith("Fizzo is visible: ") && Catch::Contains("features agree") &&
                 Catch::Contains("% of the frame, upper left"));
  REQUIRE(finding.score.has_value());
  CHECK(*finding.score >= 0.5);
  CHECK(finding.place.item == 0);
  REQUIRE(finding.place.box.has_value());
  CHECK(finding.place.box->x == Approx(90.0 / kWidth).margin(0.02));
  CHECK(finding.place.outline.size() == 4);
  CHECK_FALSE(finding.place.time.has_value());
  CHECK(finding.pack_id == "brief");
  CHECK_FALSE(has(findings, "brand.size"));
  CHECK_FALSE(has(findings, "brand.seconds"));
  // The competitor was looked for and is not there.
  CHECK(only(findings, "brand.competitor").outcome == Outcome::pass);
}

TEST_CASE("the size must reach what the brief asks for") {
  Brief brief = brief_for("fizzo");
  brief.visibility.min_share_of_frame = 0.06;
  const auto large = check(brief, {still(with_fizzo())});
  CHECK(only(large, "brand.size").outcome == Outcome::pass);
  CHECK(*only(large, "brand.size").measured_value ==
        Approx(280.0 * 154 / (kWidth * kHeight)).epsilon(0.15));
  brief.visibility.min_share_of_frame = 0.12;
  const auto small = check(brief, {still(with_fizzo())});
  CHECK(only(small, "brand.visible").outcome == Outcome::pass);
  const Finding& finding = only(small, "brand.size");
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.threshold == "12.0 %");
  CHECK(finding.reason_code == "brand_too_small");
  CHECK_FALSE(finding.remedy.empty());
}

TEST_CASE("a find below the brief's score is for a person, never a pass") {
  Brief brief = brief_for("fizzo");
  const double score = *only(check(brief, {still(with_fizzo())}), "brand.visible").score;
  brief.visibility.min_score = score;
  CHECK(only(check(brief, {still(with_fizzo())}), "brand.visible").outcome == Outcome::pass);
  brief.visibility.min_score = score + 1e-9;
  brief.visibility.min_share_of_frame = 0.01;
  const auto findings = check(brief, {still(with_fizzo())});
  CHECK(only(findings, "brand.visible").outcome == Outcome::warn);
  CHECK_THAT(only(findings, "brand.visible").message, Catch::Contains("a person should look"));
  CHECK_FALSE(has(findings, "brand.size"));
}

TEST_CASE(
    "a missing brand fails only where it is required, and says how little that means for a weak "
    "kit") {
  Brief brief = brief_for("fizzo");
  const std::vector<DecodedMedia> nothing{still(background())};
  CHECK(only(check(brief, nothing), "brand.visible").outcome == Outcome::fail);
  CHECK(only(check(brief, nothing), "brand.visible").reason_code == "brand_not_visible");
  brief.visibility.required = false;
  CHECK(only(check(brief, nothing), "brand.visible").outcome == Outcome::not_applicable);
  brief = brief_for("dots");
  const auto weak = check(brief, nothing);
  CHECK(only(weak, "brand.visible").outcome == Outcome::warn);
  CHECK_THAT(only(weak, "brand.visible").message, Catch::Contains("says little"));
}

TEST_CASE("one item that shows the brand is enough for the submission") {
  const auto findings = check(brief_for("fizzo"), {still(background()), still(with_fizzo())});
  std::vector<Outcome> outcomes;
  for (const Finding& finding : findings) {
    if (finding.rule_id == "brand.visible") {
      outcomes.push_back(finding.outcome);
    }
  }
  CHECK(outcomes == std::vector<Outcome>{Outcome::not_applicable, Outcome::pass});
}

TEST_CASE("seconds are met by the lower bound alone") {
  // Seen at 0.5 and 1.0 s: at least 0.54 s, at most 1.46 s.
  const std::vector<DecodedMedia> media{video({false, true, true, false})};
  Brief brief = brief_for("fizzo");
  const auto findings_for = [&](double wanted) {
    brief.visibility.min_seconds = wanted;
    return check(brief, media);
  };
  CHECK(only(findings_for(0.55), "brand.seconds").outcome == Outcome::warn);
  CHECK(only(findings_for(1.46), "brand.seconds").outcome == Outcome::warn);
  const auto too_short = findings_for(1.47);
  CHECK(only(too_short, "brand.seconds").outcome == Outcome::fail);
  CHECK(only(too_short, "brand.seconds").reason_code == "brand_too_short");

  const auto met = findings_for(0.54);
  const Finding& seconds = only(met, "brand.seconds");
  CHECK(seconds.outcome == Outcome::pass);
  CHECK(*seconds.measured_value == Approx(0.54));
  CHECK(seconds.place.time == TimeSpan{500, 1040});
  const Finding& visible = only(met, "brand.visible");
  CHECK(visible.outcome == Outcome::pass);
  CHECK(visible.place.time == TimeSpan{500, 1040});
  CHECK_THAT(visible.message,
             Catch::Contains("first seen at 0.5 s") && Catch::Contains("at least 0.5 s"));
}

TEST_CASE("stills are not asked for seconds") {
  Brief brief = brief_for("fizzo");
  brief.visibility.min_seconds = 3;
  CHECK_FALSE(has(check(brief, {still(with_fizzo())}), "brand.seconds"));
}

TEST_CASE("a competitor is warned of with its own place") {
  cv::Mat both = with_fizzo();
  paste(both, draw_kwalli(), turned(cv::Rect2f(480, 270, 230, 230), 0));
  const auto findings = check(brief_for("fizzo"), {still(both)});
  CHECK(only(findings, "brand.visible").outcome == Outcome::pass);
  const Finding& finding = only(findings, "brand.competitor");
  CHECK(finding.outcome == Outcome::warn);
  CHECK(finding.brand == "Kwalli");
  CHECK(finding.reason_code == "competitor_visible");
  REQUIRE(finding.place.box.has_value());
  CHECK(finding.place.box->x > 0.5);
}

TEST_CASE("what nobody could look at is never passed") {
  SECTION("no picture was decoded") {
    DecodedMedia broken = still(cv::Mat());
    broken.facts.integrity = Integrity::unreadable;
    broken.facts.integrity_detail = "ends after 12 bytes";
    broken.remedy = "Send the file again.";
    const auto findings = check(brief_for("fizzo"), {broken});
    const Finding& finding = only(findings, "brand.visible");
    CHECK(finding.outcome == Outcome::could_not_check);
    CHECK_THAT(finding.message, Catch::Contains("ends after 12 bytes"));
    CHECK(finding.remedy == "Send the file again.");
    CHECK(finding.place.item == 0);
    CHECK_FALSE(has(findings, "brand.competitor"));
  }
  SECTION("the kit has no usable picture") {
    const Finding finding = only(check(brief_for("lost"), {still(with_fizzo())}), "brand.visible");
    CHECK(finding.outcome == Outcome::could_not_check);
    CHECK_THAT(finding.message, Catch::Contains("logo0.png") && Catch::Contains("cannot be read"));
  }
  SECTION("the kit is not known") {
    CHECK(only(check(brief_for("unheard"), {still(with_fizzo())}), "brand.visible").outcome ==
          Outcome::could_not_check);
    CHECK(
        only(check(brief_for("fizzo"), {still(with_fizzo())}, nullptr), "brand.visible").outcome ==
        Outcome::could_not_check);
  }
  SECTION("the submission has no file") {
    CHECK(only(check(brief_for("fizzo"), {}), "brand.visible").outcome == Outcome::could_not_check);
  }
  SECTION("a competitor's kit is missing or unusable") {
    int unchecked = 0;
    for (const Finding& finding :
         check(brief_for("lonely"), {still(with(draw_ombra(), {200, 150, 320, 231}))})) {
      unchecked +=
          finding.rule_id == "brand.competitor" && finding.outcome == Outcome::could_not_check;
      CHECK_FALSE((finding.rule_id == "brand.competitor" && finding.outcome == Outcome::pass));
    }
    CHECK(unchecked == 2);
  }
}

TEST_CASE("a brief without a kit asks for nothing") {
  const auto findings = check(brief_for(""), {still(with_fizzo())});
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].outcome == Outcome::not_applicable);
}

// A find that is made up, so that each of its figures can be set.
BrandHit made_up(const std::string& kit, double score, int features) {
  BrandHit hit;
  hit.kit = kit;
  hit.score = score;
  hit.inliers = features;
  hit.box = {0.3, 0.8, 0.2, 0.1};
  hit.outline = {{0.3, 0.8}, {0.5, 0.8}, {0.5, 0.9}, {0.3, 0.9}};
  hit.share_of_frame = 0.02;
  hit.measures = {0.9, 0.9, 0.0, std::nullopt};
  return hit;
}

std::vector<Finding> judged(const std::vector<BrandHit>& hits,
                            const PlacementPack* placement = nullptr) {
  SeenMedia media;
  media.facts.type = MediaType::jpeg;
  media.has_pictures = true;
  media.brands = {{0, 0, hits}};
  const std::vector<SeenMedia> seen{media};
  const Manifest manifest;
  const Brief brief = brief_for("fizzo");
  return make_brand_visibility_check()->run({manifest, seen, brief, placement, {}, &brands()});
}

TEST_CASE("a find on a handful of features is never passed without a person") {
  const auto few = judged({made_up("fizzo", 0.97, kFewestSureFeatures - 1)});
  CHECK(only(few, "brand.visible").outcome == Outcome::warn);
  CHECK_THAT(only(few, "brand.visible").message,
             Catch::StartsWith("this may be Fizzo: 7 features agree") &&
                 Catch::Contains("so little of it can look like that by chance"));
  CHECK(only(judged({made_up("fizzo", 0.97, kFewestSureFeatures)}), "brand.visible").outcome ==
        Outcome::pass);
  // A word that was read surely carries a find by itself; one that was guessed at doesn't.
  BrandHit read = made_up("fizzo", 0.97, 0);
  read.word = {"Fizzo", "FIZZO", kSureWord};
  CHECK(only(judged({read}), "brand.visible").outcome == Outcome::pass);
  CHECK_THAT(only(judged({read}), "brand.visible").message,
             Catch::StartsWith("Fizzo is visible: \"FIZZO\" was read, 2.0 %"));
  read.word->score = kSureWord - 0.01;
  CHECK(only(judged({read}), "brand.visible").outcome == Outcome::warn);
  // So does a sure score that the learned matcher had its say in.
  BrandHit alike = made_up("fizzo", kSureLook, 2);
  alike.learned = 0.7;
  CHECK(only(judged({alike}), "brand.visible").outcome == Outcome::pass);
  alike.score = kSureLook - 0.01;
  CHECK(only(judged({alike}), "brand.visible").outcome == Outcome::warn);
  // A surer place elsewhere decides, not the one with the highest score.
  CHECK(only(judged({made_up("fizzo", 0.97, 5), made_up("fizzo", 0.6, 12)}), "brand.visible")
            .outcome == Outcome::pass);
}

TEST_CASE("a place that fits another brand nearly as well goes to a person with both names") {
  BrandHit hit = made_up("fizzo", 0.8, 20);
  hit.rival = "kwalli";
  hit.rival_score = 0.7;
  const auto near = judged({hit});
  CHECK(only(near, "brand.visible").outcome == Outcome::warn);
  CHECK_THAT(only(near, "brand.visible").message, Catch::Contains("looks like Kwalli too"));
  hit.rival_score = 0.2;
  CHECK(only(judged({hit}), "brand.visible").outcome == Outcome::pass);
}

TEST_CASE("a competitor that is only suspected is a warning that says so") {
  const auto findings = judged({made_up("fizzo", 0.9, 20), made_up("kwalli", 0.9, 6)});
  const Finding& finding = only(findings, "brand.competitor");
  CHECK(finding.outcome == Outcome::warn);
  CHECK_THAT(finding.message, Catch::StartsWith("this may be Kwalli, a competitor of Fizzo: "));
  CHECK(only(judged({made_up("fizzo", 0.9, 20), made_up("kwalli", 0.3, 20)}), "brand.competitor")
            .outcome == Outcome::pass);
}

TEST_CASE("a logo under the platform's own buttons is said to be covered") {
  PlacementPack placement;
  placement.name = "Test Reel";
  placement.covered = {{"bottom", "caption", {0, 0.8, 1, 0.2}, {}}};
  const auto covered = judged({made_up("fizzo", 0.9, 20)}, &placement);
  CHECK(only(covered, "brand.covered").outcome == Outcome::warn);
  CHECK(*only(covered, "brand.covered").measured_value == Approx(1));
  // One uncovered place is enough.
  BrandHit above = made_up("fizzo", 0.8, 20);
  above.box.y = 0.1;
  CHECK_FALSE(has(judged({made_up("fizzo", 0.9, 20), above}, &placement), "brand.covered"));
  CHECK_FALSE(has(judged({made_up("fizzo", 0.9, 20)}), "brand.covered"));
}

TEST_CASE("a find says what is out of the ordinary about it") {
  BrandHit hit = made_up("fizzo", 0.9, 20);
  hit.measures = {0.1, 0.05, 0.7, 75.0};
  CHECK_THAT(only(judged({hit}), "brand.visible").message,
             Catch::Contains(", blurred, faint, 70 % of it hidden or distorted, not in the "
                             "brand's colors"));
  CHECK_THAT(only(judged({made_up("fizzo", 0.9, 20)}), "brand.visible").message,
             !Catch::Contains("blurred") && !Catch::Contains("hidden"));
}

TEST_CASE("measures of a drawn scene are those that were drawn") {
  const auto hits_in = [](const cv::Mat& picture) {
    std::vector<BrandHit> hits = brands().find(picture);
    REQUIRE(!hits.empty());
    return hits.front();
  };
  const BrandHit clean = hits_in(with_fizzo());
  CHECK(clean.measures.clarity > 0.5);
  CHECK(clean.measures.contrast > 0.3);
  CHECK(clean.measures.hidden < 0.3);
  CHECK_FALSE(clean.measures.colour_difference.has_value());
  CHECK(clean.matched.size() >= static_cast<std::size_t>(clean.inliers));
  cv::Mat blurred = with_fizzo();
  cv::GaussianBlur(blurred, blurred, cv::Size(0, 0), 4);
  CHECK(hits_in(blurred).measures.clarity < 0.85 * clean.measures.clarity);
  cv::Mat faint = with_fizzo();
  faint = faint * 0.4 + cv::Scalar::all(80);
  CHECK(hits_in(faint).measures.contrast < 0.6 * clean.measures.contrast);
  cv::Mat covered = with_fizzo();
  cv::rectangle(covered, cv::Rect(280, 80, 110, 180), cv::Scalar(200, 210, 205), cv::FILLED);
  CHECK(hits_in(covered).measures.hidden > clean.measures.hidden + 0.1);
}

}  // namespace
}  // namespace muster
