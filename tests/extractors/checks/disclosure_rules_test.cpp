#include "extractors/media/disclosure_rules.h"

#include "config/packs.h"
#include "tests/extractors/checks/check_bench.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

struct RuleBench : CheckBench {
  explicit RuleBench(const std::string& placement_id, std::vector<std::string> market_ids) {
    placement = shipped_packs().placements.at(placement_id);
    for (const std::string& id : market_ids) {
      markets.push_back(shipped_packs().markets.at(id));
    }
    manifest.caption = "Ad: my summer with Fizzo";
  }
  Finding on(std::string_view rule) { return only(run(make_disclosure_check()), rule); }
  Outcome outcome(std::string caption, std::string_view rule) {
    manifest.caption = std::move(caption);
    return on(rule).outcome;
  }
  void show(SeenText text) {
    media.back().texts_were_read = true;
    media.back().texts.push_back(std::move(text));
  }
};

SeenMedia video() {
  SeenMedia media;
  media.facts = mp4_facts(1080, 1920, 20'000);
  return media;
}

SeenMedia picture() {
  SeenMedia media;
  media.facts = jpeg_facts(1080, 1350);
  return media;
}

// A label that keeps every house policy.
SeenText clear_label() {
  return {"Ad: with Fizzo", 0.95, {0.1, 0.3, 0.5, 0.05}, 9.0, {0, 8000}};
}

TEST_CASE("T29: every trap of matching is seen through by every market") {
  RuleBench bench("instagram-feed", {});
  bench.brief.disclosure.sponsor_named = false;
  for (const auto& [id, pack] : shipped_packs().markets) {
    bench.markets = {pack};
    const auto worst_on = [&](const std::string& caption) {
      bench.manifest.caption = caption;
      return worst(bench.run(make_disclosure_check()));
    };
    for (const char* no_label : {"#adidas love",
                                 "#adventure time",
                                 "#adorable #addicted",
                                 "my adventure in advance",
                                 "#notanad",
                                 "this is not an ad",
                                 "no ad, just love",
                                 "an ad hoc picnic",
                                 "water ad libitum",
                                 "Anzeige erstatten",
                                 "lemon soda from the ad-free shop",
                                 "my soda\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n#ad",
                                 "soda #a1 #a2 #a3 #a4 #a5 #a6 #a7 #a8 #a9 #b1 #b2 #b3 #b4 #ad #b5 "
                                 "#b6 #b7 #b8 #b9 #c1"}) {
      CAPTURE(id, no_label);
      CHECK(worst_on(no_label) == Outcome::fail);
    }
    CHECK(worst_on("# ad my soda") != Outcome::pass);
  }
  bench.markets = {shipped_packs().markets.at("us")};
  for (const char* label : {"＃ａｄ soda",
                            "𝗔𝗱: soda",
                            "#\u200Bad soda",
                            "#a\u200Dd soda",
                            "🍋🍋🍋 #ad soda",
                            "AD | soda",
                            "\u202B#ad \u05E9\u05DC\u05D5\u05DD",
                            "ADVERTİSEMENT: soda"}) {
    CAPTURE(label);
    bench.manifest.caption = label;
    CHECK(only(bench.run(make_disclosure_check()), "market-us.wording").outcome == Outcome::pass);
  }
}

TEST_CASE("of several markets the strictest decides each rule, and is named") {
  RuleBench bench("instagram-feed", {"us", "uk", "in"});
  bench.manifest.caption = "Sponsored by Fizzo: soda";
  const std::vector<Finding> findings = bench.run(make_disclosure_check());
  const Finding wording = only(findings, "market-uk.wording");
  CHECK(wording.outcome == Outcome::fail);
  CHECK(contains(wording.message, "United Kingdom"));
  CHECK_FALSE(has_rule(findings, "market-us.wording"));
  CHECK(wording.pack_id == "market-uk");
}

TEST_CASE("the sponsor is named in words, as a mention or as a hashtag") {
  RuleBench bench("instagram-feed", {"us"});
  const std::string rule = "market-us.sponsor_named";
  CHECK(bench.outcome("Ad: soda by Fizzo", rule) == Outcome::pass);
  CHECK(bench.outcome("Ad: soda @fizzo", rule) == Outcome::pass);
  CHECK(bench.outcome("#ad #fizzo", rule) == Outcome::pass);
  CHECK(bench.outcome("Ad: soda", rule) == Outcome::warn);
  bench.brief.disclosure.sponsor_named = false;
  CHECK_FALSE(has_rule(bench.run(make_disclosure_check()), rule));
}

TEST_CASE("a label in another language than the post is named") {
  RuleBench bench("instagram-feed", {"eu"});
  const std::string rule = "market-eu.language";
  const std::string german =
      " Dieses Getränk hat meinem Sommer gefehlt, ich nehme gleich noch eins";
  CHECK(bench.outcome("Ad:" + german, rule) == Outcome::warn);
  CHECK(bench.outcome("Werbung:" + german, rule) == Outcome::pass);
  CHECK(bench.outcome("Ad: yum", rule) == Outcome::not_applicable);
  bench.manifest.language = "de-AT";
  CHECK(bench.outcome("Ad: yum", rule) == Outcome::warn);
}

TEST_CASE("a video or a story carries the label in itself, and nobody having looked is no pass") {
  RuleBench bench("instagram-reel", {"us"});
  bench.media = {video()};
  const std::string rule = "market-us.in_media";
  CHECK(bench.on(rule).outcome == Outcome::could_not_check);
  bench.media.back().texts_were_read = true;
  CHECK(bench.on(rule).outcome == Outcome::warn);
  bench.show(clear_label());
  CHECK(bench.on(rule).outcome == Outcome::pass);
  CHECK(bench.on(rule).place.time == TimeSpan{0, 8000});

  RuleBench feed("instagram-feed", {"us"});
  feed.media = {picture()};
  CHECK_FALSE(has_rule(feed.run(make_disclosure_check()), rule));
  RuleBench story("instagram-story", {"us"});
  story.media = {picture()};
  CHECK(story.on(rule).outcome == Outcome::could_not_check);
}

TEST_CASE("a label in the picture that nobody can read is named with what is wrong") {
  const auto fault = [](void (*change)(SeenText&)) {
    RuleBench bench("tiktok-video", {"us"});
    bench.media = {video()};
    SeenText text = clear_label();
    change(text);
    bench.show(text);
    const Finding finding = bench.on("market-us.in_media");
    CHECK(finding.outcome == Outcome::warn);
    return finding.message;
  };
  CHECK(contains(fault([](SeenText& text) { text.box.height = 0.02; }), "3.0 % of the height"));
  CHECK(contains(fault([](SeenText& text) { text.contrast = 1.0; }), "contrast of 4.5:1"));
  CHECK(contains(fault([](SeenText& text) { text.time = {0, 267}; }), "shows for 0.3 s"));
  CHECK(contains(fault([](SeenText& text) { text.time = {9000, 19'000}; }), "comes after 9.0 s"));
  CHECK(contains(fault([](SeenText& text) { text.box.y = 0.9; }), "caption and sound"));
  CHECK(contains(fault([](SeenText& text) { text.text = "gifted"; }), "not clear enough"));
}

TEST_CASE("the height of the letters counts, where it is known, and not that of a slanted box") {
  RuleBench bench("instagram-reel", {"us"});
  bench.media = {video()};
  SeenText label = clear_label();
  label.box.height = 0.2;
  label.height = 0.029;
  bench.show(label);
  CHECK(bench.on("market-us.in_media").outcome == Outcome::warn);
  bench.media.back().texts.back().height = 0.03;
  CHECK(bench.on("market-us.in_media").outcome == Outcome::pass);
}

TEST_CASE("a label over two lines is one label, and the worse line decides") {
  RuleBench bench("instagram-reel", {"us"});
  bench.media = {video()};
  SeenText first = clear_label();
  first.text = "Paid partnership";
  first.box = {0.1, 0.30, 0.5, 0.04};
  SeenText second = clear_label();
  second.text = "with Fizzo";
  second.box = {0.1, 0.35, 0.4, 0.04};
  // House policy: 0.3 s for each of its 27 characters.
  first.time = second.time = {0, 8100};
  bench.show(first);
  bench.show(second);
  INFO(bench.on("market-us.in_media").message);
  CHECK(bench.on("market-us.in_media").outcome == Outcome::pass);
  CHECK(bench.on("market-us.in_media").measured.find("with Fizzo") != std::string::npos);

  bench.media.back().texts[1].contrast = 2;
  CHECK(contains(bench.on("market-us.in_media").message, "contrast of 4.5:1"));

  bench.media.back().texts[1] = second;
  bench.media.back().texts[1].box.y = 0.7;  // somewhere else: two texts that have nothing in common
  CHECK(contains(bench.on("market-us.in_media").message, "no label was read"));
}

TEST_CASE("a late label is in time where the brand shows only after it") {
  RuleBench bench("instagram-reel", {"us"});
  bench.brief.kit = "fizzo";
  bench.media = {video()};
  SeenText label = clear_label();
  label.time = {5000, 15'000};
  bench.show(label);
  const std::string rule = "market-us.in_media";
  CHECK(contains(bench.on(rule).message, "comes after 5.0 s"));

  BrandHit hit;
  hit.kit = "fizzo";
  hit.score = 0.9;
  hit.inliers = 30;
  bench.media.back().brands = {{4800, 200, {hit}}};
  CHECK(contains(bench.on(rule).message, "which it does at 4.8 s"));
  bench.media.back().brands = {{5000, 200, {hit}}};
  CHECK(bench.on(rule).outcome == Outcome::pass);

  WordmarkHit word;
  word.kit = "fizzo";
  word.score = 0.9;
  word.time = {1000, 2000};
  bench.media.back().wordmarks = {word};
  CHECK(contains(bench.on(rule).message, "which it does at 1.0 s"));
  bench.media.back().wordmarks[0].only_a_word = true;
  CHECK(bench.on(rule).outcome == Outcome::pass);
}

TEST_CASE("of house policy and the brief the stricter number counts, and is named") {
  const auto message = [](void (*ask)(Brief&)) {
    RuleBench bench("instagram-reel", {"us"});
    bench.media = {video()};
    bench.show(clear_label());
    ask(bench.brief);
    return bench.on("market-us.in_media").message;
  };
  CHECK(contains(message([](Brief& b) { b.on_screen.min_text_height = 0.06; }),
                 "the brief asks for 6.0 % of the height"));
  CHECK_FALSE(contains(message([](Brief& b) { b.on_screen.min_text_height = 0.01; }), "asks for"));
  CHECK(contains(message([](Brief& b) { b.on_screen.min_contrast = 10; }),
                 "the brief asks for a contrast of 10.0:1"));
  CHECK(contains(message([](Brief& b) { b.on_screen.min_seconds = 10; }),
                 "it shows for 8.0 s, the brief asks for 10.0 s"));
  CHECK_FALSE(
      contains(message([](Brief& b) { b.on_screen.latest_start_seconds = 30; }), "asks for"));

  // What a brief asks for holds even where the brand shows only later.
  RuleBench bench("instagram-reel", {"us"});
  bench.media = {video()};
  SeenText late = clear_label();
  late.time = {5000, 15'000};
  bench.show(late);
  bench.brief.kit = "fizzo";
  WordmarkHit word;
  word.kit = "fizzo";
  word.score = 0.9;
  word.time = {9000, 10'000};
  bench.media.back().wordmarks = {word};
  CHECK(bench.on("market-us.in_media").outcome == Outcome::pass);
  bench.brief.on_screen.latest_start_seconds = 4;
  CHECK(contains(bench.on("market-us.in_media").message, "the brief asks for it by 4.0 s"));
}

TEST_CASE("a brief asks for a label in the picture where no market does") {
  RuleBench bench("instagram-reel", {"uk"});
  bench.media = {video()};
  bench.media.back().texts_were_read = true;
  CHECK_FALSE(has_rule(bench.run(make_disclosure_check()), "market-uk.in_media"));
  bench.brief.disclosure.shown = true;
  CHECK(bench.on("market-uk.in_media").outcome == Outcome::fail);
  CHECK(contains(bench.on("market-uk.in_media").source.text, "brief spring-fizz"));
  bench.show(clear_label());
  CHECK(bench.on("market-uk.in_media").outcome == Outcome::pass);
}

TEST_CASE("a number sign that was read as another letter still makes a label") {
  RuleBench bench("instagram-reel", {"us"});
  bench.media = {video()};
  SeenText label = clear_label();
  label.text = "4ad";
  bench.show(label);
  CHECK(bench.on("market-us.in_media").outcome == Outcome::pass);
  bench.media.back().texts[0].text = "4adidas";
  CHECK(bench.on("market-us.in_media").outcome == Outcome::warn);
  bench.media.back().texts[0].text = "#notanad";
  CHECK(contains(bench.on("market-us.in_media").message, "no label was read"));
}

TEST_CASE("why no text was read is said, and looking that broke off is no answer either") {
  RuleBench bench("instagram-reel", {"us"});
  bench.media = {video()};
  bench.media.back().texts_problem = "the model for finding text is not installed";
  const Finding without = bench.on("market-us.in_media");
  CHECK(without.outcome == Outcome::could_not_check);
  CHECK(contains(without.message, "the model for finding text is not installed"));
  bench.media.back().texts_problem.clear();
  bench.media.back().texts_were_read = true;
  bench.media.back().look_problem = "a defect";
  CHECK(bench.on("market-us.in_media").outcome == Outcome::could_not_check);
  bench.show(clear_label());
  CHECK(bench.on("market-us.in_media").outcome == Outcome::pass);
}

TEST_CASE("the platform's own label is judged where the sender tells of it") {
  RuleBench bench("instagram-feed", {"us"});
  const auto toggle = [&](const std::string& caption, PlatformLabel label) {
    bench.manifest.caption = caption;
    bench.manifest.platform_label = label;
    std::string found;
    for (const Finding& finding : bench.run(make_disclosure_check())) {
      if (finding.rule_id.ends_with(".toggle")) {
        found += finding.message;
      }
    }
    return found;
  };
  CHECK(toggle("my summer with Fizzo", PlatformLabel::not_told).empty());
  CHECK(contains(toggle("my summer with Fizzo", PlatformLabel::on), "is not enough by itself"));
  CHECK(contains(toggle("Ad: my summer with Fizzo", PlatformLabel::on), "is on as well"));
  // Nobody in the United States asks for it.
  CHECK(toggle("Ad: my summer with Fizzo", PlatformLabel::off).empty());
  bench.markets = {shipped_packs().markets.at("eu")};
  CHECK(contains(toggle("Ad: my summer with Fizzo", PlatformLabel::off), "expected as well"));
}

TEST_CASE("every item of a carousel carries the label where the market says so") {
  RuleBench bench("instagram-carousel", {"uk"});
  bench.media = {picture(), picture()};
  bench.media[0].texts_were_read = bench.media[1].texts_were_read = true;
  bench.media[0].texts = {clear_label()};
  std::vector<Outcome> outcomes;
  for (const Finding& finding : bench.run(make_disclosure_check())) {
    if (finding.rule_id == "market-uk.each_item") {
      outcomes.push_back(finding.outcome);
      CHECK(finding.place.item == static_cast<int>(outcomes.size()) - 1);
    }
  }
  CHECK(outcomes == std::vector<Outcome>{Outcome::pass, Outcome::warn});
}

TEST_CASE("a lexicon of all markets reads as each market alone") {
  std::vector<const MarketPack*> all;
  for (const auto& [id, pack] : shipped_packs().markets) {
    all.push_back(&pack);
  }
  const DisclosureLexicon lexicon(all, "Fizzo");
  for (const char* text : {"Ad: hello",
                           "sponsored by Fizzo #collab not an ad",
                           "Collaboration commerciale avec Fizzo",
                           "thanks to Fizzo for the free soda #sp #gift",
                           "#paid_partnership_with_fizzo",
                           "nothing"}) {
    CAPTURE(text);
    const Caption caption = read_caption(text);
    const auto readings = lexicon.read(caption);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto own = DisclosureLexicon({all[i]}, "Fizzo").read(caption).front();
      REQUIRE(readings[i].hits.size() == own.hits.size());
      CHECK(readings[i].contradiction.has_value() == own.contradiction.has_value());
      for (std::size_t hit = 0; hit < own.hits.size(); ++hit) {
        CHECK(readings[i].hits[hit].wording->id == own.hits[hit].wording->id);
      }
    }
  }
}

TEST_CASE("a caption of a megabyte is read in time that grows with its size") {
  RuleBench bench("instagram-feed", {"us", "uk", "eu", "de", "fr", "it", "in"});
  std::string text;
  while (text.size() < 1'000'000) {
    text += "ad \u202E\xFF\x01#sponsored thanks ";
  }
  bench.manifest.caption = text;
  CHECK_FALSE(bench.run(make_disclosure_check()).empty());
}

}  // namespace
}  // namespace muster
