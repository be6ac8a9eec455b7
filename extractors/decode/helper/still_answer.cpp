#include "extractors/decode/helper/still_answer.h"

#include "extractors/decode/helper/color.h"
#include "extractors/decode/helper/previews.h"

#include <utility>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

// Averages over areas. Down to half the size, interpolating between the two nearest pixels leaves
// none out, and takes a sixth of the time.
void scale(const cv::Mat& from, cv::Mat& to, cv::Size size) {
  const bool little = size.width * 2 >= from.cols && size.height * 2 >= from.rows;
  cv::resize(from, to, size, 0, 0, little ? cv::INTER_LINEAR : cv::INTER_AREA);
}

cv::Mat to_mode(const cv::Mat& pixels, DecodeMode mode) {
  if (mode != DecodeMode::picture || pixels.channels() == 4) {
    return pixels;
  }
  cv::Mat bgra;
  cv::cvtColor(pixels, bgra, cv::COLOR_BGR2BGRA);
  return bgra;
}

void report_damage(Integrity integrity, AnswerWriter& answer) {
  if (integrity == Integrity::truncated) {
    answer.report(integrity, "the picture's data ends too early", kSendAgain);
  } else if (integrity == Integrity::damaged) {
    answer.report(integrity, "part of the picture's data is damaged", kSendAgain);
  }
}

void place(const ChildContext& context, StillPixels still, Turn turn, AnswerWriter& answer) {
  if (!still.pixels.empty()) {
    answer.facts().color_space = "srgb";  // unless it turns out to be converted
  }
  if (still.placed && !still.pixels.empty()) {
    return report_damage(still.integrity, answer);
  }
  if (still.placed) {
    answer.drop_frame(0);  // not one row of it could be decoded
  }
  if (still.pixels.empty()) {
    if (still.integrity == Integrity::truncated) {
      report_damage(still.integrity, answer);
    }
    return answer.report(Integrity::unreadable, "the picture's data can't be decoded", kSendAgain);
  }
  report_damage(still.integrity, answer);
  const DecodeMode mode = context.request.mode;
  if (mode != DecodeMode::picture && still.colors == StillPixels::Colors::bgra) {
    // Before scaling, which would mix in the colors of pixels that nobody sees.
    still.pixels = over_white(still.pixels);
    still.colors = StillPixels::Colors::bgr;
  }
  const cv::Size size = size_in_answer(context.request, still.pixels.cols, still.pixels.rows);
  // Where the picture needs nothing but scaling, it is scaled straight into the answer.
  const bool only_scale = mode != DecodeMode::picture && still.colors == StillPixels::Colors::bgr &&
                          still.icc_profile.empty() && turn.degrees == 0 && !turn.mirrored;
  if (only_scale && size != still.pixels.size()) {
    cv::Mat room = answer.place_frame(size, 0, 0);
    return scale(still.pixels, room, size);
  }
  if (size != still.pixels.size()) {
    cv::Mat small;
    scale(still.pixels, small, size);
    still.pixels = small;
  }
  const cv::Mat colors = to_srgb(still, answer.facts().color_space);
  answer.add_frame(turned(to_mode(colors, mode), turn.degrees, turn.mirrored), 0, 0);
}

}  // namespace

void hand_over(const ChildContext& context, StillPixels still, Turn turn, AnswerWriter& answer) {
  place(context, std::move(still), turn, answer);
  if (context.request.mode != DecodeMode::previews) {
    return;
  }
  if (const std::vector<Frame> frames = answer.frames(); !frames.empty()) {
    add_thumbnail(frames.front().pixels, answer);
  }
  answer.drop_frames();
}

}  // namespace muster
