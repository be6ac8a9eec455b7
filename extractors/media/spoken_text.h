#pragma once

#include "extractors/media/disclosure_lexicon.h"
#include "extractors/text/caption.h"
#include "extractors/text/transcript.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace muster {

// The cues of a transcript as one text, since a sentence goes on from one cue to the next, and when
// each word of it is said. Borrows the transcript.
class SpokenText {
 public:
  explicit SpokenText(const Transcript& transcript);

  const Caption& words() const { return words_; }
  // From the start of the cue in which the first word stands to the end of that of the last.
  TimeSpan time_of(const PhraseHit& where) const;
  // The line of the transcript at which that first cue stands.
  std::size_t line_of(const PhraseHit& where) const;
  std::string quote(const PhraseHit& where) const;

 private:
  const Cue& cue_at(std::size_t letter) const;

  const Transcript& transcript_;
  std::string text_;
  Caption words_;
  std::vector<std::uint32_t> cue_begins_;  // in code points of text_, by cue
};

// What a video says, as each market of a lexicon takes it.
struct HeardMedia {
  SpokenText text;
  std::vector<MarketReading> readings;  // by market
  std::vector<PhraseHit> sponsor;       // where its name is said
};

}  // namespace muster
