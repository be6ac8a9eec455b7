#include "extractors/surveys/quality.h"
#include "extractors/text/normalize.h"

#include <algorithm>
#include <array>
#include <string>

namespace muster {
namespace {

// Rows of the keyboards of most Latin-script countries, both ways (QWERTY, QWERTZ, AZERTY).
// Words hold four neighbours of the upper row ("property", "strew"), but none of the other rows.
struct KeyRow {
  std::u32string_view keys;
  std::size_t steps;
};
constexpr std::array<KeyRow, 9> kKeyRows = {{{U"qwertyuiop", 5},
                                             {U"qwertzuiop", 5},
                                             {U"azertyuiop", 5},
                                             {U"asdfghjkl", 4},
                                             {U"qsdfghjklm", 4},
                                             {U"zxcvbnm", 4},
                                             {U"yxcvbnm", 4},
                                             {U"wxcvbn", 4},
                                             {U"abcdefghijklmnopqrstuvwxyz", 5}}};

bool is_latin_letter(char32_t letter) {
  return letter >= U'a' && letter <= U'z';
}
bool is_vowel(const FoldedLetter& letter) {
  return std::u32string_view(U"aeiouy").find(letter.letter) != std::u32string_view::npos;
}

// Neighbours of a keyboard row in order, "poiuy" too.
bool walks_keys(std::u32string_view word) {
  for (const KeyRow& row : kKeyRows) {
    for (std::size_t i = 0; i + row.steps <= word.size(); ++i) {
      const std::u32string piece(word.substr(i, row.steps));
      const std::u32string back(piece.rbegin(), piece.rend());
      if (row.keys.find(piece) != std::u32string_view::npos ||
          row.keys.find(back) != std::u32string_view::npos) {
        return true;
      }
    }
  }
  return false;
}

// "asdasdasd": a piece of two to four letters, three times or more. Laughter of two letters
// ("hahaha", "jajaja", "lololo") is none.
bool repeats_a_piece(std::u32string_view word) {
  for (std::size_t length = 3; length <= 4; ++length) {
    if (word.size() < 3 * length) {
      continue;
    }
    bool same = true;
    for (std::size_t i = length; i < word.size(); ++i) {
      same = same && word[i] == word[i - length];
    }
    if (same) {
      return true;
    }
  }
  return false;
}

// Four or more of one letter make no word; one that is only drawn out ("soooo good") has others
// beside it, so that it takes most of the word.
bool is_one_letter(std::u32string_view word) {
  std::size_t run = 1;
  std::size_t longest = 1;
  for (std::size_t i = 1; i < word.size(); ++i) {
    run = word[i] == word[i - 1] ? run + 1 : 1;
    longest = std::max(longest, run);
  }
  return longest >= 4 && longest * 4 >= word.size() * 3 && word[0] != U'm' && word[0] != U'w';
}

bool is_junk(std::u32string_view word, std::size_t vowels) {
  constexpr std::size_t kShortest = 4;
  if (word.size() < kShortest) {
    return false;
  }
  // Longer ones than "strengths" (9 letters, 1 vowel) have more vowels in every Latin-script
  // language.
  const bool no_vowels = word.size() >= 5 && vowels * 10 < word.size();
  return no_vowels || walks_keys(word) || repeats_a_piece(word) || is_one_letter(word);
}

}  // namespace

double gibberish_share(std::string_view text) {
  const FoldedText folded = fold_text(text);
  std::size_t letters = 0;
  std::size_t junk = 0;
  std::u32string word;
  std::size_t vowels = 0;
  const auto end_word = [&] {
    junk += is_junk(word, vowels) ? word.size() : 0;
    word.clear();
    vowels = 0;
  };
  for (const FoldedLetter& letter : folded.letters) {
    if (!is_latin_letter(letter.letter)) {
      letters += is_word_letter(letter.letter) ? 1 : 0;
      end_word();
      continue;
    }
    ++letters;
    word += letter.letter;
    vowels += is_vowel(letter) ? 1 : 0;
  }
  end_word();
  return letters == 0 ? 0 : static_cast<double>(junk) / static_cast<double>(letters);
}

}  // namespace muster
