#pragma once

#include "extractors/surveys/response_sink.h"
#include "extractors/text/personal_data.h"

#include <array>
#include <cstddef>
#include <utility>

namespace muster {

// Masks personal data in what respondents wrote before anything else sees it: open text, the text
// beside "other", choices that were typed, e-mail addresses in hidden fields. What was written goes
// along apart, in Response::raw_texts and, for hidden fields, in Response::respondent. Dates and
// addresses of files are left as they are.
class MaskingSink final : public ResponseSink {
 public:
  // `next` is borrowed and gets the masked responses.
  explicit MaskingSink(ResponseSink& next) : next_(next) {}

  void file(Response& response, const SurveyDefinition& known) override;
  void exclude(SkippedRow row) override { next_.exclude(std::move(row)); }
  void reject(SkippedRow row) override { next_.reject(std::move(row)); }
  void progress(const ReadingProgress& now) override { next_.progress(now); }

  // Masks choices of the definition that were learned from answers, and notes what was masked.
  void finish(ExportFacts& facts) const;

 private:
  void mask_answer(Response& response, std::size_t position, const SurveyDefinition& known);
  void mask_hidden(Response& response);
  void count(const MaskedText& masked);

  ResponseSink& next_;
  std::array<std::size_t, kEnumNames<PersonalDataKind>.size()> places_{};  // by kind
};

}  // namespace muster
