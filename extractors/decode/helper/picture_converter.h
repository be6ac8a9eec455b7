#pragma once

#include "extractors/decode/header_check.h"
#include "extractors/decode/helper/ffmpeg.h"

#include <cstdint>

#include <opencv2/core/mat.hpp>

namespace muster {

// Makes of decoded pictures what a viewer sees: square pixels, upright, BGR, scaled down.
class PictureConverter {
 public:
  PictureConverter(AVFormatContext& format, AVStream& stream, Turn turn, std::uint32_t longer_side)
      : format_(format), stream_(stream), turn_(turn), longer_side_(longer_side) {}

  // Empty where the picture's format can't be converted.
  cv::Mat convert(const AVFrame& frame);
  // The size that convert() gives.
  cv::Size size_of(int width, int height, const AVFrame* frame) const;

 private:
  AVFormatContext& format_;
  AVStream& stream_;
  Turn turn_;
  std::uint32_t longer_side_;
  ScalerPtr scaler_;
};

}  // namespace muster
