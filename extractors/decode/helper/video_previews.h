#pragma once

#include "extractors/decode/header_check.h"
#include "extractors/decode/helper/ffmpeg.h"
#include "extractors/decode/helper/output.h"
#include "extractors/decode/helper/video_timeline.h"

namespace muster {

// Thumbnail, contact sheet and clip of a video, from some of its pictures, found by seeking. Which
// ones depends on the video alone. Memory is that of the frames that the request allows.
void make_video_previews(const DecodeRequest& request,
                         AVFormatContext& format,
                         AVStream& stream,
                         const Timeline& timeline,
                         Turn turn,
                         AnswerWriter& answer);

}  // namespace muster
