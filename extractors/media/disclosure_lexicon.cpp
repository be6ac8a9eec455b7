#include "extractors/media/disclosure_lexicon.h"

#include <algorithm>
#include <utility>

namespace muster {
namespace {

// Phrases in which a label's word means something else, in every market.
constexpr std::string_view kOtherMeanings[] = {
    "ad hoc",
    "ad libitum",
    "ad lib",
    "ad libs",
    "ad nauseam",
    "ad infinitum",
    "ad absurdum",
    "ad hominem",
    "ad interim",
    "ad acta",
    "ad astra",
    "ad rem",
    "ad valorem",
    "ad blocker",
    "ad blockers",
    "ad block",
    "ad free",
    "Anzeige erstatten",
    "Anzeige erstattet",
    "Anzeige gegen",
    "Anzeige aufgegeben",
    "zur Anzeige",
    "keine Anzeige",
};

// The first two letters of a word, without regard to '_'. A word of one letter has 0 for the other.
std::pair<char32_t, char32_t> start_of(const Caption& caption, const Token& token) {
  char32_t first = 0;
  for (std::size_t i = token.body; i < token.end; ++i) {
    const char32_t c = caption.letter(i);
    if (c == '_') {
      continue;
    }
    if (first != 0) {
      return {first, c};
    }
    first = c;
  }
  return {first, 0};
}

std::uint64_t key(char32_t first, char32_t second) {
  return static_cast<std::uint64_t>(first) << 32 | second;
}

}  // namespace

DisclosureLexicon::DisclosureLexicon(std::vector<const MarketPack*> markets,
                                     std::string_view sponsor,
                                     Medium medium)
    : markets_(std::move(markets)), sponsor_(sponsor), sponsor_words_(read_caption(sponsor)) {
  for (const std::string_view text : kOtherMeanings) {
    phrases_[add(text)].of_all_markets = true;
  }
  for (std::uint32_t market = 0; market < markets_.size(); ++market) {
    for (const std::string& text : markets_[market]->contradictions) {
      phrases_[add(text)].uses.push_back({market, Role::contradiction, nullptr});
    }
    for (const DisclosureWording& wording : markets_[market]->wordings) {
      if (wording.spoken && medium == Medium::written) {
        continue;
      }
      if (const auto text = wording_text(wording, sponsor)) {
        phrases_[add(*text)].uses.push_back({market, Role::wording, &wording});
      }
    }
  }
}

std::uint32_t DisclosureLexicon::add(std::string_view text) {
  const auto [known, is_new] =
      by_text_.try_emplace(std::string(text), static_cast<std::uint32_t>(phrases_.size()));
  if (is_new) {
    phrases_.push_back({read_caption(text), {}, false});
    const Caption& words = phrases_.back().words;
    if (!words.tokens.empty()) {
      const auto [first, second] = start_of(words, words.tokens.front());
      by_start_[key(first, second)].push_back(known->second);
    }
  }
  return known->second;
}

std::vector<DisclosureLexicon::Found> DisclosureLexicon::find_all(const Caption& caption) const {
  std::vector<Found> found;
  const auto try_at = [&](std::size_t token, std::uint64_t start) {
    const auto phrases = by_start_.find(start);
    if (phrases == by_start_.end()) {
      return;
    }
    for (const std::uint32_t phrase : phrases->second) {
      if (const auto last = phrase_end(caption, phrases_[phrase].words, token)) {
        found.push_back({phrase, {token, *last}});
      }
    }
  };
  for (std::size_t token = 0; token < caption.tokens.size(); ++token) {
    if (caption.tokens[token].kind == TokenKind::url) {
      continue;
    }
    const auto [first, second] = start_of(caption, caption.tokens[token]);
    try_at(token, key(first, second));
    if (second != 0) {
      // A hashtag may begin with a phrase whose first word has one letter.
      try_at(token, key(first, 0));
    }
  }
  return found;
}

std::vector<MarketReading> DisclosureLexicon::read(const Caption& caption) const {
  const std::vector<Found> found = find_all(caption);
  if (found.empty()) {
    return std::vector<MarketReading>(markets_.size());
  }
  const LabelStanding standing(caption, find_sponsor(caption));
  std::vector<MarketReading> readings;
  readings.reserve(markets_.size());
  for (std::uint32_t market = 0; market < markets_.size(); ++market) {
    readings.push_back(read_market(market, caption, found, standing));
  }
  return readings;
}

MarketReading DisclosureLexicon::read_market(std::uint32_t market,
                                             const Caption& caption,
                                             const std::vector<Found>& found,
                                             const LabelStanding& standing) const {
  MarketReading reading;
  // By token: it belongs to a contradiction or to a phrase of another meaning.
  std::vector<bool> taken(caption.tokens.size(), false);
  const auto take = [&](const PhraseHit& where) {
    std::fill(taken.begin() + static_cast<std::ptrdiff_t>(where.first),
              taken.begin() + static_cast<std::ptrdiff_t>(where.last) + 1,
              true);
  };
  for (const auto& [id, where] : found) {
    const Phrase& phrase = phrases_[id];
    if (phrase.of_all_markets) {
      take(where);
    }
    for (const Use& use : phrase.uses) {
      if (use.market == market && use.role == Role::contradiction) {
        take(where);
        if (!reading.contradiction || where.first < reading.contradiction->first) {
          reading.contradiction = where;
        }
      }
    }
  }
  const auto is_taken = [&](const PhraseHit& where) {
    const auto end = taken.begin() + static_cast<std::ptrdiff_t>(where.last) + 1;
    return std::find(taken.begin() + static_cast<std::ptrdiff_t>(where.first), end, true) != end;
  };
  for (const auto& [id, where] : found) {
    for (const Use& use : phrases_[id].uses) {
      if (use.market == market && use.role == Role::wording && !is_taken(where)) {
        if (const auto hit = standing.label(*use.wording, where)) {
          reading.hits.push_back(*hit);
        }
      }
    }
  }
  keep_longest(caption, reading.hits);
  return reading;
}

std::vector<PhraseHit> DisclosureLexicon::find_sponsor(const Caption& caption) const {
  return sponsor_words_.tokens.empty() ? std::vector<PhraseHit>()
                                       : find_phrase(caption, sponsor_words_);
}

}  // namespace muster
