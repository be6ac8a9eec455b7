#include "extractors/brand/vector_products.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <opencv2/core.hpp>

namespace muster {
namespace {

constexpr int kRows = 4;      // of `a` at once
constexpr int kColumns = 32;  // of the result at once: with kRows they fill the vector registers

// A function for each width of vectors, of which the loader takes the widest that the processor
// has. Sanitizers do not run before the loader does.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define MUSTER_FOR_EACH_PROCESSOR \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), optimize("O3")))
#else
#define MUSTER_FOR_EACH_PROCESSOR
#endif

// Adds up kRows x kColumns products. `a`: kRows rows of `depth`; `b`: `depth` rows of kColumns that
// are `stride` floats apart.
MUSTER_FOR_EACH_PROCESSOR void add_products(const std::array<const float*, kRows>& a,
                                            const float* b,
                                            std::size_t stride,
                                            int depth,
                                            float* sums) {
  float own[kRows * kColumns] = {};
  for (int k = 0; k < depth; ++k) {
    const float* row = b + static_cast<std::size_t>(k) * stride;
    for (int r = 0; r < kRows; ++r) {
      const float factor = a[static_cast<std::size_t>(r)][k];
      for (int c = 0; c < kColumns; ++c) {
        own[r * kColumns + c] += factor * row[c];
      }
    }
  }
  std::copy_n(own, kRows * kColumns, sums);
}

}  // namespace

cv::Mat products_of_rows(const cv::Mat& a, const cv::Mat& b) {
  CV_Assert(a.type() == CV_32F && b.type() == CV_32F && a.cols == b.cols);
  cv::Mat result(a.rows, b.rows, CV_32F);
  // Columns side by side, and as many as whole steps take.
  const int columns = (b.rows + kColumns - 1) / kColumns * kColumns;
  cv::Mat beside = cv::Mat::zeros(b.cols, columns, CV_32F);
  cv::Mat filled = beside.colRange(0, b.rows);
  cv::transpose(b, filled);
  std::array<float, static_cast<std::size_t>(kRows * kColumns)> sums{};
  for (int column = 0; column < columns; column += kColumns) {
    const int width = std::min(kColumns, b.rows - column);
    for (int row = 0; row < a.rows; row += kRows) {
      std::array<const float*, kRows> rows{};
      for (int r = 0; r < kRows; ++r) {
        rows[static_cast<std::size_t>(r)] = a.ptr<float>(std::min(row + r, a.rows - 1));
      }
      add_products(rows,
                   beside.ptr<float>(0) + column,
                   static_cast<std::size_t>(columns),
                   a.cols,
                   sums.data());
      for (int r = 0; r < std::min(kRows, a.rows - row); ++r) {
        std::copy_n(sums.data() + static_cast<std::ptrdiff_t>(r) * kColumns,
                    width,
                    result.ptr<float>(row + r) + column);
      }
    }
  }
  return result;
}

}  // namespace muster
