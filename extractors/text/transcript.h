#pragma once

#include "core/result.h"
#include "core/time_span.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Larger transcripts are refused before they are read.
inline constexpr std::size_t kMaxTranscriptBytes = 4'000'000;

// What is said in a stretch of a video, as a transcript has it.
struct Cue {
  TimeSpan time;
  std::string text;      // one line of valid UTF-8, without tags; never empty
  std::size_t line = 0;  // of its times in the file, from 1
};

// A transcript with what could be read of it.
struct Transcript {
  // By their start, then as in the file. They may overlap: two people talk at once.
  std::vector<Cue> cues;
  // Cues that can't be used, each with its line and why, the first kMaxListedFaults; how many there
  // are in all. Nothing of them is guessed.
  std::vector<ParseError> faults;
  std::size_t fault_count = 0;
};
inline constexpr std::size_t kMaxListedFaults = 20;

// Reads SRT and WebVTT, which tell themselves apart by their first line. A cue whose times are
// broken (no end, minutes beyond 59, an end before the start, beyond 24 hours) or whose text is not
// UTF-8 is set aside and the rest is used; cues without words are left out. An error where the text
// as a whole is neither: it is too large, in another encoding, or has no line with times. Linear in
// its size.
Parsed<Transcript> read_transcript(std::string_view bytes);

}  // namespace muster
