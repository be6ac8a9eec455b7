#include "extractors/media/spoken_text.h"

#include "core/text.h"

#include <algorithm>
#include <string_view>

namespace muster {
namespace {

// Does the next cue begin another sentence?
bool ends_sentence(std::string_view text) {
  constexpr std::string_view kEnds = ".!?:;";
  return text.empty() || kEnds.find(text.back()) != std::string_view::npos;
}

}  // namespace

SpokenText::SpokenText(const Transcript& transcript) : transcript_(transcript) {
  std::uint32_t size = 0;
  for (const Cue& cue : transcript.cues) {
    if (!text_.empty()) {
      text_ += ends_sentence(text_) ? '\n' : ' ';
      ++size;
    }
    cue_begins_.push_back(size);
    text_ += cue.text;
    size += static_cast<std::uint32_t>(count_code_points(cue.text));
  }
  words_ = read_caption(text_);
}

const Cue& SpokenText::cue_at(std::size_t letter) const {
  const std::uint32_t origin = words_.folded.letters[letter].origin;
  const auto after = std::upper_bound(cue_begins_.begin(), cue_begins_.end(), origin);
  return transcript_.cues[static_cast<std::size_t>(after - cue_begins_.begin()) - 1];
}

TimeSpan SpokenText::time_of(const PhraseHit& where) const {
  return {cue_at(words_.tokens[where.first].begin).time.start_ms,
          cue_at(words_.tokens[where.last].end - 1).time.end_ms};
}

std::size_t SpokenText::line_of(const PhraseHit& where) const {
  return cue_at(words_.tokens[where.first].begin).line;
}

std::string SpokenText::quote(const PhraseHit& where) const {
  return printable(text_at(
      text_, words_.folded.span(words_.tokens[where.first].begin, words_.tokens[where.last].end)));
}

}  // namespace muster
