#include "extractors/decode/helper/still.h"

#include <cstdio>

#include <fmt/format.h>
#include <gif_lib.h>
#include <lcms2.h>
#include <opencv2/core/utility.hpp>
#include <png.h>
#include <webp/decode.h>
// jpeglib.h needs cstdio before it.
#include <jpeglib.h>

namespace muster {

std::string still_libraries() {
  const int webp = ::WebPGetDecoderVersion();
  const int lcms = ::cmsGetEncodedCMMversion();
  // libjpeg-turbo and giflib do not tell what is loaded, only what was built against.
  return fmt::format(
      "libjpeg-turbo {}.{}.{}, libpng {}, libwebp {}.{}.{}, giflib {}.{}.{}, lcms2 {}.{:02}, "
      "OpenCV {}",
      LIBJPEG_TURBO_VERSION_NUMBER / 1'000'000,
      LIBJPEG_TURBO_VERSION_NUMBER / 1'000 % 1'000,
      LIBJPEG_TURBO_VERSION_NUMBER % 1'000,
      ::png_get_libpng_ver(nullptr),
      webp >> 16 & 0xFF,
      webp >> 8 & 0xFF,
      webp & 0xFF,
      GIFLIB_MAJOR,
      GIFLIB_MINOR,
      GIFLIB_RELEASE,
      lcms / 1000,
      lcms / 10 % 100,
      cv::getVersionString());
}

}  // namespace muster
