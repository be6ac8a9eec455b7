#pragma once

#include "extractors/text/caption.h"

#include <cstddef>
#include <string>
#include <vector>

namespace muster {

// A banned phrase as it stands in a caption.
struct BannedHit {
  std::size_t begin = 0;  // letters of the folded caption
  std::size_t end = 0;
  // In words: "look-alike letters", "signs between the letters"; empty where it is written plainly.
  std::string disguise;
  // A person must look: the disguise leaves a doubt (few letters, or more signs than letters).
  bool doubtful = false;
};

// Finds a phrase however it is written: capitals, full-width letters and diacritics do not matter,
// and neither do look-alike letters, digits for letters (b4nn3d), signs or blanks between the
// letters (b.a.n.n.e.d), letters repeated three times and more, or words joined in a hashtag. It
// must begin and end at the border of a word. Linear in the size of the caption times the length of
// the phrase. Hits do not overlap.
std::vector<BannedHit> find_banned(const Caption& caption, const Caption& phrase);

}  // namespace muster
