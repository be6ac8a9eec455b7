#pragma once

#include <opencv2/core/mat.hpp>

namespace muster {

// All dot products of the rows of `a` with the rows of `b` (both CV_32F with equally many columns):
// a.rows x b.rows. cv::gemm without a BLAS adds in doubles, one by one, and takes 15 times as long.
cv::Mat products_of_rows(const cv::Mat& a, const cv::Mat& b);

}  // namespace muster
