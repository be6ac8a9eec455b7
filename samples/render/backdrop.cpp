#include "samples/render/backdrop.h"

#include <cmath>

#include <opencv2/imgproc.hpp>

namespace muster {

namespace {

float paint_to_linear(float v) {
  return std::pow(std::max(v, 0.0F), 2.2F);
}

}  // namespace

void Sheet::fill(std::vector<std::pair<float, Color>> stops) {
  paint(picture, cv::Mat::ones(picture.size(), CV_32F), vertical(0, height, std::move(stops)));
}

void Sheet::box(float x, float y, float w, float h, Color color) {
  Path path;
  path.contours.push_back({{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}, true});
  muster::fill(picture, path, plain(color));
}

void Sheet::spot(float x, float y, float rx, float ry, Color color) {
  const Path path = transformed(parse_path("O 0 0 1 1 0 360 Z"), translate(x, y) * scale(rx, ry));
  paint(picture, soft(fill_mask(picture.size(), path), rx * 0.25F), plain(color));
}

void Sheet::blur(float sigma) {
  cv::GaussianBlur(picture, picture, cv::Size(), sigma, 0, cv::BORDER_REPLICATE);
}

Sheet sheet(const Camera& camera, cv::Size size) {
  const float scale_down = 540.0F / static_cast<float>(size.width);
  const float height = static_cast<float>(size.height) * scale_down;
  const Vec3 along = normalize(camera.to - camera.from);
  const float pitch = std::asin(std::clamp(-along.y, -1.0F, 1.0F));
  const float tangent = std::tan(camera.field_of_view * kPi / 360);
  const float horizon = height * (0.5F - 0.5F * std::tan(pitch) / tangent);
  return {blank(540, static_cast<int>(height), {0, 0, 0, 1}), 540, height, horizon};
}

cv::Mat finished(const Sheet& painted, cv::Size size) {
  cv::Mat large;
  cv::resize(painted.picture, large, size, 0, 0, cv::INTER_CUBIC);
  cv::Mat result(size, CV_32FC3);
  for (int y = 0; y < size.height; ++y) {
    const auto* from = large.ptr<cv::Vec4f>(y);
    auto* to = result.ptr<cv::Vec3f>(y);
    for (int x = 0; x < size.width; ++x) {
      to[x] = {
          paint_to_linear(from[x][0]), paint_to_linear(from[x][1]), paint_to_linear(from[x][2])};
    }
  }
  return result;
}

void bokeh(cv::Mat& background, float x, float y, float radius, Vec3 color, float strength) {
  const int left = std::max(0, static_cast<int>(x - radius - 2));
  const int right = std::min(background.cols, static_cast<int>(x + radius + 3));
  for (int row = std::max(0, static_cast<int>(y - radius - 2));
       row < std::min(background.rows, static_cast<int>(y + radius + 3));
       ++row) {
    auto* pixels = background.ptr<cv::Vec3f>(row);
    for (int column = left; column < right; ++column) {
      const float distance =
          std::hypot(static_cast<float>(column) - x, static_cast<float>(row) - y) / radius;
      const float cover = (1 - smoothstep(1 - 2.5F / radius, 1 + 1.0F / radius, distance)) *
                          (0.75F + 0.4F * distance * distance);
      pixels[column] += cv::Vec3f(color.z, color.y, color.x) * (cover * strength);
    }
  }
}

}  // namespace muster
