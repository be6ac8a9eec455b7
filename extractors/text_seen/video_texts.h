#pragma once

#include "extractors/decode/decoded_media.h"
#include "extractors/media/seen_media.h"
#include "extractors/text_seen/reading_engine.h"

#include <functional>

namespace muster {

// What reading the text of one video needs. Borrowed while it lasts.
struct VideoToRead {
  const DecodedMedia& media;  // with its frames
  // As LookInput::again; empty: ends stay as exact as the kept frames are.
  const std::function<DecodedMedia(const FrameQuery&)>& again;
  bool texts = true;  // read text
  bool codes = true;  // read codes
};

// Reads the text and the codes of a video into `seen` (texts, codes). Some frames are read
// (frames_to_read); what is found there is followed through the others by its edges, and where it
// comes and goes between two kept frames the frames in between are looked at, so that a time is
// exact to the frame for the first kMaxEnds ends. The work is bounded by numbers of frames and
// lines, never by the clock: the same file gives the same answer on every machine.
void read_video_texts(const VideoToRead& video, ReadingEngine& engine, SeenMedia& seen);

// How alike two texts are, 0..1: 1 less the share of letters that differ; blanks, case and signs do
// not count. Texts without letters are alike where they are equal.
double text_likeness(std::string_view a, std::string_view b);

}  // namespace muster
