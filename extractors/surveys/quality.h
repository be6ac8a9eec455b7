#pragma once

#include "core/quality.h"
#include "core/survey.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Raised whenever the same responses and baseline could give other flags.
inline constexpr int kQualityRulesVersion = 1;

// The time that a response took in seconds, from its start to its submission, or by a hidden field
// that says it ("duration" of Qualtrics, in seconds). nullopt where nothing does.
std::optional<double> seconds_taken(const Response& response);

// Share of the letters of a text that stand in no words: runs over a keyboard row, one letter
// repeated, words without a vowel, one syllable over and over. Judges Latin script only; 0 for
// texts of others.
double gibberish_share(std::string_view text);

// Learns a baseline from the responses of a survey; not yet frozen.
class BaselineMaker {
 public:
  void add(const Response& response);
  QualityBaseline finish();

 private:
  std::vector<double> seconds_;
  std::int64_t responses_ = 0;
};

// Judges the responses of one survey in the order in which they were stored: of equal ones the
// first is not flagged. The same responses, definition and baseline give the same flags. Keeps a
// hash a response, so 10 million responses take some 500 MB.
class QualityJudge {
 public:
  // Both are borrowed.
  QualityJudge(const SurveyDefinition& definition, const QualityBaseline& baseline);
  ~QualityJudge();
  QualityJudge(QualityJudge&&) noexcept;

  std::vector<QualityFlag> judge(const Response& response);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Why a rule finds nothing with this baseline ("12 responses have times, 30 are needed"), "" where
// it works.
std::string off_because(QualityRule rule,
                        const SurveyDefinition& definition,
                        const QualityBaseline& baseline);

}  // namespace muster
