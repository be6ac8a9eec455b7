#include "config/packs.h"
#include "extractors/media/disclosure_rules.h"
#include "tests/extractors/checks/check_bench.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace muster {
namespace {

// A Reel with a flawless label in caption and picture, and what is said in it.
struct SpokenBench : CheckBench {
  explicit SpokenBench(std::vector<std::string> market_ids = {"us"}) {
    placement = shipped_packs().placements.at("instagram-reel");
    for (const std::string& id : market_ids) {
      markets.push_back(shipped_packs().markets.at(id));
    }
    manifest.caption = "Ad: my summer with Fizzo";
    SeenMedia video;
    video.facts = mp4_facts(1080, 1920, 60'000);
    video.facts.has_audio = true;
    video.texts_were_read = true;
    video.texts = {{"Ad: with Fizzo", 0.95, {0.1, 0.3, 0.5, 0.05}, 9.0, {0, 8000}}};
    media = {video};
  }
  void say(std::string_view transcript) {
    const auto read = read_transcript(transcript);
    REQUIRE(read.has_value());
    media.back().transcript = *read;
  }
  // One cue at a second.
  void say_at(int second, const std::string& words) {
    say(fmt::format("00:{:02}.000 --> 00:{:02}.000\n{}\n", second, second + 2, words));
  }
  Finding spoken(std::string_view market = "us") {
    return only(run(make_disclosure_check()), fmt::format("market-{}.spoken", market));
  }
};

TEST_CASE("without a transcript nobody knows whether a label is said") {
  SpokenBench bench;
  const Finding finding = bench.spoken();
  CHECK(finding.outcome == Outcome::could_not_check);
  CHECK(contains(finding.message, "no transcript was sent"));
  CHECK(finding.reason_code == "transcript_missing");
  CHECK(finding.place.item == 0);

  bench.media.back().transcript_problem = "reel.srt: it is empty";
  CHECK(contains(bench.spoken().message, "reel.srt: it is empty"));
  bench.media.back().transcript_problem.clear();
  bench.media.back().transcript = Transcript{{}, {{"line 2", "it has no end"}}, 1};
  CHECK(contains(bench.spoken().message, "no cue of its transcript can be used"));
  CHECK(bench.spoken().outcome == Outcome::could_not_check);
}

TEST_CASE("T12: a silent video has nothing to say, and fails only where a label must be said") {
  SpokenBench bench;
  bench.media.back().facts.has_audio = false;
  CHECK(bench.spoken().outcome == Outcome::not_applicable);
  bench.brief.disclosure.spoken = true;
  CHECK(bench.spoken().outcome == Outcome::fail);
  CHECK(bench.spoken().reason_code == "disclosure_missing");

  bench.brief.disclosure.spoken = false;
  bench.media.back().facts.has_audio = true;
  bench.media.back().facts.sound_content = SoundContent{60'000, std::nullopt, -90.0, {}};
  CHECK(bench.spoken().outcome == Outcome::not_applicable);
  bench.media.back().facts.sound_content->loudness_lufs = -20;
  CHECK(bench.spoken().outcome == Outcome::could_not_check);
}

TEST_CASE("sentences that disclose are heard in every market's own way") {
  const auto outcome = [](const std::string& market, const std::string& words) {
    SpokenBench bench({market});
    bench.brief.disclosure.spoken = true;
    bench.say_at(1, words);
    return bench.spoken(market).outcome;
  };
  CHECK(outcome("us", "Hey guys, this is an ad for Fizzo") == Outcome::pass);
  CHECK(outcome("us", "so today's video is sponsored by Fizzo") == Outcome::pass);
  CHECK(outcome("us", "hashtag ad") == Outcome::pass);
  CHECK(outcome("us", "Ad. I love Fizzo.") == Outcome::pass);
  CHECK(outcome("us", "I saw an ad for something, Fizzo is nice") == Outcome::warn);
  CHECK(outcome("us", "thanks to Fizzo") == Outcome::fail);
  CHECK(outcome("us", "Fizzo is so good") == Outcome::fail);
  CHECK(outcome("us", "my adventure with Fizzo was ad hoc") == Outcome::fail);
  CHECK(outcome("uk", "this is an ad for Fizzo") == Outcome::pass);
  CHECK(outcome("uk", "this video is sponsored by Fizzo") == Outcome::fail);
  CHECK(outcome("in", "this video is sponsored by Fizzo") == Outcome::pass);
  CHECK(outcome("eu", "dieses Video enthält Werbung für Fizzo") == Outcome::pass);
  CHECK(outcome("de", "Das ist Werbung für Fizzo") == Outcome::pass);
  CHECK(outcome("de", "this is an ad for Fizzo") == Outcome::warn);
  CHECK(outcome("fr", "Alors, ceci est une publicité.") == Outcome::pass);
  CHECK(outcome("it", "Ciao! Questo video è pubblicità.") == Outcome::pass);
}

TEST_CASE("a sentence goes on from cue to cue, and the cues say when") {
  SpokenBench bench;
  bench.say(
      "1\n00:00:01,000 --> 00:00:02,000\nSo this video is\n\n"
      "2\n00:00:01,500 --> 00:00:04,000\nsponsored by Fizzo, yes\n");
  const Finding finding = bench.spoken();
  CHECK(finding.outcome == Outcome::pass);
  CHECK(finding.measured == "this video is sponsored by Fizzo");
  CHECK(finding.place.time == TimeSpan{1000, 4000});
  CHECK(finding.place.document == "line 2");
  CHECK(finding.measured_value == 1.0);
}

TEST_CASE("a label that is said late is late unless the brand comes later still") {
  SpokenBench bench;
  bench.brief.kit = "fizzo";
  bench.say("00:40.000 --> 00:42.000\nthis is an ad\n");
  CHECK(bench.spoken().outcome == Outcome::warn);
  CHECK(contains(bench.spoken().message, "by 30.0 s"));
  CHECK(bench.spoken().reason_code == "disclosure_hidden");

  BrandHit hit;
  hit.kit = "fizzo";
  hit.score = 0.9;
  hit.inliers = 30;
  bench.media.back().brands = {{41'000, 200, {hit}}};
  CHECK(bench.spoken().outcome == Outcome::pass);
  bench.media.back().brands = {{39'000, 200, {hit}}};
  CHECK(contains(bench.spoken().message, "which comes at 39.0 s"));

  bench.media.back().brands.clear();
  bench.say("00:05.000 --> 00:06.000\nI love Fizzo\n\n00:40.000 --> 00:42.000\nthis is an ad\n");
  CHECK(contains(bench.spoken().message, "which comes at 5.0 s"));
  bench.say("00:30.000 --> 00:31.000\nthis is an ad\n");
  CHECK(bench.spoken().outcome == Outcome::pass);
}

TEST_CASE("the first of several labels that is in time counts") {
  SpokenBench bench;
  bench.say(
      "00:50.000 --> 00:51.000\nthis is an ad\n\n00:02.000 --> 00:03.000\nthis is an ad\n\n"
      "00:01.000 --> 00:01.500\nI saw an ad today\n");
  CHECK(bench.spoken().outcome == Outcome::pass);
  CHECK(bench.spoken().place.time == TimeSpan{2000, 3000});
}

TEST_CASE(
    "the brand only shown needs no label that is said, and a label only said none that is shown") {
  SpokenBench bench;
  bench.say_at(1, "what a summer");
  CHECK(bench.spoken().outcome == Outcome::not_applicable);
  bench.say_at(1, "what a summer with Fizzo");
  CHECK(bench.spoken().outcome == Outcome::warn);
  CHECK(contains(bench.spoken().remedy, "this is an ad"));

  // T29: the disclosure is spoken, the claim is visual.
  bench.say_at(1, "this is an ad");
  bench.media.back().texts.clear();
  CHECK(bench.spoken().outcome == Outcome::pass);
  CHECK(only(bench.run(make_disclosure_check()), "market-us.in_media").outcome == Outcome::warn);
}

TEST_CASE("what is said may deny what is written") {
  SpokenBench bench({"uk"});
  bench.say_at(3, "and no, this is not an ad, I just love it");
  const Finding finding =
      only(bench.run(make_disclosure_check()), "market-uk.spoken_contradiction");
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.measured == "not an ad");
  CHECK(finding.place.time == TimeSpan{3000, 5000});
  CHECK(finding.reason_code == "disclosure_contradicted");
}

TEST_CASE("a label that may stand in a broken cue is not taken for missing") {
  SpokenBench bench;
  bench.say(
      "1\n00:00:03,000 --> 00:00:02,000\nthis is an ad\n\n2\n00:00:04,000 --> 00:00:05,000\nI love "
      "Fizzo\n");
  CHECK(bench.spoken().outcome == Outcome::could_not_check);
  CHECK(contains(bench.spoken().message, "the first at line 2"));
}

TEST_CASE("a brief asks for a label that is said where no market does") {
  SpokenBench bench({"uk"});
  CHECK(bench.spoken("uk").rule_id.empty());
  bench.brief.disclosure.spoken = true;
  CHECK(bench.spoken("uk").outcome == Outcome::could_not_check);
  bench.say_at(1, "Fizzo is so good");
  CHECK(bench.spoken("uk").outcome == Outcome::fail);
  CHECK(contains(bench.spoken("uk").source.text, "spring-fizz"));
}

TEST_CASE("the strictest of several markets decides what is said") {
  SpokenBench bench({"us", "uk"});
  bench.brief.disclosure.spoken = true;
  bench.say_at(1, "this video is sponsored by Fizzo");
  CHECK(bench.spoken("uk").outcome == Outcome::fail);
  CHECK(bench.spoken("us").rule_id.empty());
}

TEST_CASE("sentences that only count in speech are no labels in writing") {
  SpokenBench bench;
  bench.manifest.caption = "I think this is an ad somebody made";
  CHECK(only(bench.run(make_disclosure_check()), "market-us.wording").outcome == Outcome::warn);
}

TEST_CASE("every item is heard by itself, and pictures are not") {
  SpokenBench bench;
  bench.say_at(1, "this is an ad for Fizzo");
  SeenMedia picture;
  picture.facts = jpeg_facts(1080, 1920);
  bench.media.push_back(picture);
  SeenMedia other = bench.media.front();
  other.transcript.reset();
  bench.media.push_back(other);
  std::vector<std::pair<int, Outcome>> outcomes;
  for (const Finding& finding : bench.run(make_disclosure_check())) {
    if (finding.rule_id == "market-us.spoken") {
      outcomes.emplace_back(finding.place.item.value_or(-1), finding.outcome);
    }
  }
  CHECK(outcomes ==
        std::vector<std::pair<int, Outcome>>{{0, Outcome::pass}, {2, Outcome::could_not_check}});
}

TEST_CASE("an hour of talk is read in a moment") {
  SpokenBench bench({"us", "uk", "eu", "de", "fr", "it", "in"});
  std::string text = "WEBVTT\n\n";
  while (text.size() < 1'000'000) {
    text += "00:10.000 --> 00:12.000\nso I saw an ad and Fizzo thanks\n\n";
  }
  bench.say(text);
  CHECK_FALSE(bench.run(make_disclosure_check()).empty());
}

}  // namespace
}  // namespace muster
