#include "bench/brand_texts.h"

#include "bench/seen_texts.h"
#include "core/error.h"
#include "core/json.h"
#include "extractors/text_seen/reading.h"

#include <fstream>
#include <optional>

#include <fmt/format.h>
#include <opencv2/imgcodecs.hpp>

namespace muster {
namespace {

constexpr int kFindSide = 960;  // as look_for_text reads stills

Json text_json(const SeenText& text) {
  Json outline = Json::array();
  for (const Point& point : text.outline) {
    outline.push_back({point.x, point.y});
  }
  return {{"text", text.text},
          {"confidence", text.confidence},
          {"box", {text.box.x, text.box.y, text.box.width, text.box.height}},
          {"outline", std::move(outline)},
          {"height", text.height},
          {"contrast", text.contrast}};
}

SeenText text_from(const Json& json) {
  SeenText text;
  text.text = json.at("text").get<std::string>();
  text.confidence = json.at("confidence").get<double>();
  const Json& box = json.at("box");
  text.box = {box.at(0).get<double>(),
              box.at(1).get<double>(),
              box.at(2).get<double>(),
              box.at(3).get<double>()};
  for (const Json& point : json.at("outline")) {
    text.outline.push_back({point.at(0).get<double>(), point.at(1).get<double>()});
  }
  text.height = json.at("height").get<double>();
  text.contrast = json.at("contrast").get<double>();
  return text;
}

BrandTexts kept_texts(const std::filesystem::path& file) {
  BrandTexts kept;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded()) {
      continue;  // the last line of a run that was stopped
    }
    std::vector<SeenText>& texts = kept[json.at("file").get<std::string>()];
    for (const Json& text : json.at("texts")) {
      texts.push_back(text_from(text));
    }
  }
  return kept;
}

std::vector<SeenText> read_texts(ReadingEngine& engine, const std::string& file) {
  const cv::Mat picture = cv::imread(file);
  if (picture.empty()) {
    throw PermanentError("read " + file + ": not a picture");
  }
  return seen_texts(engine.read_text(picture, kFindSide));
}

}  // namespace

BrandTexts read_brand_texts(std::span<const BrandSample> samples,
                            const std::filesystem::path& file) {
  BrandTexts texts = kept_texts(file);
  std::ofstream out(file, std::ios::app);
  const Reading reading{ModelsConfig{}};
  std::optional<Reading::Lease> engine;
  for (const BrandSample& sample : samples) {
    const std::string path = sample.file.string();
    if (texts.contains(path)) {
      continue;
    }
    if (!reading.text_problem().empty()) {
      throw PermanentError("read the text in " + path + ": " + reading.text_problem());
    }
    if (!engine) {
      engine.emplace(reading.lease());
    }
    std::vector<SeenText>& read = texts[path] = read_texts(**engine, path);
    Json lines = Json::array();
    for (const SeenText& text : read) {
      lines.push_back(text_json(text));
    }
    out << Json({{"file", path}, {"texts", std::move(lines)}})
               .dump(-1, ' ', false, Json::error_handler_t::replace)
        << '\n'
        << std::flush;
  }
  if (!out.flush()) {
    throw PermanentError("write " + file.string() + ": failed");
  }
  return texts;
}

}  // namespace muster
