#include "extractors/text/normalize.h"
#include "tests/extractors/checks/check_bench.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

struct CaptionBench : CheckBench {
  std::vector<Finding> on(std::string caption) {
    manifest.caption = std::move(caption);
    return run(make_caption_check());
  }
};

TEST_CASE("a brief that asks nothing of the caption is not applicable") {
  CaptionBench bench;
  const std::vector<Finding> findings = bench.on("anything");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].outcome == Outcome::not_applicable);
}

TEST_CASE("required phrases are found in any case and form, on word borders") {
  CaptionBench bench;
  bench.brief.caption.required_phrases = {"Fresh every day"};
  for (const char* caption :
       {"so FRESH every\nday!", "ｆｒｅｓｈ every day", "Fresh  every  day"}) {
    CAPTURE(caption);
    CHECK(only(bench.on(caption), "caption.required_phrase").outcome == Outcome::pass);
  }
  for (const char* caption : {"", "fresh every days", "refresh every day", "fr3sh every day"}) {
    CAPTURE(caption);
    const Finding finding = only(bench.on(caption), "caption.required_phrase");
    CHECK(finding.outcome == Outcome::fail);
    CHECK(finding.reason_code == "phrase_required");
    CHECK(finding.remedy == "Add \"Fresh every day\" to the caption.");
  }
  CHECK(only(bench.on("so fresh every day"), "caption.required_phrase").place.text ==
        TextSpan{3, 18});
}

TEST_CASE("an emoji can be required and ruled out") {
  CaptionBench bench;
  bench.brief.caption.required_phrases = {"🍋"};
  bench.brief.caption.banned_phrases = {"🍺"};
  std::vector<Finding> findings = bench.on("fizz🍋🍋");
  CHECK(only(findings, "caption.required_phrase").place.text == TextSpan{4, 5});
  CHECK(only(findings, "caption.banned_phrase").outcome == Outcome::pass);
  findings = bench.on("fizz 🍺");
  CHECK(only(findings, "caption.required_phrase").outcome == Outcome::fail);
  CHECK(only(findings, "caption.banned_phrase").outcome == Outcome::fail);
}

TEST_CASE("required hashtags and mentions, with a hint at a misspelled one") {
  CaptionBench bench;
  bench.brief.caption.required_hashtags = {"FizzoSpring"};
  bench.brief.caption.required_mentions = {"fizzo.drinks"};
  std::vector<Finding> findings = bench.on("😀 #fizzospring with @Fizzo.Drinks.");
  CHECK(only(findings, "caption.required_hashtag").outcome == Outcome::pass);
  CHECK(only(findings, "caption.required_hashtag").place.text == TextSpan{2, 14});
  CHECK(only(findings, "caption.required_mention").outcome == Outcome::pass);
  findings = bench.on("#fizospring with fizzo.drinks #fizzospringtime");
  const Finding tag = only(findings, "caption.required_hashtag");
  CHECK(tag.outcome == Outcome::fail);
  CHECK(tag.reason_code == "hashtag_missing");
  CHECK(tag.message == "the caption does not have #FizzoSpring, but #fizospring");
  CHECK(tag.remedy == "Correct #fizospring to #FizzoSpring.");
  CHECK(only(findings, "caption.required_mention").outcome == Outcome::fail);
  CHECK(only(findings, "caption.required_mention").remedy == "Add @fizzo.drinks to the caption.");
}

TEST_CASE("a banned phrase fails with its place in the caption as it was sent") {
  CaptionBench bench;
  bench.brief.caption.banned_phrases = {"cures acne", "guaranteed"};
  const std::string caption = "😀 \U0001D5D4 it C\u200BURES\u00A0acne, g.u.a.r.a.n.t.e.e.d";
  const std::vector<Finding> findings = bench.on(caption);
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].outcome == Outcome::fail);
  CHECK(findings[0].reason_code == "phrase_banned");
  REQUIRE(findings[0].place.text);
  CHECK(text_at(caption, *findings[0].place.text) == "C\u200BURES\u00A0acne");
  CHECK(findings[1].message ==
        "the caption says \"g.u.a.r.a.n.t.e.e.d\", which can be read as \"guaranteed\" (signs "
        "between the letters)");
  CHECK(findings[1].score == 0.9);
}

TEST_CASE("a doubtful disguise only warns, and a plain hit beside it decides") {
  CaptionBench bench;
  bench.brief.caption.banned_phrases = {"cbd"};
  CHECK(only(bench.on("c8d"), "caption.banned_phrase").outcome == Outcome::warn);
  const Finding finding = only(bench.on("c8d and cbd"), "caption.banned_phrase");
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.place.text == TextSpan{8, 11});
  CHECK(contains(finding.message, "2 times in all"));
}

TEST_CASE("a caption without banned phrases passes once") {
  CaptionBench bench;
  bench.brief.caption.banned_phrases = {"cure", "guaranteed", "miracle"};
  const std::vector<Finding> findings = bench.on("a secure manicure");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].outcome == Outcome::pass);
}

}  // namespace
}  // namespace muster
