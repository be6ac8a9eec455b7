#pragma once

#include "extractors/decode/helper/output.h"

#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// A thumbnail of 8-bit BGR pixels that have their final size.
void add_thumbnail(const cv::Mat& bgr, AnswerWriter& answer);

// The sheet of some frames of a video, each with its time.
void add_contact_sheet(const std::vector<Frame>& frames, AnswerWriter& answer);

// The sheet of all files of a submission. The input is a list of thumbnails, decoded with
// `decode` (BGR; empty where it can't be).
void add_sheet_of_thumbnails(const ChildContext& context,
                             cv::Mat (*decode)(std::span<const std::byte> jpeg),
                             AnswerWriter& answer);

}  // namespace muster
