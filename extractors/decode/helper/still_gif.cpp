#include "extractors/decode/helper/still_formats.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <new>

#include <gif_lib.h>
#include <opencv2/core.hpp>

namespace muster {
namespace {

struct GifCloser {
  void operator()(GifFileType* gif) const { ::DGifCloseFile(gif, nullptr); }
};
using GifPtr = std::unique_ptr<GifFileType, GifCloser>;

// giflib's read function: fewer bytes than asked for mean the end.
int read_gif_bytes(GifFileType* gif, GifByteType* to, int count) {
  auto& left = *static_cast<std::span<const std::byte>*>(gif->UserData);
  const std::size_t size = std::min(left.size(), static_cast<std::size_t>(std::max(count, 0)));
  std::memcpy(to, left.data(), size);
  left = left.subspan(size);
  return static_cast<int>(size);
}

// Skips an extension; the graphic control one names the transparent color.
bool read_extension(GifFileType* gif, int& transparent) {
  int code = 0;
  GifByteType* data = nullptr;
  if (::DGifGetExtension(gif, &code, &data) != GIF_OK) {
    return false;
  }
  while (data != nullptr) {
    GraphicsControlBlock control;
    if (code == GRAPHICS_EXT_FUNC_CODE && data[0] == 4 &&
        ::DGifExtensionToGCB(data[0], data + 1, &control) == GIF_OK) {
      transparent = control.TransparentColor;
    }
    if (::DGifGetExtensionNext(gif, &data) != GIF_OK) {
      return false;
    }
  }
  return true;
}

// Moves on to the first picture; false where there is none.
bool find_picture(GifFileType* gif, int& transparent) {
  while (true) {
    GifRecordType type = UNDEFINED_RECORD_TYPE;
    if (::DGifGetRecordType(gif, &type) != GIF_OK || type == TERMINATE_RECORD_TYPE) {
      return false;
    }
    if (type == IMAGE_DESC_RECORD_TYPE) {
      return ::DGifGetImageDesc(gif) == GIF_OK;
    }
    if (type == EXTENSION_RECORD_TYPE && !read_extension(gif, transparent)) {
      return false;
    }
  }
}

std::array<cv::Vec4b, 256> colors_of(const GifFileType& gif, int transparent) {
  std::array<cv::Vec4b, 256> colors;
  colors.fill({0, 0, 0, 255});
  const ColorMapObject* map = gif.Image.ColorMap != nullptr ? gif.Image.ColorMap : gif.SColorMap;
  for (int i = 0; map != nullptr && i < std::min(map->ColorCount, 256); ++i) {
    const GifColorType& color = map->Colors[i];
    colors[static_cast<std::size_t>(i)] = {color.Blue, color.Green, color.Red, 255};
  }
  if (transparent >= 0 && transparent < 256) {
    colors[static_cast<std::size_t>(transparent)] = {0, 0, 0, 0};
  }
  return colors;
}

// Rows in the order of the file (GIF89a, appendix E).
std::vector<int> row_order(int height, bool interlaced) {
  std::vector<int> order;
  if (!interlaced) {
    for (int row = 0; row < height; ++row) {
      order.push_back(row);
    }
    return order;
  }
  constexpr std::array<std::array<int, 2>, 4> kPasses = {{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};
  for (const auto& [first, step] : kPasses) {
    for (int row = first; row < height; row += step) {
      order.push_back(row);
    }
  }
  return order;
}

// Draws the picture onto its canvas; what lies beyond is cut. False where its data ends or breaks.
bool draw(GifFileType* gif, int transparent, cv::Mat& canvas) {
  const std::array<cv::Vec4b, 256> colors = colors_of(*gif, transparent);
  const GifImageDesc& image = gif->Image;
  if (image.Width <= 0) {
    return false;
  }
  std::vector<GifPixelType> line(static_cast<std::size_t>(image.Width));
  for (const int row : row_order(image.Height, image.Interlace)) {
    if (::DGifGetLine(gif, line.data(), image.Width) != GIF_OK) {
      return false;
    }
    if (image.Top + row >= canvas.rows) {
      continue;
    }
    auto* to = canvas.ptr<cv::Vec4b>(image.Top + row);
    for (int column = 0; column < std::min(image.Width, canvas.cols - image.Left); ++column) {
      to[image.Left + column] = colors[line[static_cast<std::size_t>(column)]];
    }
  }
  return true;
}

}  // namespace

StillPixels decode_gif(std::span<const std::byte> file, const HeaderFacts& header) {
  StillPixels still;
  still.colors = StillPixels::Colors::bgra;
  still.integrity = Integrity::damaged;
  std::span<const std::byte> left = file;
  int error = 0;
  const GifPtr gif(::DGifOpen(&left, read_gif_bytes, &error));
  if (!gif) {
    if (error == D_GIF_ERR_NOT_ENOUGH_MEM) {
      throw std::bad_alloc();
    }
    return still;
  }
  int transparent = NO_TRANSPARENT_COLOR;
  if (!find_picture(gif.get(), transparent)) {
    return still;
  }
  still.pixels = cv::Mat::zeros(header.height, header.width, CV_8UC4);
  if (draw(gif.get(), transparent, still.pixels)) {
    still.integrity = Integrity::whole;
  }
  return still;
}

}  // namespace muster
