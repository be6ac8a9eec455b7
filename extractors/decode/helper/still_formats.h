#pragma once

#include "core/media.h"
#include "extractors/decode/header_check.h"
#include "extractors/decode/protocol.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// What one decoder made of a still: as stored, not turned, 8 bit.
struct StillPixels {
  enum class Colors {
    bgr,   // 3 channels
    bgra,  // 4 channels, alpha not multiplied in
    cmyk,  // 4 channels, 255 is full ink
  };
  cv::Mat pixels;  // empty where nothing could be decoded
  Colors colors = Colors::bgr;
  std::vector<std::byte> icc_profile;      // empty: sRGB
  Integrity integrity = Integrity::whole;  // whole, truncated or damaged
  bool placed = false;  // the pixels lie in the answer already, as the viewer sees them
};

// Gives the place in the answer for a BGR picture of that size which needs nothing more; empty
// where it does.
using PlacePicture = std::function<cv::Mat(cv::Size)>;

// Each takes a file of its type whose header was checked. Those that can scale while they decode
// make the longer side at least `side` px where the picture has as many, and save the time for the
// rest. They throw std::bad_alloc where memory runs out, and nothing else for a bad file.
StillPixels decode_jpeg(std::span<const std::byte> file,
                        const HeaderFacts& header,
                        int side,
                        const PlacePicture& place = {});
StillPixels decode_png(std::span<const std::byte> file, const HeaderFacts& header);
StillPixels decode_webp(std::span<const std::byte> file,
                        const HeaderFacts& header,
                        const DecodeRequest& request);
// The first frame, on its canvas.
StillPixels decode_gif(std::span<const std::byte> file, const HeaderFacts& header);

}  // namespace muster
