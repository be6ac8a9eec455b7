#include "extractors/text/normalize.h"

#include "core/text.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

std::string folded(std::string_view text) {
  std::u32string letters;
  for (const FoldedLetter& letter : fold_text(text).letters) {
    letters.push_back(letter.letter);
  }
  return to_utf8(letters);
}

TEST_CASE("capitals and letter forms are folded to plain letters") {
  CHECK(folded("Fizzo AD") == "fizzo ad");
  CHECK(folded("ＡＤ＃ａｄ") == "ad#ad");
  CHECK(folded("\U0001D5D4\U0001D5F1") == "ad");  // mathematical sans-serif bold
  CHECK(folded("\U0001D4D0\U0001D4ED") == "ad");  // mathematical script
  CHECK(folded("\u24B6\u24D3") == "ad");          // circled
  CHECK(folded("\U0001F170\U0001F173") == "ad");  // squared
  CHECK(folded("\u1D00\u1D05") == "ad");          // small capitals
  CHECK(folded("Straße ÆØÅ") == "strasse æøa");
  CHECK(folded("ﬁt") == "fit");
  CHECK(folded("ΟΔΟΣ οδος") == "οδοσ οδοσ");
  CHECK(folded("РЕКЛАМА") == "реклама");
}

TEST_CASE("Turkish dotted and dotless i are one letter") {
  CHECK(folded("İLAN") == "ilan");
  CHECK(folded("ilan") == "ilan");
  CHECK(folded("ılan") == "ilan");
  CHECK(folded("ILAN") == "ilan");
  CHECK(fold_text("İ").letters[0].marks == 0);
}

TEST_CASE("what has no width is gone, blanks are spaces and line ends are one") {
  CHECK(folded("a\u200Bd\u200D\uFE0F\u00AD\u2060") == "ad");
  CHECK(folded("\u202Ead\u202C") == "ad");
  CHECK(folded("a\u00A0b\u2003c\u2800d") == "a b c d");
  CHECK(folded("a\r\nb\rc\nd\u2028e") == "a\nb\nc\nd\ne");
  CHECK(folded("\u201Cnot\u201D don\u2019t \u2013") == "\"not\" don't -");
}

TEST_CASE("diacritics are kept beside their letter, composed or not") {
  const FoldedText composed = fold_text("publicité");
  const FoldedText decomposed = fold_text("publicite\u0301");
  const FoldedText plain = fold_text("publicite");
  REQUIRE(composed.letters.size() == 9);
  REQUIRE(decomposed.letters.size() == 9);
  CHECK(composed.letters[8].marks != 0);
  CHECK(composed.letters[8].marks == decomposed.letters[8].marks);
  // They may be left out, but not added.
  CHECK(same_letter(plain.letters[8], composed.letters[8]));
  CHECK_FALSE(same_letter(composed.letters[8], plain.letters[8]));
}

TEST_CASE("Hangul syllables read the same composed and decomposed") {
  CHECK(folded("광고") == folded("\u1100\u116A\u11BC\u1100\u1169"));
}

TEST_CASE("a span leads back to the code points of the original") {
  // z, a zero-width space, a mathematical bold A, a combining mark, D
  const std::string text = "z\u200B\U0001D5D4\u0301D!";
  const FoldedText folded_text = fold_text(text);
  REQUIRE(folded_text.letters.size() == 4);
  CHECK(folded_text.original_size == 6);
  CHECK(folded_text.span(1, 3) == TextSpan{2, 5});
  CHECK(text_at(text, folded_text.span(1, 3)) == "\U0001D5D4\u0301D");
  CHECK(folded_text.span(4, 4) == TextSpan{6, 6});
  CHECK(folded_text.span(99, 100) == TextSpan{6, 6});
}

TEST_CASE("every code point folds without harm, and folding twice changes nothing") {
  std::vector<std::uint32_t> unstable;
  for (char32_t c = 1; c < 0x20000; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) {
      continue;
    }
    const std::string once = folded(to_utf8(std::u32string_view(&c, 1)));
    REQUIRE(!find_invalid_utf8(once));
    if (folded(once) != once) {
      unstable.push_back(c);
    }
  }
  CHECK(unstable == std::vector<std::uint32_t>());
}

TEST_CASE("invalid UTF-8 is folded byte by byte instead of read beyond the end") {
  CHECK(folded("a\xC3") == "a\uFFFD");
  CHECK(folded("\xF0\x9F\x92") == "\uFFFD\uFFFD\uFFFD");
  CHECK(folded("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");
  CHECK(text_at("a\xC3", {0, 2}) == "a\xC3");
}

TEST_CASE("letters, digits and marks of every script are words, signs are not") {
  for (const char32_t c : U"a9éжאع中のกह") {
    if (c != 0) {
      CHECK(is_word_letter(c));
    }
  }
  for (const char32_t c : U"_-#@ \n\u2764\U0001F600\u3002\u060C\u2122") {
    if (c != 0) {
      CHECK_FALSE(is_word_letter(c));
    }
  }
}

TEST_CASE("lookalikes are known both ways, equal letters are none") {
  CHECK(looks_like(U'а', U'a'));  // Cyrillic for Latin
  CHECK(looks_like(U'a', U'а'));  // Latin for Cyrillic
  CHECK(looks_like(U'4', U'a'));
  CHECK(looks_like(U'1', U'l'));
  CHECK(looks_like(U'\U0001F1E6', U'a'));
  CHECK_FALSE(looks_like(U'a', U'a'));
  CHECK_FALSE(looks_like(U'4', U'b'));
}

}  // namespace
}  // namespace muster
