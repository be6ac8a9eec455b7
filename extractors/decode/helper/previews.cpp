#include "extractors/decode/helper/previews.h"

#include "extractors/decode/helper/contact_sheet.h"
#include "extractors/decode/helper/jpeg_encoder.h"

#include <string>

#include <opencv2/core.hpp>

namespace muster {
namespace {

constexpr int kQuality = 82;
constexpr int kFrameCellSide = 240;  // px
constexpr int kFileCellSide = 240;

void add_jpeg(PreviewKind kind, const cv::Mat& bgr, AnswerWriter& answer) {
  AnswerPreview preview;
  preview.kind = kind;
  preview.type = MediaType::jpeg;
  preview.width = static_cast<std::uint32_t>(bgr.cols);
  preview.height = static_cast<std::uint32_t>(bgr.rows);
  answer.add_preview(preview, encode_jpeg(bgr, kQuality));
}

}  // namespace

void add_thumbnail(const cv::Mat& bgr, AnswerWriter& answer) {
  add_jpeg(PreviewKind::thumbnail, bgr, answer);
}

void add_contact_sheet(const std::vector<Frame>& frames, AnswerWriter& answer) {
  std::vector<SheetCell> cells;
  for (const Frame& frame : frames) {
    cells.push_back({frame.pixels, label_of_time(frame.time_ms)});
  }
  add_jpeg(PreviewKind::contact_sheet, draw_contact_sheet(cells, kFrameCellSide), answer);
}

void add_sheet_of_thumbnails(const ChildContext& context,
                             cv::Mat (*decode)(std::span<const std::byte> jpeg),
                             AnswerWriter& answer) {
  const auto thumbnails = unpack_thumbnails(context.input);
  if (!thumbnails || thumbnails->empty()) {
    return answer.miss_preview(PreviewKind::contact_sheet, "there are no thumbnails");
  }
  std::vector<SheetCell> cells;
  for (const std::span<const std::byte> jpeg : *thumbnails) {
    cells.push_back({jpeg.empty() ? cv::Mat() : decode(jpeg), std::to_string(cells.size() + 1)});
  }
  add_jpeg(PreviewKind::contact_sheet, draw_contact_sheet(cells, kFileCellSide), answer);
}

}  // namespace muster
