#pragma once

#include "samples/render/props.h"

#include <cstdint>
#include <string_view>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// The photos of the campaign by name. All are drawn from the same props; see scenes.cpp for what is
// on each.
const std::vector<std::string_view>& scene_names();
// An 8-bit picture, drawn at `detail` (0..1) of its size and enlarged. Throws
// std::invalid_argument for an unknown name. May run in several threads at once.
cv::Mat shoot(std::string_view name, const Artwork& art, float detail, std::uint32_t seed);

// A packshot on a light ground: "fizzolo-citrus", "fizzolo-mint", "fizzolo-berry", "quellino",
// "grannoka", "velvenne".
cv::Mat packshot(std::string_view product, const Artwork& art, std::uint32_t seed);

// Pictures that are painted flat instead of traced: cloth, walls, billboards.
cv::Mat shirt_photo(const cv::Mat& logo, cv::Vec3f cloth, cv::Size size, std::uint32_t seed);
cv::Mat billboard_photo(const cv::Mat& poster, bool at_night, cv::Size size, std::uint32_t seed);
cv::Mat tote_photo(const cv::Mat& logo, cv::Size size, std::uint32_t seed);
cv::Mat poster_of(const Artwork& art);  // Fizzolo
cv::Mat competitor_poster_of(const Artwork& art);

}  // namespace muster
