#include "extractors/text_seen/engine/code_reader.h"
#include "extractors/text_seen/engine/line_reader.h"
#include "extractors/text_seen/engine/text_finder.h"

#include <algorithm>

namespace muster {
namespace {

class Engine : public ReadingEngine {
 public:
  explicit Engine(const ReadingEngineOptions& options) : codes_(options.code_models) {
    if (!options.text_detector.empty()) {
      finder_.emplace(options.text_detector);
      lines_.emplace(options.text_data, options.languages);
    }
  }

  std::vector<TextLine> read_text(const cv::Mat& picture, int longest_side) override {
    std::vector<TextLine> read;
    if (!finder_) {
      return read;
    }
    std::vector<TextPlace> places = finder_->find(picture, longest_side);
    places.resize(std::min(places.size(), kMaxLines));
    for (const TextPlace& place : places) {
      if (auto line = lines_->read(picture, place)) {
        read.push_back(std::move(*line));
      }
    }
    std::stable_sort(read.begin(), read.end(), [](const TextLine& a, const TextLine& b) {
      return a.box.y + a.box.height / 2 < b.box.y + b.box.height / 2;
    });
    return read;
  }

  std::optional<TextLine> read_line(const cv::Mat& picture,
                                    const std::vector<Point>& outline) override {
    if (!lines_ || outline.size() != 4) {
      return std::nullopt;
    }
    TextPlace place;
    for (std::size_t i = 0; i < 4; ++i) {
      place.corners[i] = {static_cast<float>(outline[i].x * picture.cols),
                          static_cast<float>(outline[i].y * picture.rows)};
    }
    return lines_->read(picture, place);
  }

  std::vector<PictureCode> read_codes(const cv::Mat& picture) override {
    return codes_.read(picture);
  }

 private:
  std::optional<TextFinder> finder_;
  std::optional<LineReader> lines_;
  CodeReader codes_;
};

}  // namespace

std::unique_ptr<ReadingEngine> make_reading_engine(const ReadingEngineOptions& options) {
  return std::make_unique<Engine>(options);
}

}  // namespace muster
