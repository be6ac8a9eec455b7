#pragma once

#include "extractors/decode/helper/ffmpeg.h"

#include <cstdint>
#include <memory>
#include <string>

#include <opencv2/core/mat.hpp>

namespace muster {

// Encodes pictures into a small MP4 with H.264, without sound and without any metadata. The same
// pictures give the same bytes. Throws std::bad_alloc; any other problem ends in problem().
class ClipEncoder {
 public:
  // All pictures of this size; the clip is at most one pixel smaller, because H.264 takes even
  // sides only.
  explicit ClipEncoder(cv::Size size);
  ~ClipEncoder();
  ClipEncoder(const ClipEncoder&) = delete;
  ClipEncoder& operator=(const ClipEncoder&) = delete;

  cv::Size size() const { return size_; }
  // 8-bit BGR of that size, at a later time than the one before. Others are left out.
  void add(const cv::Mat& bgr, std::int64_t time_ms);
  // The whole file; empty where something went wrong. `last_ms`: how long the last picture stays.
  std::string finish(std::int64_t last_ms);
  const std::string& problem() const { return problem_; }

 private:
  struct Muxer;
  void open_encoder();
  void send(const AVFrame* frame);
  void fail(std::string problem);

  cv::Size size_;
  cv::Size picture_size_;
  CodecPtr encoder_;
  FramePtr frame_;
  PacketPtr packet_;
  ScalerPtr scaler_;
  std::unique_ptr<Muxer> muxer_;
  std::int64_t last_time_ms_ = -1;
  std::int64_t last_ms_ = 0;
  std::string problem_;
};

}  // namespace muster
