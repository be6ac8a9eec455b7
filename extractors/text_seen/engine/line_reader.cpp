#include "extractors/text_seen/engine/line_reader.h"

#include "extractors/text_seen/engine/ink.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include <opencv2/imgproc.hpp>
#include <tesseract/baseapi.h>

namespace muster {
namespace {

// Tesseract's line network was trained on lines of 36 px (fast models) with room around; letters of
// about 40 px in a strip of 64 read best.
constexpr int kLineHeight = 64;
// Room around the letters as a share of the found height.
constexpr float kRoomAbove = 0.35F;
constexpr float kRoomBeside = 0.5F;
constexpr int kMaxLineWidth = 64 * 60;
// Words and lines that Tesseract itself holds for less likely are specks and textures.
constexpr double kMinWordConfidence = 0.35;
constexpr double kMinLineConfidence = 0.45;

// The place with room around it, straightened to kLineHeight rows. `to_line` maps the picture.
struct Straightened {
  cv::Mat line;
  double scale = 1;  // pixels of the line over pixels of the picture
};

TextPlace with_room(const TextPlace& place) {
  const auto height = static_cast<float>(place.height());
  const cv::Point2f along = place.along() / static_cast<float>(std::max(1.0, place.length()));
  const cv::Point2f down = place.down() / std::max(1.0F, height);
  const cv::Point2f beside = along * (height * kRoomBeside);
  const cv::Point2f above = down * (height * kRoomAbove);
  return {{place.corners[0] - beside - above,
           place.corners[1] + beside - above,
           place.corners[2] + beside + above,
           place.corners[3] - beside + above},
          place.score};
}

Straightened straighten(const cv::Mat& picture, const TextPlace& place) {
  const double scale = kLineHeight / std::max(1.0, place.height());
  const int width =
      std::clamp(static_cast<int>(std::lround(place.length() * scale)), kLineHeight, kMaxLineWidth);
  const auto right = static_cast<float>(width);
  const auto bottom = static_cast<float>(kLineHeight);
  const cv::Point2f to[3] = {{0, 0}, {right, 0}, {0, bottom}};
  const cv::Point2f from[3] = {place.corners[0], place.corners[1], place.corners[3]};
  cv::Mat source = picture;
  cv::Point2f offset(0, 0);
  cv::Mat small;
  std::array<cv::Point2f, 3> corners = {from[0], from[1], from[2]};
  if (scale < 0.6) {
    // Shrinking by warping alone would skip pixels.
    const cv::Rect whole(0, 0, picture.cols, picture.rows);
    const cv::Rect around =
        cv::boundingRect(std::vector<cv::Point2f>(place.corners.begin(), place.corners.end())) &
        whole;
    if (!around.empty()) {
      cv::resize(picture(around), small, cv::Size(), scale, scale, cv::INTER_AREA);
      source = small;
      offset = around.tl();
      for (cv::Point2f& corner : corners) {
        corner = (corner - offset) * static_cast<float>(scale);
      }
    }
  }
  Straightened result;
  result.scale = scale;
  cv::warpAffine(source,
                 result.line,
                 cv::getAffineTransform(corners.data(), to),
                 {width, kLineHeight},
                 cv::INTER_LINEAR,
                 cv::BORDER_REPLICATE);
  return result;
}

TextPlace turned_over(const TextPlace& place) {
  return {{place.corners[2], place.corners[3], place.corners[0], place.corners[1]}, place.score};
}

std::vector<Point> shares_of(const TextPlace& place, cv::Size size) {
  std::vector<Point> points;
  for (const cv::Point2f& corner : place.corners) {
    points.push_back({std::clamp(double(corner.x) / size.width, 0.0, 1.0),
                      std::clamp(double(corner.y) / size.height, 0.0, 1.0)});
  }
  return points;
}

}  // namespace

struct LineReader::Reading {
  std::string text;
  double confidence = 0;
  int top = 0;  // rows of the straightened line that the words take
  int bottom = 0;
  int left = 0;
  int right = 0;
};

LineReader::LineReader(const std::string& data, const std::vector<std::string>& languages)
    : tesseract_(std::make_unique<tesseract::TessBaseAPI>()) {
  std::string names;
  for (const std::string& language : languages) {
    names += (names.empty() ? "" : "+") + language;
  }
  if (tesseract_->Init(data.c_str(), names.c_str(), tesseract::OEM_LSTM_ONLY) != 0) {
    throw std::runtime_error("Tesseract can't read the data of '" + names + "' in " + data);
  }
  tesseract_->SetPageSegMode(tesseract::PSM_SINGLE_LINE);
  tesseract_->SetVariable("debug_file", "/dev/null");
  tesseract_->SetVariable("user_defined_dpi", "300");
  // Its dictionaries would rather read "and" than "#ad".
  tesseract_->SetVariable("load_system_dawg", "0");
  tesseract_->SetVariable("load_freq_dawg", "0");
}

LineReader::~LineReader() = default;

LineReader::Reading LineReader::read_straight(const cv::Mat& line) {
  cv::Mat grey;
  cv::cvtColor(line, grey, cv::COLOR_BGR2GRAY);
  if (find_ink(line).is_light) {
    cv::bitwise_not(grey, grey);
  }
  tesseract_->SetImage(grey.data, grey.cols, grey.rows, 1, static_cast<int>(grey.step));
  tesseract_->SetSourceResolution(300);
  if (tesseract_->Recognize(nullptr) != 0) {
    return {};
  }
  Reading reading;
  reading.top = line.rows;
  reading.left = line.cols;
  double weighted = 0;
  std::size_t letters = 0;
  const std::unique_ptr<tesseract::ResultIterator> word(tesseract_->GetIterator());
  if (word != nullptr) {
    do {
      const std::unique_ptr<char[]> text(word->GetUTF8Text(tesseract::RIL_WORD));
      const double confidence = word->Confidence(tesseract::RIL_WORD) / 100.0;
      if (text == nullptr || text[0] == '\0' || confidence < kMinWordConfidence) {
        continue;
      }
      const std::string found = text.get();
      int left = 0;
      int top = 0;
      int right = 0;
      int bottom = 0;
      word->BoundingBox(tesseract::RIL_WORD, &left, &top, &right, &bottom);
      reading.top = std::min(reading.top, top);
      reading.bottom = std::max(reading.bottom, bottom);
      reading.left = std::min(reading.left, left);
      reading.right = std::max(reading.right, right);
      reading.text += (reading.text.empty() ? "" : " ") + found;
      weighted += confidence * static_cast<double>(found.size());
      letters += found.size();
    } while (word->Next(tesseract::RIL_WORD));
  }
  tesseract_->Clear();
  reading.confidence = letters == 0 ? 0 : weighted / static_cast<double>(letters);
  return reading;
}

std::optional<TextLine> LineReader::read(const cv::Mat& picture, const TextPlace& place) {
  TextPlace roomy = with_room(place);
  Straightened straight = straighten(picture, roomy);
  Reading reading = read_straight(straight.line);
  // What stands upright may be read upwards or downwards.
  const bool upright = std::abs(place.along().y) > std::abs(place.along().x);
  if (upright) {
    const TextPlace other = turned_over(roomy);
    Straightened other_straight = straighten(picture, other);
    Reading other_reading = read_straight(other_straight.line);
    if (other_reading.confidence > reading.confidence) {
      roomy = other;
      straight = std::move(other_straight);
      reading = std::move(other_reading);
    }
  }
  if (reading.text.empty() || reading.confidence < kMinLineConfidence ||
      reading.bottom <= reading.top) {
    return std::nullopt;
  }
  const cv::Range rows(std::max(0, reading.top - 4),
                       std::min(straight.line.rows, reading.bottom + 4));
  const cv::Range columns(std::max(0, reading.left - 4),
                          std::min(straight.line.cols, reading.right + 4));
  const cv::Mat letters = straight.line(rows, columns);

  TextLine line;
  line.text = std::move(reading.text);
  line.confidence = std::clamp(reading.confidence, 0.0, 1.0);
  const auto along = roomy.along() / static_cast<float>(straight.line.cols);
  const auto down = roomy.down() / static_cast<float>(straight.line.rows);
  const auto at = [&](int x, int y) {
    return roomy.corners[0] + along * static_cast<float>(x) + down * static_cast<float>(y);
  };
  const TextPlace tight{{at(reading.left, reading.top),
                         at(reading.right, reading.top),
                         at(reading.right, reading.bottom),
                         at(reading.left, reading.bottom)},
                        place.score};
  line.outline = shares_of(tight, picture.size());
  const auto [left, right] =
      std::minmax_element(line.outline.begin(), line.outline.end(), [](auto& a, auto& b) {
        return a.x < b.x;
      });
  const auto [top, bottom] =
      std::minmax_element(line.outline.begin(), line.outline.end(), [](auto& a, auto& b) {
        return a.y < b.y;
      });
  line.box = {left->x, top->y, right->x - left->x, bottom->y - top->y};
  line.height = (reading.bottom - reading.top) / straight.scale / picture.rows;
  line.contrast = ink_contrast(letters, find_ink(letters));
  return line;
}

}  // namespace muster
