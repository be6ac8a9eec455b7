#include "extractors/decode/helper/video_facts.h"

#include <algorithm>
#include <cmath>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

constexpr int kSamplesPerCell = 16;    // along a row, and half as many rows
constexpr float kCellJump = 0.12F;     // change of a part that a viewer can't miss
constexpr double kLeastJumpCells = 6;  // 0.6 % of the picture
constexpr double kJumpOverUsual = 4;   // times as many parts as lately

struct Difference {
  double mean = 0;
  double largest = 0;
  int changed_cells = 0;
};

Difference difference(const LumaGrid& a, const LumaGrid& b) {
  Difference result;
  for (std::size_t i = 0; i < a.cells.size(); ++i) {
    const float change = std::abs(a.cells[i] - b.cells[i]);
    result.mean += change;
    result.largest = std::max<double>(result.largest, change);
    result.changed_cells += change > kCellJump ? 1 : 0;
  }
  result.mean /= static_cast<double>(a.cells.size());
  return result;
}

// Marks rows (or columns, of the transposed picture) in which more than stray pixels have light.
void mark_lit(const cv::Mat& light, int dimension, std::vector<bool>& lit) {
  constexpr double kStray = 0.01;
  cv::Mat count;
  cv::reduce(light, count, dimension, cv::REDUCE_SUM, CV_32S);
  const int size = dimension == 1 ? light.rows : light.cols;
  const double most = kStray * (dimension == 1 ? light.cols : light.rows);
  lit.resize(static_cast<std::size_t>(size), false);
  for (int i = 0; i < size; ++i) {
    const int pixels = count.at<int>(dimension == 1 ? i : 0, dimension == 1 ? 0 : i);
    if (pixels > most) {
      lit[static_cast<std::size_t>(i)] = true;
    }
  }
}

double bar(const std::vector<bool>& lit, bool at_end) {
  const auto dark = at_end ? std::find(lit.rbegin(), lit.rend(), true) - lit.rbegin()
                           : std::find(lit.begin(), lit.end(), true) - lit.begin();
  const double share =
      lit.empty() ? 0 : static_cast<double>(dark) / static_cast<double>(lit.size());
  return share >= kLeastBar && share < 1 ? share : 0;
}

void add_span(std::vector<TimeSpan>& spans,
              std::int64_t start,
              std::int64_t end,
              std::int64_t least) {
  if (end - start >= least && spans.size() < kMaxListedSpans) {
    spans.push_back({start, end});
  }
}

template <typename Sample>
LumaGrid measure(const std::uint8_t* data,
                 int width,
                 int height,
                 int row_bytes,
                 int pixel_bytes,
                 double scale,
                 double black) {
  LumaGrid grid;
  constexpr int kSide = LumaGrid::kSide;
  const auto dark = static_cast<std::uint32_t>(black + kDarkLevel / scale);
  std::uint64_t dark_samples = 0;
  std::uint64_t samples = 0;
  for (int row = 0; row < kSide; ++row) {
    const int top = row * height / kSide;
    const int bottom = std::max((row + 1) * height / kSide, top + 1);
    const int row_step = std::max(1, (bottom - top) / (kSamplesPerCell / 2));
    for (int column = 0; column < kSide; ++column) {
      const int left = column * width / kSide;
      const int right = std::max((column + 1) * width / kSide, left + 1);
      const int step = std::max(1, (right - left) / kSamplesPerCell);
      std::uint64_t sum = 0;
      std::uint32_t count = 0;
      for (int y = top; y < bottom; y += row_step) {
        const std::uint8_t* line = data + static_cast<std::ptrdiff_t>(y) * row_bytes;
        for (int x = left; x < right; x += step) {
          // FFmpeg aligns the rows of its planes, and pixels lie at multiples of their size.
          const std::uint32_t value = *reinterpret_cast<const Sample*>(line + x * pixel_bytes);
          sum += value;
          dark_samples += value <= dark ? 1 : 0;
          ++count;
        }
      }
      samples += count;
      const double level = (static_cast<double>(sum) / count - black) * scale;
      grid.cells[static_cast<std::size_t>(row * kSide + column)] =
          static_cast<float>(std::clamp(level, 0.0, 1.0));
    }
  }
  grid.dark_share = static_cast<double>(dark_samples) / static_cast<double>(samples);
  return grid;
}

}  // namespace

LumaGrid LumaGrid::of_plane(const std::uint8_t* data,
                            int width,
                            int height,
                            int row_bytes,
                            int pixel_bytes,
                            int bits,
                            bool full_range) {
  // Light is 16..235 of 8 bits, or all of them, and as many times more as there are more bits.
  const double factor = std::ldexp(1.0, bits - 8);
  const double black = full_range ? 0 : 16 * factor;
  const double scale = 1.0 / ((full_range ? 255 : 219) * factor);
  return bits > 8
             ? measure<std::uint16_t>(data, width, height, row_bytes, pixel_bytes, scale, black)
             : measure<std::uint8_t>(data, width, height, row_bytes, pixel_bytes, scale, black);
}

VideoFacts::Change VideoFacts::add(std::int64_t time_ms,
                                   std::int64_t duration_ms,
                                   const LumaGrid& grid) {
  Change change;
  follow_black(time_ms, grid);
  follow_frozen(time_ms, grid);
  if (previous_) {
    const Difference now = difference(*previous_, grid);
    change.mean = now.mean;
    // FFmpeg's scdet: a cut differs from the picture before, and more than that did from its own.
    const bool cut = std::min(now.mean, now.mean - previous_change_) >= kCutChange;
    if (cut && content_.cuts_ms.size() < kMaxListedSpans) {
      content_.cuts_ms.push_back(time_ms);
    }
    change.jump =
        cut || now.changed_cells >= kLeastJumpCells + kJumpOverUsual * usual_changed_cells_;
    usual_changed_cells_ += 0.2 * (now.changed_cells - usual_changed_cells_);
    previous_change_ = now.mean;
  }
  previous_ = grid;
  end_ms_ = time_ms + duration_ms;
  return change;
}

void VideoFacts::follow_black(std::int64_t time_ms, const LumaGrid& grid) {
  const bool black = grid.dark_share >= kBlackShare;
  if (black && !black_since_) {
    black_since_ = time_ms;
  } else if (!black && black_since_) {
    add_span(content_.black, *black_since_, time_ms, kLeastBlackMs);
    black_since_.reset();
  }
}

// Compared with the first picture of the span, so that a slow fade is no freeze.
void VideoFacts::follow_frozen(std::int64_t time_ms, const LumaGrid& grid) {
  if (previous_) {
    const Difference since = difference(frozen_picture_, grid);
    if (since.mean <= kFrozenChange && since.largest <= kFrozenCellChange) {
      return;
    }
    add_span(content_.frozen, frozen_since_, time_ms, kLeastFrozenMs);
  }
  frozen_picture_ = grid;
  frozen_since_ = time_ms;
}

void VideoFacts::add_shown(const cv::Mat& bgr) {
  cv::Mat gray;
  cv::cvtColor(bgr, gray, cv::COLOR_BGR2GRAY);
  cv::Mat light;
  cv::threshold(gray, light, 255 * kDarkLevel, 1, cv::THRESH_BINARY);
  if (cv::countNonZero(light) < (1 - kBlackShare) * static_cast<double>(light.total())) {
    return;  // a black picture says nothing about bars
  }
  if (!lit_rows_.empty() && lit_rows_.size() != static_cast<std::size_t>(light.rows)) {
    lit_rows_.assign(1, true);  // the size changes on the way: nothing stays
    lit_columns_.assign(1, true);
    return;
  }
  mark_lit(light, 1, lit_rows_);
  mark_lit(light, 0, lit_columns_);
}

VideoContent VideoFacts::finish() {
  if (black_since_) {
    add_span(content_.black, *black_since_, end_ms_, kLeastBlackMs);
  }
  if (previous_) {
    add_span(content_.frozen, frozen_since_, end_ms_, kLeastFrozenMs);
  }
  content_.bar_top = bar(lit_rows_, false);
  content_.bar_bottom = bar(lit_rows_, true);
  content_.bar_left = bar(lit_columns_, false);
  content_.bar_right = bar(lit_columns_, true);
  return std::move(content_);
}

}  // namespace muster
