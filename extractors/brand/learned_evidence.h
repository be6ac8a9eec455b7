#pragma once

#include "extractors/brand/candidates.h"

#include <map>
#include <vector>

namespace muster {

// The places that the learned matcher proposes, as placements of the upright views, with the
// matches of local features that agree (`by_view`; few, or local features had found the place).
std::vector<Candidate> learned_candidates(
    const KitCatalogue& catalogue,
    const SearchedPicture& searched,
    const LocalFeatures& features,
    const std::map<std::size_t, std::vector<FeatureMatch>>& by_view,
    const SearchOptions& options,
    LearnedTimes* times);

// Compares every candidate's place, drawn as its placement lies, with the kit's window.
void compare_by_learning(const KitCatalogue& catalogue,
                         const SearchedPicture& searched,
                         std::vector<Candidate>& candidates,
                         std::size_t most);

}  // namespace muster
