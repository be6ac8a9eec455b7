#pragma once

#include "samples/render/photo.h"
#include "samples/render/props.h"
#include "samples/render/settings.h"

#include <functional>
#include <string_view>
#include <vector>

namespace muster {

// What stands where, how it is lit, and how the phone took it.
struct StillLife {
  std::string_view name;
  Setting setting;
  cv::Size size;
  Camera camera;
  Film film;
  std::function<void(std::vector<Solid>&, const Artwork&)> arrange;
};

const std::vector<StillLife>& still_lifes();

// Upright 4:5, the usual size of a post, and 9:16.
inline const cv::Size kFeed(1080, 1350);
inline const cv::Size kStory(1080, 1920);

// The flavours' places in Artwork::fizzolo.
inline constexpr std::size_t kCitrus = 0;
inline constexpr std::size_t kMint = 1;
inline constexpr std::size_t kBerry = 2;

}  // namespace muster
