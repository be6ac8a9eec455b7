#include "core/error.h"
#include "core/json.h"
#include "core/text.h"
#include "extractors/surveys/survey_parser.h"
#include "worker/cli/read_file.h"
#include "worker/commands/commands.h"
#include "worker/commands/report.h"

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

CommandSpec make_parse_spec() {
  CommandSpec spec{.name = "parse",
                   .synopsis = "FILE...",
                   .about =
                       "Reads survey exports and shows what was understood: questions, rows, what "
                       "was left out and why. Nothing "
                       "is stored. Ends with 3 when a file or a row could not be read.",
                   .examples =
                       "muster parse responses.json\nmuster parse export.csv --zone Europe/Berlin "
                       "--format json"};
  spec.options = {{"zone", "ZONE", "the time zone of times without one (UTC)"},
                  {"definition,d", "FILE", "the form definition that belongs to the responses"},
                  {"responses", "", "with --format json: every response too"}};
  spec.takes_config = false;
  spec.takes_words = true;
  return spec;
}

Json skipped_as_json(const std::vector<SkippedRow>& rows) {
  Json list = Json::array();
  for (const SkippedRow& row : rows) {
    list.push_back(Json{{"where", row.where}, {"why", row.why}});
  }
  return list;
}

Json export_as_json(const std::string& file, const ParsedExport& parsed, bool with_responses) {
  Json json{{"file", file},
            {"definition", parsed.definition},
            {"rows",
             {{"seen", parsed.rows_seen},
              {"filed", parsed.responses.size()},
              {"excluded", parsed.excluded.size()},
              {"rejected", parsed.rejected.size()}}},
            {"notes", parsed.notes},
            {"excluded", skipped_as_json(parsed.excluded)},
            {"rejected", skipped_as_json(parsed.rejected)}};
  if (with_responses) {
    json["responses"] = Json::array();
    for (const Response& response : parsed.responses) {
      Json entry{
          {"id", response.id}, {"status", to_string(response.status)}, {"where", response.where}};
      if (response.submitted_at) {
        entry["submitted_at"] = to_iso8601(*response.submitted_at);
      }
      for (const auto& [name, value] : response.hidden) {
        entry["hidden"][name] = value;
      }
      entry["answers"] = response.answers;
      json["responses"].push_back(std::move(entry));
    }
  }
  return json;
}

void print_export(const std::string& file, const ParsedExport& parsed) {
  fmt::print("{}\n", styled(printable(file), Style::bold));
  fmt::print("{} export of '{}'{}\n",
             parsed.definition.provider,
             printable(parsed.definition.external_id),
             parsed.definition.title.empty() ? "" : ": " + printable(parsed.definition.title));
  for (const std::string& note : parsed.notes) {
    fmt::print("note: {}\n", printable(note));
  }
  Table table({{"question", Table::Align::left, true},
               {"kind"},
               {"answers", Table::Align::right},
               {"title", Table::Align::left, true}});
  for (const Question& question : parsed.definition.questions) {
    std::int64_t answers = 0;
    for (const Response& response : parsed.responses) {
      for (const Answer& answer : response.answers) {
        answers +=
            answer.question_id == question.id && answer.state == AnswerState::answered ? 1 : 0;
      }
    }
    table.add({question.id,
               std::string(to_string(question.kind)),
               std::to_string(answers),
               question.title});
  }
  fmt::print("{}", table.for_people());
  constexpr std::size_t kShown = 10;
  const auto list = [&](std::string_view what, const std::vector<SkippedRow>& rows) {
    for (std::size_t i = 0; i < rows.size() && i < kShown; ++i) {
      fmt::print("{}: {}: {}\n", what, printable(rows[i].where), printable(rows[i].why));
    }
    if (rows.size() > kShown) {
      fmt::print("{}: ... and {} more\n", what, rows.size() - kShown);
    }
  };
  list("rejected", parsed.rejected);
  list("excluded", parsed.excluded);
  fmt::print("rows seen {} = filed {} + excluded {} + rejected {}\n",
             parsed.rows_seen,
             parsed.responses.size(),
             parsed.excluded.size(),
             parsed.rejected.size());
}

}  // namespace

Exit parse_command(Args args) {
  const auto line = CommandLine::parse(make_parse_spec(), args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().empty()) {
    throw UsageError("muster parse: name at least one file; see muster parse --help");
  }
  SurveyContext context;
  context.zone = line->get("zone", "UTC");
  if (!is_known_zone(context.zone)) {
    throw UsageError(
        fmt::format("muster parse: --zone '{}' is no IANA time zone, such as Europe/Berlin",
                    printable(context.zone)));
  }
  const auto parse_file = [&](const std::string& file) {
    context.survey = std::filesystem::path(file).stem().string();
    return parse_survey_export(read_file(file, kMaxExportBytes), context);
  };
  if (line->has("definition")) {
    auto definition = parse_file(line->get("definition"));
    if (!definition) {
      throw UsageError(
          fmt::format("{}: {}", line->get("definition"), to_string(definition.error())));
    }
    context.definition = std::move(definition->definition);
  }

  bool all_read = true;
  Json files = Json::array();
  Table table({{"file"}, {"provider"}, {"seen"}, {"filed"}, {"excluded"}, {"rejected"}, {"error"}});
  for (const std::string& file : line->words()) {
    const auto parsed = parse_file(file);
    if (!parsed) {
      all_read = false;
      fmt::print(stderr, "{}: {}\n", printable(file), printable(to_string(parsed.error())));
      files.push_back(
          Json{{"file", file},
               {"error", {{"where", parsed.error().where}, {"what", parsed.error().what}}}});
      table.add({file, "", "", "", "", "", to_string(parsed.error())});
      continue;
    }
    all_read = all_read && parsed->rejected.empty();
    if (line->format() == Format::table) {
      print_export(file, *parsed);
    }
    files.push_back(export_as_json(file, *parsed, line->has("responses")));
    table.add({file,
               parsed->definition.provider,
               std::to_string(parsed->rows_seen),
               std::to_string(parsed->responses.size()),
               std::to_string(parsed->excluded.size()),
               std::to_string(parsed->rejected.size()),
               ""});
  }
  if (line->format() != Format::table) {
    print(Json{{"files", std::move(files)}}, table, line->format());
  }
  return all_read ? Exit::done : Exit::findings_failed;
}

}  // namespace muster
