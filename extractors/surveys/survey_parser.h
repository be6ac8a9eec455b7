#pragma once

#include "config/survey_map.h"
#include "core/result.h"
#include "core/survey.h"
#include "extractors/surveys/response_sink.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace muster {

// No survey tool sends more: a larger file is a mistake, and would fill the disk.
inline constexpr std::uint64_t kMaxExportBytes = 50'000'000'000;
// What is read as a whole, to compare two questionnaires.
inline constexpr std::uint64_t kMaxWholeExportBytes = 512'000'000;

struct SurveyContext {
  std::string survey;        // name of the survey, by the source's rule
  std::string zone = "UTC";  // for times without a zone
  std::optional<SurveyDefinition>
      definition;  // as known so far: titles and kinds that the export does not carry
  // How a table, or a list of JSON records, is to be read: no tool is recognized then. Borrowed.
  const SurveyMap* map = nullptr;
};

// Reads the exports of one provider. Stateless: one instance serves all threads.
class SurveyParser {
 public:
  virtual ~SurveyParser() = default;
  virtual std::string_view provider() const = 0;
  // Does this look like one of ours? Judged from the first bytes (at most 64 kB) and cheap.
  virtual bool recognizes(std::string_view head) const = 0;
  // Hands the rows of the document to the sink, one after another; memory is one row. An error
  // means that nothing of it can be used, also nothing of what the sink has got by then; a bad row
  // is rejected and the reading goes on.
  virtual Parsed<ExportFacts> parse(std::string_view document,
                                    const SurveyContext& context,
                                    ResponseSink& sink) const = 0;
};

// Finds the parser that recognizes the document and runs it. The sink gets personal data in what
// was written masked (extractors/surveys/masking.h).
Parsed<ExportFacts> read_survey_export(std::string_view document,
                                       const SurveyContext& context,
                                       ResponseSink& sink);
// As above with all rows in memory; of equal ids the version that counts.
Parsed<ParsedExport> parse_survey_export(std::string_view document, const SurveyContext& context);
// The same with a parser that the caller chose, and nothing masked.
Parsed<ParsedExport> collect(const SurveyParser& parser,
                             std::string_view document,
                             const SurveyContext& context);

// Gathers all rows in memory.
class CollectedRows final : public ResponseSink {
 public:
  void file(Response& response, const SurveyDefinition& known) override;
  void exclude(SkippedRow row) override { export_.excluded.push_back(std::move(row)); }
  void reject(SkippedRow row) override { export_.rejected.push_back(std::move(row)); }

  ParsedExport finish(ExportFacts facts);

 private:
  ParsedExport export_;
  std::unordered_map<std::string, std::size_t> by_id_;  // index into export_.responses
};

}  // namespace muster
