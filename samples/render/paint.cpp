#include "samples/render/paint.h"

#include "samples/render/vec.h"

#include <cmath>
#include <sstream>
#include <stdexcept>
#include <string>

#include <opencv2/imgproc.hpp>

namespace muster {

namespace {

constexpr int kOversampling = 3;

// Flattens into steps of at most a few units; curves here are drawn on a grid of about 100 units
// and scaled up later.
constexpr int kCurveSteps = 28;

struct PathReader {
  std::istringstream in;
  Path path;
  bool open = false;

  float number() {
    float value = 0;
    if (!(in >> value)) {
      throw std::invalid_argument("path: a number is missing");
    }
    return value;
  }
  Path::Contour& contour() {
    if (!open) {
      path.contours.emplace_back();
      open = true;
    }
    return path.contours.back();
  }
  void curve() {
    if (!open) {
      throw std::invalid_argument("path: a curve without a start");
    }
    auto& points = contour().points;
    const cv::Point2f p0 = points.back();
    cv::Point2f p[3];
    for (auto& point : p) {
      point.x = number();
      point.y = number();
    }
    for (int i = 1; i <= kCurveSteps; ++i) {
      const float t = static_cast<float>(i) / kCurveSteps;
      const float s = 1 - t;
      points.push_back(p0 * (s * s * s) + p[0] * (3 * s * s * t) + p[1] * (3 * s * t * t) +
                       p[2] * (t * t * t));
    }
  }
  void arc() {
    const float cx = number();
    const float cy = number();
    const float rx = number();
    const float ry = number();
    const float from = number();
    const float to = number();
    const int steps = std::max(8, static_cast<int>(std::abs(to - from) / 4));
    for (int i = 0; i <= steps; ++i) {
      const float angle =
          (from + (to - from) * static_cast<float>(i) / static_cast<float>(steps)) * kPi / 180;
      contour().points.emplace_back(cx + rx * std::cos(angle), cy + ry * std::sin(angle));
    }
  }
};

float srgb_byte(std::string_view text, std::size_t at) {
  return static_cast<float>(std::stoi(std::string(text.substr(at, 2)), nullptr, 16)) / 255.0F;
}

// The part of a mask that a path with this margin can touch; only that part is drawn and reduced.
cv::Rect touched(cv::Size size, const Path& path, float margin) {
  float left = 1e9F, top = 1e9F, right = -1e9F, bottom = -1e9F;
  for (const auto& contour : path.contours) {
    for (const auto& p : contour.points) {
      left = std::min(left, p.x);
      right = std::max(right, p.x);
      top = std::min(top, p.y);
      bottom = std::max(bottom, p.y);
    }
  }
  if (left > right) {
    return {};
  }
  const cv::Rect box(cvFloor(left - margin) - 1,
                     cvFloor(top - margin) - 1,
                     cvCeil(right - left + 2 * margin) + 3,
                     cvCeil(bottom - top + 2 * margin) + 3);
  return box & cv::Rect({}, size);
}

std::vector<std::vector<cv::Point>> enlarged(const Path& path, cv::Point origin) {
  // Four fractional bits, the `shift` that the drawing calls below are given.
  std::vector<std::vector<cv::Point>> all;
  for (const auto& contour : path.contours) {
    auto& points = all.emplace_back();
    for (const auto& p : contour.points) {
      points.emplace_back(cvRound((p.x - static_cast<float>(origin.x)) * kOversampling * 16),
                          cvRound((p.y - static_cast<float>(origin.y)) * kOversampling * 16));
    }
  }
  return all;
}

cv::Mat reduced(const cv::Mat& large, cv::Size size) {
  cv::Mat small;
  cv::resize(large, small, size, 0, 0, cv::INTER_AREA);
  cv::Mat mask;
  small.convertTo(mask, CV_32F, 1.0 / 255);
  return mask;
}

cv::Mat filled_part(const Path& path, cv::Rect part) {
  cv::Mat large(part.size() * kOversampling, CV_8U, cv::Scalar(0));
  cv::fillPoly(large, enlarged(path, part.tl()), cv::Scalar(255), cv::LINE_8, 4);
  return reduced(large, part.size());
}

cv::Mat stroked_part(const Path& path, cv::Rect part, float width) {
  cv::Mat large(part.size() * kOversampling, CV_8U, cv::Scalar(0));
  const int thickness = std::max(1, cvRound(width * kOversampling));
  const auto contours = enlarged(path, part.tl());
  for (std::size_t i = 0; i < contours.size(); ++i) {
    cv::polylines(
        large, contours[i], path.contours[i].closed, cv::Scalar(255), thickness, cv::LINE_8, 4);
  }
  return reduced(large, part.size());
}

cv::Mat in_full_size(const cv::Mat& mask, cv::Size size, cv::Rect part) {
  cv::Mat full(size, CV_32F, cv::Scalar(0));
  mask.copyTo(full(part));
  return full;
}

Color color_at(const Paint& paint, float x, float y) {
  if (paint.stops.size() == 1) {
    return paint.stops.front().second;
  }
  const float dx = paint.to.x - paint.from.x;
  const float dy = paint.to.y - paint.from.y;
  const float px = x - paint.from.x;
  const float py = y - paint.from.y;
  const float along = dx * dx + dy * dy;
  const float t =
      paint.radial ? std::sqrt((px * px + py * py) / along) : (px * dx + py * dy) / along;
  for (std::size_t i = 1; i < paint.stops.size(); ++i) {
    const auto& [end, color] = paint.stops[i];
    if (t <= end) {
      const auto& [begin, previous] = paint.stops[i - 1];
      return mix(previous, color, clamp01((t - begin) / std::max(end - begin, 1e-6F)));
    }
  }
  return paint.stops.back().second;
}

}  // namespace

Color hex(std::string_view text, float alpha) {
  return {srgb_byte(text, 1), srgb_byte(text, 3), srgb_byte(text, 5), alpha};
}

Color mix(Color a, Color b, float t) {
  return {mix(a.r, b.r, t), mix(a.g, b.g, t), mix(a.b, b.b, t), mix(a.a, b.a, t)};
}

Path parse_path(std::string_view text) {
  PathReader reader{std::istringstream(std::string(text)), {}, false};
  std::string command;
  while (reader.in >> command) {
    if (command == "M") {
      reader.open = false;
    }
    if (command == "M" || command == "L") {
      const float x = reader.number();
      const float y = reader.number();
      reader.contour().points.emplace_back(x, y);
    } else if (command == "C") {
      reader.curve();
    } else if (command == "O") {
      reader.arc();
    } else if (command == "Z") {
      reader.contour().closed = true;
      reader.open = false;
    } else {
      throw std::invalid_argument("path: unknown command '" + command + "'");
    }
  }
  return std::move(reader.path);
}

Affine operator*(const Affine& o, const Affine& i) {
  return {o.a * i.a + o.c * i.b,
          o.b * i.a + o.d * i.b,
          o.a * i.c + o.c * i.d,
          o.b * i.c + o.d * i.d,
          o.a * i.e + o.c * i.f + o.e,
          o.b * i.e + o.d * i.f + o.f};
}
Affine translate(float x, float y) {
  return {1, 0, 0, 1, x, y};
}
Affine scale(float x, float y) {
  return {x, 0, 0, y, 0, 0};
}
Affine rotate(float degrees) {
  const float angle = degrees * kPi / 180;
  return {std::cos(angle), std::sin(angle), -std::sin(angle), std::cos(angle), 0, 0};
}
Affine slant(float amount) {
  return {1, 0, -amount, 1, 0, 0};
}

Path transformed(const Path& path, const Affine& m) {
  Path result = path;
  for (auto& contour : result.contours) {
    for (auto& p : contour.points) {
      p = {m.a * p.x + m.c * p.y + m.e, m.b * p.x + m.d * p.y + m.f};
    }
  }
  return result;
}

void append(Path& path, const Path& more) {
  path.contours.insert(path.contours.end(), more.contours.begin(), more.contours.end());
}

Path arched(const Path& path, float center, float half, float rise) {
  Path result = path;
  for (auto& contour : result.contours) {
    for (auto& p : contour.points) {
      const float t = (p.x - center) / half;
      p.y -= rise * (1 - t * t);
    }
  }
  return result;
}

cv::Mat fill_mask(cv::Size size, const Path& path) {
  const cv::Rect part = touched(size, path, 1);
  return part.empty() ? cv::Mat(size, CV_32F, cv::Scalar(0))
                      : in_full_size(filled_part(path, part), size, part);
}

cv::Mat stroke_mask(cv::Size size, const Path& path, float width) {
  const cv::Rect part = touched(size, path, width / 2 + 1);
  return part.empty() ? cv::Mat(size, CV_32F, cv::Scalar(0))
                      : in_full_size(stroked_part(path, part, width), size, part);
}

cv::Mat soft(const cv::Mat& mask, float sigma) {
  cv::Mat result;
  cv::GaussianBlur(mask, result, cv::Size(), sigma);
  return result;
}

cv::Mat shifted(const cv::Mat& mask, float x, float y) {
  const cv::Matx23f matrix(1, 0, x, 0, 1, y);
  cv::Mat result;
  cv::warpAffine(mask, result, matrix, mask.size(), cv::INTER_LINEAR, cv::BORDER_CONSTANT, 0);
  return result;
}

cv::Mat dragged(const cv::Mat& mask, float x, float y) {
  cv::Mat result = mask.clone();
  const int steps = std::max(1, cvCeil(std::hypot(x, y)));
  for (int i = 1; i <= steps; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(steps);
    cv::max(result, shifted(mask, x * t, y * t), result);
  }
  return result;
}

Paint plain(Color color) {
  return {{{0.0F, color}}, {}, {}, false};
}
Paint vertical(float top, float bottom, std::vector<std::pair<float, Color>> stops) {
  return {std::move(stops), {0, top}, {0, bottom}, false};
}
Paint around(cv::Point2f center, float radius, std::vector<std::pair<float, Color>> stops) {
  return {std::move(stops), center, {center.x + radius, center.y}, true};
}

cv::Mat blank(int width, int height, Color c) {
  return cv::Mat(height, width, CV_32FC4, cv::Scalar(c.b * c.a, c.g * c.a, c.r * c.a, c.a));
}

namespace {

// Paints the part of the picture that `part` names through a mask of that part.
void paint_part(cv::Mat& picture, cv::Rect part, const cv::Mat& mask, const Paint& paint) {
  for (int y = 0; y < part.height; ++y) {
    auto* row = picture.ptr<cv::Vec4f>(part.y + y) + part.x;
    const auto* cover = mask.ptr<float>(y);
    for (int x = 0; x < part.width; ++x) {
      if (cover[x] <= 0) {
        continue;
      }
      const Color c =
          color_at(paint, static_cast<float>(part.x + x), static_cast<float>(part.y + y));
      const float a = c.a * cover[x];
      row[x] = row[x] * (1 - a) + cv::Vec4f(c.b * a, c.g * a, c.r * a, a);
    }
  }
}

}  // namespace

void paint(cv::Mat& picture, const cv::Mat& mask, const Paint& paint) {
  paint_part(picture, cv::Rect({}, picture.size()), mask, paint);
}

void fill(cv::Mat& picture, const Path& path, const Paint& paint) {
  const cv::Rect part = touched(picture.size(), path, 1);
  if (!part.empty()) {
    paint_part(picture, part, filled_part(path, part), paint);
  }
}

void stroke(cv::Mat& picture, const Path& path, float width, const Paint& paint) {
  const cv::Rect part = touched(picture.size(), path, width / 2 + 1);
  if (!part.empty()) {
    paint_part(picture, part, stroked_part(path, part, width), paint);
  }
}

void place(cv::Mat& picture, const cv::Mat& sprite, int x, int y, float opacity) {
  const cv::Rect target = cv::Rect(x, y, sprite.cols, sprite.rows) & cv::Rect({}, picture.size());
  for (int row = target.y; row < target.br().y; ++row) {
    auto* to = picture.ptr<cv::Vec4f>(row);
    const auto* from = sprite.ptr<cv::Vec4f>(row - y);
    for (int column = target.x; column < target.br().x; ++column) {
      const cv::Vec4f top = from[column - x] * opacity;
      to[column] = to[column] * (1 - top[3]) + top;
    }
  }
}

void stamp(cv::Mat& picture,
           const cv::Mat& sprite,
           cv::Point2f center,
           float width,
           float degrees,
           float opacity) {
  const float factor = width / static_cast<float>(sprite.cols);
  cv::Mat small;
  cv::resize(
      sprite, small, cv::Size(), factor, factor, factor < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  const int side = cvCeil(std::hypot(small.cols, small.rows)) + 2;
  const Affine turn = translate(side / 2.0F, side / 2.0F) * rotate(degrees) *
                      translate(-small.cols / 2.0F, -small.rows / 2.0F);
  const cv::Matx23f matrix(turn.a, turn.c, turn.e, turn.b, turn.d, turn.f);
  cv::Mat turned;
  cv::warpAffine(small,
                 turned,
                 matrix,
                 cv::Size(side, side),
                 cv::INTER_LINEAR,
                 cv::BORDER_CONSTANT,
                 cv::Scalar::all(0));
  place(picture, turned, cvRound(center.x - side / 2.0F), cvRound(center.y - side / 2.0F), opacity);
}

cv::Mat trimmed(const cv::Mat& picture, int margin) {
  std::vector<cv::Mat> planes;
  cv::split(picture, planes);
  const cv::Mat covered = planes[3] > 0.004;
  const cv::Rect box = cv::boundingRect(covered);
  cv::Mat result = blank(box.width + 2 * margin, box.height + 2 * margin);
  picture(box).copyTo(result(cv::Rect(margin, margin, box.width, box.height)));
  return result;
}

}  // namespace muster
