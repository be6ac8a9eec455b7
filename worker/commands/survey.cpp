#include "worker/commands/survey.h"

#include "core/error.h"
#include "core/text.h"
#include "worker/cli/api_client.h"
#include "worker/commands/report.h"
#include "worker/commands/survey_accept.h"
#include "worker/commands/survey_drift.h"
#include "worker/commands/survey_export.h"
#include "worker/commands/survey_map.h"
#include "worker/commands/survey_quality.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

Exit list_surveys(Args args) {
  static const CommandSpec spec{.name = "survey list",
                                .synopsis = "",
                                .about = "The surveys, with responses that count.",
                                .examples = "muster survey list"};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer = connect(line->load_config())->get("/api/v1/surveys");
  Table table({{"survey"},
               {"responses", Table::Align::right},
               {"questions", Table::Align::right},
               {"first"},
               {"last"},
               {"title", Table::Align::left, true}});
  for (const Json& survey : answer.at("surveys")) {
    table.add({text_of(survey, "survey"),
               text_of(survey, "responses"),
               std::to_string(survey.at("questions").size()),
               text_of(survey, "first_at"),
               text_of(survey, "last_at"),
               text_of(survey, "title")});
  }
  print(answer, table, line->format());
  return Exit::done;
}

// "provider/id", or the id alone where it is not ambiguous.
Json find_survey(const Json& surveys, const std::string& name) {
  Json found;
  for (const Json& survey : surveys) {
    const std::string full = text_of(survey, "survey");
    if (full == name) {
      return survey;
    }
    if (full.ends_with("/" + name)) {
      if (!found.is_null()) {
        throw PermanentError(
            fmt::format("'{}' is the id of several surveys; name it with its "
                        "provider, as muster survey list shows it",
                        printable(name)));
      }
      found = survey;
    }
  }
  if (found.is_null()) {
    throw PermanentError(
        fmt::format("there is no survey '{}'; muster survey list shows them", printable(name)));
  }
  return found;
}

Exit show_survey(Args args) {
  static const CommandSpec spec{.name = "survey show",
                                .synopsis = "NAME",
                                .about = "The questions of a survey, with their choices.",
                                .examples = "muster survey show typeform/launch",
                                .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().size() != 1) {
    throw UsageError("muster survey show: name one survey; muster survey list shows them");
  }
  const Json answer = connect(line->load_config())->get("/api/v1/surveys");
  const Json survey = find_survey(answer.at("surveys"), line->words().front());
  Table table({{"question", Table::Align::left, true},
               {"kind"},
               {"scale"},
               {"choices", Table::Align::left, true},
               {"title", Table::Align::left, true}});
  for (const Json& question : survey.at("questions")) {
    std::string choices;
    if (question.contains("choices")) {
      for (const Json& choice : question["choices"]) {
        choices += (choices.empty() ? "" : " | ") + text_of(choice, "label");
      }
    }
    const bool scale = question.contains("scale_min") && question.contains("scale_max");
    table.add(
        {text_of(question, "id"),
         text_of(question, "kind"),
         scale ? text_of(question, "scale_min") + " to " + text_of(question, "scale_max") : "",
         choices,
         text_of(question, "title")});
  }
  print(survey, table, line->format());
  return Exit::done;
}

constexpr Command kSurveySubcommands[] = {
    {"list", "the surveys", list_surveys},
    {"map", "propose how a table of an unknown tool is read", survey_map_command},
    {"export", "responses as CSV, JSONL or SPSS", survey_export},
    {"show", "one survey's questions and choices", show_survey},
    {"drift", "what changed in a questionnaire", survey_drift_command},
    {"accept", "file an export that was refused for a doubt", survey_accept_command},
    {"quality", "doubts about responses", survey_quality_command},
    {"exclude", "leave responses out of figures", survey_exclude_command},
    {"restore", "take left out responses back", survey_restore_command}};

}  // namespace

Exit survey_command(Args args) {
  return dispatch("muster survey", "Surveys and their questionnaires.", kSurveySubcommands, args);
}

}  // namespace muster
