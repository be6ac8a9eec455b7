#pragma once

#include "core/enum_names.h"
#include "core/survey.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

enum class ExportFormat { csv, jsonl, sav };
template <>
inline constexpr auto kEnumNames<ExportFormat> = enum_names<ExportFormat>(
    {{ExportFormat::csv, "csv"}, {ExportFormat::jsonl, "jsonl"}, {ExportFormat::sav, "sav"}});

// A response on its way out, with what Muster knows beside it. References borrow. Personal
// references (Response::respondent) never leave.
struct WrittenResponse {
  const Response& response;
  std::string_view campaign;
  std::string_view creator;
  std::string_view tier;
  std::string_view wave;
  bool counts = true;  // in figures
};

struct SurveyWriterOptions {
  bool labels = false;                     // of CSV: titles and labels instead of ids and codes
  std::vector<std::string> hidden_fields;  // all that the columns are to show
};

// Where the bytes of an export go, in order.
using ExportSink = std::function<void(std::string_view bytes)>;

// Writes the responses of one survey, one after another; memory does not grow with them. A writer
// that takes two passes is first shown every response, then given every response again.
class SurveyWriter {
 public:
  virtual ~SurveyWriter() = default;
  virtual int passes() const { return 1; }
  virtual void see(const WrittenResponse&) {}
  virtual void add(const WrittenResponse& response) = 0;
  // The end of the file. Throws PermanentError where the format can't hold the survey.
  virtual void end() = 0;
};

// RFC 4180 with a header and CRLF. Columns depend on the definition only, not on the answers: one a
// question, one a choice for several choices (1 chosen, 0 not) and rankings (1 the best), one for
// what was typed beside "other". Texts that a spreadsheet would run get an apostrophe.
std::unique_ptr<SurveyWriter> make_csv_writer(const SurveyDefinition& definition,
                                              const SurveyWriterOptions& options,
                                              ExportSink sink);
// A line for the definition, then one for each response; MusterJsonlParser reads all of it back.
std::unique_ptr<SurveyWriter> make_jsonl_writer(const SurveyDefinition& definition,
                                                ExportSink sink);
// SPSS system file: the columns of the CSV with variable and value labels, missing values that say
// why, and a multiple response set for each question with several choices. Where texts had to be
// cut, a note in the file says how many.
std::unique_ptr<SurveyWriter> make_sav_writer(const SurveyDefinition& definition,
                                              const SurveyWriterOptions& options,
                                              ExportSink sink);

}  // namespace muster
