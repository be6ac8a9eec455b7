#pragma once

#include "samples/render/paint.h"

#include <string_view>

namespace muster {

// The text as pen strokes of a plain round alphabet drawn for these samples: capitals are 100 units
// high, the baseline is at y = 100, the text starts at x = 0. Knows A-Z, 0-9, the small letters of
// our wordmarks and some signs; other characters throw std::invalid_argument. `spacing` is added
// between letters.
Path lettering(std::string_view text, float spacing);
float lettering_width(std::string_view text, float spacing);

// `text` in one line, `height` px high, centered at `center`: for the small print on labels and
// signs.
void write_line(cv::Mat& picture,
                std::string_view text,
                cv::Point2f center,
                float height,
                Color color,
                float weight = 0.14F,
                float spacing = 26);

}  // namespace muster
