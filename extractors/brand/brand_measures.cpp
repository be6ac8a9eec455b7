#include "extractors/brand/brand_measures.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

double contrast_of(const cv::Mat& grey) {
  std::vector<std::uint8_t> values(grey.begin<std::uint8_t>(), grey.end<std::uint8_t>());
  std::sort(values.begin(), values.end());
  const std::size_t twentieth = values.size() / 20;
  return double(values[values.size() - 1 - twentieth] - values[twentieth]) / 255;
}

// "#rrggbb" as one 8-bit BGR pixel.
cv::Vec3b pixel_of(const std::string& colour) {
  unsigned value = 0;
  if (colour.size() == 7) {
    std::from_chars(colour.data() + 1, colour.data() + 7, value, 16);
  }
  return {static_cast<std::uint8_t>(value),
          static_cast<std::uint8_t>(value >> 8),
          static_cast<std::uint8_t>(value >> 16)};
}

cv::Mat lab_of(const cv::Mat& bgr) {
  cv::Mat result;
  bgr.convertTo(result, CV_32FC3, 1 / 255.0);
  cv::cvtColor(result, result, cv::COLOR_BGR2Lab);
  return result;
}

// How far the nearest tenth of the place is from each color, on average over the colors: a logo
// shows its colors somewhere, whatever lies around it.
double difference_to(const cv::Mat& lab, std::span<const std::string> colours) {
  double sum = 0;
  for (const std::string& colour : colours) {
    const cv::Mat wanted = lab_of(cv::Mat(1, 1, CV_8UC3, cv::Scalar(pixel_of(colour))));
    const cv::Vec3f target = wanted.at<cv::Vec3f>(0, 0);
    std::vector<float> distances;
    distances.reserve(lab.total());
    for (auto at = lab.begin<cv::Vec3f>(); at != lab.end<cv::Vec3f>(); ++at) {
      distances.push_back(static_cast<float>(cv::norm(*at - target)));
    }
    const auto tenth = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 10);
    std::nth_element(distances.begin(), tenth, distances.end());
    sum += *tenth;
  }
  return sum / double(colours.size());
}

}  // namespace

BrandMeasures measure_place(const KitView& view,
                            const cv::Matx33d& to_picture,
                            const MeasuredPicture& picture,
                            std::span<const std::string> colours) {
  BrandMeasures measures;
  const cv::Mat seen = picture.searched.patch(view.appearance, view.logo, to_picture);
  measures.contrast = contrast_of(seen);
  measures.clarity = std::min(1.0, detail_of(seen) / std::max(view.appearance.detail, 1e-6));
  if (!colours.empty()) {
    cv::Mat colour;
    const double back = 1 / picture.scale;
    const cv::Matx33d to_original = cv::Matx33d::diag({back, back, 1}) * to_picture;
    const double sx = double(view.logo.width) / seen.cols;
    const double sy = double(view.logo.height) / seen.rows;
    const cv::Matx33d from_patch(sx, 0, view.logo.x, 0, sy, view.logo.y, 0, 0, 1);
    cv::warpPerspective(picture.picture,
                        colour,
                        to_original * from_patch,
                        seen.size(),
                        cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                        cv::BORDER_REPLICATE);
    cv::GaussianBlur(colour, colour, cv::Size(0, 0), 1);
    measures.colour_difference = difference_to(lab_of(colour), colours);
  }
  return measures;
}

}  // namespace muster
