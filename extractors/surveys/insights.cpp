#include "extractors/surveys/insights.h"

#include "extractors/surveys/insight_parts.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace muster {

using namespace insight_parts;

namespace {

// Why no net promoter score can be made, empty where one can.
std::string fault_of_nps(const Question& question,
                         const std::vector<double>& numbers,
                         bool stated) {
  constexpr std::string_view kRemedy =
      "a net promoter score needs the scale from 0 to 10; use the mean or the top boxes";
  if (!has_numbers(question.kind)) {
    return fmt::format("answers of kind {} give no net promoter score", to_string(question.kind));
  }
  const bool from_one = stated && question.scale_min == 1.0;
  if (question.scale_min && *question.scale_min != 0 && !from_one) {
    return fmt::format("its scale begins at {:g}; {}", *question.scale_min, kRemedy);
  }
  if (question.scale_max && *question.scale_max != 10) {
    return fmt::format("its scale ends at {:g}; {}", *question.scale_max, kRemedy);
  }
  if (numbers.empty()) {
    return "nobody answered it";
  }
  const double lowest = from_one ? 1 : 0;
  const auto odd = std::find_if(numbers.begin(), numbers.end(), [&](double n) {
    return n < lowest || n > 10 || std::floor(n) != n;
  });
  if (odd != numbers.end()) {
    return fmt::format(
        "an answer is {:g}, which is not one of {:g} to 10; {}", *odd, lowest, kRemedy);
  }
  if (!question.scale_min && std::find(numbers.begin(), numbers.end(), 0.0) == numbers.end()) {
    return fmt::format(
        "nobody answered 0 and the export does not say where its scale begins; give the survey's "
        "definition, state the scale (scale 0-10, or 1-10), or use the mean");
  }
  return "";
}

// The scale of a question, from its definition. Why there is none: `fault`.
std::string fault_of_scale(const Question& question, const std::vector<double>& numbers) {
  if (!has_numbers(question.kind)) {
    return fmt::format("answers of kind {} have no top boxes; use the shares of the choices",
                       to_string(question.kind));
  }
  if (!question.scale_min || !question.scale_max) {
    return "the ends of its scale are not known; give the survey's definition";
  }
  if (numbers.empty()) {
    return "nobody answered it";
  }
  const auto outside = std::find_if(numbers.begin(), numbers.end(), [&](double n) {
    return n < *question.scale_min || n > *question.scale_max;
  });
  if (outside != numbers.end()) {
    return fmt::format("an answer is {:g}, outside of its scale from {:g} to {:g}",
                       *outside,
                       *question.scale_min,
                       *question.scale_max);
  }
  return "";
}

Parsed<Insight> boxes(std::string metric,
                      const Question& asked,
                      std::span<const GroupedAnswer> answers,
                      const InsightOptions& options,
                      int boxes_wanted,
                      bool bottom = false) {
  const Question question = with_stated_scale(asked, options);
  const int top = boxes_wanted;
  auto fault = fault_of(options);
  const auto groups = split_groups(answers, !options.group_by.empty());
  fault = !fault.empty() ? fault : fault_of_scale(question, numbers_of(groups[0]));
  if (!fault.empty()) {
    return unfit(question, fault);
  }
  const double points = *question.scale_max - *question.scale_min + 1;
  if (top >= points) {
    return unfit(question,
                 fmt::format("{} {} boxes of a scale of {:g} points are the whole scale",
                             top,
                             bottom ? "bottom" : "top",
                             points));
  }
  Insight insight = start(std::move(metric), question, options);
  for (const Group& group : groups) {
    const auto numbers = numbers_of(group);
    if (numbers.empty()) {
      continue;
    }
    const auto weighted = weighted_numbers(group);
    const double share = weighted.share([&](double n) {
      return bottom ? n < *question.scale_min + top : n > *question.scale_max - top;
    });
    Figure figure;
    const double base = set_base(figure, numbers.size(), weighted.weight, options);
    set_share(figure, share, base, options.confidence);
    add_row(insight, group, "", std::move(figure), options);
  }
  note_stated_scale(insight, options);
  insight.notes.push_back(
      fmt::format("share of {:g} and {} on a scale from {:g} to {:g}",
                  bottom ? *question.scale_min + top - 1 : *question.scale_max - top + 1,
                  bottom ? "below" : "above",
                  *question.scale_min,
                  *question.scale_max));
  note_without_number(insight, groups[0]);
  return insight;
}

}  // namespace

Parsed<Insight> net_promoter_score(const Question& asked,
                                   std::span<const GroupedAnswer> answers,
                                   const InsightOptions& options) {
  const Question question = with_stated_scale(asked, options);
  const auto groups = split_groups(answers, !options.group_by.empty());
  auto fault = fault_of(options);
  const bool stated = options.stated_min.has_value();
  fault = !fault.empty() ? fault : fault_of_nps(question, numbers_of(groups[0]), stated);
  if (!fault.empty()) {
    return unfit(question, fault);
  }
  Insight insight = start("nps", question, options);
  note_stated_scale(insight, options);
  for (const Group& group : groups) {
    const auto numbers = numbers_of(group);
    if (numbers.empty()) {
      continue;
    }
    const auto weighted = weighted_numbers(group);
    const double promoters = weighted.share([](double n) { return n >= 9; });
    const double detractors = weighted.share([](double n) { return n <= 6; });
    Figure figure;
    const double base = set_base(figure, numbers.size(), weighted.weight, options);
    figure.value = 100 * (promoters - detractors);
    figure.method = "normal";
    if (const auto error = net_promoter_error(promoters, detractors, base)) {
      figure.standard_error = 100 * *error;
    }
    set_interval(figure,
                 net_promoter_interval_of_shares(promoters, detractors, base, options.confidence));
    if (group.name.empty()) {
      const auto counted = [&](const auto& counts) {
        return std::count_if(numbers.begin(), numbers.end(), counts);
      };
      const auto high = counted([](double n) { return n >= 9; });
      const auto low = counted([](double n) { return n <= 6; });
      insight.notes.push_back(
          fmt::format("promoters (9-10): {}, passives (7-8): {}, detractors ({}-6): {}{}",
                      high,
                      figure.n - high - low,
                      question.scale_min == 1.0 ? 1 : 0,
                      low,
                      options.weighted ? " (before weighting)" : ""));
    }
    add_row(insight, group, "", std::move(figure), options);
  }
  if (question.kind != QuestionKind::nps) {
    insight.notes.push_back(
        "the question is not marked as a net promoter question: does it ask for a recommendation?");
  }
  note_without_number(insight, groups[0]);
  return insight;
}

Parsed<Insight> top_box(const Question& question,
                        std::span<const GroupedAnswer> answers,
                        const InsightOptions& options) {
  return boxes("top_box", question, answers, options, options.top_boxes);
}

Parsed<Insight> bottom_box(const Question& question,
                           std::span<const GroupedAnswer> answers,
                           const InsightOptions& options) {
  return boxes("bottom_box", question, answers, options, options.top_boxes, true);
}

Parsed<Insight> customer_satisfaction(const Question& asked,
                                      std::span<const GroupedAnswer> answers,
                                      const InsightOptions& options) {
  const Question question = with_stated_scale(asked, options);
  const bool fits =
      question.scale_min == 1.0 &&
      (question.scale_max == 5.0 || question.scale_max == 7.0 || question.scale_max == 10.0);
  if (has_numbers(question.kind) && question.scale_min && question.scale_max && !fits) {
    return unfit(question,
                 fmt::format("customer satisfaction needs a scale from 1 to 5, 7 or 10; this one "
                             "goes from {:g} to {:g}",
                             *question.scale_min,
                             *question.scale_max));
  }
  return boxes("csat", asked, answers, options, 2);
}

Parsed<Insight> mean(const Question& question,
                     std::span<const GroupedAnswer> answers,
                     const InsightOptions& options) {
  if (auto fault = fault_of(options); !fault.empty()) {
    return unfit(question, fault);
  }
  if (!has_numbers(question.kind)) {
    return unfit(question,
                 fmt::format("answers of kind {} have no mean; use the shares of the choices",
                             to_string(question.kind)));
  }
  const auto groups = split_groups(answers, !options.group_by.empty());
  if (numbers_of(groups[0]).empty()) {
    return unfit(question, "nobody answered it with a number");
  }
  Insight insight = start("mean", question, options);
  for (const Group& group : groups) {
    const auto numbers = numbers_of(group);
    if (numbers.empty()) {
      continue;
    }
    const auto weighted = weighted_numbers(group);
    const auto estimate =
        options.weighted
            ? estimate_weighted_mean(weighted.values, weighted.weights, options.confidence)
            : estimate_mean(numbers, options.confidence);
    Figure figure;
    set_base(figure, numbers.size(), weighted.weight, options);
    figure.value = estimate.mean;
    figure.standard_error = estimate.error;
    figure.method = "t";
    set_interval(figure, estimate.interval);
    add_row(insight, group, "", std::move(figure), options);
  }
  note_without_number(insight, groups[0]);
  return insight;
}

std::vector<Insight> headline_insights(
    const SurveyDefinition& definition,
    std::string_view survey_name,
    const std::function<std::vector<GroupedAnswer>(const Question&, std::string_view)>&
        answers_of) {
  std::vector<Insight> insights;
  for (const Question& question : definition.questions) {
    const bool choices = question.kind == QuestionKind::single_choice ||
                         question.kind == QuestionKind::multiple_choice ||
                         question.kind == QuestionKind::boolean;
    const bool ranks = question.kind == QuestionKind::ranking;
    if (!choices && !ranks && !has_numbers(question.kind)) {
      continue;
    }
    for (const std::string_view group_by : {"", "creator.tier"}) {
      const auto answers = answers_of(question, group_by);
      InsightOptions options;
      options.group_by = group_by;
      const auto figure = question.kind == QuestionKind::nps
                              ? net_promoter_score(question, answers, options)
                          : choices ? shares(question, answers, options)
                          : ranks   ? mean_rank(question, answers, options)
                                    : mean(question, answers, options);
      Insight insight;
      if (figure) {
        insight = *figure;
      } else {
        // A figure that can't be made is filed with the reason: its absence would look like an
        // oversight.
        insight = start(question.kind == QuestionKind::nps ? "nps"
                        : choices                          ? "share"
                        : ranks                            ? "mean_rank"
                                                           : "mean",
                        question,
                        options);
        insight.notes.push_back(figure.error().what);
      }
      insight.survey = survey_name;
      insights.push_back(std::move(insight));
    }
  }
  return insights;
}

}  // namespace muster
