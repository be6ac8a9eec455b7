#include "core/media_origin.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace muster {

bool says_made_by_ai(const MediaOrigin& origin) {
  // Terms of IPTC's digital source type vocabulary.
  constexpr std::array<std::string_view, 3> kTerms = {
      "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "compositeSynthetic"};
  return std::find(kTerms.begin(), kTerms.end(), origin.digital_source_type) != kTerms.end();
}

}  // namespace muster
