#pragma once

#include "core/media.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// What counts as black, frozen, a cut and a bar. House policy; where a value is that of an FFmpeg
// filter's default, the filter is named, so that results can be compared.
inline constexpr double kDarkLevel = 0.10;   // of full light; blackdetect pixel_black_th
inline constexpr double kBlackShare = 0.98;  // of dark pixels; blackdetect picture_black_ratio_th
inline constexpr std::int64_t kLeastBlackMs = 500;
inline constexpr double kFrozenChange = 0.001;        // of the mean; freezedetect noise (-60 dB)
inline constexpr double kFrozenCellChange = 0.02;     // of any part
inline constexpr std::int64_t kLeastFrozenMs = 2000;  // freezedetect duration
inline constexpr double kCutChange = 0.06;            // as scdet, which has 0.10 for single pixels
inline constexpr double kLeastBar = 0.01;             // of the frame's height or width

// A picture's light in 32 x 32 parts, each 0 (black) to 1, from samples.
struct LumaGrid {
  static constexpr int kSide = 32;
  std::array<float, kSide * kSide> cells{};
  double dark_share = 0;  // of the samples

  static LumaGrid of_plane(const std::uint8_t* data,
                           int width,
                           int height,
                           int row_bytes,
                           int pixel_bytes,
                           int bits,
                           bool full_range);
};

// Gathers VideoContent from every frame in order of time.
class VideoFacts {
 public:
  // Mean change against the frame before, and whether it is sudden: a cut, or something that pops
  // up in a part of the picture.
  struct Change {
    double mean = 0;
    bool jump = false;
  };
  Change add(std::int64_t time_ms, std::int64_t duration_ms, const LumaGrid& grid);
  // Some of the frames again, as shown: BGR. For bars.
  void add_shown(const cv::Mat& bgr);
  VideoContent finish();

 private:
  void follow_black(std::int64_t time_ms, const LumaGrid& grid);
  void follow_frozen(std::int64_t time_ms, const LumaGrid& grid);

  VideoContent content_;
  std::optional<LumaGrid> previous_;
  double previous_change_ = 0;
  double usual_changed_cells_ = 0;
  std::optional<std::int64_t> black_since_;
  LumaGrid frozen_picture_;
  std::int64_t frozen_since_ = 0;
  std::int64_t end_ms_ = 0;
  std::vector<bool> lit_rows_;
  std::vector<bool> lit_columns_;
};

}  // namespace muster
