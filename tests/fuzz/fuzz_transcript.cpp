#include "core/text.h"
#include "extractors/media/spoken_text.h"
#include "extractors/text/transcript.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Any bytes: what is read keeps the promises of transcript.h, and every word of it has a time.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = muster::read_transcript({reinterpret_cast<const char*>(data), size});
  if (!read) {
    return read.error().what.empty() ? (std::abort(), 1) : 0;
  }
  std::int64_t before = 0;
  for (const muster::Cue& cue : read->cues) {
    const bool good = cue.time.start_ms >= before && cue.time.end_ms > cue.time.start_ms &&
                      !cue.text.empty() && cue.line > 0 && !muster::find_invalid_utf8(cue.text) &&
                      cue.text.find_first_of("\r\n") == std::string::npos;
    if (!good) {
      std::abort();
    }
    before = cue.time.start_ms;
  }
  if (read->faults.size() > read->fault_count || read->faults.size() > muster::kMaxListedFaults) {
    std::abort();
  }
  const muster::SpokenText spoken(*read);
  for (std::size_t token = 0; token < spoken.words().tokens.size(); ++token) {
    const muster::PhraseHit word{token, token};
    if (spoken.time_of(word).end_ms <= spoken.time_of(word).start_ms || spoken.line_of(word) == 0) {
      std::abort();
    }
  }
  return 0;
}
