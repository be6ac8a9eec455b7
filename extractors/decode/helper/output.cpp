#include "extractors/decode/helper/output.h"

#include "core/text.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <opencv2/core.hpp>

namespace muster {

AnswerWriter::AnswerWriter(const ChildContext& context)
    : context_(context), next_(answer_header_bytes(context.request.max_frames)) {}

bool AnswerWriter::add_frame(const cv::Mat& pixels,
                             std::int64_t time_ms,
                             std::int64_t duration_ms) {
  const std::uint64_t row_bytes = pixels.cols * pixels.elemSize();
  const std::uint64_t size = row_bytes * static_cast<std::uint64_t>(pixels.rows);
  if (answer_.frames.size() >= context_.request.max_frames ||
      size > context_.output.size() - std::min<std::uint64_t>(next_, context_.output.size())) {
    return false;
  }
  AnswerFrame frame;
  frame.time_ms = time_ms;
  frame.duration_ms = duration_ms;
  frame.width = static_cast<std::uint32_t>(pixels.cols);
  frame.height = static_cast<std::uint32_t>(pixels.rows);
  frame.channels = static_cast<std::uint32_t>(pixels.channels());
  frame.stride = static_cast<std::uint32_t>(row_bytes);
  frame.offset = next_;
  std::byte* to = context_.output.data() + next_;
  for (int row = 0; row < pixels.rows; ++row) {
    std::memcpy(to, pixels.ptr(row), row_bytes);
    to += row_bytes;
  }
  answer_.frames.push_back(frame);
  next_ = (next_ + size + 63) / 64 * 64;
  return true;
}

void AnswerWriter::report(Integrity integrity, std::string detail, std::string remedy) {
  if (answer_.facts.integrity == Integrity::whole) {
    answer_.facts.integrity = integrity;
    answer_.facts.integrity_detail = sanitize_utf8(detail);
    answer_.remedy = sanitize_utf8(remedy);
  }
}

void AnswerWriter::finish() {
  write_answer(context_.output, answer_);
}

cv::Size fit_size(double width, double height, std::uint32_t side) {
  const double scale = std::min(1.0, side / std::max({width, height, 1.0}));
  const auto fit = [&](double value) {
    return std::clamp(static_cast<int>(std::lround(value * scale)), 1, static_cast<int>(side));
  };
  return {fit(width), fit(height)};
}

cv::Mat turned(const cv::Mat& pixels, int degrees, bool mirrored) {
  cv::Mat upright = pixels;
  if (degrees != 0) {
    cv::Mat rotated;
    cv::rotate(upright,
               rotated,
               degrees == 90    ? cv::ROTATE_90_CLOCKWISE
               : degrees == 180 ? cv::ROTATE_180
                                : cv::ROTATE_90_COUNTERCLOCKWISE);
    upright = rotated;
  }
  if (mirrored) {
    cv::Mat flipped;
    cv::flip(upright, flipped, 1);
    upright = flipped;
  }
  return upright;
}

}  // namespace muster
