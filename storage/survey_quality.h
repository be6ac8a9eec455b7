#pragma once

#include "core/quality.h"
#include "storage/surveys.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

struct QualityFlagRow {
  ResponseId row{};
  std::string response_id;  // the provider's
  QualityFlag flag;
  int baseline = 0;       // its number
  int rules_version = 0;  // of the rule
  bool excluded = false;  // the response, by a person
};

struct ExclusionRow {
  std::int64_t id = 0;
  std::string response_id;
  std::string rule;  // "" where a person named the response
  std::optional<int> rules_version;
  std::optional<int> baseline;
  std::string actor;  // a person
  std::string note;
  Timestamp excluded_at{};
  std::optional<Timestamp> restored_at;
  std::string restored_by;
  std::string restore_note;
};

// Which responses of a survey are meant: those named, or those that carry a flag of the rule.
struct ResponseChoice {
  std::vector<std::string> response_ids;
  std::optional<QualityRule> rule;
};

// Responses that figures leave out, by reason.
struct LeftOut {
  std::int64_t excluded = 0;   // by a person
  std::int64_t gone = 0;       // a full export did not have them any more
  std::int64_t not_valid = 0;  // screened out, over quota, deleted, preview, test, spam
  std::vector<std::pair<std::string, std::int64_t>> excluded_by_rule;
};

// "scale_changed from '1 to 5' to '1 to 7' (form 2 to 3, seen 2026-03-01T12:00:00Z)"
std::string to_text(const DriftRow& drift);

// What is decided about the responses and the forms of a survey. Nothing here changes an answer.
// Methods that write throw PermanentError for unknown surveys or responses, and name them.
class SurveyQuality {
 public:
  virtual ~SurveyQuality() = default;

  // Every current response with its answers, excluded ones too, in the order in which they were
  // stored. Not those that are gone, nor those of a status that never counts.
  virtual void responses(SurveyId survey,
                         const std::function<void(const StoredResponse&)>& visit) = 0;

  // Oldest first; flags go by the last.
  virtual std::vector<QualityBaseline> baselines(SurveyId survey) = 0;
  // Gives it its number and logs it.
  virtual QualityBaseline freeze(SurveyId survey,
                                 QualityBaseline baseline,
                                 std::string_view actor,
                                 std::string_view note) = 0;
  // Replaces the flags of the survey by those of this baseline. Nothing happens where a newer one
  // was frozen meanwhile.
  virtual void store_flags(SurveyId survey,
                           int baseline,
                           const std::vector<std::pair<ResponseId, QualityFlag>>& flags) = 0;
  // By response, in the order in which they were stored.
  virtual std::vector<QualityFlagRow> flags(SurveyId survey,
                                            std::optional<QualityRule> rule,
                                            int limit) = 0;
  virtual std::vector<std::pair<QualityRule, std::int64_t>> flag_counts(SurveyId survey) = 0;

  // Leaves responses out of all figures, or takes them back; each is logged. Those that are so
  // already are passed over. Give the number that changed.
  virtual std::int64_t exclude(SurveyId survey,
                               const ResponseChoice& which,
                               std::string_view actor,
                               std::string_view note) = 0;
  virtual std::int64_t restore(SurveyId survey,
                               const ResponseChoice& which,
                               std::string_view actor,
                               std::string_view note) = 0;
  virtual std::vector<ExclusionRow> exclusions(SurveyId survey, bool restored_too) = 0;
  virtual LeftOut left_out(SurveyId survey) = 0;

  virtual std::vector<DriftRow> drift(SurveyId survey) = 0;
  // A person's decision that numbers of a question may be compared across its changes so far.
  // Gives the number of changes that it covers.
  virtual std::int64_t accept_drift(SurveyId survey,
                                    std::string_view question_id,
                                    std::string_view actor,
                                    std::string_view note) = 0;
  // Breaking changes of a question that lie between the forms under which its counted answers were
  // given, without accepted ones. Not those after which it is another question (replaced, split).
  virtual std::vector<DriftRow> drift_within(const AnswerFilter& filter) = 0;
};

}  // namespace muster
