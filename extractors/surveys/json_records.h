#pragma once

#include "extractors/surveys/survey_parser.h"
#include "extractors/surveys/table_reading.h"

namespace muster {

// Records of any origin: a list of flat objects, newline-delimited objects, or one list of them
// under a name. LimeSurvey's JSON and its base64 answer of RemoteControl too. Members become the
// columns of a table, which CsvSurveyParser reads.
class JsonRecordsParser final : public SurveyParser {
 public:
  std::string_view provider() const override { return "json"; }
  bool recognizes(std::string_view head) const override;
  Parsed<ExportFacts> parse(std::string_view document,
                            const SurveyContext& context,
                            ResponseSink& sink) const override;
};

// Learns what the records hold as a table and hands it to `use`.
Parsed<ExportFacts> read_json_records(std::string_view document,
                                      const SurveyContext& context,
                                      ResponseSink& sink,
                                      const TableUse& use);

}  // namespace muster
