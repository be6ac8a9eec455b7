#pragma once

#include "extractors/media/check.h"
#include "extractors/media/disclosure_labels.h"

#include <string_view>
#include <vector>

namespace muster {

// A finding of a rule of a market: rule id "market-ID.RULE", the message after the market's name.
Finding market_finding(const MarketPack& market,
                       std::string_view rule,
                       Outcome outcome,
                       std::string_view message);

// What one market makes of the caption: its wording, whether something denies it, and where it
// stands. One finding a rule family, in a fixed order. `caption` is the submission's, taken apart.
std::vector<Finding> caption_findings(const CheckInput& input,
                                      const Caption& caption,
                                      const MarketPack& market,
                                      const MarketReading& reading);

}  // namespace muster
