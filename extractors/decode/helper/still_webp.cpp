#include "extractors/decode/helper/output.h"
#include "extractors/decode/helper/still_formats.h"

#include <memory>
#include <new>

#include <opencv2/core.hpp>
#include <webp/decode.h>
#include <webp/demux.h>

namespace muster {
namespace {

const std::uint8_t* as_bytes(std::span<const std::byte> file) {
  return reinterpret_cast<const std::uint8_t*>(file.data());
}

Integrity integrity_of(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OK:
      return Integrity::whole;
    case VP8_STATUS_OUT_OF_MEMORY:
      throw std::bad_alloc();
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA:
      return Integrity::truncated;
    default:
      return Integrity::damaged;
  }
}

StillPixels decode_plain(std::span<const std::byte> file,
                         const HeaderFacts& header,
                         const DecodeRequest& request) {
  StillPixels still;
  WebPDecoderConfig config;
  ::WebPInitDecoderConfig(&config);
  still.integrity = integrity_of(::WebPGetFeatures(as_bytes(file), file.size(), &config.input));
  if (still.integrity != Integrity::whole || config.input.width > header.width ||
      config.input.height > header.height) {
    return still;
  }
  const cv::Size size = size_in_answer(request, config.input.width, config.input.height);
  const bool alpha = config.input.has_alpha != 0;
  still.colors = alpha ? StillPixels::Colors::bgra : StillPixels::Colors::bgr;
  still.pixels = cv::Mat::zeros(size, alpha ? CV_8UC4 : CV_8UC3);
  config.options.use_scaling = size.width != config.input.width ? 1 : 0;
  config.options.scaled_width = size.width;
  config.options.scaled_height = size.height;
  config.output.colorspace = alpha ? MODE_BGRA : MODE_BGR;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = still.pixels.data;
  config.output.u.RGBA.stride = static_cast<int>(still.pixels.step);
  config.output.u.RGBA.size = still.pixels.total() * still.pixels.elemSize();
  // Step by step, because then what is there of a cut picture stays.
  const std::unique_ptr<WebPIDecoder, decltype(&WebPIDelete)> decoder(
      ::WebPIDecode(nullptr, 0, &config), WebPIDelete);
  if (!decoder) {
    throw std::bad_alloc();
  }
  still.integrity = integrity_of(::WebPIUpdate(decoder.get(), as_bytes(file), file.size()));
  return still;
}

StillPixels decode_first_frame(std::span<const std::byte> file, const HeaderFacts& header) {
  StillPixels still;
  WebPAnimDecoderOptions options;
  ::WebPAnimDecoderOptionsInit(&options);
  options.color_mode = MODE_BGRA;
  const WebPData data{as_bytes(file), file.size()};
  const std::unique_ptr<WebPAnimDecoder, decltype(&WebPAnimDecoderDelete)> decoder(
      ::WebPAnimDecoderNew(&data, &options), WebPAnimDecoderDelete);
  WebPAnimInfo info{};
  std::uint8_t* canvas = nullptr;
  int end_ms = 0;
  if (!decoder || ::WebPAnimDecoderGetInfo(decoder.get(), &info) == 0 ||
      static_cast<int>(info.canvas_width) > header.width ||
      static_cast<int>(info.canvas_height) > header.height ||
      ::WebPAnimDecoderGetNext(decoder.get(), &canvas, &end_ms) == 0) {
    still.integrity = Integrity::damaged;
    return still;
  }
  still.colors = StillPixels::Colors::bgra;
  still.pixels = cv::Mat(static_cast<int>(info.canvas_height),
                         static_cast<int>(info.canvas_width),
                         CV_8UC4,
                         canvas)
                     .clone();
  return still;
}

}  // namespace

StillPixels decode_webp(std::span<const std::byte> file,
                        const HeaderFacts& header,
                        const DecodeRequest& request) {
  StillPixels still =
      header.animated ? decode_first_frame(file, header) : decode_plain(file, header, request);
  still.icc_profile.assign(header.icc_profile.begin(), header.icc_profile.end());
  return still;
}

}  // namespace muster
