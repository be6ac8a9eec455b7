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

// Judges how found words stand. Borrows the caption.
class LabelStanding {
 public:
  // `sponsor_hits`: where the sponsor's name stands in the caption.
  LabelStanding(const Caption& caption, std::vector<PhraseHit> sponsor_hits);

  // nullopt where the words are no label: a mention, a part of a longer word ("ad-free"), or no
  // hashtag where only one counts.
  std::optional<LabelHit> label(const DisclosureWording& wording, const PhraseHit& where) const;

 private:
  const Caption& caption_;
  std::vector<PhraseHit> sponsor_hits_;
};

// Where wordings overlap, the longest counts: "collaboration commerciale" is not "collaboration".
// Of two of the same length the one that is only a hashtag knows better, then the one that the pack
// names first. The hits are of one pack; they end up in the order of the caption.
void keep_longest(const Caption& caption, std::vector<LabelHit>& hits);

// The text of the wording with the sponsor's name in it; nullopt where it needs one and there is
// none.
std::optional<std::string> wording_text(const DisclosureWording& wording, std::string_view sponsor);

// The length of the run of adjacent hashtags on one line that the token is in; 0 for other tokens.
std::size_t hashtag_run(const Caption& caption, std::size_t token);
// How many hashtags stand before the token.
std::size_t hashtags_before(const Caption& caption, std::size_t token);

}  // namespace muster
