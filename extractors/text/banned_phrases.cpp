#include "extractors/text/banned_phrases.h"

#include "core/text.h"

#include <algorithm>
#include <optional>

namespace muster {
namespace {

constexpr std::size_t kMaxGapBetweenLetters = 3;
constexpr std::size_t kMaxGapBetweenWords = 8;
// No word has the same letter three times in a row, so such a run stands for one letter or two.
constexpr std::size_t kStretched = 3;

// A letter of the phrase and how often it comes in a row.
struct Unit {
  char32_t letter = 0;
  std::size_t count = 1;
  bool starts_word = false;
  bool after_apostrophe = false;  // one may stand before it
};

std::vector<Unit> units_of(const Caption& phrase) {
  std::vector<Unit> units;
  bool starts_word = true;
  bool after_apostrophe = false;
  for (std::size_t i = 0; i < phrase.size(); ++i) {
    const char32_t c = phrase.letter(i);
    // Signs other than those that only join words count: "100%" is not "100".
    if (c == ' ' || c == '\n' || c == '-' || c == '_' || (c == '#' && units.empty())) {
      starts_word = true;
    } else if (c == '\'') {
      after_apostrophe = true;  // "don't" and "dont" are the same word
    } else if (!units.empty() && !starts_word && units.back().letter == c) {
      ++units.back().count;
    } else {
      units.push_back({c, 1, starts_word, after_apostrophe});
      starts_word = false;
      after_apostrophe = false;
    }
  }
  return units;
}

// For each letter, the end of the run of equal letters that it is in.
std::vector<std::size_t> run_ends(const Caption& caption) {
  std::vector<std::size_t> ends(caption.size());
  for (std::size_t i = caption.size(); i-- > 0;) {
    const bool goes_on = i + 1 < caption.size() && caption.letter(i + 1) == caption.letter(i);
    ends[i] = goes_on ? ends[i + 1] : i + 1;
  }
  return ends;
}

bool ends_sentence(char32_t c) {
  return c == '.' || c == '!' || c == '?' || c == ';' || c == ',';
}

// One try to read the phrase from a given letter on.
class Attempt {
 public:
  Attempt(const Caption& caption, const std::vector<std::size_t>& run_ends, std::size_t begin)
      : caption_(caption), run_ends_(run_ends), begin_(begin), at_(begin) {}

  std::optional<BannedHit> match(const std::vector<Unit>& units) {
    const auto takes = [&](const Unit& unit) { return take(unit); };
    if (!is_border(begin_) || !std::all_of(units.begin(), units.end(), takes) || !is_border(at_)) {
      return std::nullopt;
    }
    // Something of it must be written plainly, and blanks must stand between all letters or none.
    const bool spaced_out = blank_gaps_ > 0;
    if (plain_ == 0 || (spaced_out && (blank_gaps_ != inner_places_ || blank_gaps_ < 3))) {
      return std::nullopt;
    }
    return BannedHit{begin_, at_, disguise(), is_doubtful()};
  }

 private:
  bool is_word(std::size_t at) const {
    return at < caption_.size() && is_word_letter(caption_.letter(at));
  }

  // A phrase may not begin or end within a word; in scripts without spaces nobody can tell.
  bool is_border(std::size_t at) const {
    return at == 0 || !is_word(at - 1) || !is_word(at) || is_unspaced_letter(caption_.letter(at)) ||
           is_unspaced_letter(caption_.letter(at - 1));
  }

  bool take(const Unit& unit) {
    std::size_t first_letter = at_;
    for (std::size_t i = 0; i < unit.count; ++i) {
      if (unit.after_apostrophe && i == 0 && at_ < caption_.size() &&
          caption_.letter(at_) == '\'') {
        ++at_;
      }
      const bool gap_is_fine = at_ == begin_                ? true
                               : unit.starts_word && i == 0 ? skip_to_next_word(unit.letter)
                                                            : skip_within_word(unit.letter);
      if (!gap_is_fine || at_ >= caption_.size() || !take_letter(unit.letter)) {
        return false;
      }
      first_letter = i == 0 ? at_ - 1 : first_letter;
    }
    const std::size_t run_end = run_ends_[at_ - 1];
    if (run_end > at_ && run_end - first_letter >= kStretched) {
      stretched_ = true;
      at_ = run_end;
    }
    return true;
  }

  bool take_letter(char32_t letter) {
    const char32_t c = caption_.letter(at_);
    if (c == letter) {
      ++plain_;
    } else if (looks_like(c, letter)) {
      ++lookalikes_;
    } else {
      return false;
    }
    ++at_;
    return true;
  }

  bool may_be(char32_t letter) const {
    return caption_.letter(at_) == letter || looks_like(caption_.letter(at_), letter);
  }

  // Signs or blanks between two letters of a word, up to the next letter. An apostrophe is none of
  // them ("we'll" is not "well").
  bool skip_within_word(char32_t next) {
    ++inner_places_;
    const std::size_t gap_begin = at_;
    bool blank = false;
    while (at_ < caption_.size() && !may_be(next) && !is_word(at_)) {
      const char32_t c = caption_.letter(at_);
      if (c == '\n' || c == '\'' || at_ - gap_begin >= kMaxGapBetweenLetters) {
        return false;
      }
      blank = blank || c == ' ';
      ++at_;
    }
    if (at_ > gap_begin) {
      ++(blank ? blank_gaps_ : sign_gaps_);
    }
    return true;
  }

  bool skip_to_next_word(char32_t next) {
    const std::size_t gap_begin = at_;
    bool blank = false;
    bool sentence_ends = false;
    int line_ends = 0;
    while (at_ < caption_.size() && !may_be(next) && !is_word(at_)) {
      const char32_t c = caption_.letter(at_);
      line_ends += c == '\n' ? 1 : 0;
      blank = blank || c == ' ' || c == '\n';
      sentence_ends = sentence_ends || ends_sentence(c);
      if (line_ends > 1 || at_ - gap_begin >= kMaxGapBetweenWords) {
        return false;
      }
      ++at_;
    }
    if (at_ == gap_begin) {
      joined_ = true;
      return in_hashtag();
    }
    return !(blank && sentence_ends);
  }

  // Words may be joined only there: elsewhere "the rapist" would be found in "therapist".
  bool in_hashtag() const {
    std::size_t at = begin_;
    while (at > 0 && (is_word(at - 1) || caption_.letter(at - 1) == '_')) {
      --at;
    }
    return at > 0 && caption_.letter(at - 1) == '#';
  }

  std::string disguise() const {
    std::vector<std::string> ways;
    if (lookalikes_ > 0) {
      ways.emplace_back("look-alike letters or signs");
    }
    if (sign_gaps_ + blank_gaps_ > 0) {
      ways.emplace_back("signs between the letters");
    }
    if (stretched_) {
      ways.emplace_back("repeated letters");
    }
    if (joined_) {
      ways.emplace_back("joined words");
    }
    return join(ways, ", ");
  }

  bool is_doubtful() const {
    const std::size_t letters = plain_ + lookalikes_;
    const bool is_disguised = lookalikes_ + sign_gaps_ + blank_gaps_ > 0 || stretched_;
    // One sign may be a hyphen ("re-sign"), or a full stop without a blank after it.
    return (is_disguised && letters <= 3) || lookalikes_ > plain_ || sign_gaps_ == 1;
  }

  const Caption& caption_;
  const std::vector<std::size_t>& run_ends_;
  std::size_t begin_;
  std::size_t at_;
  std::size_t plain_ = 0;
  std::size_t lookalikes_ = 0;
  std::size_t inner_places_ = 0;  // between two letters of a word
  std::size_t sign_gaps_ = 0;
  std::size_t blank_gaps_ = 0;
  bool stretched_ = false;
  bool joined_ = false;
};

}  // namespace

std::vector<BannedHit> find_banned(const Caption& caption, const Caption& phrase) {
  std::vector<BannedHit> hits;
  const std::vector<Unit> units = units_of(phrase);
  if (units.empty()) {
    return hits;
  }
  const std::vector<std::size_t> ends = run_ends(caption);
  std::size_t at = 0;
  while (at < caption.size()) {
    const std::optional<BannedHit> hit = Attempt(caption, ends, at).match(units);
    if (hit) {
      hits.push_back(*hit);
    }
    at = hit ? hit->end : at + 1;
  }
  return hits;
}

}  // namespace muster
