#pragma once

#include "extractors/media/seen_media.h"
#include "extractors/text_seen/reading_engine.h"

#include <utility>
#include <vector>

namespace muster {

// What was read in a still, as the checks take it.
inline std::vector<SeenText> seen_texts(std::vector<TextLine> lines) {
  std::vector<SeenText> texts;
  for (TextLine& line : lines) {
    SeenText& text = texts.emplace_back();
    text.text = std::move(line.text);
    text.confidence = line.confidence;
    text.box = line.box;
    text.contrast = line.contrast;
    text.height = line.height;
    text.outline = std::move(line.outline);
  }
  return texts;
}

}  // namespace muster
