#include "extractors/media/look_for_text.h"

#include "extractors/text_seen/reading_process.h"
#include "extractors/text_seen/video_texts.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

// px of the longer side of the picture in which text is looked for; what is found is read at full
// size. Letters of 2 % of the height of a 4:5 picture are 18 px high then.
constexpr int kStillFindSide = 960;

SeenText seen_text(TextLine line, const Frame& frame) {
  return {.text = std::move(line.text),
          .confidence = line.confidence,
          .box = line.box,
          .contrast = line.contrast,
          .time = {frame.time_ms, frame.time_ms + frame.duration_ms},
          .height = line.height,
          .outline = std::move(line.outline),
          .read_at_ms = frame.time_ms};
}

void read_text_of_still(ReadingEngine& engine, const Frame& frame, bool texts, SeenMedia& seen) {
  for (PictureCode& code : engine.read_codes(frame.pixels)) {
    seen.codes.push_back({std::move(code.text), code.box, std::move(code.outline), {}});
  }
  if (!texts) {
    return;
  }
  for (TextLine& line : engine.read_text(frame.pixels, kStillFindSide)) {
    seen.texts.push_back(seen_text(std::move(line), frame));
  }
}

// Whatever was read of this file before the reader stopped is not the whole of it.
void forget_reading(std::string_view why, SeenMedia& seen) {
  seen.texts.clear();
  seen.codes.clear();
  seen.texts_were_read = false;
  seen.codes_were_read = false;
  seen.texts_problem = seen.codes_problem = fmt::format("{} on this file", why);
}

void read_pictures(const LookInput& input, SeenMedia& seen) {
  const Reading::Lease engine = input.reading->lease();
  const bool texts = seen.texts_problem.empty();
  if (input.media.facts.kind() == MediaKind::video) {
    const bool codes = input.reading->has_code_models();
    if (texts || codes) {
      read_video_texts({input.media, input.again, texts, codes}, *engine, seen);
    }
    seen.codes_were_read = codes;
    seen.codes_problem =
        codes ? "" : "the models for QR codes are not installed; run scripts/fetch_models.sh";
  } else {
    read_text_of_still(*engine, input.media.frames.front(), texts, seen);
    seen.codes_were_read = true;
  }
  seen.texts_were_read = texts;
}

}  // namespace

void look_for_text(const LookInput& input, SeenMedia& seen) {
  if (input.reading == nullptr || input.media.frames.empty()) {
    return;
  }
  seen.texts_problem = input.reading->text_problem();
  seen.codes_problem = input.reading->codes_problem();
  if (!seen.codes_problem.empty()) {
    return;
  }
  try {
    read_pictures(input, seen);
  } catch (const ReaderStopped& stopped) {
    forget_reading(stopped.what(), seen);
  }
}

}  // namespace muster
