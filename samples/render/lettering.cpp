#include "samples/render/lettering.h"

#include <stdexcept>
#include <string>

namespace muster {

namespace {

struct Glyph {
  char letter;
  float width;
  std::string_view strokes;
};

constexpr Glyph kGlyphs[] = {
    {'A', 70, "M 0 100 L 35 0 L 70 100 M 13 66 L 57 66"},
    {'B',
     60,
     "M 0 48 L 0 0 L 30 0 O 32 24 24 24 -90 90 L 0 48 L 0 100 L 32 100 O 33 74 27 26 90 -90"},
    {'C', 74, "O 44 50 44 50 -48 -312"},
    {'D', 68, "M 0 0 L 0 100 L 22 100 O 22 50 46 50 90 -90 Z"},
    {'E', 52, "M 52 0 L 0 0 L 0 100 L 52 100 M 0 49 L 44 49"},
    {'F', 50, "M 50 0 L 0 0 L 0 100 M 0 50 L 42 50"},
    {'G', 86, "O 44 50 44 50 -48 -360 L 54 50"},
    {'H', 66, "M 0 0 L 0 100 M 66 0 L 66 100 M 0 50 L 66 50"},
    {'I', 0, "M 0 0 L 0 100"},
    {'J', 44, "M 44 0 L 44 70 O 22 72 22 28 0 170"},
    {'K', 60, "M 0 0 L 0 100 M 58 0 L 0 60 M 22 40 L 62 100"},
    {'L', 48, "M 0 0 L 0 100 L 48 100"},
    {'M', 84, "M 0 100 L 0 0 L 42 62 L 84 0 L 84 100"},
    {'N', 68, "M 0 100 L 0 0 L 68 100 L 68 0"},
    {'O', 92, "O 46 50 46 50 0 360 Z"},
    {'P', 58, "M 0 100 L 0 0 L 30 0 O 30 28 28 28 -90 90 L 0 56"},
    {'Q', 92, "O 46 50 46 50 0 360 Z M 60 70 L 92 104"},
    {'R', 62, "M 0 100 L 0 0 L 30 0 O 30 28 28 28 -90 90 L 0 56 M 30 56 L 62 100"},
    {'S',
     58,
     "M 55 16 C 48 4 38 0 29 0 C 12 0 3 12 3 25 C 3 60 57 42 57 74 C 57 90 44 100 29 100 C 16 100 "
     "6 94 0 82"},
    {'T', 64, "M 0 0 L 64 0 M 32 0 L 32 100"},
    {'U', 64, "M 0 0 L 0 66 O 32 66 32 34 180 0 L 64 0"},
    {'V', 70, "M 0 0 L 35 100 L 70 0"},
    {'W', 104, "M 0 0 L 26 100 L 52 18 L 78 100 L 104 0"},
    {'X', 66, "M 0 0 L 66 100 M 66 0 L 0 100"},
    {'Y', 66, "M 0 0 L 33 48 L 66 0 M 33 48 L 33 100"},
    {'Z', 62, "M 0 0 L 62 0 L 0 100 L 62 100"},
    {'f', 40, "M 44 4 C 30 -6 16 0 16 24 L 16 100 M 0 42 L 40 42"},
    {'i', 0, "M 0 42 L 0 100 M 0 10 L 0 12"},
    {'z', 48, "M 0 42 L 48 42 L 0 100 L 50 100"},
    {'o', 62, "O 31 69 31 31 0 360 Z"},
    {'l', 0, "M 0 -2 L 0 100"},
    {'0', 60, "O 30 50 30 50 0 360 Z"},
    {'1', 26, "M 0 22 L 26 0 L 26 100"},
    {'2', 60, "M 2 28 C 2 10 14 0 30 0 C 46 0 58 11 58 27 C 58 50 20 70 0 100 L 60 100"},
    {'3',
     58,
     "M 4 14 C 10 4 20 0 29 0 C 44 0 54 10 54 24 C 54 38 44 47 26 47 C 46 47 58 57 58 74 C 58 90 "
     "46 100 29 100 "
     "C 16 100 6 95 0 84"},
    {'4', 62, "M 44 100 L 44 0 L 0 70 L 62 70"},
    {'5',
     58,
     "M 54 0 L 10 0 L 6 44 C 14 38 22 36 30 36 C 48 36 58 48 58 67 C 58 87 46 100 28 100 C 15 100 "
     "5 94 0 84"},
    {'6', 60, "M 48 2 C 20 14 0 42 0 68 O 30 70 30 30 180 -180"},
    {'7', 60, "M 0 0 L 60 0 L 20 100"},
    {'8', 60, "O 30 25 25 25 0 360 Z O 30 75 30 25 0 360 Z"},
    {'9', 60, "M 12 98 C 40 86 60 58 60 32 O 30 30 30 30 0 360"},
    {'.', 0, "M 0 98 L 0 100"},
    {',', 6, "M 6 98 L 0 116"},
    {'-', 34, "M 0 54 L 34 54"},
    {'+', 44, "M 0 54 L 44 54 M 22 32 L 22 76"},
    {'%', 70, "O 14 20 14 18 0 360 Z O 56 80 14 18 0 360 Z M 60 0 L 10 100"},
    {'!', 0, "M 0 0 L 0 66 M 0 98 L 0 100"},
    {'\'', 0, "M 0 0 L 0 22"},
    {' ', 30, ""},
};

const Glyph& glyph_of(char letter) {
  for (const auto& glyph : kGlyphs) {
    if (glyph.letter == letter) {
      return glyph;
    }
  }
  throw std::invalid_argument(std::string("lettering: no drawing of '") + letter + "'");
}

}  // namespace

Path lettering(std::string_view text, float spacing) {
  Path path;
  float x = 0;
  for (const char letter : text) {
    const auto& glyph = glyph_of(letter);
    append(path, transformed(parse_path(glyph.strokes), translate(x, 0)));
    x += glyph.width + spacing;
  }
  return path;
}

float lettering_width(std::string_view text, float spacing) {
  float width = text.empty() ? 0 : -spacing;
  for (const char letter : text) {
    width += glyph_of(letter).width + spacing;
  }
  return width;
}

void write_line(cv::Mat& picture,
                std::string_view text,
                cv::Point2f center,
                float height,
                Color color,
                float weight,
                float spacing) {
  const float factor = height / 100;
  const float width = lettering_width(text, spacing) * factor;
  const Path path =
      transformed(lettering(text, spacing),
                  translate(center.x - width / 2, center.y - height / 2) * scale(factor, factor));
  // Only the strip around the line is touched: labels carry many lines.
  const int margin = 4 + static_cast<int>(height * weight);
  const cv::Rect strip = cv::Rect(static_cast<int>(center.x - width / 2) - margin,
                                  static_cast<int>(center.y - height / 2) - margin,
                                  static_cast<int>(width) + 2 * margin + 2,
                                  static_cast<int>(height * 1.2F) + 2 * margin + 2) &
                         cv::Rect({}, picture.size());
  if (strip.empty()) {
    return;
  }
  cv::Mat part = picture(strip);
  stroke(part,
         transformed(path, translate(static_cast<float>(-strip.x), static_cast<float>(-strip.y))),
         height * weight,
         plain(color));
}

}  // namespace muster
