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

// Letters of about 30 px read best with Tesseract's fast line network; what it reads badly or only
// in part at that size it often reads at another (its layout analysis drops whole words of some).
constexpr int kLineHeights[] = {40, 64};
constexpr double kSureConfidence = 0.8;
constexpr double kWholeLine = 0.8;  // share of the place's length
// Room around the letters as a share of the found height.
constexpr float kRoomAbove = 0.12F;
constexpr float kRoomBeside = 0.15F;
constexpr int kMaxLineWidth = 64 * 60;
// px of plain ground around the strip.
constexpr int kBlankRoom = 16;
// Words and lines that Tesseract itself holds for less likely are specks and textures.
constexpr double kMinWordConfidence = 0.35;
constexpr double kMinLineConfidence = 0.45;

// A place straightened to one of the heights.
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

Straightened straighten(const cv::Mat& picture, const TextPlace& place, int height) {
  const double scale = height / std::max(1.0, place.height());
  const int width =
      std::clamp(static_cast<int>(std::lround(place.length() * scale)), height, kMaxLineWidth);
  const auto right = static_cast<float>(width);
  const auto bottom = static_cast<float>(height);
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
                 {width, height},
                 cv::INTER_LINEAR,
                 cv::BORDER_REPLICATE);
  return result;
}

// The middle grey of the strip's upper and lower rim.
cv::Scalar ground_of(const cv::Mat& grey) {
  std::vector<uchar> rim;
  for (const int row : {0, 1, grey.rows - 2, grey.rows - 1}) {
    const auto* values = grey.ptr<uchar>(row);
    rim.insert(rim.end(), values, values + grey.cols);
  }
  const auto middle = rim.begin() + static_cast<std::ptrdiff_t>(rim.size() / 2);
  std::nth_element(rim.begin(), middle, rim.end());
  return cv::Scalar::all(*middle);
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
  cv::Mat line;      // what was read
  double scale = 1;  // pixels of the line over pixels of the picture
  double worth = 0;  // the confidence, less where only a part was read

  // What the words take of the strip between its room at both ends.
  double share_of_length() const {
    const double room = kRoomBeside / (1 + 2 * kRoomAbove) * line.rows;
    return (right - left) / std::max(1.0, line.cols - 2 * room);
  }
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
  // More room than that would show what stands beside the text: the rim of its plate reads as "|".
  const cv::Scalar ground = ground_of(grey);
  cv::copyMakeBorder(
      grey, grey, kBlankRoom, kBlankRoom, kBlankRoom, kBlankRoom, cv::BORDER_CONSTANT, ground);
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
      left = std::clamp(left - kBlankRoom, 0, line.cols);
      right = std::clamp(right - kBlankRoom, 0, line.cols);
      top = std::clamp(top - kBlankRoom, 0, line.rows);
      bottom = std::clamp(bottom - kBlankRoom, 0, line.rows);
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

LineReader::Reading LineReader::read_best(const cv::Mat& picture, const TextPlace& place) {
  Reading best;
  for (const int height : kLineHeights) {
    Straightened straight = straighten(picture, place, height);
    Reading reading = read_straight(straight.line);
    reading.line = std::move(straight.line);
    reading.scale = straight.scale;
    reading.worth = reading.confidence * std::min(1.0, reading.share_of_length() / kWholeLine);
    if (reading.worth > best.worth || best.line.empty()) {
      best = std::move(reading);
    }
    if (best.worth >= kSureConfidence) {
      break;
    }
  }
  return best;
}

std::optional<TextLine> LineReader::read(const cv::Mat& picture, const TextPlace& place) {
  TextPlace roomy = with_room(place);
  Reading reading = read_best(picture, roomy);
  // What stands upright may be read upwards or downwards.
  const bool upright = std::abs(place.along().y) > std::abs(place.along().x);
  if (upright) {
    const TextPlace other = turned_over(roomy);
    Reading other_reading = read_best(picture, other);
    if (other_reading.worth > reading.worth) {
      roomy = other;
      reading = std::move(other_reading);
    }
  }
  if (reading.text.empty() || reading.confidence < kMinLineConfidence ||
      reading.bottom <= reading.top) {
    return std::nullopt;
  }
  const cv::Range rows(std::max(0, reading.top - 4),
                       std::min(reading.line.rows, reading.bottom + 4));
  const cv::Range columns(std::max(0, reading.left - 4),
                          std::min(reading.line.cols, reading.right + 4));
  const cv::Mat letters = reading.line(rows, columns);

  TextLine line;
  line.text = std::move(reading.text);
  line.confidence = std::clamp(reading.confidence, 0.0, 1.0);
  const auto along = roomy.along() / static_cast<float>(reading.line.cols);
  const auto down = roomy.down() / static_cast<float>(reading.line.rows);
  const auto at = [&](int x, int y) {
    return roomy.corners[0] + along * static_cast<float>(x) + down * static_cast<float>(y);
  };
  const TextPlace tight{{at(reading.left, reading.top),
                         at(reading.right, reading.top),
                         at(reading.right, reading.bottom),
                         at(reading.left, reading.bottom)},
                        place.score};
  line.outline = shares_of(tight, picture.size());
  const auto [left, right] = std::minmax_element(
      line.outline.begin(), line.outline.end(), [](auto& a, auto& b) { return a.x < b.x; });
  const auto [top, bottom] = std::minmax_element(
      line.outline.begin(), line.outline.end(), [](auto& a, auto& b) { return a.y < b.y; });
  line.box = {left->x, top->y, right->x - left->x, bottom->y - top->y};
  line.height = (reading.bottom - reading.top) / reading.scale / picture.rows;
  line.contrast = ink_contrast(letters, find_ink(letters));
  return line;
}

}  // namespace muster
