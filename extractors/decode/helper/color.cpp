#include "extractors/decode/helper/color.h"

#include <array>
#include <cstdlib>
#include <memory>

#include <lcms2.h>
#include <opencv2/core.hpp>

namespace muster {
namespace {

struct ProfileCloser {
  void operator()(void* profile) const { ::cmsCloseProfile(profile); }
};
struct TransformCloser {
  void operator()(void* transform) const { ::cmsDeleteTransform(transform); }
};
using ProfilePtr = std::unique_ptr<void, ProfileCloser>;
using TransformPtr = std::unique_ptr<void, TransformCloser>;

cmsUInt32Number format_of(StillPixels::Colors colors) {
  switch (colors) {
    case StillPixels::Colors::bgr:
      return TYPE_BGR_8;
    case StillPixels::Colors::bgra:
      return TYPE_BGRA_8;
    case StillPixels::Colors::cmyk:
      return TYPE_CMYK_8;
  }
  return TYPE_BGR_8;
}

// nullptr where the profile is broken or of another color space: viewers then show the file as if
// it had none.
TransformPtr make_transform(const StillPixels& still) {
  if (still.icc_profile.empty()) {
    return nullptr;
  }
  const ProfilePtr from(::cmsOpenProfileFromMem(
      still.icc_profile.data(), static_cast<cmsUInt32Number>(still.icc_profile.size())));
  if (!from) {
    return nullptr;
  }
  const bool ink = still.colors == StillPixels::Colors::cmyk;
  if (::cmsGetColorSpace(from.get()) != (ink ? cmsSigCmykData : cmsSigRgbData)) {
    return nullptr;
  }
  const ProfilePtr to(::cmsCreate_sRGBProfile());
  const bool alpha = still.colors == StillPixels::Colors::bgra;
  return TransformPtr(::cmsCreateTransform(from.get(),
                                           format_of(still.colors),
                                           to.get(),
                                           alpha ? TYPE_BGRA_8 : TYPE_BGR_8,
                                           INTENT_PERCEPTUAL,
                                           alpha ? cmsFLAGS_COPY_ALPHA : 0));
}

// Most profiles are sRGB under one of many names; a grid through the transform tells.
bool changes_nothing(void* transform, bool alpha) {
  constexpr int kStep = 51;  // 6 levels a channel
  constexpr int kTolerance = 1;
  for (int blue = 0; blue <= 255; blue += kStep) {
    for (int green = 0; green <= 255; green += kStep) {
      for (int red = 0; red <= 255; red += kStep) {
        const std::array<std::uint8_t, 4> before = {static_cast<std::uint8_t>(blue),
                                                    static_cast<std::uint8_t>(green),
                                                    static_cast<std::uint8_t>(red),
                                                    255};
        std::array<std::uint8_t, 4> after{};
        ::cmsDoTransform(transform, before.data(), after.data(), 1);
        for (std::size_t channel = 0; channel < (alpha ? 4U : 3U); ++channel) {
          if (std::abs(before[channel] - after[channel]) > kTolerance) {
            return false;
          }
        }
      }
    }
  }
  return true;
}

std::uint8_t light_through(int ink, int black) {
  return static_cast<std::uint8_t>(((255 - ink) * (255 - black) + 127) / 255);
}

// Ink that no profile describes, as if it were ideal.
cv::Mat subtract_ink(const cv::Mat& cmyk) {
  cv::Mat bgr(cmyk.size(), CV_8UC3);
  for (int row = 0; row < cmyk.rows; ++row) {
    const auto* from = cmyk.ptr<cv::Vec4b>(row);
    auto* to = bgr.ptr<cv::Vec3b>(row);
    for (int column = 0; column < cmyk.cols; ++column) {
      const cv::Vec4b& ink = from[column];
      to[column] = {light_through(ink[2], ink[3]),
                    light_through(ink[1], ink[3]),
                    light_through(ink[0], ink[3])};
    }
  }
  return bgr;
}

}  // namespace

cv::Mat to_srgb(const StillPixels& still, std::string& color_space) {
  const bool ink = still.colors == StillPixels::Colors::cmyk;
  const bool alpha = still.colors == StillPixels::Colors::bgra;
  const TransformPtr transform = make_transform(still);
  color_space = ink ? "cmyk" : "srgb";
  if (!transform) {
    return ink ? subtract_ink(still.pixels) : still.pixels;
  }
  if (!ink && changes_nothing(transform.get(), alpha)) {
    return still.pixels;
  }
  if (!ink) {
    color_space = "other";
  }
  cv::Mat converted(still.pixels.size(), alpha ? CV_8UC4 : CV_8UC3);
  for (int row = 0; row < converted.rows; ++row) {
    ::cmsDoTransform(transform.get(),
                     still.pixels.ptr(row),
                     converted.ptr(row),
                     static_cast<cmsUInt32Number>(converted.cols));
  }
  return converted;
}

cv::Mat over_white(const cv::Mat& bgra) {
  cv::Mat bgr(bgra.size(), CV_8UC3);
  for (int row = 0; row < bgra.rows; ++row) {
    const auto* from = bgra.ptr<cv::Vec4b>(row);
    auto* to = bgr.ptr<cv::Vec3b>(row);
    for (int column = 0; column < bgra.cols; ++column) {
      const int alpha = from[column][3];
      for (int channel = 0; channel < 3; ++channel) {
        const int value = from[column][channel] * alpha + 255 * (255 - alpha);
        to[column][channel] = static_cast<std::uint8_t>((value + 127) / 255);
      }
    }
  }
  return bgr;
}

}  // namespace muster
