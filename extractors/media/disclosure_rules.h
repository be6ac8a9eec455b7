#pragma once

#include "extractors/media/check.h"
#include "extractors/media/disclosure_lexicon.h"
#include "extractors/media/spoken_text.h"

#include <cstddef>
#include <optional>
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
  const std::vector<std::optional<HeardMedia>>& heard;  // by file; nullopt: no words to read
};

// What breaking a rule comes to: rules that we know from hearsay only warn.
Outcome outcome_of_rule(const RuleSource& source);

// What is said in the files that came with a transcript, read once for all markets of the lexicon.
std::vector<std::optional<HeardMedia>> hear(const CheckInput& input,
                                            const DisclosureLexicon& written);

// What the market asks beyond the wording of the caption and its place: the sponsor's name, the
// language of the post, the platform's own label, and the label in the pictures and in what is
// said. Adds one finding a rule and file.
void add_market_rules(const MarketView& view, std::vector<Finding>& findings);

// The part of it about pictures (media_disclosure.cpp), and about what is said in videos
// (spoken_disclosure.cpp).
void add_media_rules(const MarketView& view, std::vector<Finding>& findings);
void add_spoken_rules(const MarketView& view, std::vector<Finding>& findings);

// All findings of the disclosure check. Where a submission is meant for several markets, the
// strictest answer of each rule family stands, and the finding names the market that gave it.
std::vector<Finding> check_disclosure(const CheckInput& input,
                                      const DisclosureLexicon& lexicon,
                                      const Caption& caption);

}  // namespace muster
