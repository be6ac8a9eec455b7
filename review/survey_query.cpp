#include "review/survey_query.h"

#include "core/text.h"

#include <fmt/format.h>

namespace muster {
namespace {

std::string list_questions(const SurveyDefinition& definition, std::optional<QuestionKind> kind) {
  std::string text;
  for (const Question& question : definition.questions) {
    if (!kind || question.kind == *kind) {
      text += fmt::format(
          "\n  {}  {}  {}", question.id, to_string(question.kind), printable(question.title));
    }
  }
  return text.empty() ? " (it has none of that kind)" : text;
}

}  // namespace

std::vector<std::string> with_filter(std::initializer_list<const char*> more) {
  std::vector<std::string> names = {"survey",
                                    "question",
                                    "campaign",
                                    "creator",
                                    "tier",
                                    "wave",
                                    "hidden",
                                    "from",
                                    "until",
                                    "across_drift"};
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

AnswerFilter read_filter(const ApiRequest& request) {
  AnswerFilter filter;
  filter.survey = query(request, "survey");
  filter.question_id = query(request, "question");
  filter.campaign = query(request, "campaign");
  filter.creator = normalize_handle(query(request, "creator"));
  filter.tier = query_enum<Tier>(request, "tier");
  filter.wave = query(request, "wave");
  filter.from = query_time(request, "from");
  filter.until = query_time(request, "until");
  filter.across_drift = query_flag(request, "across_drift");
  if (const std::string hidden = query(request, "hidden"); !hidden.empty()) {
    const std::size_t equals = hidden.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw BadRequest("hidden: must be NAME=VALUE");
    }
    filter.hidden.emplace_back(hidden.substr(0, equals), hidden.substr(equals + 1));
  }
  return filter;
}

std::string rows_link(const ApiRequest& request,
                      const std::string& question_id,
                      const std::string& group,
                      const std::string& label) {
  std::string link = "/api/v1/insights/responses?question=" + percent_encode(question_id);
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) {
      link += fmt::format("&{}={}", name, percent_encode(value));
    }
  };
  for (const std::string& name : with_filter({"by", "bands"})) {
    if (name != "question") {
      add(name, query(request, name));
    }
  }
  add("group", group);
  add("label", label);
  return link;
}

std::string survey_name(const SurveyRow& survey) {
  return survey.definition.provider + "/" + survey.definition.external_id;
}

SurveyRow require_survey(ApiContext& context, const std::string& name) {
  if (!name.empty()) {
    if (auto survey = context.store.surveys().find_survey(name)) {
      return std::move(*survey);
    }
  }
  auto all = context.store.surveys().surveys();
  std::vector<std::string> names;
  for (const SurveyRow& row : all) {
    names.push_back(row.definition.provider + "/" + row.definition.external_id);
  }
  if (name.empty() && all.size() == 1) {
    return std::move(all.front());
  }
  if (name.empty()) {
    throw BadRequest(all.empty() ? "there are no surveys yet"
                                 : "survey: is required; known: " + join(names, ", "));
  }
  throw NotFound(
      fmt::format("there is no survey '{}'{}", printable(name), did_you_mean(name, names)));
}

const Question* find_question(const SurveyDefinition& definition, const std::string& name) {
  const Question* by_part = nullptr;
  int parts = 0;
  for (const Question& question : definition.questions) {
    if (question.id == name || question.ref == name || question.title == name) {
      return &question;
    }
    if (to_lower_ascii(question.title).find(to_lower_ascii(name)) != std::string::npos) {
      by_part = &question;
      ++parts;
    }
  }
  return parts == 1 ? by_part : nullptr;
}

const Question& require_question(const SurveyDefinition& definition,
                                 const std::string& name,
                                 std::optional<QuestionKind> only_kind) {
  if (!name.empty()) {
    if (const Question* question = find_question(definition, name)) {
      return *question;
    }
    throw NotFound(fmt::format("question: '{}' is none (or several) of this survey:{}",
                               printable(name),
                               list_questions(definition, std::nullopt)));
  }
  const Question* found = nullptr;
  for (const Question& question : definition.questions) {
    if (only_kind && question.kind == *only_kind) {
      if (found != nullptr) {
        throw BadRequest(fmt::format("question: this survey has several; name one of:{}",
                                     list_questions(definition, only_kind)));
      }
      found = &question;
    }
  }
  if (found == nullptr) {
    throw BadRequest(
        fmt::format("question: name one of:{}", list_questions(definition, std::nullopt)));
  }
  return *found;
}

}  // namespace muster
