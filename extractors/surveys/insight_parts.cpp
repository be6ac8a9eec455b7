#include "extractors/surveys/insight_parts.h"

#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace muster::insight_parts {
namespace {

// Where the group of a respondent is not known (no creator, no hidden field).
constexpr std::string_view kUnknownGroup = "unknown";

}  // namespace

std::vector<Group> split_groups(std::span<const GroupedAnswer> answers, bool by_group) {
  Group whole;
  std::map<std::string, Group> groups;
  const auto add = [](Group& group, const Answer& answer, double weight) {
    if (answer.state == AnswerState::not_shown || answer.state == AnswerState::not_applicable) {
      return;
    }
    ++group.base;
    if (answer.state == AnswerState::answered) {
      group.answered.push_back(&answer);
      group.weights.push_back(weight);
    }
  };
  for (const auto& [name, answer, weight] : answers) {
    add(whole, answer, weight);
    if (by_group) {
      auto& group = groups[name.empty() ? std::string(kUnknownGroup) : name];
      add(group, answer, weight);
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

WeightedNumbers weighted_numbers(const Group& group) {
  WeightedNumbers numbers;
  for (std::size_t i = 0; i < group.answered.size(); ++i) {
    if (group.answered[i]->number) {
      numbers.values.push_back(*group.answered[i]->number);
      numbers.weights.push_back(group.weights[i]);
      numbers.weight.add(group.weights[i]);
    }
  }
  return numbers;
}

double set_base(Figure& figure,
                std::size_t n,
                const WeightSum& weight,
                const InsightOptions& options) {
  figure.n = static_cast<std::int64_t>(n);
  if (!options.weighted) {
    return static_cast<double>(n);
  }
  figure.effective_n = weight.effective_n();
  return *figure.effective_n;
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

tl::unexpected<ParseError> unfit(const Question& question, std::string why) {
  return parse_error("question '" + question.id + "'", std::move(why));
}

std::string fault_of(const InsightOptions& options) {
  if (!(options.confidence > 0 && options.confidence < 1)) {
    return fmt::format("the confidence must lie between 0 and 1, as in 0.95; it is {}",
                       options.confidence);
  }
  return options.top_boxes < 1 ? "top_boxes must be at least 1" : "";
}

Question with_stated_scale(const Question& question, const InsightOptions& options) {
  Question stated = question;
  stated.scale_min = options.stated_min ? options.stated_min : question.scale_min;
  stated.scale_max = options.stated_max ? options.stated_max : question.scale_max;
  const bool can_be_scale = question.kind == QuestionKind::number;
  if ((options.stated_min || options.stated_max) && can_be_scale) {
    stated.kind = QuestionKind::scale;
  }
  return stated;
}

void note_stated_scale(Insight& insight, const InsightOptions& options) {
  if (options.stated_min && options.stated_max) {
    insight.notes.push_back(fmt::format(
        "the scale from {:g} to {:g} was stated by the person who asked, not by the export",
        *options.stated_min,
        *options.stated_max));
  }
}

bool has_numbers(QuestionKind kind) {
  return kind == QuestionKind::nps || kind == QuestionKind::scale || kind == QuestionKind::number;
}

void note_without_number(Insight& insight, const Group& whole) {
  const auto without = static_cast<std::int64_t>(whole.answered.size() - numbers_of(whole).size());
  if (without > 0) {
    insight.notes.push_back(fmt::format("{} answers are no numbers and were left out", without));
  }
}

void set_share(Figure& figure, double share, double n, double confidence) {
  figure.value = share;
  figure.method = "wilson";
  figure.standard_error = n > 0 ? std::optional(std::sqrt(share * (1 - share) / n)) : std::nullopt;
  set_interval(figure, wilson_interval_of_share(share, n, confidence));
}

}  // namespace muster::insight_parts
