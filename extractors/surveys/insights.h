#pragma once

#include "core/insight.h"
#include "core/result.h"
#include "core/survey.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// One answer as the figures need it: the group that it counts in, and the answer.
struct GroupedAnswer {
  std::string group;  // "" where nothing was asked for
  Answer answer;
};

struct InsightOptions {
  std::string group_by;
  double confidence = 0.95;
  int min_cell = 30;  // below it a figure carries small_base
  int top_boxes = 2;
};

// Figures over one question. Each gives an error instead of a number where the scale does not fit
// (an "NPS" question without a 0, a mean over texts): `where` is the question, `what` says why and
// what would work.

// Share of 9-10 minus share of 0-6, times 100. Interval: normal, with variance (p + d - (p-d)^2) /
// n.
Parsed<Insight> net_promoter_score(const Question& question,
                                   std::span<const GroupedAnswer> answers,
                                   const InsightOptions& options);
// Share of the `top_boxes` highest points of the scale. Interval: Wilson score.
Parsed<Insight> top_box(const Question& question,
                        std::span<const GroupedAnswer> answers,
                        const InsightOptions& options);
// Customer satisfaction: top 2 boxes of a 1-5 (or 1-7, 1-10) scale.
Parsed<Insight> customer_satisfaction(const Question& question,
                                      std::span<const GroupedAnswer> answers,
                                      const InsightOptions& options);
// Mean of numbers. Interval: Student's t.
Parsed<Insight> mean(const Question& question,
                     std::span<const GroupedAnswer> answers,
                     const InsightOptions& options);
// Share of each choice among those who answered (several choices may add up to more than 1).
// Interval: Wilson score.
Parsed<Insight> shares(const Question& question,
                       std::span<const GroupedAnswer> answers,
                       const InsightOptions& options);

// Counts of two questions against each other.
struct Crosstab {
  std::string row_question;
  std::string column_question;
  std::vector<std::string> rows;
  std::vector<std::string> columns;
  std::vector<std::vector<std::int64_t>> counts;  // rows x columns
  std::int64_t n = 0;
  std::optional<double>
      chi_square;  // nullopt where an expected count is below 5 in more than a fifth of the cells
  std::optional<double> p_value;
  int degrees_of_freedom = 0;
  std::vector<std::string> notes;
};
// Pairs of labels (row, column), one a respondent (or several for multiple choice).
Crosstab crosstab(std::string row_question,
                  std::string column_question,
                  std::span<const std::pair<std::string, std::string>> pairs);

// The insights that are filed after every import: NPS for nps questions, mean for scales and
// numbers, shares for choices; each as a whole and by "creator.tier" where `tier_of_group` groups
// are given by the caller.
std::vector<Insight> headline_insights(
    const SurveyDefinition& definition,
    std::string_view survey_name,
    const std::function<std::vector<GroupedAnswer>(const Question&, std::string_view group_by)>&
        answers_of);

}  // namespace muster
