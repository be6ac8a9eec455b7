#include "worker/commands/survey_drift.h"

#include "core/error.h"
#include "core/text.h"
#include "extractors/surveys/drift.h"
#include "extractors/surveys/survey_parser.h"
#include "worker/cli/api_client.h"
#include "worker/cli/read_file.h"
#include "worker/commands/report.h"

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

SurveyDefinition read_definition(const std::string& file, const SurveyContext& context) {
  auto parsed = parse_survey_export(read_file(file, kMaxWholeExportBytes), context);
  if (!parsed) {
    throw PermanentError(fmt::format("{}: {}", printable(file), to_string(parsed.error())));
  }
  return std::move(parsed->definition);
}

Json as_json(const std::vector<Drift>& drift) {
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

Table drift_table(const Json& changes) {
  Table table({{"what"},
               {"question", Table::Align::left, true},
               {"before", Table::Align::left, true},
               {"after", Table::Align::left, true},
               {"comparison"}});
  for (const Json& one : changes) {
    const bool breaks = one.at("breaks_comparison").get<bool>();
    const std::string accepted = text_of(one, "accepted_by");
    table.add({text_of(one, "kind"),
               text_of(one, "question"),
               text_of(one, "before"),
               text_of(one, "after"),
               !breaks            ? "holds"
               : accepted.empty() ? "breaks"
                                  : "accepted by " + accepted});
  }
  return table;
}

// Ends with 3 where a change breaks comparison and nobody accepted it.
Exit report(const Json& answer, const CommandLine& line, const std::string& none) {
  const Json& changes = answer.at("drift");
  if (line.format() == Format::table && changes.empty()) {
    fmt::print("{}\n", none);
    return Exit::done;
  }
  print(answer, drift_table(changes), line.format());
  for (const Json& one : changes) {
    if (one.at("breaks_comparison").get<bool>() && text_of(one, "accepted_by").empty()) {
      return Exit::findings_failed;
    }
  }
  return Exit::done;
}

Exit between_files(const CommandLine& line) {
  SurveyContext context;
  context.survey = "survey";
  const auto before = read_definition(line.words()[0], context);
  const auto after = read_definition(line.words()[1], context);
  if (before.provider != after.provider) {
    throw PermanentError(
        fmt::format("the files are of different tools, {} and {}: their ids can't be "
                    "compared",
                    before.provider,
                    after.provider));
  }
  return report(Json{{"drift", as_json(find_drift(before, after))}},
                line,
                fmt::format("no drift: {} questions are the same", before.questions.size()));
}

}  // namespace

Exit survey_drift_command(Args args) {
  static const CommandSpec spec{
      .name = "survey drift",
      .synopsis = "SURVEY | BEFORE AFTER",
      .about =
          "What changed in a questionnaire: between the exports of a survey, or between two files "
          "(forms, or exports that carry their questions), without a database. Numbers of both "
          "sides "
          "may not be compared across a line marked 'breaks', and figures that would mix them are "
          "refused; --accept decides that the answers of a question compare all the same. Ends "
          "with 3 "
          "where a line breaks.",
      .examples =
          "muster survey drift typeform/launch\nmuster survey drift typeform/launch --accept q7 "
          "--note \"only a typo in the title\"\nmuster survey drift form-march.json form-may.json "
          "--format json",
      .options = {{"accept", "QUESTION", "its answers compare across all changes so far"},
                  {"note,n", "TEXT", "with --accept: why; kept with the decision"},
                  actor_option()},
      .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().size() == 2) {
    return between_files(*line);
  }
  if (line->words().size() != 1 || std::filesystem::exists(line->words().front())) {
    throw UsageError("muster survey drift: name a survey, or two files, the older first");
  }
  const auto api = connect(line->load_config());
  const std::string survey = line->words().front();
  if (line->has("accept")) {
    api->send("POST",
              "/api/v1/surveys/drift/accept",
              Json{{"survey", survey},
                   {"question", line->get("accept")},
                   {"actor", line->actor()},
                   {"note", line->require("note")}});
  }
  return report(api->get("/api/v1/surveys/drift" + query_string({{"survey", survey}})),
                *line,
                "no drift: the questionnaire is as it was in the first export");
}

}  // namespace muster
