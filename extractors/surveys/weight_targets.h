#pragma once

#include "core/result.h"
#include "extractors/surveys/comparison.h"

#include <string_view>
#include <vector>

namespace muster {

// Reads the targets of weights: CSV with the columns field, value and share, a line for each
// category. Field: "hidden:age", "creator.tier" or a question; shares are 0..1 and add up to 1
// within a field. An error names the line.
//   field,value,share
//   hidden:age,18-34,0.4
//   hidden:age,35+,0.6
Parsed<std::vector<Margin>> read_weight_targets(std::string_view text);

}  // namespace muster
