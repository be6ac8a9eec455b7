#pragma once

#include "extractors/surveys/insights.h"
#include "extractors/surveys/statistics.h"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What the figures of insights*.cpp share; of no other file.

namespace muster::insight_parts {

// The answers of one group that count, and how many were asked.
struct Group {
  std::string name;  // "" for the whole
  std::vector<const Answer*> answered;
  std::vector<double> weights;  // of `answered`
  std::int64_t base = 0;
};

// The whole first, then the groups by name. Answers that were not shown or do not apply are not
// asked.
std::vector<Group> split_groups(std::span<const GroupedAnswer> answers, bool by_group);

std::vector<double> numbers_of(const Group& group);

// The numeric answers of a group with their weights.
struct WeightedNumbers {
  std::vector<double> values;
  std::vector<double> weights;
  WeightSum weight;

  double share(const std::function<bool(double)>& counts) const {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      sum += counts(values[i]) ? weights[i] : 0;
    }
    return sum / weight.sum;
  }
};

WeightedNumbers weighted_numbers(const Group& group);

Insight start(std::string metric, const Question& question, const InsightOptions& options);
// n, and where weights were given what they are worth. Returns the base of the interval.
double set_base(Figure& figure,
                std::size_t n,
                const WeightSum& weight,
                const InsightOptions& options);
void set_interval(Figure& figure, const std::optional<Interval>& interval);
// A share with Wilson's interval and its standard error.
void set_share(Figure& figure, double share, double n, double confidence);
void add_row(Insight& insight,
             const Group& group,
             std::string label,
             Figure figure,
             const InsightOptions& options);

tl::unexpected<ParseError> unfit(const Question& question, std::string why);
// Why the options make no figure, empty where they do.
std::string fault_of(const InsightOptions& options);

// The question with its scale as it was stated, where it was.
Question with_stated_scale(const Question& question, const InsightOptions& options);
void note_stated_scale(Insight& insight, const InsightOptions& options);
// Answers without a number to a question about numbers ("about 20").
void note_without_number(Insight& insight, const Group& whole);

bool has_numbers(QuestionKind kind);

}  // namespace muster::insight_parts
