#pragma once

#include "extractors/media/disclosure_labels.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace muster {

// The phrases of several markets, compiled once and looked for in one walk over a caption: a
// phrase is only tried where its first letters stand. Borrows the packs. Constant once made, safe
// from any thread.
class DisclosureLexicon {
 public:
  // What is read: labels that only count in speech are no labels in writing.
  enum class Medium { written, spoken };
  DisclosureLexicon(std::vector<const MarketPack*> markets,
                    std::string_view sponsor,
                    Medium medium = Medium::written);

  const std::vector<const MarketPack*>& markets() const { return markets_; }
  const std::string& sponsor() const { return sponsor_; }

  // One reading a market, in the order of the markets.
  std::vector<MarketReading> read(const Caption& caption) const;

  // Where the sponsor's name stands, as a word, mention or hashtag.
  std::vector<PhraseHit> find_sponsor(const Caption& caption) const;

 private:
  enum class Role { contradiction, other_meaning, wording };
  // What a phrase is to one market.
  struct Use {
    std::uint32_t market = 0;
    Role role = Role::wording;
    const DisclosureWording* wording = nullptr;
  };
  struct Phrase {
    Caption words;
    std::vector<Use> uses;
    bool of_all_markets = false;  // a phrase of another meaning
  };
  struct Found {
    std::uint32_t phrase = 0;
    PhraseHit where;
  };

  std::uint32_t add(std::string_view text);
  std::vector<Found> find_all(const Caption& caption) const;
  MarketReading read_market(std::uint32_t market,
                            const Caption& caption,
                            const std::vector<Found>& found,
                            const LabelStanding& standing) const;

  std::vector<const MarketPack*> markets_;
  std::string sponsor_;
  Caption sponsor_words_;
  std::vector<Phrase> phrases_;
  std::unordered_map<std::string, std::uint32_t> by_text_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_start_;
};

}  // namespace muster
