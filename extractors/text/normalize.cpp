#include "extractors/text/normalize.h"

#include "extractors/text/unicode_tables.h"

#include <algorithm>
#include <array>
#include <utility>

namespace muster {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// The code point at the start of `text` and its length in bytes.
std::pair<char32_t, std::size_t> decode_letters(std::string_view text) {
  const auto byte = [&](std::size_t i) -> char32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const char32_t first = byte(0);
  if (first < 0x80) {
    return {first, 1};
  }
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) {
    return {kReplacement, 1};
  }
  char32_t value = first & (0xFF >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      return {kReplacement, 1};
    }
    value = value << 6 | (byte(i) & 0x3F);
  }
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool valid =
      value >= kSmallest[length] && value <= 0x10FFFF && !(value >= 0xD800 && value <= 0xDFFF);
  return valid ? std::pair{value, length} : std::pair{kReplacement, std::size_t{1}};
}

bool in(char32_t c, char32_t first, char32_t last) {
  return c >= first && c <= last;
}

// No ink and no width: soft hyphen, joiners, controls of direction, variation selectors, fillers,
// tags.
bool is_invisible(char32_t c) {
  return c == 0xAD || c == 0x34F || c == 0x61C || in(c, 0x115F, 0x1160) || in(c, 0x17B4, 0x17B5) ||
         in(c, 0x180B, 0x180F) || in(c, 0x200B, 0x200F) || in(c, 0x202A, 0x202E) ||
         in(c, 0x2060, 0x206F) || c == 0x3164 || in(c, 0xFE00, 0xFE0F) || c == 0xFEFF ||
         c == 0xFFA0 || in(c, 0x1BCA0, 0x1BCA3) || in(c, 0x1D173, 0x1D17A) ||
         in(c, 0xE0000, 0xE0FFF) ||
         (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != 0x0B && c != 0x0C) || c == 0x7F;
}

// Marks that sit on a letter and change its looks. Vowel signs of Indic scripts are letters of
// their own here.
bool is_diacritic(char32_t c) {
  return in(c, 0x300, 0x36F) || in(c, 0x483, 0x489) || in(c, 0x591, 0x5BD) || c == 0x5BF ||
         in(c, 0x5C1, 0x5C2) || in(c, 0x5C4, 0x5C5) || c == 0x5C7 || in(c, 0x610, 0x61A) ||
         in(c, 0x64B, 0x65F) || c == 0x670 || in(c, 0x1AB0, 0x1AFF) || in(c, 0x1DC0, 0x1DFF) ||
         in(c, 0x20D0, 0x20FF) || in(c, 0xFE20, 0xFE2F);
}

bool is_blank_letter(char32_t c) {
  return c == ' ' || c == '\t' || c == 0xA0 || c == 0x1680 || in(c, 0x2000, 0x200A) ||
         c == 0x202F || c == 0x205F || c == 0x2800 || c == 0x3000;
}

bool is_line_end(char32_t c) {
  return in(c, '\n', '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

// Signs that are typed in several forms.
char32_t plain_sign(char32_t c) {
  if (in(c, 0x2018, 0x201B) || c == 0x2032 || c == 0x2BC || c == 0x60 || c == 0xB4) {
    return '\'';
  }
  if (in(c, 0x201C, 0x201F) || c == 0x2033 || c == 0xAB || c == 0xBB) {
    return '"';
  }
  if (in(c, 0x2010, 0x2015) || c == 0x2212) {
    return '-';
  }
  return c;
}

// Latin letters in the form of small capitals, which Unicode does not decompose; 0 for others.
char32_t small_capital(char32_t c) {
  constexpr std::array<std::pair<char32_t, char>, 27> kSmallCapitals = {{
      {0x262, 'g'},  {0x26A, 'i'},  {0x274, 'n'},  {0x280, 'r'},  {0x28F, 'y'},  {0x299, 'b'},
      {0x29C, 'h'},  {0x29F, 'l'},  {0x1D00, 'a'}, {0x1D04, 'c'}, {0x1D05, 'd'}, {0x1D07, 'e'},
      {0x1D0A, 'j'}, {0x1D0B, 'k'}, {0x1D0D, 'm'}, {0x1D0F, 'o'}, {0x1D18, 'p'}, {0x1D1B, 't'},
      {0x1D1C, 'u'}, {0x1D20, 'v'}, {0x1D21, 'w'}, {0x1D22, 'z'}, {0xA730, 'f'}, {0xA731, 's'},
      {0xA7AF, 'q'}, {0xA7EE, 'f'}, {0xA7F0, 's'},
  }};
  for (const auto& [from, to] : kSmallCapitals) {
    if (from == c) {
      return static_cast<char32_t>(to);
    }
  }
  return 0;
}

const FoldRun* find_run(char32_t c) {
  const auto runs = fold_runs();
  auto after = std::upper_bound(runs.begin(), runs.end(), c, [](char32_t code, const FoldRun& run) {
    return code < run.first;
  });
  // Runs with step 2 may interleave with one neighbor.
  for (int tries = 0; tries < 3 && after != runs.begin(); ++tries) {
    --after;
    if (c <= after->last && (c - after->first) % after->step == 0) {
      return &*after;
    }
  }
  return nullptr;
}

const FoldSequence* find_sequence(char32_t c) {
  const auto sequences = fold_sequences();
  const auto at = std::lower_bound(
      sequences.begin(), sequences.end(), c, [](const FoldSequence& sequence, char32_t code) {
        return sequence.from < code;
      });
  return at != sequences.end() && at->from == c ? &*at : nullptr;
}

class Folder {
 public:
  explicit Folder(std::size_t bytes) { text_.letters.reserve(bytes); }

  void add(char32_t c) {
    if (c == '\n' && previous_ == '\r') {
      // The line end was counted with the '\r'.
    } else if (c < 0x80) {
      add_ascii(c);
    } else {
      add_other(c);
    }
    previous_ = c;
    ++text_.original_size;
  }

  FoldedText take() { return std::move(text_); }

 private:
  void emit(char32_t letter, bool upper) {
    if (is_diacritic(letter)) {
      if (!text_.letters.empty()) {
        std::uint32_t& marks = text_.letters.back().marks;
        marks = marks * 31 + static_cast<std::uint32_t>(letter);
      }
      return;
    }
    // A decomposition may end in a small capital or a typographic sign.
    const char32_t capital = letter < 0x80 ? 0 : small_capital(letter);
    text_.letters.push_back({capital != 0 ? capital : plain_sign(letter),
                             0,
                             static_cast<std::uint32_t>(text_.original_size),
                             upper});
  }

  void add_ascii(char32_t c) {
    if (is_line_end(c)) {
      emit('\n', false);
    } else if (is_blank_letter(c)) {
      emit(' ', false);
    } else if (!is_invisible(c)) {
      const bool upper = in(c, 'A', 'Z');
      emit(upper ? c + ('a' - 'A') : c, upper);
    }
  }

  void add_other(char32_t c) {
    if (is_invisible(c)) {
      return;
    }
    if (is_line_end(c)) {
      return emit('\n', false);
    }
    if (is_blank_letter(c)) {
      return emit(' ', false);
    }
    if (plain_sign(c) != c || small_capital(c) != 0) {
      return emit(c, false);
    }
    if (in(c, 0xAC00, 0xD7A3)) {
      return add_hangul(c - 0xAC00);
    }
    if (const FoldSequence* sequence = find_sequence(c)) {
      for (const char32_t to : sequence->to) {
        if (to != 0) {
          emit(to, sequence->upper);
        }
      }
      return;
    }
    const FoldRun* run = find_run(c);
    emit(run == nullptr ? c : static_cast<char32_t>(static_cast<std::int32_t>(c) + run->delta),
         run != nullptr && run->upper);
  }

  // Unicode Standard, section 3.12: a syllable is a lead, a vowel and perhaps a trail.
  void add_hangul(char32_t index) {
    emit(0x1100 + index / 588, false);
    emit(0x1161 + index % 588 / 28, false);
    if (index % 28 != 0) {
      emit(0x11A7 + index % 28, false);
    }
  }

  FoldedText text_;
  char32_t previous_ = 0;
};

// What Latin letters a character may stand for. Letters are folded, so only small ones are listed.
struct Lookalike {
  char32_t from;
  std::string_view letters;
};
constexpr Lookalike kLookalikes[] = {
    {'!', "il"},  {'$', "s"},    {'(', "c"},    {'+', "t"},    {'0', "o"},    {'1', "il"},
    {'2', "z"},   {'3', "e"},    {'4', "a"},    {'5', "s"},    {'6', "gb"},   {'7', "t"},
    {'8', "b"},   {'9', "g"},    {'@', "a"},    {'|', "il"},   {0xA1, "i"},   {0xA2, "c"},
    {0xA3, "l"},  {0xA5, "y"},   {0xE6, "a"},   {0xF0, "d"},   {0xF8, "o"},   {0x111, "d"},
    {0x127, "h"}, {0x142, "l"},  {0x167, "t"},  {0x180, "b"},  {0x188, "c"},  {0x199, "k"},
    {0x1A5, "p"}, {0x1AD, "t"},  {0x1B4, "y"},  {0x1B6, "z"},  {0x1DD, "e"},  {0x251, "a"},
    {0x253, "b"}, {0x256, "d"},  {0x257, "d"},  {0x259, "e"},  {0x25B, "e"},  {0x260, "g"},
    {0x261, "g"}, {0x266, "h"},  {0x268, "i"},  {0x269, "i"},  {0x26B, "l"},  {0x271, "m"},
    {0x272, "n"}, {0x275, "o"},  {0x27D, "r"},  {0x282, "s"},  {0x288, "t"},  {0x289, "u"},
    {0x28B, "v"}, {0x290, "z"},  {0x3B1, "a"},  {0x3B2, "b"},  {0x3B3, "y"},  {0x3B5, "e"},
    {0x3B6, "z"}, {0x3B7, "nh"}, {0x3B9, "i"},  {0x3BA, "k"},  {0x3BC, "mu"}, {0x3BD, "vn"},
    {0x3BF, "o"}, {0x3C1, "p"},  {0x3C3, "o"},  {0x3C4, "t"},  {0x3C5, "uy"}, {0x3C7, "x"},
    {0x3C9, "w"}, {0x3F2, "c"},  {0x430, "a"},  {0x432, "b"},  {0x433, "r"},  {0x435, "e"},
    {0x437, "e"}, {0x438, "u"},  {0x43A, "k"},  {0x43C, "m"},  {0x43D, "h"},  {0x43E, "o"},
    {0x43F, "n"}, {0x440, "p"},  {0x441, "c"},  {0x442, "t"},  {0x443, "y"},  {0x445, "x"},
    {0x44C, "b"}, {0x455, "s"},  {0x456, "i"},  {0x458, "j"},  {0x475, "v"},  {0x4AF, "y"},
    {0x4BB, "h"}, {0x4CF, "il"}, {0x501, "d"},  {0x51B, "q"},  {0x51D, "w"},  {0x561, "w"},
    {0x563, "q"}, {0x565, "t"},  {0x570, "h"},  {0x578, "n"},  {0x57D, "u"},  {0x581, "g"},
    {0x585, "o"}, {0x20AC, "e"}, {0x2205, "o"}, {0x2C61, "l"}, {0x2C65, "a"}, {0x2C66, "t"},
};

std::string_view lookalike_letters(char32_t c) {
  const auto* at = std::lower_bound(
      std::begin(kLookalikes), std::end(kLookalikes), c, [](const Lookalike& entry, char32_t code) {
        return entry.from < code;
      });
  return at != std::end(kLookalikes) && at->from == c ? at->letters : std::string_view();
}

}  // namespace

TextSpan FoldedText::span(std::size_t begin, std::size_t end) const {
  const auto size = static_cast<std::int64_t>(original_size);
  if (begin >= letters.size()) {
    return {size, size};
  }
  const auto first = static_cast<std::int64_t>(letters[begin].origin);
  if (end <= begin) {
    return {first, first};
  }
  return {first, static_cast<std::int64_t>(letters[end - 1].origin) + 1};
}

FoldedText fold_text(std::string_view utf8) {
  Folder folder(utf8.size());
  while (!utf8.empty()) {
    const auto [c, length] = decode_letters(utf8);
    folder.add(c);
    utf8.remove_prefix(length);
  }
  return folder.take();
}

bool is_word_letter(char32_t letter) {
  if (letter < 0x80) {
    return in(letter, 'a', 'z') || in(letter, '0', '9') || in(letter, 'A', 'Z');
  }
  const auto ranges = word_ranges();
  const auto after = std::upper_bound(
      ranges.begin(), ranges.end(), letter, [](char32_t code, const CodeRange& range) {
        return code < range.first;
      });
  return after != ranges.begin() && letter <= std::prev(after)->last;
}

bool is_unspaced_letter(char32_t letter) {
  return in(letter, 0xE00, 0xEFF) || in(letter, 0x1000, 0x109F) || in(letter, 0x1780, 0x17FF) ||
         in(letter, 0x3005, 0x3007) || in(letter, 0x3041, 0x30FF) || in(letter, 0x31F0, 0x31FF) ||
         in(letter, 0x3400, 0x9FFF) || in(letter, 0x20000, 0x323AF);
}

bool looks_like(char32_t text, char32_t letter) {
  if (text == letter) {
    return false;
  }
  // Regional indicators show as flags or as letters.
  if (in(text, 0x1F1E6, 0x1F1FF)) {
    return letter == 'a' + (text - 0x1F1E6);
  }
  if (letter < 0x80) {
    return lookalike_letters(text).find(static_cast<char>(letter)) != std::string_view::npos;
  }
  // A pattern in another script, written with Latin letters.
  return text < 0x80 &&
         lookalike_letters(letter).find(static_cast<char>(text)) != std::string_view::npos;
}

std::u32string to_code_points(std::string_view utf8) {
  std::u32string code_points;
  code_points.reserve(utf8.size());
  while (!utf8.empty()) {
    const auto [c, length] = decode_letters(utf8);
    code_points.push_back(c);
    utf8.remove_prefix(length);
  }
  return code_points;
}

std::string to_utf8(std::u32string_view code_points) {
  std::string text;
  text.reserve(code_points.size());
  const auto tail = [&](char32_t c, int shift) {
    text.push_back(static_cast<char>(0x80 | (c >> shift & 0x3F)));
  };
  for (const char32_t c : code_points) {
    if (c < 0x80) {
      text.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
      text.push_back(static_cast<char>(0xC0 | c >> 6));
      tail(c, 0);
    } else if (c < 0x10000) {
      text.push_back(static_cast<char>(0xE0 | c >> 12));
      tail(c, 6);
      tail(c, 0);
    } else {
      text.push_back(static_cast<char>(0xF0 | c >> 18));
      tail(c, 12);
      tail(c, 6);
      tail(c, 0);
    }
  }
  return text;
}

std::string text_at(std::string_view utf8, const TextSpan& span) {
  std::int64_t index = 0;
  std::size_t offset = 0;
  std::size_t begin = utf8.size();
  while (offset < utf8.size() && index < span.end) {
    if (index == span.begin) {
      begin = offset;
    }
    offset += decode_letters(utf8.substr(offset)).second;
    ++index;
  }
  return begin < offset ? std::string(utf8.substr(begin, offset - begin)) : std::string();
}

}  // namespace muster
