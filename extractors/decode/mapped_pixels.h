#pragma once

#include "extractors/decode/protocol.h"
#include "extractors/decode/shared_memory.h"

#include <memory>

#include <opencv2/core/mat.hpp>

namespace muster {

// A frame of the answer as a picture that lies in the memory itself. The memory lives as long as
// any such picture or a copy of its header (shared: frames are handed on one by one). The frame
// must have passed parse_answer().
cv::Mat mapped_pixels(const std::shared_ptr<WritableMemory>& memory, const AnswerFrame& frame);

}  // namespace muster
