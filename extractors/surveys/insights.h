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
  double weight = 1;  // above 0
};

struct InsightOptions {
  std::string group_by;
  double confidence = 0.95;
  int min_cell = 30;  // below it a figure carries small_base
  int top_boxes = 2;
  // The answers carry weights: figures say their effective base, and intervals rest on it.
  bool weighted = false;
  // The ends of the scale as a person stated them, where the export does not tell; each figure says
  // so in a note. An NPS takes 1 to 10 then, with detractors from 1 to 6.
  std::optional<double> stated_min;
  std::optional<double> stated_max;
};

// What an answer counts as: the labels of its choices, each once, or its number ("9").
std::vector<std::string> answer_labels(const Answer& answer);

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
// Share of the `top_boxes` lowest points of the scale. Interval: Wilson score.
Parsed<Insight> bottom_box(const Question& question,
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
// Mean place of each choice of a ranking, 1 the best, among those who ranked it. Interval:
// Student's t.
Parsed<Insight> mean_rank(const Question& question,
                          std::span<const GroupedAnswer> answers,
                          const InsightOptions& options);
// Share of each choice among those who answered (several choices may add up to more than 1).
// Interval: Wilson score.
Parsed<Insight> shares(const Question& question,
                       std::span<const GroupedAnswer> answers,
                       const InsightOptions& options);

// The insights that are filed after every import: NPS for nps questions, mean for scales and
// numbers, shares for choices; each as a whole and by "creator.tier" where `tier_of_group` groups
// are given by the caller.
std::vector<Insight> headline_insights(
    const SurveyDefinition& definition,
    std::string_view survey_name,
    const std::function<std::vector<GroupedAnswer>(const Question&, std::string_view group_by)>&
        answers_of);

}  // namespace muster
