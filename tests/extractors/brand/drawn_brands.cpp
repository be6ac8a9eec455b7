#include "tests/extractors/brand/drawn_brands.h"

#include <span>

#include <opencv2/calib3d.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

// Paints `shape` (white on black) in a colour onto a transparent picture.
void ink(cv::Mat& logo, const cv::Mat& shape, const cv::Scalar& bgr) {
  std::vector<cv::Mat> layers;
  cv::split(logo, layers);
  for (int i = 0; i < 3; ++i) {
    layers[static_cast<std::size_t>(i)].setTo(bgr[i], shape > 127);
  }
  layers[3] = cv::max(layers[3], shape);
  cv::merge(layers, logo);
}

// Without the empty margin, so that where a logo was pasted is where it should be found.
cv::Mat tight(const cv::Mat& logo) {
  cv::Mat alpha;
  cv::extractChannel(logo, alpha, 3);
  return logo(cv::boundingRect(alpha)).clone();
}

cv::Mat blank(cv::Size size) {
  return {size, CV_8UC1, cv::Scalar(0)};
}

}  // namespace

cv::Mat draw_fizzo() {
  cv::Mat logo(220, 400, CV_8UC4, cv::Scalar(0, 0, 0, 0));
  cv::Mat shape = blank(logo.size());
  cv::ellipse(shape, {200, 110}, {190, 100}, 0, 0, 360, 255, cv::FILLED, cv::LINE_AA);
  ink(logo, shape, {160, 40, 20});
  shape = blank(logo.size());
  cv::putText(shape, "Fizzo", {60, 135}, cv::FONT_HERSHEY_TRIPLEX, 3.1, 255, 9, cv::LINE_AA);
  for (int i = 0; i < 9; ++i) {
    cv::circle(
        shape, {70 + 33 * i, 170 + (i * 7) % 20}, 4 + (i * 5) % 7, 255, cv::FILLED, cv::LINE_AA);
  }
  cv::line(shape, {90, 40}, {180, 25}, 255, 6, cv::LINE_AA);
  cv::line(shape, {215, 24}, {300, 46}, 255, 6, cv::LINE_AA);
  ink(logo, shape, {240, 245, 250});
  return tight(logo);
}

cv::Mat draw_kwalli() {
  cv::Mat logo(300, 300, CV_8UC4, cv::Scalar(0, 0, 0, 0));
  cv::Mat shape = blank(logo.size());
  cv::rectangle(shape, {10, 10}, {290, 290}, 255, 14);
  for (int i = 0; i < 5; ++i) {
    const std::vector<cv::Point> wing{{40 + 45 * i, 60 + 12 * (i % 3)},
                                      {70 + 45 * i, 60 + 20 * (i % 2)},
                                      {48 + 45 * i, 130 - 9 * i}};
    cv::fillConvexPoly(shape, wing, 255, cv::LINE_AA);
  }
  cv::putText(shape, "KWALLI", {26, 200}, cv::FONT_HERSHEY_DUPLEX, 2.1, 255, 8, cv::LINE_AA);
  cv::putText(shape, "since 1907", {60, 258}, cv::FONT_HERSHEY_COMPLEX, 1.0, 255, 3, cv::LINE_AA);
  ink(logo, shape, {20, 20, 20});
  return tight(logo);
}

cv::Mat draw_ombra() {
  cv::Mat logo(260, 360, CV_8UC4, cv::Scalar(0, 0, 0, 0));
  cv::Mat shape = blank(logo.size());
  for (int i = 0; i < 4; ++i) {
    cv::ellipse(shape,
                {110, 120},
                {100 - 22 * i, 95 - 26 * i},
                20.0 * i,
                20.0 * i,
                250 + 20 * i,
                255,
                9,
                cv::LINE_AA);
  }
  cv::putText(
      shape, "Ombra", {130, 150}, cv::FONT_HERSHEY_SCRIPT_COMPLEX, 2.6, 255, 8, cv::LINE_AA);
  cv::putText(shape, "& figli", {210, 225}, cv::FONT_HERSHEY_COMPLEX, 1.2, 255, 3, cv::LINE_AA);
  ink(logo, shape, {255, 255, 255});
  return tight(logo);
}

std::string encoded(const cv::Mat& picture, const std::string& extension, int jpeg_quality) {
  std::vector<std::uint8_t> bytes;
  cv::imencode(extension, picture, bytes, {cv::IMWRITE_JPEG_QUALITY, jpeg_quality});
  return {bytes.begin(), bytes.end()};
}

BrandKit kit_of(const std::string& id, const std::vector<cv::Mat>& pictures) {
  BrandKit kit;
  kit.id = id;
  kit.brand = std::string(1, static_cast<char>(std::toupper(id[0]))) + id.substr(1);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    KitPicture picture;
    picture.name = "logo" + std::to_string(i) + ".png";
    picture.role = "logo";
    picture.bytes = encoded(pictures[i]);
    picture.hash = sha256(picture.bytes);
    kit.pictures.push_back(std::move(picture));
  }
  return kit;
}

cv::Mat draw_scene(cv::Size size, unsigned seed) {
  cv::RNG random(seed);
  const auto colour = [&] {
    return cv::Scalar(random.uniform(0, 256), random.uniform(0, 256), random.uniform(0, 256));
  };
  const auto point = [&] {
    return cv::Point(random.uniform(0, size.width), random.uniform(0, size.height));
  };
  cv::Mat scene(size, CV_8UC3, colour());
  for (int i = 0; i < 60; ++i) {
    switch (i % 4) {
      case 0:
        cv::rectangle(scene,
                      cv::Rect(point(), cv::Size(random.uniform(10, 160), random.uniform(10, 160))),
                      colour(),
                      cv::FILLED);
        break;
      case 1:
        cv::circle(scene,
                   point(),
                   random.uniform(5, 60),
                   colour(),
                   random.uniform(0, 2) == 0 ? 4 : cv::FILLED,
                   cv::LINE_AA);
        break;
      case 2:
        cv::line(scene, point(), point(), colour(), random.uniform(1, 8), cv::LINE_AA);
        break;
      default:
        cv::putText(scene,
                    std::string(1, static_cast<char>('a' + random.uniform(0, 26))) + "xe",
                    point(),
                    cv::FONT_HERSHEY_SIMPLEX,
                    random.uniform(0.8, 2.5),
                    colour(),
                    3,
                    cv::LINE_AA);
        break;
    }
  }
  cv::Mat grain(size, CV_8UC3);
  random.fill(grain, cv::RNG::NORMAL, 8, 6);
  cv::add(scene, grain, scene);
  return scene;
}

void paste(cv::Mat& scene, const cv::Mat& logo, const std::vector<cv::Point2f>& corners) {
  const std::vector<cv::Point2f> own{
      {0, 0}, {float(logo.cols), 0}, {float(logo.cols), float(logo.rows)}, {0, float(logo.rows)}};
  // Shrunk first, so that small logos look as a lens would show them.
  const double shrink = std::min(1.0, cv::norm(corners[1] - corners[0]) / logo.cols);
  cv::Mat small;
  cv::resize(logo, small, cv::Size(), shrink, shrink, cv::INTER_AREA);
  std::vector<cv::Point2f> source = own;
  for (cv::Point2f& p : source) {
    p = {p.x * float(small.cols) / float(logo.cols), p.y * float(small.rows) / float(logo.rows)};
  }
  cv::Mat warped;
  cv::warpPerspective(
      small, warped, cv::getPerspectiveTransform(source, corners), scene.size(), cv::INTER_LINEAR);
  for (int y = 0; y < scene.rows; ++y) {
    for (int x = 0; x < scene.cols; ++x) {
      const cv::Vec4b& over = warped.at<cv::Vec4b>(y, x);
      cv::Vec3b& under = scene.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) {
        under[c] = cv::saturate_cast<std::uint8_t>(
            (over[c] * over[3] + under[c] * (255 - over[3])) / 255.0);
      }
    }
  }
}

std::vector<cv::Point2f> turned(const cv::Rect2f& rectangle, double degrees) {
  const cv::Point2f middle = (rectangle.tl() + rectangle.br()) / 2;
  const double radians = degrees * CV_PI / 180;
  std::vector<cv::Point2f> corners{rectangle.tl(),
                                   {rectangle.br().x, rectangle.y},
                                   rectangle.br(),
                                   {rectangle.x, rectangle.br().y}};
  for (cv::Point2f& corner : corners) {
    const cv::Point2f d = corner - middle;
    corner = middle + cv::Point2f(float(d.x * std::cos(radians) - d.y * std::sin(radians)),
                                  float(d.x * std::sin(radians) + d.y * std::cos(radians)));
  }
  return corners;
}

DecodedMedia InProcessDecoder::decode(const MediaBytes&) {
  return {};
}

cv::Mat InProcessDecoder::decode_picture(const MediaBytes& bytes, std::string& problem) {
  std::vector<std::uint8_t> data(bytes.size);
  bytes.read(std::as_writable_bytes(std::span(data)));
  cv::Mat picture = data.empty() ? cv::Mat() : cv::imdecode(data, cv::IMREAD_UNCHANGED);
  if (picture.empty()) {
    problem = "not a picture";
  } else if (picture.channels() != 4) {
    cv::cvtColor(
        picture, picture, picture.channels() == 1 ? cv::COLOR_GRAY2BGRA : cv::COLOR_BGR2BGRA);
  }
  return picture;
}

}  // namespace muster
