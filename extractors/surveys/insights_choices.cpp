#include "extractors/surveys/insight_parts.h"
#include "extractors/surveys/insights.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace muster {

using namespace insight_parts;

namespace {

// The labels to report: those of the definition in its order (or the points of the scale), then
// others by how often they came.
std::vector<std::string> reported_labels(const Question& question, const Group& whole) {
  std::vector<std::string> labels;
  for (const auto& choice : question.choices) {
    labels.push_back(choice.label.empty() ? choice.id : choice.label);
  }
  constexpr double kMostPoints = 100;
  if (question.choices.empty() && question.scale_min && question.scale_max &&
      *question.scale_max - *question.scale_min <= kMostPoints) {
    for (double point = *question.scale_min; point <= *question.scale_max; ++point) {
      labels.push_back(fmt::format("{:g}", point));
    }
  }
  std::map<std::string, std::int64_t> others;
  for (const Answer* answer : whole.answered) {
    for (const auto& label : answer_labels(*answer)) {
      ++others[label];
    }
  }
  for (const auto& label : labels) {
    others.erase(label);
  }
  std::vector<std::pair<std::int64_t, std::string>> by_count;
  for (const auto& [label, count] : others) {
    by_count.emplace_back(-count, label);
  }
  std::sort(by_count.begin(), by_count.end());
  for (auto& [count, label] : by_count) {
    labels.push_back(std::move(label));
  }
  return labels;
}

}  // namespace

std::vector<std::string> answer_labels(const Answer& answer) {
  std::vector<std::string> labels;
  for (const auto& choice : answer.choices) {
    const auto& label = choice.label.empty() ? choice.id : choice.label;
    if (std::find(labels.begin(), labels.end(), label) == labels.end()) {
      labels.push_back(label);
    }
  }
  if (labels.empty() && answer.number) {
    labels.push_back(fmt::format("{:g}", *answer.number));
  }
  return labels;
}

Parsed<Insight> shares(const Question& question,
                       std::span<const GroupedAnswer> answers,
                       const InsightOptions& options) {
  if (auto fault = fault_of(options); !fault.empty()) {
    return unfit(question, fault);
  }
  static constexpr QuestionKind kKinds[] = {QuestionKind::single_choice,
                                            QuestionKind::multiple_choice,
                                            QuestionKind::boolean,
                                            QuestionKind::scale,
                                            QuestionKind::nps};
  if (std::find(std::begin(kKinds), std::end(kKinds), question.kind) == std::end(kKinds)) {
    return unfit(
        question,
        fmt::format("answers of kind {} are not choices from a list", to_string(question.kind)));
  }
  const auto groups = split_groups(answers, !options.group_by.empty());
  if (groups[0].answered.empty()) {
    return unfit(question, "nobody answered it");
  }
  Insight insight = start("share", question, options);
  const auto labels = reported_labels(question, groups[0]);
  for (const Group& group : groups) {
    std::unordered_map<std::string, double> counts;
    WeightSum weight;
    for (std::size_t i = 0; i < group.answered.size(); ++i) {
      weight.add(group.weights[i]);
      for (auto& label : answer_labels(*group.answered[i])) {
        counts[std::move(label)] += group.weights[i];
      }
    }
    for (const auto& label : labels) {
      if (group.answered.empty()) {
        continue;
      }
      Figure figure;
      const double base = set_base(figure, group.answered.size(), weight, options);
      set_share(figure, counts[label] / weight.sum, base, options.confidence);
      add_row(insight, group, label, std::move(figure), options);
    }
  }
  if (question.kind == QuestionKind::multiple_choice) {
    insight.notes.push_back("several choices could be taken: the shares may add up to more than 1");
  }
  return insight;
}

Parsed<Insight> mean_rank(const Question& question,
                          std::span<const GroupedAnswer> answers,
                          const InsightOptions& options) {
  if (auto fault = fault_of(options); !fault.empty()) {
    return unfit(question, fault);
  }
  if (question.kind != QuestionKind::ranking) {
    return unfit(question,
                 fmt::format("answers of kind {} have no ranks", to_string(question.kind)));
  }
  const auto groups = split_groups(answers, !options.group_by.empty());
  if (groups[0].answered.empty()) {
    return unfit(question, "nobody answered it");
  }
  Insight insight = start("mean_rank", question, options);
  const auto labels = reported_labels(question, groups[0]);
  for (const Group& group : groups) {
    std::unordered_map<std::string, WeightedNumbers> ranks;
    for (std::size_t i = 0; i < group.answered.size(); ++i) {
      const auto ranked = answer_labels(*group.answered[i]);
      for (std::size_t place = 0; place < ranked.size(); ++place) {
        WeightedNumbers& of_label = ranks[ranked[place]];
        of_label.values.push_back(static_cast<double>(place + 1));
        of_label.weights.push_back(group.weights[i]);
        of_label.weight.add(group.weights[i]);
      }
    }
    for (const auto& label : labels) {
      const auto& of_label = ranks[label];
      if (of_label.values.empty()) {
        continue;
      }
      const auto estimate =
          estimate_weighted_mean(of_label.values, of_label.weights, options.confidence);
      Figure figure;
      set_base(figure, of_label.values.size(), of_label.weight, options);
      figure.value = estimate.mean;
      figure.standard_error = estimate.error;
      figure.method = "t";
      set_interval(figure, estimate.interval);
      add_row(insight, group, label, std::move(figure), options);
    }
  }
  insight.notes.push_back("mean place among those who ranked it, 1 the best");
  return insight;
}

}  // namespace muster
