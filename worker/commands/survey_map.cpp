#include "worker/commands/survey_map.h"

#include "core/error.h"
#include "core/json.h"
#include "core/text.h"
#include "extractors/surveys/map_proposal.h"
#include "worker/cli/read_file.h"
#include "worker/commands/report.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

CommandSpec make_map_spec() {
  CommandSpec spec{
      .name = "survey map",
      .synopsis = "FILE",
      .about =
          "Proposes a map for a table or a list of JSON records of a tool that Muster does not "
          "know, and shows what it understood and from which values. A map says which column is "
          "the id, the time, a hidden field, a question of which kind and scale; muster parse "
          "--map and the key `map` of a source read exports by it. Lines that begin with CHECK are "
          "guesses that a person should look at (docs/MAPPING.md).",
      .examples =
          "muster survey map export.csv\n"
          "muster survey map export.csv --out maps/brand-lift.toml\n"
          "muster parse export.csv --map maps/brand-lift.toml",
      .takes_config = false,
      .takes_words = true};
  spec.options = {{"out,o", "FILE", "write the map there"},
                  {"force", "", "replace FILE where there is one"},
                  {"zone", "ZONE", "the time zone of times without one; it goes into the map"}};
  return spec;
}

void write_map(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) {
    throw PermanentError(fmt::format("write {}: it can't be written", printable(file.native())));
  }
}

Table finding_table(const MapProposal& proposal) {
  Table table({{"column", Table::Align::left, true},
               {"read as"},
               {"of question", Table::Align::left, true},
               {"filled", Table::Align::right},
               {"seen", Table::Align::left, true},
               {"to check", Table::Align::left, true}});
  for (const ColumnFinding& finding : proposal.columns) {
    table.add({finding.column,
               finding.use,
               finding.part,
               std::to_string(finding.filled),
               finding.seen,
               finding.doubt});
  }
  return table;
}

Json proposal_as_json(const std::string& file, const MapProposal& proposal) {
  Json columns = Json::array();
  for (const ColumnFinding& finding : proposal.columns) {
    columns.push_back(Json{{"column", finding.column},
                           {"read_as", finding.use},
                           {"of_question", finding.part},
                           {"filled", finding.filled},
                           {"seen", finding.seen},
                           {"to_check", finding.doubt}});
  }
  return Json{{"file", file},
              {"rows", proposal.rows},
              {"columns", std::move(columns)},
              {"notes", proposal.notes},
              {"map", to_toml(proposal.map)}};
}

}  // namespace

Exit survey_map_command(Args args) {
  const auto line = CommandLine::parse(make_map_spec(), args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().size() != 1) {
    throw UsageError("muster survey map: name one file; see muster survey map --help");
  }
  const std::string file = line->words().front();
  SurveyContext context;
  context.survey = fs::path(file).stem().string();
  context.zone = line->get("zone", "UTC");
  if (!is_known_zone(context.zone)) {
    throw UsageError(
        fmt::format("muster survey map: --zone '{}' is no IANA time zone, such as Europe/Berlin",
                    printable(context.zone)));
  }
  const fs::path out = line->get("out");
  if (!out.empty() && fs::exists(out) && !line->has("force")) {
    throw PermanentError(
        fmt::format("write {}: it is there already; --force replaces it", printable(out.native())));
  }
  const MappedFile document = map_file(file);
  auto proposal = propose_survey_map(document.bytes(), context);
  if (!proposal) {
    throw PermanentError(
        fmt::format("{}: {}", printable(file), printable(to_string(proposal.error()))));
  }
  if (line->has("zone")) {
    proposal->map.zone = context.zone;
  }
  const std::string map = to_toml(proposal->map);
  if (!out.empty()) {
    write_map(out, map);
  }
  if (line->format() != Format::table) {
    print(proposal_as_json(file, *proposal), finding_table(*proposal), line->format());
    return Exit::done;
  }
  fmt::print("{}, {} rows\n", styled(printable(file), Style::bold), proposal->rows);
  fmt::print("{}", finding_table(*proposal).for_people());
  for (const std::string& note : proposal->notes) {
    fmt::print("note: {}\n", printable(note));
  }
  if (out.empty()) {
    fmt::print("\n{}", map);
  } else {
    const auto doubts = std::count_if(proposal->columns.begin(),
                                      proposal->columns.end(),
                                      [](const ColumnFinding& f) { return !f.doubt.empty(); });
    fmt::print(
        "{}: written; {} of its columns are to be checked\n", printable(out.native()), doubts);
  }
  return Exit::done;
}

}  // namespace muster
