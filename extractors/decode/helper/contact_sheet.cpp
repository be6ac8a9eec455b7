#include "extractors/decode/helper/contact_sheet.h"

#include "extractors/decode/helper/output.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

constexpr int kGap = 6;           // px between cells and around them
constexpr int kLabelHeight = 18;  // px
constexpr double kLabelScale = 0.42;
const cv::Scalar kGround(24, 24, 24);
const cv::Scalar kGapGround(56, 56, 56);
const cv::Scalar kLabelColor(236, 236, 236);

cv::Size cell_size(const std::vector<SheetCell>& cells, int cell_side) {
  cv::Size largest(1, 1);
  for (const SheetCell& cell : cells) {
    if (!cell.picture.empty()) {
      const cv::Size size =
          fit_size(cell.picture.cols, cell.picture.rows, static_cast<std::uint32_t>(cell_side));
      largest = {std::max(largest.width, size.width), std::max(largest.height, size.height)};
    }
  }
  return largest.area() > 1 ? largest : cv::Size(cell_side, cell_side);
}

// So that the sheet is about as wide as a screen is.
int columns_of(std::size_t cells, cv::Size cell) {
  constexpr double kWanted = 1.5;  // width over height
  const double ratio = static_cast<double>(cell.height + kLabelHeight) / cell.width;
  const auto columns =
      static_cast<int>(std::lround(std::sqrt(kWanted * ratio * static_cast<double>(cells))));
  return std::clamp(columns, 1, static_cast<int>(cells));
}

void draw_cell(const SheetCell& cell, cv::Mat place, int picture_height) {
  cv::Mat frame = place.rowRange(0, picture_height);
  if (cell.picture.empty()) {
    frame.setTo(kGapGround);
  } else {
    const cv::Size size = fit_size(cell.picture.cols,
                                   cell.picture.rows,
                                   static_cast<std::uint32_t>(std::max(frame.cols, frame.rows)));
    cv::Mat inner = frame(cv::Rect(
        (frame.cols - size.width) / 2, (frame.rows - size.height) / 2, size.width, size.height));
    cv::resize(cell.picture, inner, size, 0, 0, cv::INTER_AREA);
  }
  cv::putText(place,
              cell.label,
              {2, picture_height + kLabelHeight - 5},
              cv::FONT_HERSHEY_SIMPLEX,
              kLabelScale,
              kLabelColor,
              1,
              cv::LINE_AA);
}

}  // namespace

cv::Mat draw_contact_sheet(const std::vector<SheetCell>& cells, int cell_side) {
  const cv::Size cell = cell_size(cells, cell_side);
  const int columns = columns_of(cells.size(), cell);
  const int rows = (static_cast<int>(cells.size()) + columns - 1) / columns;
  const cv::Size step(cell.width + kGap, cell.height + kLabelHeight + kGap);
  cv::Mat sheet(rows * step.height + kGap, columns * step.width + kGap, CV_8UC3, kGround);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const int column = static_cast<int>(i) % columns;
    const int row = static_cast<int>(i) / columns;
    draw_cell(cells[i],
              sheet(cv::Rect(kGap + column * step.width,
                             kGap + row * step.height,
                             cell.width,
                             cell.height + kLabelHeight)),
              cell.height);
  }
  return sheet;
}

std::string label_of_time(std::int64_t time_ms) {
  const std::int64_t tenths = time_ms / 100;
  const std::int64_t minutes = tenths / 600;
  const std::string seconds = fmt::format("{:02}.{}", tenths / 10 % 60, tenths % 10);
  return minutes >= 60 ? fmt::format("{}:{:02}:{}", minutes / 60, minutes % 60, seconds)
                       : fmt::format("{}:{}", minutes, seconds);
}

}  // namespace muster
