#include "extractors/media/placement_rules.h"
#include "tests/extractors/checks/check_bench.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

PlacementRule range(Property property, std::optional<double> min, std::optional<double> max) {
  PlacementRule rule;
  rule.id = "limit";
  rule.property = property;
  rule.applies_to = "any";
  rule.limit.min = min;
  rule.limit.max = max;
  rule.limit.source = {"Example Help", "2026-01", "2026-11-22", "primary"};
  rule.reason_code = "media_size";
  return rule;
}

PlacementRule one_of(Property property, std::vector<std::string> values) {
  PlacementRule rule = range(property, std::nullopt, std::nullopt);
  rule.limit.values = std::move(values);
  return rule;
}

// The one finding of the rule on one file.
Finding judged_format(const PlacementRule& rule, const MediaFacts& facts) {
  CheckBench bench;
  bench.placement.rules = {rule};
  bench.media = {decoded(facts)};
  return only(bench.run(make_format_check()), "test-feed.limit");
}

MediaFacts video_of(std::int64_t duration_ms) {
  return mp4_facts(1080, 1920, duration_ms);
}

TEST_CASE(
    "a value within the limit passes, one outside fails with numbers, source and what to do") {
  const PlacementRule rule = range(Property::duration, 3, 90);
  CHECK(judged_format(rule, video_of(90'000)).outcome == Outcome::pass);
  CHECK(judged_format(rule, video_of(3'000)).outcome == Outcome::pass);
  CHECK(judged_format(rule, video_of(2'999)).outcome == Outcome::fail);
  const Finding finding = judged_format(rule, video_of(95'250));
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.check == "format");
  CHECK(finding.measured == "95.25");
  CHECK(finding.measured_value == 95.25);
  CHECK(finding.threshold == "3 to 90");
  CHECK(finding.unit == "s");
  CHECK(finding.message ==
        "the duration is 95.25 s; Test feed takes between 3 s and 90 s (Example Help, 2026-01)");
  CHECK(finding.remedy == "Cut it to at most 90 s. It is 5.25 s too long.");
  CHECK(finding.source.text == "Example Help");
  CHECK(finding.pack_id == "test-feed");
  CHECK(finding.pack_version == ContentHash().short_hex());
  CHECK(finding.reason_code == "media_size");
  CHECK(finding.place.item == 0);
}

TEST_CASE("where sources disagree, breaking one limit warns and breaking all of them fails") {
  PlacementRule rule = range(Property::byte_size, std::nullopt, 300e6);
  rule.disagreeing.push_back({std::nullopt, 1e9, {}, {"Older copy", "2023", "", "secondary"}});
  MediaFacts facts = video_of(60'000);
  facts.byte_size = 300'000'000;
  CHECK(judged_format(rule, facts).outcome == Outcome::pass);
  facts.byte_size = 300'000'001;
  Finding finding = judged_format(rule, facts);
  CHECK(finding.outcome == Outcome::warn);
  CHECK(contains(finding.message, "300,000,001 bytes"));
  CHECK(contains(finding.message, "at most 300 MB (Example Help, 2026-01)"));
  CHECK(contains(finding.message, "another source says at most 1,000 MB (Older copy, 2023)"));
  facts.byte_size = 1'000'000'001;
  finding = judged_format(rule, facts);
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.remedy ==
        "Export it with at most 300 MB. At 60 s that is a bit rate below 39.2 Mb/s.");
}

TEST_CASE("a stricter disagreeing limit does not hurt what keeps the limit itself") {
  PlacementRule rule = range(Property::duration, 3, 900);
  rule.disagreeing.push_back({std::nullopt, 90, {}, {}});
  CHECK(judged_format(rule, video_of(100'000)).outcome == Outcome::pass);
}

TEST_CASE("advice never does worse than warn") {
  PlacementRule rule = range(Property::width, 1080, std::nullopt);
  rule.advice = true;
  const Finding finding = judged_format(rule, jpeg_facts(640, 640));
  CHECK(finding.outcome == Outcome::warn);
  CHECK(finding.message == "the width is 640 px; Test feed advises at least 1,080 px");
}

TEST_CASE("shapes are named, and the remedy says how to crop this very file") {
  const PlacementRule rule = range(Property::aspect, 0.8, 1.91);
  const Finding tall = judged_format(rule, jpeg_facts(1080, 1920));
  CHECK(tall.outcome == Outcome::fail);
  CHECK(tall.measured == "9:16 (0.5625)");
  CHECK(tall.threshold == "between 4:5 and 1.91:1");
  CHECK(tall.remedy == "Crop it to between 4:5 and 1.91:1. For this file that is e.g. 1080x1350.");
  CHECK(judged_format(rule, jpeg_facts(1080, 1350)).outcome == Outcome::pass);
  CHECK(judged_format(rule, jpeg_facts(1080, 1352)).outcome == Outcome::fail);
  const Finding wide = judged_format(rule, jpeg_facts(3000, 1000));
  CHECK(wide.outcome == Outcome::fail);
  CHECK(contains(wide.remedy, "1910x1000"));
}

TEST_CASE("half a pixel is forgiven where a shape cannot be exact, a whole one is not") {
  CHECK(judged_format(range(Property::aspect, 0.8, 1.91), jpeg_facts(1080, 565)).outcome ==
        Outcome::pass);
  CHECK(judged_format(range(Property::aspect, 0.8, 1.91), jpeg_facts(1080, 564)).outcome ==
        Outcome::fail);
  CHECK(judged_format(range(Property::aspect, 0.5625, 0.5625), jpeg_facts(607, 1080)).outcome ==
        Outcome::pass);
  CHECK(judged_format(range(Property::aspect, 0.5625, 0.5625), jpeg_facts(608, 1080)).outcome ==
        Outcome::pass);
  CHECK(judged_format(range(Property::aspect, 0.5625, 0.5625), jpeg_facts(609, 1080)).outcome ==
        Outcome::fail);
  CHECK(judged_format(range(Property::aspect, std::nullopt, 1), jpeg_facts(1080, 1080)).outcome ==
        Outcome::pass);
  CHECK(judged_format(range(Property::aspect, std::nullopt, 1), jpeg_facts(1080, 1079)).outcome ==
        Outcome::fail);
}

TEST_CASE("what is suggested keeps the limit") {
  const PlacementRule rule = range(Property::aspect, 0.8, 1.91);
  for (int width = 321; width < 4000; width += 97) {
    for (int height = 333; height < 4000; height += 101) {
      MediaFacts facts = mp4_facts(width, height, 1000);
      const Measurement measured = measure(Property::aspect, facts);
      if (keeps(rule.limit, Property::aspect, measured, facts)) {
        continue;
      }
      int to_width = 0;
      int to_height = 0;
      const std::string detail = suggest(rule.limit, Property::aspect, measured, facts).detail;
      REQUIRE(std::sscanf(
                  detail.c_str(), "For this file that is e.g. %dx%d.", &to_width, &to_height) == 2);
      CAPTURE(width, height, detail);
      CHECK(to_width <= width);
      CHECK(to_height <= height);
      CHECK(judged_format(rule, mp4_facts(to_width, to_height, 1000)).outcome == Outcome::pass);
    }
  }
}

TEST_CASE("lists of values are compared without regard to case") {
  const PlacementRule rule = one_of(Property::media_type, {"JPEG", "png"});
  CHECK(judged_format(rule, jpeg_facts(10, 10)).outcome == Outcome::pass);
  const Finding finding = judged_format(rule, video_of(1'000));
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.message ==
        "the file type is mp4; Test feed takes JPEG or png (Example Help, 2026-01)");
  CHECK(finding.remedy == "Export it as JPEG or png.");
}

TEST_CASE("a fact that nobody knows could not be checked") {
  MediaFacts facts = video_of(1'000);
  facts.frame_rate.reset();
  facts.codec.clear();
  facts.edit_list.reset();
  CHECK(judged_format(range(Property::frame_rate, 23, 60), facts).outcome ==
        Outcome::could_not_check);
  CHECK(judged_format(one_of(Property::codec, {"h264"}), facts).outcome ==
        Outcome::could_not_check);
  CHECK(judged_format(one_of(Property::edit_list, {"false"}), facts).outcome ==
        Outcome::could_not_check);
  CHECK(judged_format(range(Property::frame_rate, 23, 60), facts).message ==
        "the frame rate is not known");
}

TEST_CASE("T12: a silent video is no failure where sound is optional") {
  MediaFacts facts = video_of(1'000);
  facts.has_audio = false;
  facts.audio_codec.clear();
  CHECK(judged_format(one_of(Property::audio_codec, {"aac"}), facts).outcome ==
        Outcome::not_applicable);
  facts.has_audio.reset();
  CHECK(judged_format(one_of(Property::audio_codec, {"aac"}), facts).outcome ==
        Outcome::could_not_check);
}

TEST_CASE("59.94 and 60.0003 frames per second are 60") {
  MediaFacts facts = video_of(1'000);
  facts.frame_rate = 60.0003;
  CHECK(judged_format(range(Property::frame_rate, 23, 60), facts).outcome == Outcome::pass);
  facts.frame_rate = 22.99;
  CHECK(judged_format(range(Property::frame_rate, 23, 60), facts).outcome == Outcome::pass);
  facts.frame_rate = 61;
  CHECK(judged_format(range(Property::frame_rate, 23, 60), facts).outcome == Outcome::fail);
}

TEST_CASE("T13: a pack in which nothing applies is never green") {
  CheckBench bench;
  bench.placement.rules = {range(Property::duration, 3, 90)};
  bench.placement.rules[0].applies_to = "video";
  bench.media = {decoded(jpeg_facts(10, 10))};
  std::vector<Finding> findings = bench.run(make_format_check());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].outcome == Outcome::not_applicable);
  // The same where the rule is for any file but a picture has no such thing.
  bench.placement.rules[0].applies_to = "any";
  findings = bench.run(make_format_check());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].outcome == Outcome::not_applicable);
  bench.placement.rules.clear();
  bench.media.clear();
  findings = bench.run(make_format_check());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].outcome == Outcome::not_applicable);
}

TEST_CASE("without a placement nothing was checked") {
  CheckBench bench;
  bench.has_placement = false;
  bench.media = {decoded(jpeg_facts(10, 10))};
  const std::vector<Finding> findings = bench.run(make_format_check());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].outcome == Outcome::could_not_check);
}

TEST_CASE("an unreadable file gives one answer instead of one for every rule") {
  CheckBench bench;
  bench.placement.rules = {range(Property::width, 320, 1440),
                           range(Property::height, 320, 1440),
                           range(Property::byte_size, std::nullopt, 100)};
  bench.placement.rules[0].id = "width";
  bench.placement.rules[1].id = "height";
  bench.media = {decoded(MediaFacts())};
  bench.media[0].facts.byte_size = 101;
  const std::vector<Finding> findings = bench.run(make_format_check());
  REQUIRE(findings.size() == 2);
  CHECK(only(findings, "test-feed.limit").outcome == Outcome::fail);
  CHECK(only(findings, "format.undecoded").outcome == Outcome::could_not_check);
  CHECK(only(findings, "format.undecoded").message ==
        "could not check the height, the width, because the file could not be decoded");
}

TEST_CASE("every file of a carousel is judged_format on its own") {
  CheckBench bench;
  bench.placement.rules = {range(Property::width, 320, 1440)};
  bench.media = {decoded(jpeg_facts(320, 320)),
                 decoded(jpeg_facts(2000, 1000)),
                 decoded(jpeg_facts(100, 100))};
  const std::vector<Finding> findings = bench.run(make_format_check());
  REQUIRE(findings.size() == 3);
  CHECK(findings[0].outcome == Outcome::pass);
  CHECK(findings[1].outcome == Outcome::fail);
  CHECK(contains(findings[1].remedy, "1440x720"));
  CHECK(findings[2].outcome == Outcome::fail);
  CHECK(findings[2].place.item == 2);
}

TEST_CASE("captions are counted as the platforms count them") {
  CheckBench bench;
  bench.placement.rules = {range(Property::caption_units, std::nullopt, 4)};
  bench.manifest.caption = "😀é!";  // 2 + 1 + 1 units
  CHECK(only(bench.run(make_format_check()), "test-feed.limit").outcome == Outcome::pass);
  bench.manifest.caption += "!";
  const Finding finding = only(bench.run(make_format_check()), "test-feed.limit");
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.remedy == "Keep at most 4 characters. Leave out 1 character.");
  CHECK_FALSE(finding.place.item);
  bench.placement.rules = {range(Property::hashtags, std::nullopt, 2)};
  bench.manifest.caption = "#a #b https://x.example/#c";
  CHECK(only(bench.run(make_format_check()), "test-feed.limit").outcome == Outcome::pass);
  bench.manifest.caption += " ＃d";
  CHECK(only(bench.run(make_format_check()), "test-feed.limit").outcome == Outcome::fail);
}

TEST_CASE("the pack's remedy comes first, the numbers for this file after it") {
  PlacementRule rule = range(Property::duration, 3, 90);
  rule.remedy = "Cut the video to 90 seconds";
  CHECK(judged_format(rule, video_of(100'000)).remedy ==
        "Cut the video to 90 seconds. It is 10 s too long.");
}

TEST_CASE("aspects have the names that people use") {
  CHECK(aspect_name(9.0 / 16) == "9:16");
  CHECK(aspect_name(1) == "1:1");
  CHECK(aspect_name(0.8) == "4:5");
  CHECK(aspect_name(1.91) == "1.91:1");
  CHECK(aspect_name(0.01) == "1:100");
  CHECK(aspect_name(10) == "10:1");
  CHECK(aspect_name(1080.0 / 608) == "1.776:1");
}

}  // namespace
}  // namespace muster
