#include "core/json_fields.h"

namespace muster {

using namespace json_fields;

namespace {

Json spans_json(const std::vector<TimeSpan>& spans) {
  Json json = Json::array();
  for (const TimeSpan& span : spans) {
    json.push_back(Json{{"start_ms", span.start_ms}, {"end_ms", span.end_ms}});
  }
  return json;
}

std::vector<TimeSpan> spans_from(const Json& json) {
  std::vector<TimeSpan> spans;
  for (const Json& span : json) {
    spans.push_back(TimeSpan{span.at("start_ms"), span.at("end_ms")});
  }
  return spans;
}

}  // namespace

void to_json(Json& json, const VideoContent& content) {
  json = Json{{"black", spans_json(content.black)},
              {"frozen", spans_json(content.frozen)},
              {"cuts_ms", content.cuts_ms},
              {"bar_top", content.bar_top},
              {"bar_bottom", content.bar_bottom},
              {"bar_left", content.bar_left},
              {"bar_right", content.bar_right}};
}

void from_json(const Json& json, VideoContent& content) {
  content = VideoContent{};
  content.black = spans_from(json.at("black"));
  content.frozen = spans_from(json.at("frozen"));
  content.cuts_ms = json.at("cuts_ms").get<std::vector<std::int64_t>>();
  get(json, "bar_top", content.bar_top);
  get(json, "bar_bottom", content.bar_bottom);
  get(json, "bar_left", content.bar_left);
  get(json, "bar_right", content.bar_right);
}

void to_json(Json& json, const SoundContent& content) {
  json = Json{{"duration_ms", content.duration_ms}, {"silent", spans_json(content.silent)}};
  put_optional(json, "loudness_lufs", content.loudness_lufs);
  put_optional(json, "peak_dbfs", content.peak_dbfs);
}

void from_json(const Json& json, SoundContent& content) {
  content = SoundContent{};
  get(json, "duration_ms", content.duration_ms);
  content.silent = spans_from(json.at("silent"));
  get_optional(json, "loudness_lufs", content.loudness_lufs);
  get_optional(json, "peak_dbfs", content.peak_dbfs);
}

}  // namespace muster
