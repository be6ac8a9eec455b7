#pragma once

#include <string>

#include <opencv2/core/mat.hpp>

namespace muster {

// An 8-bit BGR picture as the bytes of a PNG file. For reports: this process links no image codecs,
// because it must never decode what creators send.
std::string png_of(const cv::Mat& picture);

// Bytes as base64 (RFC 4648), for data: URLs.
std::string base64(const std::string& bytes);

}  // namespace muster
