#pragma once

#include "core/finding.h"

#include <vector>

#include <opencv2/core/types.hpp>

namespace muster {

// A convex polygon within 0..1 in both directions; order and start are kept.
std::vector<Point> clipped_to_frame(std::vector<Point> polygon);
double area_of(const std::vector<Point>& polygon);
Box box_around(const std::vector<Point>& polygon);  // empty for none

// Share of the smaller of two convex outlines that both have in common.
double overlap(const std::vector<cv::Point2f>& a, const std::vector<cv::Point2f>& b);

}  // namespace muster
