#include "extractors/text/banned_phrases.h"
#include "extractors/text/caption.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

std::vector<std::string> tokens_of(const std::string& text, TokenKind kind) {
  const Caption caption = read_caption(text);
  std::vector<std::string> tokens;
  for (const Token& token : caption.tokens) {
    if (token.kind == kind) {
      tokens.push_back(text_at(text, caption.span(token)));
    }
  }
  return tokens;
}

std::vector<std::string> phrases_in(const std::string& text, std::string_view phrase) {
  const Caption caption = read_caption(text);
  std::vector<std::string> found;
  for (const PhraseHit& hit : find_phrase(caption, read_caption(phrase))) {
    found.push_back(text_at(
        text, caption.folded.span(caption.tokens[hit.first].begin, caption.tokens[hit.last].end)));
  }
  return found;
}

struct Ban {
  std::string text;
  bool doubtful = false;
  bool plain = false;
};
std::vector<Ban> bans_in(const std::string& text, std::string_view phrase) {
  const Caption caption = read_caption(text);
  std::vector<Ban> found;
  for (const BannedHit& hit : find_banned(caption, read_caption(phrase))) {
    found.push_back({text_at(text, caption.folded.span(hit.begin, hit.end)),
                     hit.doubtful,
                     hit.disguise.empty()});
  }
  return found;
}

using Texts = std::vector<std::string>;

TEST_CASE("hashtags, mentions, addresses and words are told apart") {
  const std::string text =
      "Love it! #ad ＃Café_1 @mia.cooks. mail me@x.example https://x.example/#ad?q=1 "
      "fizzo.example/ad #";
  CHECK(tokens_of(text, TokenKind::hashtag) == Texts{"#ad", "＃Café_1"});
  CHECK(tokens_of(text, TokenKind::mention) == Texts{"@mia.cooks"});
  CHECK(tokens_of(text, TokenKind::url) == Texts{"https://x.example/#ad?q=1", "fizzo.example/ad"});
  CHECK(tokens_of("#a#b # c &#39; ##d", TokenKind::hashtag) == Texts{"#a", "#b", "#d"});
  CHECK(tokens_of("one two", TokenKind::word) == Texts{"one", "two"});
}

TEST_CASE("a phrase is found on word borders only") {
  for (const char* text :
       {"adidas", "adventure time", "#adorable", "#addicted", "bad", "1ad", "ad2", "@ad_fizzo"}) {
    CAPTURE(text);
    CHECK(phrases_in(text, "ad").empty());
  }
  CHECK(phrases_in("Ad: new", "ad") == Texts{"Ad"});
  CHECK(phrases_in("(ＡＤ)", "ad") == Texts{"ＡＤ"});
  CHECK(phrases_in("😀ad😀", "ad") == Texts{"ad"});
}

TEST_CASE("a phrase goes over blanks and one line end, not over the end of a sentence") {
  CHECK(phrases_in("paid  partnership\nwith @fizzo", "paid partnership with Fizzo").size() == 1);
  CHECK(phrases_in("paid #partnership with \"Fizzo\"", "paid partnership with Fizzo").size() == 1);
  CHECK(phrases_in("It was not. An ad came", "not an ad").empty());
  CHECK(phrases_in("no, ad", "no ad").empty());
  CHECK(phrases_in("paid\n\npartnership", "paid partnership").empty());
}

TEST_CASE("a hashtag stands for the words that it joins") {
  CHECK(phrases_in("so #NotAnAd!", "not an ad") == Texts{"#NotAnAd"});
  CHECK(phrases_in("not an #ad", "not an ad") == Texts{"not an #ad"});
  CHECK(phrases_in("#paid_partnership", "paid partnership") == Texts{"#paid_partnership"});
  CHECK(phrases_in("paid partnership with @fizzodrinks", "paid partnership with Fizzo Drinks")
            .size() == 1);
  CHECK(phrases_in("#notanadvert", "not an ad").empty());
  CHECK(phrases_in("#notana", "not an ad").empty());
}

TEST_CASE("in scripts without spaces a phrase is found anywhere, but not torn apart") {
  CHECK(phrases_in("これは広告です", "広告") == Texts{"広告"});
  CHECK(phrases_in("これはPRです", "PR") == Texts{"PR"});
  CHECK(phrases_in("広 告", "広告").empty());
  CHECK(phrases_in("#広告", "広告") == Texts{"#広告"});
}

TEST_CASE("a struck-out or accented label is another word") {
  CHECK(phrases_in("#a\u0336d\u0336", "ad").empty());
  CHECK(phrases_in("#âd", "ad").empty());
  CHECK(phrases_in("#PUBLICITE", "publicité") == Texts{"#PUBLICITE"});
  CHECK(phrases_in("#publicite\u0301", "publicité").size() == 1);
}

TEST_CASE("a banned phrase is found however it is written") {
  for (const char* text :
       {"BANNED", "ｂａｎｎｅｄ", "b\u200Banned", "bánñed", "banned!", "#banned", "so banned"}) {
    CAPTURE(text);
    REQUIRE(bans_in(text, "banned").size() == 1);
    CHECK(bans_in(text, "banned")[0].plain);
  }
  for (const char* text : {"b.a.n.n.e.d",
                           "b a n n e d",
                           "b-a-n-n-e-d",
                           "b4nn3d",
                           "bаnnеd",
                           "baaaanned",
                           "bannnnned",
                           "b_a_n_n_e_d",
                           "8@nned",
                           "🇧anned",
                           "b * a * n * n * e * d"}) {
    CAPTURE(text);
    REQUIRE(bans_in(text, "banned").size() == 1);
    CHECK_FALSE(bans_in(text, "banned")[0].plain);
    CHECK_FALSE(bans_in(text, "banned")[0].doubtful);
  }
  CHECK(bans_in("say b.a.n.n.e.d now", "banned")[0].text == "b.a.n.n.e.d");
}

TEST_CASE("ordinary words are not taken for banned ones") {
  CHECK(bans_in("secure", "cure").empty());
  CHECK(bans_in("cured", "cure").empty());
  CHECK(bans_in("good", "god").empty());
  CHECK(bans_in("beet", "bet").empty());
  CHECK(bans_in("we'll", "well").empty());
  CHECK(bans_in("ban ned", "banned").empty());
  CHECK(bans_in("therapist", "the rapist").empty());
  CHECK(bans_in("I did not know the. Rapist", "the rapist").empty());
  CHECK(bans_in("501", "sol").empty());
  CHECK(bans_in("baned", "banned").empty());
  CHECK(bans_in("100 natural", "100% natural").empty());
  CHECK(bans_in("", "banned").empty());
  CHECK(bans_in("banned", "").empty());
}

TEST_CASE("banned phrases of several words, with signs and apostrophes") {
  CHECK(bans_in("100% Natural!", "100% natural").size() == 1);
  CHECK(bans_in("guaranteed\nresults", "guaranteed results").size() == 1);
  CHECK(bans_in("#GuaranteedResults", "guaranteed results").size() == 1);
  CHECK(bans_in("guaranteed. Results vary", "guaranteed results").empty());
  CHECK(bans_in("don’t", "don't").size() == 1);
  CHECK(bans_in("dont", "don't").size() == 1);
  CHECK(bans_in("绝对最好的产品", "最好").size() == 1);
}

TEST_CASE("a disguise that leaves a doubt says so") {
  REQUIRE(bans_in("re-sign", "resign").size() == 1);
  CHECK(bans_in("re-sign", "resign")[0].doubtful);
  REQUIRE(bans_in("c8d", "cbd").size() == 1);
  CHECK(bans_in("c8d", "cbd")[0].doubtful);
  CHECK_FALSE(bans_in("cbd", "cbd")[0].doubtful);
}

TEST_CASE("captions made to be slow are read in no time", "[hostile]") {
  std::string dots;
  std::string runs;
  std::string stairs;
  for (int i = 0; i < 10'000; ++i) {
    dots += "a.";
    runs += "aa";
    stairs += "a_";
  }
  for (const std::string& text : {dots, runs, stairs, "#" + stairs}) {
    const Caption caption = read_caption(text);
    CHECK(find_banned(caption, read_caption("aaab")).empty());
    CHECK(find_banned(caption, read_caption("a b")).empty());
    CHECK(find_phrase(caption, read_caption("a a a a b")).empty());
  }
}

}  // namespace
}  // namespace muster
