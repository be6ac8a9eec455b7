#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

namespace muster {

// Our own two networks, trained on rendered logos (extractors/brand/training/README.md). The
// embedder turns a window of a picture into a vector, by which it proposes where a kit may show,
// and a coarse map; the comparer takes the maps of a kit's window and of a picture's and says
// whether both show one mark, and where its box lies. A mark's bounding box is stretched to a
// square, so that a word fills a window as a badge does.

inline constexpr int kWindowSide = 48;   // px
inline constexpr int kWindowStride = 8;  // px between the windows of a picture
inline constexpr int kVectorWidth = 128;
inline constexpr int kMapChannels = 96;
inline constexpr int kMapSide = 4;
inline constexpr double kWindowFill = 0.8;  // share of a window's sides that the mark's box takes

// What the embedder makes of one window.
struct EmbeddedWindow {
  std::vector<float> vector;  // kVectorWidth, unit length
  std::vector<float> map;     // kMapChannels x kMapSide x kMapSide
};

// What the comparer says of a pair of windows.
struct Comparison {
  double logit = 0;  // that both show one mark; 0 stands for even odds among hard pairs
  // Where the mark's box lies in the picture's window, in shares of the window's sides.
  cv::Rect2f box;
};

// Borrowed.
struct WindowPair {
  const EmbeddedWindow* kit = nullptr;
  const EmbeddedWindow* picture = nullptr;
};

// Safe from any thread: each call works with networks of its own, kept for the next.
class LearnedMatcher {
 public:
  // The networks that the program was built with; nullptr where it was built without. One for the
  // whole process, made when first asked for.
  static const LearnedMatcher* shipped();

  // Reads two ONNX models from memory. Throws std::exception where one cannot be read.
  LearnedMatcher(std::span<const std::uint8_t> embedder, std::span<const std::uint8_t> comparer);
  ~LearnedMatcher();

  // Unit vectors of all windows of `picture` (8 bit BGR), a row each, row by row of windows;
  // windows are kWindowStride apart. Empty where the picture is smaller than a window.
  struct Vectors {
    int columns = 0;
    int rows = 0;
    cv::Mat rows_of_floats;  // columns * rows x kVectorWidth
  };
  Vectors embed(const cv::Mat& picture) const;

  // `windows`: kWindowSide squared, 8 bit BGR.
  std::vector<EmbeddedWindow> look(std::span<const cv::Mat> windows) const;

  std::vector<Comparison> compare(std::span<const WindowPair> pairs) const;

  // Distinguishes one training from the next: a kit's vectors hold for these weights only.
  const std::string& version() const { return version_; }

 private:
  struct Networks;
  class Lease;
  std::vector<std::uint8_t> embedder_;
  std::vector<std::uint8_t> comparer_;
  std::string version_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Networks>> idle_;  // guarded by mutex_
};

}  // namespace muster
