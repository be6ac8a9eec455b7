#include "extractors/decode/helper/picture_converter.h"

#include "extractors/decode/helper/output.h"
#include "extractors/decode/helper/video_geometry.h"

#include <opencv2/core.hpp>

namespace muster {
namespace {

void set_colors(SwsContext& scaler, const AVFrame& frame) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  // Streams that do not say it are BT.709 in HD and BT.601 below, as players take them.
  const int matrix = frame.colorspace != AVCOL_SPC_UNSPECIFIED ? static_cast<int>(frame.colorspace)
                     : frame.height >= 720                     ? SWS_CS_ITU709
                                                               : SWS_CS_ITU601;
  const bool full_range = frame.color_range == AVCOL_RANGE_JPEG || format == AV_PIX_FMT_YUVJ420P ||
                          format == AV_PIX_FMT_YUVJ422P || format == AV_PIX_FMT_YUVJ444P;
  ::sws_setColorspaceDetails(&scaler,
                             ::sws_getCoefficients(matrix),
                             full_range ? 1 : 0,
                             ::sws_getCoefficients(SWS_CS_DEFAULT),
                             1,
                             0,
                             1 << 16,
                             1 << 16);
}

}  // namespace

cv::Size PictureConverter::size_of(int width, int height, const AVFrame* frame) const {
  const Shape shape = square_pixels(
      width,
      height,
      ::av_guess_sample_aspect_ratio(&format_, &stream_, const_cast<AVFrame*>(frame)));
  return fit_size(shape.width, shape.height, longer_side_);
}

cv::Mat PictureConverter::convert(const AVFrame& frame) {
  const cv::Size size = size_of(frame.width, frame.height, &frame);
  scaler_.reset(::sws_getCachedContext(scaler_.release(),
                                       frame.width,
                                       frame.height,
                                       static_cast<AVPixelFormat>(frame.format),
                                       size.width,
                                       size.height,
                                       AV_PIX_FMT_BGR24,
                                       SWS_AREA | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT,
                                       nullptr,
                                       nullptr,
                                       nullptr));
  if (!scaler_) {
    return {};
  }
  set_colors(*scaler_, frame);
  // Vector code may write a little past the end of a row.
  constexpr int kMargin = 32;
  cv::Mat canvas(size.height + 1, size.width + kMargin, CV_8UC3);
  std::uint8_t* const rows[] = {canvas.data};
  const int strides[] = {static_cast<int>(canvas.step)};
  ::sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, rows, strides);
  return turned(canvas(cv::Rect({0, 0}, size)), turn_.degrees, turn_.mirrored);
}

}  // namespace muster
