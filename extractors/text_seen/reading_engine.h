#pragma once

#include "core/finding.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// A line of text in a picture. All coordinates are shares of the picture.
struct TextLine {
  std::string text;            // as read: UTF-8 without line ends, untrusted
  double confidence = 0;       // of the reader, 0..1
  std::vector<Point> outline;  // four corners, clockwise from where the text begins at its top
  Box box;                     // around the outline
  // From the highest to the lowest ink of the letters that were read, as a share of the picture's
  // height: what a ruler on the screen measures.
  double height = 0;
  // Contrast ratio of the ink against its ground, 1 to 21 (WCAG 2.2, relative luminance of sRGB).
  // On an uneven ground that of the worse parts of the line.
  double contrast = 1;
};

// A QR code in a picture.
struct PictureCode {
  std::string text;            // what it says, untrusted; may be any bytes
  std::vector<Point> outline;  // four corners
  Box box;
};

struct ReadingEngineOptions {
  std::string text_detector;           // path of the ONNX model; empty: no text is read
  std::string text_data;               // folder with *.traineddata
  std::vector<std::string> languages;  // Tesseract's names: "eng"
  // Folder with the four files of the QR models; empty: smaller and turned codes are missed.
  std::string code_models;
};

// Reads text and codes in pictures. Used by one thread at a time. Pictures: rows x cols x 3, 8 bit
// BGR.
class ReadingEngine {
 public:
  virtual ~ReadingEngine() = default;
  // False once it can't read any more: it is thrown away then.
  virtual bool usable() const { return true; }

  // The lines of text, from top to bottom. Takes time in proportion to the picture's pixels up to
  // `longest_side` (the picture is scaled down to it for finding text) and to the number of lines,
  // of which the largest kMaxLines are read.
  virtual std::vector<TextLine> read_text(const cv::Mat& picture, int longest_side) = 0;

  // The text at one place that is known from another picture; nullopt where none can be read.
  virtual std::optional<TextLine> read_line(const cv::Mat& picture,
                                            const std::vector<Point>& outline) = 0;

  virtual std::vector<PictureCode> read_codes(const cv::Mat& picture) = 0;
};

// Text over the whole of a picture (a page of a book, a wall of posters) says nothing of the brand.
inline constexpr std::size_t kMaxLines = 48;

// The engine that reads, in the process that calls it; of muster-read alone. Throws std::exception
// where a model can't be read.
std::unique_ptr<ReadingEngine> make_reading_engine(const ReadingEngineOptions& options);

}  // namespace muster
