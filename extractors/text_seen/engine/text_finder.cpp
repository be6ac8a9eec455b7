#include "extractors/text_seen/engine/text_finder.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

// The network's strides ask for sides that are multiples of this.
constexpr int kSideStep = 32;
// PaddleOCR's own values for this network.
constexpr float kInkProbability = 0.3F;
constexpr double kMinPlaceScore = 0.5;
constexpr double kUnclipRatio = 1.6;
// Photos and videos of one campaign have few sizes. A network takes some 100 MB while it is used.
constexpr std::size_t kKeptNetworks = 2;
// px in the scaled picture: smaller specks are no text that anybody reads.
constexpr float kMinShortSide = 3;

int scaled_side(int side, double scale) {
  return std::max(kSideStep, static_cast<int>(std::lround(side * scale / kSideStep)) * kSideStep);
}

// PaddleOCR normalizes BGR with ImageNet's values for RGB; so was the network trained.
cv::Mat network_input(const cv::Mat& picture, cv::Size size) {
  cv::Mat scaled;
  cv::resize(
      picture,
      scaled,
      size,
      0,
      0,
      static_cast<std::size_t>(size.area()) < picture.total() ? cv::INTER_AREA : cv::INTER_LINEAR);
  cv::Mat input;
  scaled.convertTo(input, CV_32F, 1 / 255.0);
  cv::subtract(input, cv::Scalar(0.485, 0.456, 0.406), input);
  cv::divide(input, cv::Scalar(0.229, 0.224, 0.225), input);
  return cv::dnn::blobFromImage(input);
}

// Text is read from left to right: the corner that comes first is the left one of the upper long
// side, unless the place stands upright.
std::array<cv::Point2f, 4> ordered_corners(const cv::RotatedRect& rectangle) {
  std::array<cv::Point2f, 4> corners;
  rectangle.points(corners.data());  // clockwise
  const bool upright = [&] {
    const cv::Point2f a = corners[1] - corners[0];
    const cv::Point2f b = corners[2] - corners[1];
    const cv::Point2f longer = cv::norm(a) > cv::norm(b) ? a : b;
    const double ratio =
        std::max(cv::norm(a), cv::norm(b)) / std::max(1e-3, std::min(cv::norm(a), cv::norm(b)));
    return ratio > 1.5 && std::abs(longer.y) > std::abs(longer.x);
  }();
  // Upright text is taken as read from the bottom to the top; the reader tries the other way too.
  const auto first = [&](const cv::Point2f& corner) {
    return upright ? corner.x - corner.y : corner.x + corner.y;
  };
  const auto start = std::min_element(
      corners.begin(), corners.end(), [&](const cv::Point2f& a, const cv::Point2f& b) {
        return first(a) < first(b);
      });
  std::rotate(corners.begin(), start, corners.end());
  return corners;
}

double mean_inside(const cv::Mat& map, const std::vector<cv::Point>& contour) {
  const cv::Rect around = cv::boundingRect(contour);
  cv::Mat mask = cv::Mat::zeros(around.size(), CV_8U);
  cv::fillPoly(mask, std::vector<std::vector<cv::Point>>{contour}, 1, cv::LINE_8, 0, -around.tl());
  return cv::mean(map(around), mask)[0];
}

// The network marks the core of a line only; this undoes the shrinking that it was trained with.
cv::RotatedRect grown(cv::RotatedRect rectangle) {
  const float area = rectangle.size.area();
  const float around = 2 * (rectangle.size.width + rectangle.size.height);
  const auto by = static_cast<float>(2 * kUnclipRatio) * area / around;
  rectangle.size.width += by;
  rectangle.size.height += by;
  return rectangle;
}

double slant(const TextPlace& place) {
  return std::atan2(place.along().y, place.along().x);
}

// Does `next` go on where `place` ends? Words of one line stand within about a height of each
// other; letters set wide apart too.
bool goes_on(const TextPlace& place, const TextPlace& next) {
  const double height = std::max(place.height(), next.height());
  const double lower = std::min(place.height(), next.height());
  if (lower < 0.55 * height || std::abs(slant(place) - slant(next)) > 0.14) {
    return false;
  }
  const cv::Point2f direction = place.along() / static_cast<float>(std::max(1.0, place.length()));
  const cv::Point2f normal(-direction.y, direction.x);
  const cv::Point2f end = (place.corners[1] + place.corners[2]) / 2;
  const cv::Point2f start = (next.corners[0] + next.corners[3]) / 2;
  const double gap = (start - end).dot(direction);
  const double offset = std::abs((start - end).dot(normal));
  return gap > -0.5 * height && gap < 1.1 * height && offset < 0.35 * height;
}

TextPlace joined(const TextPlace& a, const TextPlace& b) {
  const std::vector<cv::Point2f> points = {a.corners[0],
                                           a.corners[1],
                                           a.corners[2],
                                           a.corners[3],
                                           b.corners[0],
                                           b.corners[1],
                                           b.corners[2],
                                           b.corners[3]};
  return {ordered_corners(cv::minAreaRect(points)), std::min(a.score, b.score)};
}

}  // namespace

std::vector<TextPlace> join_pieces(std::vector<TextPlace> pieces) {
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < pieces.size() && !changed; ++i) {
      for (std::size_t j = 0; j < pieces.size() && !changed; ++j) {
        if (i != j && goes_on(pieces[i], pieces[j])) {
          pieces[i] = joined(pieces[i], pieces[j]);
          pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(j));
          changed = true;
        }
      }
    }
  }
  return pieces;
}

struct TextFinder::Network {
  cv::Size size;
  cv::dnn::Net net;
};

TextFinder::TextFinder(const std::string& model) {
  std::ifstream file(model, std::ios::binary);
  model_.assign(std::istreambuf_iterator<char>(file), {});
  if (!file || model_.empty()) {
    throw std::runtime_error("the model " + model + " can't be read");
  }
}

TextFinder::~TextFinder() = default;

TextFinder::Network& TextFinder::network_for(cv::Size size) {
  const auto known = std::find_if(networks_.begin(), networks_.end(), [&](const auto& network) {
    return network->size == size;
  });
  if (known != networks_.end()) {
    std::rotate(networks_.begin(), known, known + 1);
    return *networks_.front();
  }
  if (networks_.size() == kKeptNetworks) {
    networks_.pop_back();
  }
  auto network = std::make_unique<Network>();
  network->size = size;
  network->net = cv::dnn::readNetFromONNX(model_.data(), model_.size());
  network->net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
  networks_.insert(networks_.begin(), std::move(network));
  return *networks_.front();
}

std::vector<TextPlace> TextFinder::find(const cv::Mat& picture, int longest_side) {
  const double scale = std::min(1.0, double(longest_side) / std::max(picture.cols, picture.rows));
  const cv::Size size(scaled_side(picture.cols, scale), scaled_side(picture.rows, scale));
  cv::dnn::Net& net = network_for(size).net;
  net.setInput(network_input(picture, size));
  const cv::Mat answer = net.forward();  // 1 x 1 x rows x cols, 0..1
  const cv::Mat map(size, CV_32F, const_cast<float*>(answer.ptr<float>()));

  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(map > kInkProbability, contours, cv::RETR_LIST, cv::CHAIN_APPROX_SIMPLE);
  const cv::Point2f to_picture(static_cast<float>(picture.cols) / static_cast<float>(size.width),
                               static_cast<float>(picture.rows) / static_cast<float>(size.height));
  std::vector<TextPlace> places;
  for (const std::vector<cv::Point>& contour : contours) {
    const cv::RotatedRect core = cv::minAreaRect(contour);
    if (std::min(core.size.width, core.size.height) < kMinShortSide) {
      continue;
    }
    const double score = mean_inside(map, contour);
    if (score < kMinPlaceScore) {
      continue;
    }
    TextPlace place{ordered_corners(grown(core)), score};
    for (cv::Point2f& corner : place.corners) {
      corner = {corner.x * to_picture.x, corner.y * to_picture.y};
    }
    places.push_back(place);
  }
  places = join_pieces(std::move(places));
  std::sort(places.begin(), places.end(), [](const TextPlace& a, const TextPlace& b) {
    return a.height() * a.length() > b.height() * b.length();
  });
  return places;
}

}  // namespace muster
