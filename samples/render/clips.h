#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

using Photos = std::map<std::string, cv::Mat, std::less<>>;

// The short videos: slow moves over photos, held by hand.
//   reel-kitchen  upright, the brand from 1.5 s on       reel-late     upright, the brand only for
//   the last 0.7 s landscape     wide, the wrong shape for a Reel       rotated       stored lying
//   down, with a note to turn it
const std::vector<std::string_view>& clip_names();
// The scenes that a clip needs in `photos`.
std::vector<std::string> scenes_of_clip(std::string_view clip);
// MP4 bytes. `quick` makes it a third as large and long, for tests.
std::string film_clip(std::string_view clip, const Photos& photos, bool quick);

}  // namespace muster
