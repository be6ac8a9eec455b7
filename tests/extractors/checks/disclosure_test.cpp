#include "extractors/text/normalize.h"
#include "tests/extractors/checks/check_bench.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

DisclosureWording wording(std::string text, WordingVerdict verdict, bool hashtag_only = false) {
  return {text,
          text,
          hashtag_only,
          verdict,
          {"Example guide: " + text, "2026", "2026-11-22", "primary"}};
}

constexpr WordingVerdict kAccept = WordingVerdict::accept;
constexpr WordingVerdict kWeak = WordingVerdict::weak;
constexpr WordingVerdict kReject = WordingVerdict::reject;

MarketPack market(std::string id, std::vector<DisclosureWording> wordings) {
  MarketPack pack;
  pack.name = "Market " + id;
  pack.id = std::move(id);
  pack.wordings = std::move(wordings);
  pack.contradictions = {"not an ad", "no ad", "not sponsored"};
  pack.max_hashtag_run = 2;
  return pack;
}

MarketPack english(std::string id = "us") {
  return market(std::move(id),
                {wording("ad", kAccept),
                 wording("advertisement", kAccept),
                 wording("sponsored", kAccept),
                 wording("paid", kAccept, true),
                 wording("paid partnership with {sponsor}", kAccept),
                 wording("paid partnership", kReject),
                 wording("thanks to {sponsor} for the free", kAccept),
                 wording("thanks to {sponsor}", kReject),
                 wording("collab", kReject),
                 wording("sp", kReject, true),
                 wording("gifted", kWeak)});
}

struct DisclosureBench : CheckBench {
  DisclosureBench() {
    placement.fold_units = 125;
    placement.fold_lines = 3;
    markets = {english()};
  }
  std::vector<Finding> on(std::string caption) {
    manifest.caption = std::move(caption);
    return run(make_disclosure_check());
  }
  Finding wording_on(std::string caption) {
    return only(on(std::move(caption)), "market-us.wording");
  }
};

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) {
    all += text;
  }
  return all;
}

TEST_CASE("labels are accepted however they are typed") {
  DisclosureBench bench;
  for (const char* caption : {"#ad I love it",
                              "Ad: I love it",
                              "AD",
                              "(ad) I love it",
                              "I love it. #ad",
                              "I love it | Ad",
                              "Ad I love it",
                              "AD we love it",
                              "ad for Fizzo",
                              "＃ａｄ hello",
                              "\U0001D5D4\U0001D5F1 | hello",
                              "#\U0001D5EE\U0001D5F1",
                              "#a\u200Bd hello",
                              "🎉🎉 Ad",
                              "😀ad😀",
                              "\u202B#ad שלום\u202C",
                              "שלום #ad",
                              "*Ad* hello",
                              "[Ad] hello",
                              "Paid partnership with @fizzo hello",
                              "Thanks to Fizzo for the free crate",
                              "#PaidPartnershipWithFizzo",
                              "new in: Ad",
                              "#paid hello"}) {
    CAPTURE(caption);
    const std::vector<Finding> findings = bench.on(caption);
    CHECK(worst(findings) == Outcome::pass);
    CHECK(only(findings, "market-us.wording").outcome == Outcome::pass);
  }
}

TEST_CASE("what only looks like a label is none") {
  DisclosureBench bench;
  for (const char* caption : {"#adidas",
                              "#adventure #adorable #addicted",
                              "what an adventure",
                              "bad lad",
                              "ad hoc plans",
                              "#AdHoc",
                              "ad libitum",
                              "ad-free music",
                              "@ad",
                              "https://x.example/#ad",
                              "fizzo.example/ad",
                              "#ad_fizzo",
                              "#a\u0336d\u0336",
                              "#âd",
                              "a d",
                              "I was paid",
                              "advertisements"}) {
    CAPTURE(caption);
    const Finding finding = bench.wording_on(caption);
    CHECK(finding.outcome == Outcome::fail);
    CHECK(finding.reason_code == "disclosure_missing");
    CHECK(finding.remedy == "Begin the caption with \"Ad\".");
    CHECK(finding.source.text == "Example guide: ad");
    CHECK(bench.on(caption).size() == 1);
  }
}

TEST_CASE("a word within a sentence and a torn hashtag are for a person to judge") {
  DisclosureBench bench;
  for (const char* caption : {"I saw an ad on the bus",
                              "they call it \"ad\"",
                              "Ad blocking is fun",
                              "my sponsored life"}) {
    CAPTURE(caption);
    const Finding finding = bench.wording_on(caption);
    CHECK(finding.outcome == Outcome::warn);
    CHECK(finding.reason_code == "disclosure_weak");
    CHECK(contains(finding.message, "within a sentence"));
  }
  const Finding torn = bench.wording_on("hello # ad");
  CHECK(torn.outcome == Outcome::warn);
  CHECK(contains(torn.message, "blank after its '#'"));
}

TEST_CASE("a wording that the market rejects is quoted, with its source and one that is accepted") {
  DisclosureBench bench;
  const std::string caption = "So good! 😀 #Collab and more";
  const Finding finding = bench.wording_on(caption);
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.reason_code == "disclosure_weak");
  CHECK(finding.message == "Market us: \"#Collab\" does not tell readers that this is advertising");
  CHECK(finding.source.text == "Example guide: collab");
  CHECK(finding.pack_id == "market-us");
  REQUIRE(finding.place.text);
  CHECK(text_at(caption, *finding.place.text) == "#Collab");
  CHECK(bench.wording_on("gifted by Fizzo").outcome == Outcome::warn);
  // "sp" is only known as a hashtag.
  CHECK(bench.wording_on("#sp hello").reason_code == "disclosure_weak");
  CHECK(bench.wording_on("sp hello").reason_code == "disclosure_missing");
  // A clear label beside it decides.
  CHECK(bench.wording_on("#ad #collab").outcome == Outcome::pass);
}

TEST_CASE("the longest wording counts, and it names the sponsor") {
  DisclosureBench bench;
  CHECK(bench.wording_on("Paid partnership with Fizzo").outcome == Outcome::pass);
  CHECK(bench.wording_on("Paid partnership with Colaco").reason_code == "disclosure_weak");
  CHECK(bench.wording_on("Thanks to Fizzo!").outcome == Outcome::fail);
  CHECK(bench.wording_on("Thanks to Fizzo for the free drinks").outcome == Outcome::pass);
  bench.brief.sponsor.clear();
  CHECK(bench.wording_on("Paid partnership with Fizzo").outcome == Outcome::fail);
  CHECK(bench.wording_on("Paid partnership with {sponsor}").outcome == Outcome::fail);
  bench.brief.sponsor = "Fizzo Drinks™";
  CHECK(bench.wording_on("Paid partnership with @fizzo_drinks").outcome == Outcome::pass);
}

TEST_CASE("a label that is taken back fails whatever else the caption says") {
  DisclosureBench bench;
  for (const char* caption : {"#ad but honestly, not an ad",
                              "#ad #notanad",
                              "#ad NOT AN #AD",
                              "#ad it's not sponsored",
                              "#ad no ad!",
                              "#ad ｎｏｔ ａｎ ａｄ"}) {
    CAPTURE(caption);
    const std::vector<Finding> findings = bench.on(caption);
    const Finding finding = only(findings, "market-us.contradiction");
    CHECK(finding.outcome == Outcome::fail);
    CHECK(finding.reason_code == "disclosure_contradicted");
    CHECK(only(findings, "market-us.wording").outcome == Outcome::pass);
  }
  // The denied label is no label.
  const std::vector<Finding> denied = bench.on("this is not an ad");
  CHECK(only(denied, "market-us.contradiction").outcome == Outcome::fail);
  CHECK(only(denied, "market-us.wording").reason_code == "disclosure_missing");
  // Two sentences deny nothing.
  CHECK(only(bench.on("Sugar? No! Ad: Fizzo"), "market-us.contradiction").outcome == Outcome::pass);
}

TEST_CASE("a label must stand before the cut, in characters and in lines") {
  DisclosureBench bench;
  // "#ad" takes three units.
  CHECK(only(bench.on(std::string(122, 'x').insert(60, " ").substr(0, 121) + " #ad"),
             "market-us.before_fold")
            .outcome == Outcome::pass);
  Finding finding = only(bench.on(std::string(122, 'x') + " #ad"), "market-us.before_fold");
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.reason_code == "disclosure_hidden");
  CHECK(finding.measured_value == 126);
  CHECK(finding.remedy == "Move \"#ad\" to the very beginning of the caption.");
  // Emoji count twice.
  CHECK(only(bench.on(repeated("😀", 61) + "#ad"), "market-us.before_fold").outcome ==
        Outcome::pass);
  CHECK(only(bench.on(repeated("😀", 62) + "#ad"), "market-us.before_fold").outcome ==
        Outcome::fail);
  // Lines, blank or not, however they end.
  CHECK(only(bench.on("a\nb\n#ad"), "market-us.before_fold").outcome == Outcome::pass);
  CHECK(only(bench.on("a\r\nb\r\n#ad"), "market-us.before_fold").outcome == Outcome::pass);
  CHECK(only(bench.on("a\nb\nc\n#ad"), "market-us.before_fold").outcome == Outcome::fail);
  finding = only(bench.on("hello" + repeated("\n", 20) + "#ad"), "market-us.before_fold");
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.measured == "character 28, line 21");
  // What nobody sees takes its place, too.
  CHECK(only(bench.on(repeated("\u200B", 200) + "#ad"), "market-us.before_fold").outcome ==
        Outcome::fail);
  CHECK(only(bench.on(repeated("\u2800\n", 20) + "#ad"), "market-us.before_fold").outcome ==
        Outcome::fail);
}

TEST_CASE("twenty blank lines hide a label even where a pack gives no lines") {
  DisclosureBench bench;
  bench.placement.fold_lines = 0;
  CHECK(only(bench.on(repeated("\n", 20) + "#ad"), "market-us.before_fold").outcome ==
        Outcome::fail);
  CHECK(only(bench.on("a\nb\n#ad"), "market-us.before_fold").outcome == Outcome::pass);
}

TEST_CASE("an unknown cut is only harmless at the very beginning") {
  DisclosureBench bench;
  bench.placement.fold_lines = 0;
  bench.placement.fold_units = 0;
  CHECK(only(bench.on("#ad hello"), "market-us.before_fold").outcome == Outcome::pass);
  CHECK(only(bench.on("hello\n#ad"), "market-us.before_fold").outcome == Outcome::could_not_check);
  CHECK(only(bench.on(repeated("hello ", 20) + "#ad"), "market-us.before_fold").outcome ==
        Outcome::could_not_check);
  bench.has_placement = false;
  CHECK(only(bench.on("hello\n#ad"), "market-us.before_fold").outcome == Outcome::could_not_check);
  bench.markets[0].before_fold = false;
  CHECK_FALSE(has_rule(bench.on("hello\n#ad"), "market-us.before_fold"));
}

TEST_CASE("a label in a row of hashtags is hidden, unless it stands apart") {
  DisclosureBench bench;
  const Finding finding = only(bench.on("yum #fizz #ad #drink"), "market-us.hashtag_run");
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.reason_code == "disclosure_hidden");
  CHECK(finding.measured == "3");
  CHECK(only(bench.on("yum #fizz #ad"), "market-us.hashtag_run").outcome == Outcome::pass);
  CHECK(only(bench.on("#ad\n#fizz #drink #yum"), "market-us.hashtag_run").outcome == Outcome::pass);
  CHECK(only(bench.on("yum #ad so good #fizz #drink #x"), "market-us.hashtag_run").outcome ==
        Outcome::pass);
  CHECK(only(bench.on("#ad #fizz #drink #yum"), "market-us.hashtag_run").outcome == Outcome::warn);
  // Signs between them do not make it better.
  CHECK(only(bench.on("yum #fizz · #ad · #drink"), "market-us.hashtag_run").outcome ==
        Outcome::fail);
  // A second label that stands well is enough.
  CHECK(worst(bench.on("Ad: yum #fizz #ad #drink")) == Outcome::pass);
  // A word is not in a row of hashtags.
  CHECK_FALSE(has_rule(bench.on("Ad: #a #b #c"), "market-us.hashtag_run"));
}

TEST_CASE("a label as the 14th of 20 hashtags is hidden") {
  DisclosureBench bench;
  bench.markets[0].max_hashtag_run = 0;
  bench.markets[0].first_hashtags = 3;
  std::string caption = "yum";
  for (int i = 1; i <= 20; ++i) {
    caption += i == 14 ? " #ad" : " #t" + std::to_string(i);
  }
  const Finding finding = only(bench.on(caption), "market-us.first_hashtags");
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.measured == "14");
  CHECK(only(bench.on("yum #a #b #ad"), "market-us.first_hashtags").outcome == Outcome::pass);
  CHECK(only(bench.on("yum #a #b #c #ad"), "market-us.first_hashtags").outcome == Outcome::fail);
}

TEST_CASE("one and the same label must stand well in every way") {
  DisclosureBench bench;
  // The first #ad is in a row, the second one after the cut: neither will do.
  const std::vector<Finding> findings =
      bench.on("yum #a #ad #b\n" + repeated("word ", 30) + "\n\n#ad");
  CHECK(worst(findings) == Outcome::fail);
}

TEST_CASE("the strictest market decides, and the finding names it") {
  DisclosureBench bench;
  MarketPack uk = english("uk");
  for (DisclosureWording& entry : uk.wordings) {
    entry.verdict = entry.text == "sponsored" ? kReject : entry.verdict;
  }
  bench.markets = {english("us"), uk};
  std::vector<Finding> findings = bench.on("Sponsored: hello");
  CHECK_FALSE(has_rule(findings, "market-us.wording"));
  Finding finding = only(findings, "market-uk.wording");
  CHECK(finding.outcome == Outcome::fail);
  CHECK(contains(finding.message, "Market uk"));
  CHECK(finding.remedy == "Begin the caption with \"Ad\".");
  // In the other order it is the same market.
  std::swap(bench.markets[0], bench.markets[1]);
  CHECK(has_rule(bench.on("Sponsored: hello"), "market-uk.wording"));
  CHECK(worst(bench.on("#ad hello")) == Outcome::pass);
}

TEST_CASE("the wording that is suggested is accepted in every market, or one is named for each") {
  DisclosureBench bench;
  bench.markets = {
      market("de",
             {wording("werbung", kAccept), wording("publicité", kAccept), wording("ad", kWeak)}),
      market("fr", {wording("ad", kWeak), wording("publicité", kAccept)})};
  const std::string remedy = only(bench.on("hello"), "market-de.wording").remedy;
  CHECK(remedy == "Begin the caption with \"Publicité\".");
  CHECK(worst(bench.on("Publicité: hello")) == Outcome::pass);
  CHECK(worst(bench.on("#PUBLICITE hello")) == Outcome::pass);
  bench.markets[0].wordings.erase(bench.markets[0].wordings.begin() + 1);
  CHECK(only(bench.on("hello"), "market-de.wording").remedy ==
        "Begin the caption with \"Werbung\" (Market de) and \"Publicité\" (Market fr).");
}

TEST_CASE("words with another meaning are no label: Anzeige erstatten, collaboration commerciale") {
  DisclosureBench bench;
  bench.markets = {market("us",
                          {wording("anzeige", kAccept),
                           wording("collaboration", kReject),
                           wording("collaboration commerciale", kAccept),
                           wording("ilan", kAccept),
                           wording("广告", kAccept)})};
  CHECK(bench.wording_on("Ich will Anzeige erstatten").outcome == Outcome::fail);
  CHECK(bench.wording_on("Anzeige | Neu").outcome == Outcome::pass);
  CHECK(bench.wording_on("Anzeige ist raus").outcome == Outcome::warn);
  CHECK(bench.wording_on("Collaboration commerciale avec Fizzo").outcome == Outcome::pass);
  CHECK(bench.wording_on("Collaboration avec Fizzo").outcome == Outcome::fail);
  for (const char* caption :
       {"İLAN: yeni", "ILAN: yeni", "ilan: yeni", "#İlan", "广告 你好", "这是广告"}) {
    CAPTURE(caption);
    CHECK(bench.wording_on(caption).outcome != Outcome::fail);
  }
}

TEST_CASE("nothing to judge is never green") {
  DisclosureBench bench;
  std::vector<Finding> findings = bench.on("");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].outcome == Outcome::could_not_check);
  CHECK(bench.on("\u200B")[0].outcome == Outcome::could_not_check);
  CHECK(bench.wording_on("😀😀").outcome == Outcome::fail);
  bench.markets.clear();
  findings = bench.on("#ad");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].outcome == Outcome::could_not_check);
  bench.brief.disclosure_required = false;
  findings = bench.on("");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].outcome == Outcome::not_applicable);
}

TEST_CASE("what is quoted from a caption cannot play tricks on a terminal") {
  DisclosureBench bench;
  const Finding finding = bench.wording_on("#col\u202Elab");
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.message.find("\u202E") == std::string::npos);
}

}  // namespace
}  // namespace muster
