#pragma once

#include "core/finding.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// One letter of a folded text.
struct FoldedLetter {
  char32_t letter = 0;
  std::uint32_t marks = 0;   // the diacritics on it, hashed; 0: none
  std::uint32_t origin = 0;  // index of the code point of the original that it comes from
  bool upper = false;        // it was a capital
};

// A text as a reader takes it, whatever it was typed with: full-width, mathematical, circled and
// small-capital letters are plain letters, capitals are small (Turkish dotted and dotless i are one
// letter), characters without width and controls of direction are gone, blanks are spaces, line
// ends are '\n', typographic quotes and dashes are ASCII. Diacritics are kept beside their letter.
struct FoldedText {
  std::vector<FoldedLetter> letters;
  std::size_t original_size = 0;  // code points

  // Where the letters [begin, end) stand in the original, with what belongs to the last of them.
  TextSpan span(std::size_t begin, std::size_t end) const;
};

// Linear in the size of the text. Invalid UTF-8 counts as U+FFFD a byte.
FoldedText fold_text(std::string_view utf8);

// Does `text` read as `pattern`? Diacritics may be left out ("publicite" for "publicité") but not
// added.
inline bool same_letter(const FoldedLetter& text, const FoldedLetter& pattern) {
  return text.letter == pattern.letter && (text.marks == 0 || text.marks == pattern.marks);
}

// A letter, digit or mark of any script; '_' is none.
bool is_word_letter(char32_t letter);
// A letter of a script that is written without spaces between words (Han, kana, Thai, Lao, Khmer,
// Burmese).
bool is_unspaced_letter(char32_t letter);
// May `text` be taken for `letter` in disguise: a lookalike of another script, or a digit or sign
// that stands for it (4 for a)? False for equal letters.
bool looks_like(char32_t text, char32_t letter);

std::u32string to_code_points(std::string_view utf8);
std::string to_utf8(std::u32string_view code_points);
// The part of a text that a span of code points names, for quoting.
std::string text_at(std::string_view utf8, const TextSpan& span);

}  // namespace muster
