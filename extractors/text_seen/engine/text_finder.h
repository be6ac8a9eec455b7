#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// A line of text: clockwise from the corner where it begins, in pixels of the picture.
struct TextPlace {
  std::array<cv::Point2f, 4> corners;
  double score = 0;  // 0..1, the network's mean over the place

  cv::Point2f along() const { return corners[1] - corners[0]; }
  cv::Point2f down() const { return corners[3] - corners[0]; }
  double length() const { return cv::norm(along()); }
  double height() const { return cv::norm(down()); }
};

// Finds lines of text with PP-OCRv3's detection network (Differentiable Binarization, Liao and
// others 2020). OpenCV's own TextDetectionModel_DB finds nothing with it in Debian's 4.6, so its
// map is read here. Used by one thread at a time.
class TextFinder {
 public:
  // Throws std::exception where the model can't be read.
  explicit TextFinder(const std::string& model);
  ~TextFinder();

  // `picture`: rows x cols x 3, 8 bit BGR; it is scaled down to `longest_side` pixels. Largest
  // first, pieces of one line put together.
  std::vector<TextPlace> find(const cv::Mat& picture, int longest_side);

 private:
  // A network gives wrong answers once its input changes its size (OpenCV 4.6): one for each of the
  // sizes used last.
  struct Network;
  Network& network_for(cv::Size size);

  std::string model_;  // the file's bytes
  std::vector<std::unique_ptr<Network>> networks_;
};

// Puts pieces that lie one after the other on one line together.
std::vector<TextPlace> join_pieces(std::vector<TextPlace> pieces);

}  // namespace muster
