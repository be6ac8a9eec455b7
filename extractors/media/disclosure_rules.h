#pragma once

#include "extractors/media/check.h"
#include "extractors/media/disclosure_lexicon.h"

#include <cstddef>
#include <vector>

namespace muster {

// One market's look at a submission. Everything is borrowed.
struct MarketView {
  const CheckInput& input;
  const DisclosureLexicon& lexicon;
  const Caption& caption;
  const MarketPack& market;
  std::size_t index = 0;  // of the market in the lexicon
  const MarketReading& reading;
};

// What the market asks beyond the wording of the caption and its place: the sponsor's name, the
// language of the post, the platform's own label, and the label in the pictures and in what is
// said. Adds one finding a rule and file.
void add_market_rules(const MarketView& view, std::vector<Finding>& findings);

// The part of it about pictures and sound (media_disclosure.cpp).
void add_media_rules(const MarketView& view, std::vector<Finding>& findings);

// All findings of the disclosure check. Where a submission is meant for several markets, the
// strictest answer of each rule family stands, and the finding names the market that gave it.
std::vector<Finding> check_disclosure(const CheckInput& input,
                                      const DisclosureLexicon& lexicon,
                                      const Caption& caption);

}  // namespace muster
