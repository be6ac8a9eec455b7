#include "extractors/decode/helper/output.h"

#include "core/text.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include <opencv2/core.hpp>

namespace muster {

AnswerWriter::AnswerWriter(const ChildContext& context)
    : context_(context), next_(answer_header_bytes(context.request.max_frames)) {}

std::uint64_t AnswerWriter::frame_bytes(cv::Size size) const {
  const std::uint64_t row =
      static_cast<std::uint64_t>(size.width) * answer_channels(context_.request.mode);
  return (row * static_cast<std::uint64_t>(size.height) + 63) / 64 * 64;  // rows start aligned
}

std::size_t AnswerWriter::capacity(cv::Size size) const {
  const std::uint64_t header = answer_header_bytes(context_.request.max_frames);
  const std::uint64_t room = context_.output.size() - std::min(header, context_.output.size());
  return std::min<std::uint64_t>(room / frame_bytes(size), context_.request.max_frames);
}

std::optional<std::uint64_t> AnswerWriter::take_room(std::uint64_t bytes) {
  if (answer_.frames.size() >= context_.request.max_frames) {
    return std::nullopt;
  }
  const auto fits = std::find_if(given_back_.begin(), given_back_.end(), [&](const Room& room) {
    return room.bytes >= bytes;
  });
  if (fits != given_back_.end()) {
    const std::uint64_t offset = fits->offset;
    given_back_.erase(fits);
    return offset;
  }
  if (bytes > context_.output.size() - std::min<std::uint64_t>(next_, context_.output.size())) {
    return std::nullopt;
  }
  return std::exchange(next_, next_ + bytes);
}

cv::Mat AnswerWriter::place_frame(cv::Size size, std::int64_t time_ms, std::int64_t duration_ms) {
  const auto offset = take_room(frame_bytes(size));
  if (!offset) {
    return {};
  }
  const std::uint32_t channels = answer_channels(context_.request.mode);
  AnswerFrame frame;
  frame.time_ms = time_ms;
  frame.duration_ms = duration_ms;
  frame.width = static_cast<std::uint32_t>(size.width);
  frame.height = static_cast<std::uint32_t>(size.height);
  frame.channels = channels;
  frame.stride = frame.width * channels;
  frame.offset = *offset;
  answer_.frames.push_back(frame);
  return {size,
          channels == 4 ? CV_8UC4 : CV_8UC3,
          context_.output.data() + *offset,
          std::size_t{frame.stride}};
}

bool AnswerWriter::add_frame(const cv::Mat& pixels,
                             std::int64_t time_ms,
                             std::int64_t duration_ms) {
  cv::Mat place = place_frame(pixels.size(), time_ms, duration_ms);
  if (place.empty()) {
    return false;
  }
  for (int row = 0; row < pixels.rows; ++row) {
    std::memcpy(place.ptr(row), pixels.ptr(row), place.step);
  }
  return true;
}

void AnswerWriter::drop_frame(std::int64_t time_ms) {
  const auto frame =
      std::find_if(answer_.frames.begin(), answer_.frames.end(), [&](const AnswerFrame& candidate) {
        return candidate.time_ms == time_ms;
      });
  if (frame != answer_.frames.end()) {
    const cv::Size size(static_cast<int>(frame->width), static_cast<int>(frame->height));
    given_back_.push_back({frame->offset, frame_bytes(size)});
    answer_.frames.erase(frame);
  }
}

std::vector<Frame> AnswerWriter::frames() {
  sort_frames();
  std::vector<Frame> frames;
  for (const AnswerFrame& frame : answer_.frames) {
    frames.push_back({frame.time_ms,
                      frame.duration_ms,
                      cv::Mat(static_cast<int>(frame.height),
                              static_cast<int>(frame.width),
                              frame.channels == 4 ? CV_8UC4 : CV_8UC3,
                              context_.output.data() + frame.offset,
                              std::size_t{frame.stride})});
  }
  return frames;
}

void AnswerWriter::add_preview(AnswerPreview preview, std::string_view bytes) {
  const std::uint64_t room =
      context_.output.size() - std::min<std::uint64_t>(next_, context_.output.size());
  if (bytes.empty() || bytes.size() > std::min(room, kPreviewBytes)) {
    return miss_preview(preview.kind,
                        bytes.empty() ? "it can't be encoded" : "it became too large");
  }
  preview.offset = std::exchange(next_, next_ + (bytes.size() + 63) / 64 * 64);
  preview.bytes = bytes.size();
  std::memcpy(context_.output.data() + preview.offset, bytes.data(), bytes.size());
  answer_.previews.push_back(std::move(preview));
}

void AnswerWriter::miss_preview(PreviewKind kind, std::string why) {
  AnswerPreview preview;
  preview.kind = kind;
  preview.why = sanitize_utf8(why);
  answer_.previews.push_back(std::move(preview));
}

void AnswerWriter::set_origin(MediaOrigin origin, std::optional<GeoPoint> place) {
  answer_.origin = std::move(origin);
  answer_.place = place;
}

void AnswerWriter::set_hashed_frames(std::vector<HashedFrame> frames) {
  answer_.hashed_frames = std::move(frames);
}

void AnswerWriter::report(Integrity integrity, std::string detail, std::string remedy) {
  if (answer_.facts.integrity == Integrity::whole) {
    answer_.facts.integrity = integrity;
    answer_.facts.integrity_detail = sanitize_utf8(detail);
    answer_.remedy = sanitize_utf8(remedy);
  }
}

void AnswerWriter::sort_frames() {
  std::stable_sort(
      answer_.frames.begin(), answer_.frames.end(), [](const AnswerFrame& a, const AnswerFrame& b) {
        return a.time_ms < b.time_ms;
      });
}

void AnswerWriter::finish() {
  sort_frames();
  write_answer(context_.output, answer_);
  if (context_.used != nullptr) {
    *context_.used = std::min<std::uint64_t>(next_, context_.output.size());
  }
}

cv::Size size_in_answer(const DecodeRequest& request, int width, int height) {
  const bool fits = static_cast<std::uint32_t>(std::max(width, height)) <= request.output_side;
  return fits ? cv::Size(width, height) : fit_size(width, height, request.scale_side);
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
