#include "core/json.h"
#include "extractors/surveys/muster_jsonl.h"
#include "extractors/surveys/out/survey_writer.h"

#include <nlohmann/json.hpp>

namespace muster {
namespace {

class JsonlWriter final : public SurveyWriter {
 public:
  JsonlWriter(const SurveyDefinition& definition, ExportSink sink) : sink_(std::move(sink)) {
    sink_(dump(Json{{kMusterJsonlMark, kMusterJsonlVersion}, {"definition", definition}}) + "\n");
  }

  void add(const WrittenResponse& exported) override {
    const Response& response = exported.response;
    Json line{{"id", response.id}, {"status", to_string(response.status)}};
    put_time(line, "started_at", response.started_at);
    put_time(line, "submitted_at", response.submitted_at);
    put_time(line, "updated_at", response.updated_at);
    if (response.times_are_local) {
      line["times_are_local"] = true;
    }
    put(line, "language", response.language);
    if (!response.hidden.empty()) {
      Json hidden = Json::array();  // a list: names may come several times, and in order
      for (const auto& [name, value] : response.hidden) {
        hidden.push_back(Json{{"name", name}, {"value", value}});
      }
      line["hidden"] = std::move(hidden);
    }
    line["answers"] = response.answers;
    put(line, "where", response.where);
    put(line, "campaign", exported.campaign);
    put(line, "creator", exported.creator);
    put(line, "tier", exported.tier);
    put(line, "wave", exported.wave);
    if (!exported.counts) {
      line["counts"] = false;
    }
    sink_(dump(line) + "\n");
  }

  void end() override {}

 private:
  static void put(Json& line, const char* key, std::string_view text) {
    if (!text.empty()) {
      line[key] = text;
    }
  }
  static void put_time(Json& line, const char* key, const std::optional<Timestamp>& time) {
    if (time) {
      line[key] = to_iso8601(*time);
    }
  }

  ExportSink sink_;
};

}  // namespace

std::unique_ptr<SurveyWriter> make_jsonl_writer(const SurveyDefinition& definition,
                                                ExportSink sink) {
  return std::make_unique<JsonlWriter>(definition, std::move(sink));
}

}  // namespace muster
