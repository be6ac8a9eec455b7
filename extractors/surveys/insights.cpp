#include "extractors/surveys/insights.h"

#include "core/text.h"
#include "extractors/surveys/statistics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

// The answers of one group that count, and how many were asked.
struct Group {
  std::string name;  // "" for the whole
  std::vector<const Answer*> answered;
  std::int64_t base = 0;
};

// Where the group of a respondent is not known (no creator, no hidden field).
constexpr std::string_view kUnknownGroup = "unknown";

// The whole first, then the groups by name. Answers that were not shown or do not apply are not
// asked.
std::vector<Group> split_groups(std::span<const GroupedAnswer> answers, bool by_group) {
  Group whole;
  std::map<std::string, Group> groups;
  const auto add = [](Group& group, const Answer& answer) {
    if (answer.state == AnswerState::not_shown || answer.state == AnswerState::not_applicable) {
      return;
    }
    ++group.base;
    if (answer.state == AnswerState::answered) {
      group.answered.push_back(&answer);
    }
  };
  for (const auto& [name, answer] : answers) {
    add(whole, answer);
    if (by_group) {
      auto& group = groups[name.empty() ? std::string(kUnknownGroup) : name];
      add(group, answer);
    }
  }
  std::vector<Group> out;
  out.push_back(std::move(whole));
  for (auto& [name, group] : groups) {
    group.name = name;
    out.push_back(std::move(group));
  }
  return out;
}

std::vector<double> numbers_of(const Group& group) {
  std::vector<double> numbers;
  numbers.reserve(group.answered.size());
  for (const Answer* answer : group.answered) {
    if (answer->number) {
      numbers.push_back(*answer->number);
    }
  }
  return numbers;
}

Insight start(std::string metric, const Question& question, const InsightOptions& options) {
  Insight insight;
  insight.metric = std::move(metric);
  insight.question_id = question.id;
  insight.question = question.title;
  insight.group_by = options.group_by;
  return insight;
}

void set_interval(Figure& figure, const std::optional<Interval>& interval) {
  if (interval) {
    figure.lower = interval->lower;
    figure.upper = interval->upper;
  }
}

void add_row(Insight& insight,
             const Group& group,
             std::string label,
             Figure figure,
             const InsightOptions& options) {
  figure.base = group.base;
  figure.confidence = options.confidence;
  const bool small = figure.n < options.min_cell;
  insight.rows.push_back({group.name, std::move(label), std::move(figure), small});
}

std::string place_of(const Question& question) {
  return "question '" + question.id + "'";
}

tl::unexpected<ParseError> unfit(const Question& question, std::string why) {
  return parse_error(place_of(question), std::move(why));
}

// Why the options make no figure, empty where they do.
std::string fault_of(const InsightOptions& options) {
  if (!(options.confidence > 0 && options.confidence < 1)) {
    return fmt::format("the confidence must lie between 0 and 1, as in 0.95; it is {}",
                       options.confidence);
  }
  return options.top_boxes < 1 ? "top_boxes must be at least 1" : "";
}

bool has_numbers(QuestionKind kind) {
  return kind == QuestionKind::nps || kind == QuestionKind::scale || kind == QuestionKind::number;
}

// Answers without a number to a question about numbers ("about 20").
void note_without_number(Insight& insight, const Group& whole) {
  const auto without = static_cast<std::int64_t>(whole.answered.size() - numbers_of(whole).size());
  if (without > 0) {
    insight.notes.push_back(fmt::format("{} answers are no numbers and were left out", without));
  }
}

// Why no net promoter score can be made, empty where one can.
std::string fault_of_nps(const Question& question, const std::vector<double>& numbers) {
  constexpr std::string_view kRemedy =
      "a net promoter score needs the scale from 0 to 10; use the mean or the top boxes";
  if (!has_numbers(question.kind)) {
    return fmt::format("answers of kind {} give no net promoter score", to_string(question.kind));
  }
  if (question.scale_min && *question.scale_min != 0) {
    return fmt::format("its scale begins at {:g}; {}", *question.scale_min, kRemedy);
  }
  if (question.scale_max && *question.scale_max != 10) {
    return fmt::format("its scale ends at {:g}; {}", *question.scale_max, kRemedy);
  }
  if (numbers.empty()) {
    return "nobody answered it";
  }
  const auto odd = std::find_if(numbers.begin(), numbers.end(), [](double n) {
    return n < 0 || n > 10 || std::floor(n) != n;
  });
  if (odd != numbers.end()) {
    return fmt::format("an answer is {:g}, which is not one of 0 to 10; {}", *odd, kRemedy);
  }
  if (!question.scale_min && std::find(numbers.begin(), numbers.end(), 0.0) == numbers.end()) {
    return fmt::format(
        "nobody answered 0 and the export does not say where its scale begins; give the survey's "
        "definition, or {}",
        "use the mean");
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
                      const Question& question,
                      std::span<const GroupedAnswer> answers,
                      const InsightOptions& options,
                      int top) {
  auto fault = fault_of(options);
  const auto groups = split_groups(answers, !options.group_by.empty());
  fault = !fault.empty() ? fault : fault_of_scale(question, numbers_of(groups[0]));
  if (!fault.empty()) {
    return unfit(question, fault);
  }
  const double points = *question.scale_max - *question.scale_min + 1;
  if (top >= points) {
    return unfit(
        question,
        fmt::format("{} top boxes of a scale of {:g} points are the whole scale", top, points));
  }
  Insight insight = start(std::move(metric), question, options);
  for (const Group& group : groups) {
    const auto numbers = numbers_of(group);
    if (numbers.empty()) {
      continue;
    }
    const auto hits = std::count_if(
        numbers.begin(), numbers.end(), [&](double n) { return n > *question.scale_max - top; });
    Figure figure;
    figure.n = static_cast<std::int64_t>(numbers.size());
    figure.value = static_cast<double>(hits) / static_cast<double>(figure.n);
    figure.method = "wilson";
    set_interval(figure, wilson_interval(hits, figure.n, options.confidence));
    add_row(insight, group, "", std::move(figure), options);
  }
  insight.notes.push_back(fmt::format("share of {:g} and above on a scale from {:g} to {:g}",
                                      *question.scale_max - top + 1,
                                      *question.scale_min,
                                      *question.scale_max));
  note_without_number(insight, groups[0]);
  return insight;
}

// Labels of an answer, each once.
std::vector<std::string> labels_of(const Answer& answer) {
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
    for (const auto& label : labels_of(*answer)) {
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

Parsed<Insight> net_promoter_score(const Question& question,
                                   std::span<const GroupedAnswer> answers,
                                   const InsightOptions& options) {
  const auto groups = split_groups(answers, !options.group_by.empty());
  auto fault = fault_of(options);
  fault = !fault.empty() ? fault : fault_of_nps(question, numbers_of(groups[0]));
  if (!fault.empty()) {
    return unfit(question, fault);
  }
  Insight insight = start("nps", question, options);
  for (const Group& group : groups) {
    const auto numbers = numbers_of(group);
    if (numbers.empty()) {
      continue;
    }
    const auto promoters =
        std::count_if(numbers.begin(), numbers.end(), [](double n) { return n >= 9; });
    const auto detractors =
        std::count_if(numbers.begin(), numbers.end(), [](double n) { return n <= 6; });
    Figure figure;
    figure.n = static_cast<std::int64_t>(numbers.size());
    figure.value =
        100 * static_cast<double>(promoters - detractors) / static_cast<double>(figure.n);
    figure.method = "normal";
    set_interval(figure,
                 net_promoter_interval(promoters, detractors, figure.n, options.confidence));
    if (group.name.empty()) {
      insight.notes.push_back(
          fmt::format("promoters (9-10): {}, passives (7-8): {}, detractors (0-6): {}",
                      promoters,
                      figure.n - promoters - detractors,
                      detractors));
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

Parsed<Insight> customer_satisfaction(const Question& question,
                                      std::span<const GroupedAnswer> answers,
                                      const InsightOptions& options) {
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
  return boxes("csat", question, answers, options, 2);
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
    const auto estimate = estimate_mean(numbers, options.confidence);
    Figure figure;
    figure.n = static_cast<std::int64_t>(numbers.size());
    figure.value = estimate.mean;
    figure.method = "t";
    set_interval(figure, estimate.interval);
    add_row(insight, group, "", std::move(figure), options);
  }
  note_without_number(insight, groups[0]);
  return insight;
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
    std::unordered_map<std::string, std::int64_t> counts;
    for (const Answer* answer : group.answered) {
      for (auto& label : labels_of(*answer)) {
        ++counts[std::move(label)];
      }
    }
    const auto n = static_cast<std::int64_t>(group.answered.size());
    for (const auto& label : labels) {
      if (n == 0) {
        continue;
      }
      Figure figure;
      figure.n = n;
      figure.value = static_cast<double>(counts[label]) / static_cast<double>(n);
      figure.method = "wilson";
      set_interval(figure, wilson_interval(counts[label], n, options.confidence));
      add_row(insight, group, label, std::move(figure), options);
    }
  }
  if (question.kind == QuestionKind::multiple_choice) {
    insight.notes.push_back("several choices could be taken: the shares may add up to more than 1");
  }
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
    if (!choices && !has_numbers(question.kind)) {
      continue;
    }
    for (const std::string_view group_by : {"", "creator.tier"}) {
      const auto answers = answers_of(question, group_by);
      InsightOptions options;
      options.group_by = group_by;
      const auto figure = question.kind == QuestionKind::nps
                              ? net_promoter_score(question, answers, options)
                          : choices ? shares(question, answers, options)
                                    : mean(question, answers, options);
      Insight insight;
      if (figure) {
        insight = *figure;
      } else {
        // A figure that can't be made is filed with the reason: its absence would look like an
        // oversight.
        insight = start(question.kind == QuestionKind::nps ? "nps"
                        : choices                          ? "share"
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
