#include "samples/render/files.h"

#include <fstream>
#include <stdexcept>
#include <vector>

#include <opencv2/imgcodecs.hpp>

namespace muster {

namespace {

std::string encoded(const char* ending, const cv::Mat& picture, const std::vector<int>& options) {
  std::vector<uchar> bytes;
  if (!cv::imencode(ending, picture, bytes, options)) {
    throw std::runtime_error(std::string("encoding a sample picture as ") + ending + " failed");
  }
  return {bytes.begin(), bytes.end()};
}

}  // namespace

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) {
    throw std::runtime_error("writing " + path.string() +
                             " failed; is the disk full, or the folder not writable?");
  }
}

std::string jpeg(const cv::Mat& picture, int quality, std::size_t most) {
  constexpr int kLowest = 40;
  constexpr int kStep = 6;
  std::string bytes = encoded(".jpg", picture, {cv::IMWRITE_JPEG_QUALITY, quality});
  while (bytes.size() > most && quality > kLowest) {
    quality -= kStep;
    bytes = encoded(".jpg", picture, {cv::IMWRITE_JPEG_QUALITY, quality});
  }
  return bytes;
}

std::string png(const cv::Mat& picture) {
  const std::vector<int> options = {cv::IMWRITE_PNG_COMPRESSION, 7};
  if (picture.type() != CV_32FC4) {
    return encoded(".png", picture, options);
  }
  cv::Mat straight(picture.size(), CV_8UC4);
  for (int y = 0; y < picture.rows; ++y) {
    const auto* from = picture.ptr<cv::Vec4f>(y);
    auto* to = straight.ptr<cv::Vec4b>(y);
    for (int x = 0; x < picture.cols; ++x) {
      const float alpha = from[x][3];
      for (int c = 0; c < 3; ++c) {
        to[x][c] = cv::saturate_cast<uchar>(alpha > 0 ? from[x][c] / alpha * 255 : 0);
      }
      to[x][3] = cv::saturate_cast<uchar>(alpha * 255);
    }
  }
  return encoded(".png", straight, options);
}

}  // namespace muster
