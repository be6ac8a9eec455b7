#pragma once

#include "core/result.h"
#include "core/survey.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

// An export is parsed in memory; a larger one must be split by the sender.
inline constexpr std::uint64_t kMaxExportBytes = 512'000'000;

struct SurveyContext {
  std::string survey;        // name of the survey, by the source's rule
  std::string zone = "UTC";  // for times without a zone
  std::optional<SurveyDefinition>
      definition;  // as known so far: titles and kinds that the export does not carry
};

// Reads the exports of one provider. Stateless: one instance serves all threads.
class SurveyParser {
 public:
  virtual ~SurveyParser() = default;
  virtual std::string_view provider() const = 0;
  // Does this look like one of ours? Judged from the first bytes (at most 64 kB) and cheap.
  virtual bool recognizes(std::string_view head) const = 0;
  // The whole export. An error means that nothing of it can be used; a bad row is in
  // ParsedExport::rejected.
  virtual Parsed<ParsedExport> parse(std::string_view document,
                                     const SurveyContext& context) const = 0;
};

// Finds the parser that recognizes the document and runs it.
Parsed<ParsedExport> parse_survey_export(std::string_view document, const SurveyContext& context);

}  // namespace muster
