#pragma once

#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

struct SheetCell {
  cv::Mat picture;    // 8-bit BGR; empty: a gap
  std::string label;  // ASCII, a few characters
};

// The pictures in rows, each scaled down to a longer side of `cell_side` px, with its label below.
cv::Mat draw_contact_sheet(const std::vector<SheetCell>& cells, int cell_side);

// "0:03.2": minutes, seconds and tenths; with hours where there are any.
std::string label_of_time(std::int64_t time_ms);

}  // namespace muster
