#include "extractors/brand/kit_view.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

// Longer side of a prepared logo: larger adds no features that a photo would show, smaller loses
// them.
constexpr int kLongestSide = 400;
constexpr int kShortestSide = 200;
constexpr int kFeaturesPerView = 600;
constexpr double kMargin =
    0.1;  // of the longer side, around drawn logos, so that their outline makes features too

// White or black, whichever is farther from the visible pixels' mean.
double contrasting_ground(const cv::Mat& grey, const cv::Mat& alpha) {
  double weight = 0;
  double sum = 0;
  for (int y = 0; y < grey.rows; ++y) {
    for (int x = 0; x < grey.cols; ++x) {
      weight += alpha.at<std::uint8_t>(y, x);
      sum += alpha.at<std::uint8_t>(y, x) * double(grey.at<std::uint8_t>(y, x));
    }
  }
  return weight > 0 && sum / weight > 160 ? 0 : 255;
}

// `colour` (BGR) with alpha over an even ground.
cv::Mat over_ground(const cv::Mat& colour, const cv::Mat& alpha, double ground) {
  cv::Mat result(colour.size(), CV_8UC3);
  for (int y = 0; y < colour.rows; ++y) {
    for (int x = 0; x < colour.cols; ++x) {
      const double a = alpha.at<std::uint8_t>(y, x) / 255.0;
      const cv::Vec3b& ink = colour.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) {
        result.at<cv::Vec3b>(y, x)[c] =
            cv::saturate_cast<std::uint8_t>(a * ink[c] + (1 - a) * ground);
      }
    }
  }
  return result;
}

// Is the picture's rim one grey level (a drawing on an even ground)? `ground` is that level.
bool has_even_rim(const cv::Mat& grey, double& ground) {
  cv::Mat rim;
  cv::hconcat(
      std::vector<cv::Mat>{
          grey.row(0), grey.row(grey.rows - 1), grey.col(0).t(), grey.col(grey.cols - 1).t()},
      rim);
  cv::Scalar mean;
  cv::Scalar deviation;
  cv::meanStdDev(rim, mean, deviation);
  ground = mean[0];
  return deviation[0] < 2;
}

cv::Rect content_box(const cv::Mat& grey, double ground) {
  cv::Mat difference;
  cv::absdiff(grey, cv::Scalar(ground), difference);
  const cv::Rect box = cv::boundingRect(difference > 24);
  return box.area() > 0 ? box : cv::Rect(cv::Point(), grey.size());
}

cv::Mat resized(const cv::Mat& grey, double scale) {
  cv::Mat result;
  const cv::Size size(std::max(1, cvRound(grey.cols * scale)),
                      std::max(1, cvRound(grey.rows * scale)));
  cv::resize(grey, result, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  return result;
}

}  // namespace

PreparedPicture prepare_picture(const cv::Mat& picture) {
  CV_Assert(picture.type() == CV_8UC4 && !picture.empty());
  cv::Mat grey;
  cv::cvtColor(picture, grey, cv::COLOR_BGRA2GRAY);
  cv::Mat colour;
  cv::cvtColor(picture, colour, cv::COLOR_BGRA2BGR);
  cv::Mat alpha;
  cv::extractChannel(picture, alpha, 3);
  double least_alpha = 255;
  cv::minMaxLoc(alpha, &least_alpha);
  PreparedPicture result;
  double ground = 255;
  if (least_alpha < 200) {
    ground = contrasting_ground(grey, alpha);
    colour = over_ground(colour, alpha, ground);
    cv::cvtColor(colour, grey, cv::COLOR_BGR2GRAY);
    result.flat = true;
  } else {
    result.flat = has_even_rim(grey, ground);
  }
  const cv::Rect content =
      result.flat ? content_box(grey, ground) : cv::Rect(cv::Point(), grey.size());
  result.logo_side = std::max(content.width, content.height);
  const double scale =
      std::clamp(double(result.logo_side), double{kShortestSide}, double{kLongestSide}) /
      result.logo_side;
  result.grey = resized(grey(content), scale);
  result.colour = resized(colour(content), scale);
  result.logo = cv::Rect2f(0, 0, float(result.grey.cols), float(result.grey.rows));
  if (result.flat) {
    const int margin = cvRound(kMargin * std::max(result.grey.cols, result.grey.rows));
    for (cv::Mat* each : {&result.grey, &result.colour}) {
      cv::copyMakeBorder(*each,
                         *each,
                         margin,
                         margin,
                         margin,
                         margin,
                         cv::BORDER_CONSTANT,
                         cv::Scalar::all(ground));
    }
    result.logo.x = result.logo.y = float(margin);
  }
  return result;
}

std::vector<KitView> make_views(const PreparedPicture& prepared) {
  KitView upright;
  upright.size = prepared.grey.size();
  upright.logo = prepared.logo;
  upright.features = extract_features(prepared.grey, kFeaturesPerView);
  upright.appearance = describe_logo(prepared.grey, prepared.logo);
  KitView negative = upright;
  negative.inverted = true;
  negative.features = inverted(upright.features);
  negative.appearance = describe_logo(255 - prepared.grey, prepared.logo);

  std::vector<KitView> views{std::move(upright), std::move(negative)};
  for (std::size_t i = 0; i < 2; ++i) {
    KitView mirror = views[i];
    mirror.mirrored = true;
    mirror.features = mirrored(views[i].features, prepared.grey.cols);
    mirror.logo.x = float(prepared.grey.cols) - prepared.logo.x - prepared.logo.width;
    cv::Mat flipped;
    cv::flip(views[i].inverted ? cv::Mat(255 - prepared.grey) : prepared.grey, flipped, 1);
    mirror.appearance = describe_logo(flipped, mirror.logo);
    views.push_back(std::move(mirror));
  }
  return views;
}

}  // namespace muster
