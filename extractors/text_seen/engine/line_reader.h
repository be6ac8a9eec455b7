#pragma once

#include "extractors/text_seen/engine/text_finder.h"
#include "extractors/text_seen/reading_engine.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tesseract {
class TessBaseAPI;
}

namespace muster {

// Reads one line of text with Tesseract's network for lines. Used by one thread at a time.
class LineReader {
 public:
  // Throws std::runtime_error where the data of a language is missing or can't be read.
  LineReader(const std::string& data, const std::vector<std::string>& languages);
  ~LineReader();

  // nullopt where no text can be read there with any certainty.
  std::optional<TextLine> read(const cv::Mat& picture, const TextPlace& place);

 private:
  struct Reading;
  Reading read_straight(const cv::Mat& line);
  Reading read_best(const cv::Mat& picture, const TextPlace& place);

  std::unique_ptr<tesseract::TessBaseAPI> tesseract_;
};

}  // namespace muster
