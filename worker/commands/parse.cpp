#include "core/error.h"
#include "core/json.h"
#include "core/response_version.h"
#include "core/text.h"
#include "extractors/surveys/survey_parser.h"
#include "storage/surveys.h"
#include "worker/cli/read_file.h"
#include "worker/commands/commands.h"
#include "worker/commands/report.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

// Gathers what is shown of an export. The responses are kept aside, so that a file of any size can
// be read.
class ParsedRows final : public ResponseSink {
 public:
  ParsedRows(MappedFile& document, ProgressBar& bar) : document_(document), bar_(bar) {}

  void file(Response& response, const SurveyDefinition&) override {
    const auto row = static_cast<std::size_t>(responses_.size());
    overtaken_.push_back(false);
    const ResponseVersion version = version_of(response);
    const auto [known, added] = by_id_.try_emplace(response.id, row, version);
    if (!added) {
      exclude({response.where, repeated_id(response.id)});
      const bool later = replaces(version, known->second.second);
      overtaken_[later ? known->second.first : row] = true;
      if (later) {
        known->second = {row, version};
      }
    }
    std::swap(placed_.response, response);
    responses_.add(placed_);
    std::swap(placed_.response, response);  // its memory is used again
  }
  void exclude(SkippedRow row) override { excluded.add(std::move(row)); }
  void reject(SkippedRow row) override { rejected.add(std::move(row)); }
  void progress(const ReadingProgress& now) override {
    constexpr std::size_t kKeptBytes = 4'000'000;  // the row at hand may begin before the offset
    document_.forget_before(now.offset > kKeptBytes ? now.offset - kKeptBytes : 0);
    const auto size = static_cast<std::int64_t>(now.size);
    bar_.show((now.pass.number - 1) * size + static_cast<std::int64_t>(now.offset),
              now.pass.of * size);
  }

  std::int64_t filed() const { return static_cast<std::int64_t>(by_id_.size()); }
  // Calls `visit` for the responses that would be filed.
  void for_each(const std::function<void(const Response& response)>& visit) const {
    std::size_t row = 0;
    responses_.for_each([&](const PlacedResponse& placed) {
      if (!overtaken_[row++]) {
        visit(placed.response);
      }
    });
  }

  SkippedRows excluded;
  SkippedRows rejected;

 private:
  MappedFile& document_;
  ProgressBar& bar_;
  PlacedResponse placed_;
  ResponseSpool responses_;
  std::vector<bool> overtaken_;  // by row: another one with its id counts
  std::unordered_map<std::string, std::pair<std::size_t, ResponseVersion>> by_id_;
};

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
                  {"map,m", "FILE", "how the columns are to be read; see muster survey map"},
                  {"definition,d", "FILE", "the form definition that belongs to the responses"},
                  {"responses", "", "with --format json: every response too"}};
  spec.takes_config = false;
  spec.takes_words = true;
  return spec;
}

Json skipped_as_json(const SkippedRows& rows) {
  Json list = Json::array();
  for (const SkippedRow& row : rows.first) {
    list.push_back(Json{{"where", row.where}, {"why", row.why}});
  }
  return list;
}

Json export_as_json(const std::string& file,
                    const ExportFacts& facts,
                    const ParsedRows& rows,
                    bool with_responses) {
  Json json{{"file", file},
            {"definition", facts.definition},
            {"rows",
             {{"seen", facts.rows_seen},
              {"filed", rows.filed()},
              {"excluded", rows.excluded.count},
              {"rejected", rows.rejected.count}}},
            {"notes", facts.notes},
            {"excluded", skipped_as_json(rows.excluded)},
            {"rejected", skipped_as_json(rows.rejected)}};
  if (with_responses) {
    json["responses"] = Json::array();
    rows.for_each([&](const Response& response) {
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
    });
  }
  return json;
}

Table question_table(const ExportFacts& facts, const ParsedRows& rows) {
  std::unordered_map<std::string, std::int64_t> answers;  // by question
  rows.for_each([&](const Response& response) {
    for (const Answer& answer : response.answers) {
      answers[answer.question_id] += answer.state == AnswerState::answered ? 1 : 0;
    }
  });
  Table table({{"question", Table::Align::left, true},
               {"kind"},
               {"answers", Table::Align::right},
               {"title", Table::Align::left, true}});
  for (const Question& question : facts.definition.questions) {
    table.add({question.id,
               std::string(to_string(question.kind)),
               std::to_string(answers[question.id]),
               question.title});
  }
  return table;
}

void print_skipped(std::string_view what, const SkippedRows& rows) {
  constexpr std::size_t kShown = 10;
  for (std::size_t i = 0; i < rows.first.size() && i < kShown; ++i) {
    fmt::print("{}: {}: {}\n", what, printable(rows.first[i].where), printable(rows.first[i].why));
  }
  if (rows.count > static_cast<std::int64_t>(kShown)) {
    fmt::print("{}: ... and {} more\n", what, rows.count - static_cast<std::int64_t>(kShown));
  }
}

void print_export(const std::string& file, const ExportFacts& facts, const ParsedRows& rows) {
  fmt::print("{}\n", styled(printable(file), Style::bold));
  fmt::print("{} export of '{}'{}\n",
             facts.definition.provider,
             printable(facts.definition.external_id),
             facts.definition.title.empty() ? "" : ": " + printable(facts.definition.title));
  for (const std::string& note : facts.notes) {
    fmt::print("note: {}\n", printable(note));
  }
  fmt::print("{}", question_table(facts, rows).for_people());
  print_skipped("rejected", rows.rejected);
  print_skipped("excluded", rows.excluded);
  fmt::print("rows seen {} = filed {} + excluded {} + rejected {}\n",
             facts.rows_seen,
             rows.filed(),
             rows.excluded.count,
             rows.rejected.count);
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
  std::optional<SurveyMap> map;
  if (line->has("map")) {
    map = load_survey_map(line->get("map"));
  }
  const auto read = [&](const std::string& file, MappedFile& document, ResponseSink& rows) {
    context.survey = std::filesystem::path(file).stem().string();
    return read_survey_export(document.bytes(), context, rows);
  };
  if (line->has("definition")) {
    const std::string file = line->get("definition");
    MappedFile document = map_file(file);
    CollectedRows rows;
    auto facts = read(file, document, rows);
    if (!facts) {
      throw UsageError(fmt::format("{}: {}", file, to_string(facts.error())));
    }
    context.definition = std::move(facts->definition);
  }
  context.map = map ? &*map : nullptr;

  bool all_read = true;
  Json files = Json::array();
  Table table({{"file"}, {"provider"}, {"seen"}, {"filed"}, {"excluded"}, {"rejected"}, {"error"}});
  for (const std::string& file : line->words()) {
    MappedFile document = map_file(file);
    std::optional<ProgressBar> bar(std::in_place, "muster parse");
    ParsedRows rows(document, *bar);
    const auto facts = read(file, document, rows);
    bar.reset();
    if (!facts) {
      all_read = false;
      fmt::print(stderr, "{}: {}\n", printable(file), printable(to_string(facts.error())));
      files.push_back(
          Json{{"file", file},
               {"error", {{"where", facts.error().where}, {"what", facts.error().what}}}});
      table.add({file, "", "", "", "", "", to_string(facts.error())});
      continue;
    }
    all_read = all_read && rows.rejected.count == 0;
    if (line->format() == Format::table) {
      print_export(file, *facts, rows);
    } else {
      files.push_back(export_as_json(file, *facts, rows, line->has("responses")));
    }
    table.add({file,
               facts->definition.provider,
               std::to_string(facts->rows_seen),
               std::to_string(rows.filed()),
               std::to_string(rows.excluded.count),
               std::to_string(rows.rejected.count),
               ""});
  }
  if (line->format() != Format::table) {
    print(Json{{"files", std::move(files)}}, table, line->format());
  }
  return all_read ? Exit::done : Exit::findings_failed;
}

}  // namespace muster
