#include "extractors/media/disclosure_labels.h"

#include "core/text.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace muster {
namespace {

constexpr std::string_view kSponsorMark = "{sponsor}";

// What surrounds a word on its line: the nearest character that is no blank.
enum class Neighbor { line_end, sign, number_sign, word };

// Looks around the words of a caption.
class Surroundings {
 public:
  Surroundings(const Caption& caption, const std::vector<PhraseHit>& sponsor_hits)
      : caption_(caption), sponsor_hits_(sponsor_hits) {}

  // "ad-free", "ad.example", "L'ad's": joined to another word by a sign without blanks.
  bool is_part_of_word(const PhraseHit& where) const {
    const auto joins = [](char32_t c) {
      return c == '-' || c == '\'' || c == '.' || c == '_' || c == '&';
    };
    const std::size_t begin = caption_.tokens[where.first].begin;
    const std::size_t end = caption_.tokens[where.last].end;
    const bool joined_before =
        begin >= 2 && joins(caption_.letter(begin - 1)) && is_word_at(begin - 2);
    const bool joined_after =
        end + 1 < caption_.size() && joins(caption_.letter(end)) && is_word_at(end + 1);
    return joined_before || joined_after;
  }

  Standing standing_of(const PhraseHit& where, bool is_hashtag) const {
    if (is_hashtag || where.first != where.last) {
      return Standing::label;
    }
    const Neighbor before = neighbor_before(where.first);
    if (before == Neighbor::number_sign) {
      return Standing::broken_hashtag;
    }
    if (before == Neighbor::word) {
      return Standing::in_sentence;
    }
    const bool alone = neighbor_after(where.first) != Neighbor::word;
    return alone || is_capitals(where.first) || has_no_capitals(where.first) ||
                   next_word_is_capitalized(where.first) || sponsor_follows(where.first)
               ? Standing::label
               : Standing::in_sentence;
  }

 private:
  bool is_word_at(std::size_t at) const {
    return at < caption_.size() && is_word_letter(caption_.letter(at));
  }

  Neighbor neighbor_before(std::size_t token) const {
    std::size_t at = caption_.tokens[token].begin;
    while (at > 0 && caption_.letter(at - 1) == ' ') {
      --at;
    }
    if (at == 0 || caption_.letter(at - 1) == '\n') {
      return Neighbor::line_end;
    }
    const char32_t c = caption_.letter(at - 1);
    if (c == '#') {
      return Neighbor::number_sign;
    }
    // A comma or a quotation mark goes on with the sentence.
    return is_word_letter(c) || c == ',' || c == '\'' || c == '"' || c == '%' ? Neighbor::word
                                                                              : Neighbor::sign;
  }

  Neighbor neighbor_after(std::size_t token) const {
    std::size_t at = caption_.tokens[token].end;
    while (at < caption_.size() && caption_.letter(at) == ' ') {
      ++at;
    }
    if (at == caption_.size() || caption_.letter(at) == '\n') {
      return Neighbor::line_end;
    }
    return is_word_letter(caption_.letter(at)) ? Neighbor::word : Neighbor::sign;
  }

  bool is_capitals(std::size_t token) const {
    const Token& word = caption_.tokens[token];
    const auto begin = caption_.folded.letters.begin();
    return std::all_of(begin + static_cast<std::ptrdiff_t>(word.begin),
                       begin + static_cast<std::ptrdiff_t>(word.end),
                       [](const FoldedLetter& letter) { return letter.upper; });
  }

  // Scripts from Hebrew on know no capitals, so that nothing tells a label from the first word of a
  // sentence.
  bool has_no_capitals(std::size_t token) const {
    return caption_.letter(caption_.tokens[token].begin) >= 0x590;
  }

  bool next_word_is_capitalized(std::size_t token) const {
    return token + 1 < caption_.tokens.size() &&
           caption_.folded.letters[caption_.tokens[token + 1].begin].upper;
  }

  // "Ad for Fizzo", "Werbung mit Fizzo": the sponsor is named on the same line.
  bool sponsor_follows(std::size_t token) const {
    std::size_t line_end = caption_.tokens[token].end;
    while (line_end < caption_.size() && caption_.letter(line_end) != '\n') {
      ++line_end;
    }
    return std::any_of(sponsor_hits_.begin(), sponsor_hits_.end(), [&](const PhraseHit& hit) {
      return hit.first > token && caption_.tokens[hit.last].end <= line_end;
    });
  }

  const Caption& caption_;
  const std::vector<PhraseHit>& sponsor_hits_;
};

bool same_line(const Caption& caption, const Token& before, const Token& after) {
  for (std::size_t i = before.end; i < after.begin; ++i) {
    if (caption.letter(i) == '\n') {
      return false;
    }
  }
  return true;
}

}  // namespace

LabelStanding::LabelStanding(const Caption& caption, std::vector<PhraseHit> sponsor_hits)
    : caption_(caption), sponsor_hits_(std::move(sponsor_hits)) {}

std::optional<LabelHit> LabelStanding::label(const DisclosureWording& wording,
                                             const PhraseHit& where) const {
  const Token& token = caption_.tokens[where.first];
  const bool single = where.first == where.last;
  const bool is_hashtag = token.kind == TokenKind::hashtag;
  const bool is_mention = single && token.kind == TokenKind::mention;
  const bool has_form = !wording.hashtag_only || (single && is_hashtag);
  const Surroundings surroundings(caption_, sponsor_hits_);
  if (is_mention || !has_form || surroundings.is_part_of_word(where)) {
    return std::nullopt;
  }
  return LabelHit{&wording, where, is_hashtag, surroundings.standing_of(where, is_hashtag)};
}

void keep_longest(const Caption& caption, std::vector<LabelHit>& hits) {
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::vector<std::size_t> best(caption.tokens.size(), kNone);
  const auto rank = [](const LabelHit& hit) {
    return std::pair(hit.where.last - hit.where.first, hit.wording->hashtag_only);
  };
  // Wordings lie in their pack in one row, so that their addresses tell which is named first.
  std::stable_sort(hits.begin(), hits.end(), [](const LabelHit& a, const LabelHit& b) {
    return std::less<>()(a.wording, b.wording);
  });
  for (std::size_t i = 0; i < hits.size(); ++i) {
    for (std::size_t token = hits[i].where.first; token <= hits[i].where.last; ++token) {
      if (best[token] == kNone || rank(hits[i]) > rank(hits[best[token]])) {
        best[token] = i;
      }
    }
  }
  std::vector<LabelHit> kept;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const PhraseHit& where = hits[i].where;
    if (best[where.first] == i && best[where.last] == i) {
      kept.push_back(hits[i]);
    }
  }
  std::stable_sort(kept.begin(), kept.end(), [](const LabelHit& a, const LabelHit& b) {
    return a.where.first < b.where.first;
  });
  hits = std::move(kept);
}

std::optional<std::string> wording_text(const DisclosureWording& wording,
                                        std::string_view sponsor) {
  std::string text = wording.text;
  for (std::size_t at = text.find(kSponsorMark); at != std::string::npos;
       at = text.find(kSponsorMark, at + sponsor.size())) {
    if (trim(sponsor).empty()) {
      return std::nullopt;
    }
    text.replace(at, kSponsorMark.size(), sponsor);
  }
  return text;
}

std::size_t hashtag_run(const Caption& caption, std::size_t token) {
  const std::vector<Token>& tokens = caption.tokens;
  if (tokens[token].kind != TokenKind::hashtag) {
    return 0;
  }
  std::size_t first = token;
  while (first > 0 && tokens[first - 1].kind == TokenKind::hashtag &&
         same_line(caption, tokens[first - 1], tokens[first])) {
    --first;
  }
  std::size_t last = token;
  while (last + 1 < tokens.size() && tokens[last + 1].kind == TokenKind::hashtag &&
         same_line(caption, tokens[last], tokens[last + 1])) {
    ++last;
  }
  return last - first + 1;
}

std::size_t hashtags_before(const Caption& caption, std::size_t token) {
  const auto begin = caption.tokens.begin();
  return static_cast<std::size_t>(
      std::count_if(begin, begin + static_cast<std::ptrdiff_t>(token), [](const Token& other) {
        return other.kind == TokenKind::hashtag;
      }));
}

}  // namespace muster
