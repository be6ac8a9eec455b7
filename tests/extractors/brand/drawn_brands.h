#pragma once

#include "config/kit.h"
#include "extractors/decode/decoder.h"

#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// Made-up brands, drawn: rich enough in corners to be found again.
cv::Mat draw_fizzo();   // BGRA on transparent
cv::Mat draw_kwalli();  // BGRA on transparent
cv::Mat draw_ombra();   // BGRA, white on transparent

std::string encoded(const cv::Mat& picture,
                    const std::string& extension = ".png",
                    int jpeg_quality = 90);
BrandKit kit_of(const std::string& id, const std::vector<cv::Mat>& pictures);

// A scene full of boxes, lines, discs and grain, and nothing else; the same `seed` gives the same
// scene.
cv::Mat draw_scene(cv::Size size, unsigned seed);

// Puts a BGRA logo into a BGR scene so that its corners come to lie on `corners` (top left, top
// right, bottom right, bottom left).
void paste(cv::Mat& scene, const cv::Mat& logo, const std::vector<cv::Point2f>& corners);
// The four corners of an upright rectangle turned clockwise about its middle.
std::vector<cv::Point2f> turned(const cv::Rect2f& rectangle, double degrees);

// Reads pictures in this process, as muster-decode would.
class InProcessDecoder : public Decoder {
 public:
  DecodedMedia decode(const MediaBytes& bytes) override;
  cv::Mat decode_picture(const MediaBytes& bytes, std::string& problem) override;
  std::vector<std::string> self_test() override { return {}; }
};

}  // namespace muster
