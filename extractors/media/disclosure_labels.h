#pragma once

#include "config/packs.h"
#include "extractors/text/caption.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// How a label stands in the caption.
enum class Standing {
  label,          // by itself: "Ad: ...", "(ad)", "#ad", or as a phrase of several words
  in_sentence,    // one word within a sentence, where it may mean something else: "I saw an ad"
  broken_hashtag  // "# ad"
};

// A wording of a market pack, found in a caption.
struct LabelHit {
  const DisclosureWording* wording = nullptr;
  PhraseHit where;
  bool is_hashtag = false;  // it begins with one
  Standing standing = Standing::label;

  // What it is worth here: an accepted wording that does not stand as a label is weak.
  WordingVerdict worth() const {
    return wording->verdict == WordingVerdict::accept && standing != Standing::label
               ? WordingVerdict::weak
               : wording->verdict;
  }
};

// What a caption says about being advertising, as one market reads it.
struct MarketReading {
  std::vector<LabelHit>
      hits;  // in order of the caption; longer wordings replace the shorter within them
  std::optional<PhraseHit> contradiction;  // "not an ad"
};

MarketReading read_disclosure(const Caption& caption,
                              const MarketPack& market,
                              std::string_view sponsor);

// The text of the wording with the sponsor's name in it; nullopt where it needs one and there is
// none.
std::optional<std::string> wording_text(const DisclosureWording& wording, std::string_view sponsor);

// The length of the run of adjacent hashtags on one line that the token is in; 0 for other tokens.
std::size_t hashtag_run(const Caption& caption, std::size_t token);
// How many hashtags stand before the token.
std::size_t hashtags_before(const Caption& caption, std::size_t token);

}  // namespace muster
