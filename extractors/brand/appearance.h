#pragma once

#include <vector>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/matx.hpp>
#include <opencv2/core/types.hpp>

namespace muster {

// A logo's rectangle seen as a whole: histograms of gradient directions over a grid of cells (Dalal
// and Triggs 2005), and the grey picture itself. It confirms a place that a few features suggest,
// where the features alone could be chance.
struct Appearance {
  cv::Size size;             // px: kAppearanceArea in all, with the logo's aspect
  cv::Mat grey;              // float, mean 0, norm 1
  std::vector<float> cells;  // row by row, kDirections a cell
  double detail = 0;         // detail_of(the picture at `size`)
};

// Edges for their contrast, of an 8-bit grey picture: between pictures of one size this falls with
// blur alone.
double detail_of(const cv::Mat& grey);

template <typename Archive>
void fields(Appearance& appearance, Archive& archive) {
  archive(appearance.size, appearance.grey, appearance.cells, appearance.detail);
}

// How like the logo a place looks.
struct Likeness {
  double gradients = 0;      // -1..1, mean over the logo's cells weighted by their contrast
  double grey = 0;           // -1..1, normalized cross-correlation
  double worst_quarter = 0;  // gradients within the least alike quarter of the logo
  double hidden = 0;  // 0..1: share of the logo's structure that is not to be seen where it belongs
};

// `logo`: within `grey`.
Appearance describe_logo(const cv::Mat& grey, const cv::Rect2f& logo);

// A picture in ever halved sizes, so that a large place is looked at without aliasing. Grey for
// compare() and patch().
class PicturePyramid {
 public:
  explicit PicturePyramid(const cv::Mat& picture);
  // How like the logo the quadrilateral looks that `to_picture` maps the logo's rectangle to.
  Likeness compare(const Appearance& logo,
                   const cv::Rect2f& rectangle,
                   const cv::Matx33d& to_picture) const;
  double area() const { return double(levels_[0].total()); }  // px
  // The quadrilateral that `to_picture` maps `rectangle` to, drawn to `size`.
  cv::Mat window(const cv::Rect2f& rectangle, const cv::Matx33d& to_picture, cv::Size size) const;
  // The same at the size of `logo`: grey, 8 bit.
  cv::Mat patch(const Appearance& logo,
                const cv::Rect2f& rectangle,
                const cv::Matx33d& to_picture) const;

 private:
  std::vector<cv::Mat> levels_;
};

}  // namespace muster
