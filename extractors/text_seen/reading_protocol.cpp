#include "extractors/text_seen/reading_protocol.h"

#include "extractors/decode/message_fields.h"
#include "extractors/decode/protocol.h"

#include <algorithm>
#include <utility>

namespace muster {
namespace {

constexpr std::uint32_t kReadingOptionsTag = message_tag("MRDo");
constexpr std::uint32_t kTrialRequestTag = message_tag("MRDp");
constexpr std::uint32_t kTrialTag = message_tag("MRDt");
constexpr std::uint32_t kReadingRequestTag = message_tag("MRDr");
constexpr std::uint32_t kReadingAnswerTag = message_tag("MRDa");
constexpr std::size_t kMaxPath = 4'096;
constexpr std::size_t kMaxLanguages = 32;
constexpr std::size_t kMaxProblem = 2'000;
// A line of a picture, and the most that a QR code holds.
constexpr std::size_t kMaxLineBytes = 2'000;
constexpr std::size_t kMaxCodeBytes = 8'000;
// Outlines may lie a little outside of the picture.
constexpr double kFarthest = 16;
constexpr double kMaxContrast = 21.5;

void write_outline(FieldWriter& writer, const std::vector<Point>& outline) {
  writer.u8(static_cast<std::uint8_t>(std::min<std::size_t>(outline.size(), 4)));
  for (std::size_t i = 0; i < std::min<std::size_t>(outline.size(), 4); ++i) {
    writer.real(outline[i].x).real(outline[i].y);
  }
}

std::vector<Point> read_outline(FieldReader& reader) {
  std::vector<Point> outline(reader.small("corners", 4));
  for (Point& point : outline) {
    point.x = reader.within("corner", kFarthest);
    point.y = reader.within("corner", kFarthest);
  }
  return outline;
}

void write_box(FieldWriter& writer, const Box& box) {
  writer.real(box.x).real(box.y).real(box.width).real(box.height);
}

Box read_box(FieldReader& reader) {
  Box box;
  box.x = reader.within("box", kFarthest);
  box.y = reader.within("box", kFarthest);
  box.width = reader.real("box", 0, kFarthest);
  box.height = reader.real("box", 0, kFarthest);
  return box;
}

}  // namespace

std::string encode(const ReadingEngineOptions& options) {
  FieldWriter writer = start_message(kReadingOptionsTag);
  writer.text(options.text_detector, kMaxPath)
      .text(options.text_data, kMaxPath)
      .text(options.code_models, kMaxPath)
      .u32(static_cast<std::uint32_t>(std::min(options.languages.size(), kMaxLanguages)));
  for (std::size_t i = 0; i < std::min(options.languages.size(), kMaxLanguages); ++i) {
    writer.text(options.languages[i], kMaxPath);
  }
  return writer.finish();
}

Parsed<ReadingEngineOptions> parse_reading_options(std::span<const std::byte> message) {
  FieldReader reader = open_message(message, kReadingOptionsTag);
  ReadingEngineOptions options;
  options.text_detector = reader.text("text_detector", kMaxPath);
  options.text_data = reader.text("text_data", kMaxPath);
  options.code_models = reader.text("code_models", kMaxPath);
  const std::uint32_t languages = reader.u32("languages", 0, kMaxLanguages);
  for (std::uint32_t i = 0; i < languages && !reader.problem(); ++i) {
    options.languages.push_back(reader.text("language", kMaxPath));
  }
  return finish_reading(reader, std::move(options));
}

std::string encode(const ReaderTrialRequest&) {
  return start_message(kTrialRequestTag).finish();
}

Parsed<ReaderTrialRequest> parse_trial_request(std::span<const std::byte> message) {
  FieldReader reader = open_message(message, kTrialRequestTag);
  return finish_reading(reader, ReaderTrialRequest{});
}

std::string encode(const ReaderTrial& trial) {
  FieldWriter writer = start_message(kTrialTag);
  writer.text(trial.problem, kMaxProblem)
      .u8(trial.root_dropped)
      .u32(trial.landlock_abi)
      .u32(static_cast<std::uint32_t>(trial.denied.size()));
  for (const bool denied : trial.denied) {
    writer.u8(denied);
  }
  return writer.finish();
}

Parsed<ReaderTrial> parse_trial(std::span<const std::byte> message) {
  FieldReader reader = open_message(message, kTrialTag);
  ReaderTrial trial;
  trial.problem = reader.text("problem", kMaxProblem);
  trial.root_dropped = reader.flag("root_dropped");
  trial.landlock_abi = reader.u32("landlock_abi", 0, 1000);
  const std::uint32_t probes = reader.u32("probes", 0, kSandboxProbes.size());
  for (std::uint32_t i = 0; i < probes && !reader.problem(); ++i) {
    trial.denied.push_back(reader.flag("denied"));
  }
  return finish_reading(reader, std::move(trial));
}

std::string encode(const ReadingRequest& request) {
  FieldWriter writer = start_message(kReadingRequestTag);
  writer.u32(static_cast<std::uint32_t>(request.task))
      .u32(request.rows)
      .u32(request.cols)
      .u32(request.longest_side);
  write_outline(writer, request.outline);
  return writer.finish();
}

Parsed<ReadingRequest> parse_reading_request(std::span<const std::byte> message) {
  FieldReader reader = open_message(message, kReadingRequestTag);
  ReadingRequest request;
  request.task = reader.name_of<ReadingTask>("task");
  request.rows = reader.u32("rows", 1, kMaxReadSide);
  request.cols = reader.u32("cols", 1, kMaxReadSide);
  request.longest_side = reader.u32("longest_side", 0, kMaxReadSide);
  request.outline = read_outline(reader);
  return finish_reading(reader, std::move(request));
}

std::string encode(const ReadingAnswer& answer) {
  FieldWriter writer = start_message(kReadingAnswerTag);
  writer.text(answer.problem, kMaxProblem);
  const std::size_t lines = std::min(answer.lines.size(), kMaxLines);
  writer.u32(static_cast<std::uint32_t>(lines));
  for (std::size_t i = 0; i < lines; ++i) {
    const TextLine& line = answer.lines[i];
    writer.text(line.text, kMaxLineBytes)
        .real(line.confidence)
        .real(line.height)
        .real(line.contrast);
    write_outline(writer, line.outline);
    write_box(writer, line.box);
  }
  const std::size_t codes = std::min(answer.codes.size(), kMaxCodes);
  writer.u32(static_cast<std::uint32_t>(codes));
  for (std::size_t i = 0; i < codes; ++i) {
    writer.text(answer.codes[i].text, kMaxCodeBytes);
    write_outline(writer, answer.codes[i].outline);
    write_box(writer, answer.codes[i].box);
  }
  return writer.finish();
}

Parsed<ReadingAnswer> parse_reading_answer(std::span<const std::byte> message) {
  FieldReader reader = open_message(message, kReadingAnswerTag);
  ReadingAnswer answer;
  answer.problem = sanitize_utf8(reader.raw("problem", kMaxProblem));
  const std::uint32_t lines = reader.u32("lines", 0, kMaxLines);
  for (std::uint32_t i = 0; i < lines && !reader.problem(); ++i) {
    TextLine line;
    line.text = reader.text("text", kMaxLineBytes);
    line.confidence = reader.real("confidence", 0, 1);
    line.height = reader.real("height", 0, kFarthest);
    line.contrast = reader.real("contrast", 0, kMaxContrast);
    line.outline = read_outline(reader);
    line.box = read_box(reader);
    answer.lines.push_back(std::move(line));
  }
  const std::uint32_t codes = reader.u32("codes", 0, kMaxCodes);
  for (std::uint32_t i = 0; i < codes && !reader.problem(); ++i) {
    PictureCode code;
    code.text = reader.raw("code", kMaxCodeBytes);
    code.outline = read_outline(reader);
    code.box = read_box(reader);
    answer.codes.push_back(std::move(code));
  }
  return finish_reading(reader, std::move(answer));
}

}  // namespace muster
