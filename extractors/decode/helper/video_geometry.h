#pragma once

#include "extractors/decode/header_check.h"
#include "extractors/decode/helper/ffmpeg.h"

namespace muster {

// The first stream of moving pictures (not a cover), or -1.
int find_video(const AVFormatContext& format);

// How the stream's display matrix turns its pictures; its translation does not matter.
Turn turn_of(const AVStream& stream);

struct Shape {
  double width = 0;
  double height = 0;
};
// The size with square pixels: the shorter measure is stretched, so that nothing is lost.
Shape square_pixels(int width, int height, AVRational aspect);

}  // namespace muster
