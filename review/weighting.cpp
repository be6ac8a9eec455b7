#include "review/weighting.h"

#include "core/text.h"
#include "extractors/surveys/weight_targets.h"
#include "review/answer_groups.h"

#include <cstdlib>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

// Below it the weights cost more than they mend.
constexpr double kPoorEfficiency = 0.4;

using Categories = std::unordered_map<std::int64_t, std::string>;

// The category of each respondent who was asked the question; those without one are not in it.
Categories categories_of(ApiContext& context,
                         const SurveyDefinition& definition,
                         const AnswerFilter& filter,
                         const std::string& field) {
  const AnswerGroups groups(context, definition, field, "");
  Categories categories;
  context.store.surveys().answers(filter, groups.store_field(), [&](const AnswerRow& row) {
    if (std::string group = groups.group_of(row); !group.empty()) {
      categories.emplace(raw(row.response), std::move(group));
    }
  });
  return categories;
}

double read_cap(const ApiRequest& request) {
  const std::string text = query(request, "weight_cap");
  if (text.empty()) {
    return 0;
  }
  char* end = nullptr;
  const double cap = std::strtod(text.c_str(), &end);
  if (*end != '\0' || !(cap > 1 && cap <= 1000)) {
    throw BadRequest(fmt::format("weight_cap: '{}' must be a number above 1", printable(text)));
  }
  return cap;
}

// Respondents that every margin knows, and their categories by margin.
struct Sample {
  std::vector<std::int64_t> responses;
  std::vector<std::vector<std::string>> categories;
};

Sample common_sample(const std::vector<Categories>& by_margin) {
  Sample sample;
  sample.categories.resize(by_margin.size());
  for (const auto& [response, category] : by_margin.front()) {
    std::vector<const std::string*> all;
    for (const Categories& categories : by_margin) {
      const auto found = categories.find(response);
      if (found == categories.end()) {
        break;
      }
      all.push_back(&found->second);
    }
    if (all.size() == by_margin.size()) {
      sample.responses.push_back(response);
      for (std::size_t i = 0; i < all.size(); ++i) {
        sample.categories[i].push_back(*all[i]);
      }
    }
  }
  return sample;
}

}  // namespace

std::optional<double> AnswerWeights::of(ResponseId response) const {
  const auto found = by_response.find(raw(response));
  return found == by_response.end() ? std::nullopt : std::optional(found->second);
}

Json to_row(const std::optional<AnswerWeights>& weights) {
  if (!weights) {
    return nullptr;
  }
  return Json{{"fields", weights->fields},
              {"n", weights->by_response.size()},
              {"effective_base", weights->raked.effective_base},
              {"efficiency", weights->raked.efficiency},
              {"smallest", weights->raked.smallest},
              {"largest", weights->raked.largest},
              {"rounds", weights->raked.rounds},
              {"left_out", weights->left_out}};
}

std::optional<AnswerWeights> read_weights(ApiContext& context,
                                          const ApiRequest& request,
                                          const SurveyDefinition& definition,
                                          const AnswerFilter& filter) {
  const std::string text = query(request, "weights");
  if (text.empty()) {
    return std::nullopt;
  }
  const auto margins = read_weight_targets(text);
  if (!margins) {
    throw BadRequest("weights: " + to_string(margins.error()));
  }
  std::vector<Categories> by_margin;
  std::unordered_map<std::int64_t, bool> asked;
  for (const Margin& margin : *margins) {
    by_margin.push_back(categories_of(context, definition, filter, margin.name));
    if (by_margin.back().empty()) {
      throw PermanentError(fmt::format(
          "weight the answers: nobody who was asked has a value in '{}'; name a question by its "
          "title or id, or a hidden field as hidden:NAME",
          printable(margin.name)));
    }
    for (const auto& [response, category] : by_margin.back()) {
      asked.emplace(response, true);
    }
  }
  const Sample sample = common_sample(by_margin);
  const auto weights = rake(*margins, sample.categories, read_cap(request));
  if (!weights) {
    throw PermanentError("weight the answers: " + to_string(weights.error()));
  }
  AnswerWeights found;
  for (std::size_t i = 0; i < sample.responses.size(); ++i) {
    found.by_response.emplace(sample.responses[i], weights->values[i]);
  }
  const std::size_t left_out = asked.size() - sample.responses.size();
  for (const Margin& margin : *margins) {
    found.fields.push_back(margin.name);
  }
  found.raked = *weights;
  found.raked.values.clear();
  found.left_out = left_out;
  found.notes.push_back(fmt::format(
      "weighted: {} respondents are worth {:.1f} (efficiency {:.0f} %), weights from {:.2f} to "
      "{:.2f}",
      sample.responses.size(),
      weights->effective_base,
      100 * weights->efficiency,
      weights->smallest,
      weights->largest));
  if (weights->efficiency < kPoorEfficiency) {
    found.notes.push_back(
        "the efficiency is below 40 %: merge categories, or set the largest weight");
  }
  if (left_out > 0) {
    found.notes.push_back(fmt::format(
        "{} respondents of whom a weighting field is not known were left out", left_out));
  }
  return found;
}

}  // namespace muster
