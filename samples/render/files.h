#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <opencv2/core/mat.hpp>

namespace muster {

// Writes the file and the folders above it. Throws std::runtime_error with the path.
void write_file(const std::filesystem::path& path, std::string_view bytes);

// JPEG bytes; the quality is lowered in steps until they are at most `most` bytes.
std::string jpeg(const cv::Mat& picture, int quality, std::size_t most = 240'000);
// PNG bytes of an 8-bit picture, or of one as in paint.h with its transparency.
std::string png(const cv::Mat& picture);

}  // namespace muster
