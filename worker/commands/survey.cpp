#include "worker/commands/survey.h"

#include "core/error.h"
#include "core/text.h"
#include "extractors/surveys/drift.h"
#include "extractors/surveys/survey_parser.h"
#include "worker/cli/api_client.h"
#include "worker/cli/read_file.h"
#include "worker/commands/report.h"

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

SurveyDefinition read_definition(const std::string& file, const SurveyContext& context) {
  auto parsed = parse_survey_export(read_file(file, kMaxExportBytes), context);
  if (!parsed) {
    throw PermanentError(fmt::format("{}: {}", printable(file), to_string(parsed.error())));
  }
  return std::move(parsed->definition);
}

Json drift_as_json(const std::vector<Drift>& drift) {
  Json list = Json::array();
  for (const Drift& one : drift) {
    list.push_back(Json{{"kind", to_string(one.kind)},
                        {"question_id", one.question_id},
                        {"question", one.question},
                        {"before", one.before},
                        {"after", one.after},
                        {"breaks_comparison", one.breaks_comparison}});
  }
  return list;
}

Exit drift(Args args) {
  static const CommandSpec spec{
      .name = "survey drift",
      .synopsis = "BEFORE AFTER",
      .about =
          "What changed in a questionnaire between two files (forms, or exports that carry their "
          "questions), without a database: numbers of both may not be compared across a line "
          "marked 'breaks'. Ends with 3 where there is one.",
      .examples =
          "muster survey drift form-march.json form-may.json\nmuster survey drift wave1.csv "
          "wave2.csv --format json",
      .takes_config = false,
      .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().size() != 2) {
    throw UsageError("muster survey drift: name two files, the older first");
  }
  SurveyContext context;
  context.survey = "survey";
  const auto before = read_definition(line->words()[0], context);
  const auto after = read_definition(line->words()[1], context);
  if (before.provider != after.provider) {
    throw PermanentError(
        fmt::format("the files are of different tools, {} and {}: their ids can't be "
                    "compared",
                    before.provider,
                    after.provider));
  }
  const auto found = find_drift(before, after);
  Table table({{"what"},
               {"question", Table::Align::left, true},
               {"before", Table::Align::left, true},
               {"after", Table::Align::left, true},
               {"comparison"}});
  bool breaks = false;
  for (const Drift& one : found) {
    breaks = breaks || one.breaks_comparison;
    table.add({std::string(to_string(one.kind)),
               one.question,
               one.before,
               one.after,
               one.breaks_comparison ? "breaks" : "holds"});
  }
  if (line->format() == Format::table && found.empty()) {
    fmt::print("no drift: {} questions are the same\n", before.questions.size());
  } else {
    print(Json{{"drift", drift_as_json(found)}}, table, line->format());
  }
  return breaks ? Exit::findings_failed : Exit::done;
}

constexpr Command kSurveySubcommands[] = {
    {"list", "the surveys", list_surveys},
    {"show", "one survey's questions and choices", show_survey},
    {"drift", "what changed in a questionnaire", drift}};

}  // namespace

Exit survey_command(Args args) {
  return dispatch("muster survey", "Surveys and their questionnaires.", kSurveySubcommands, args);
}

}  // namespace muster
