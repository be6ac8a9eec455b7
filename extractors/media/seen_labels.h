#pragma once

#include "core/finding.h"
#include "extractors/media/disclosure_lexicon.h"
#include "extractors/media/seen_media.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace muster {

// A label read in the pictures of a file, as one market reads it.
struct SeenLabel {
  // What it stands on: one line, or several that follow each other ("Paid partnership" over "with
  // Fizzo"). Of several the text is joined by line ends, the box is around all, the height and the
  // contrast are the least, the time is when all show.
  SeenText on;
  bool is_weak = false;
};

// The labels that a market accepts or takes for weak, in the order of the lines. `market`: index
// into the lexicon's markets.
std::vector<SeenLabel> labels_in(std::span<const SeenText> texts,
                                 const DisclosureLexicon& lexicon,
                                 std::size_t market);

// Says in the finding what was read, how surely, where and, in a video, when.
void point_to(const SeenText& text, Finding& finding);

// Of the letters as a share of the frame's height; of lines without one that of their box.
double letter_height(const SeenText& text);

}  // namespace muster
