#include "core/error.h"
#include "core/text.h"
#include "worker/cli/api_client.h"
#include "worker/commands/commands.h"
#include "worker/commands/insights_metrics.h"
#include "worker/commands/report.h"

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

void add_result(const Json& row, Table& table) {
  const Json& rows = row.at("rows");
  table.add({text_of(row, "external_id"),
             text_of(row, "state"),
             text_of(rows, "seen"),
             text_of(rows, "added"),
             text_of(rows, "updated"),
             text_of(rows, "unchanged"),
             text_of(rows, "excluded"),
             text_of(rows, "rejected")});
}

void print_details(const Json& row) {
  for (const Json& note : row.at("notes")) {
    fmt::print("note: {}\n", printable(note.get<std::string>()));
  }
  for (const Json& skip : row.at("skipped")) {
    fmt::print("set aside: {}: {}: {}\n",
               printable(text_of(row, "external_id")),
               printable(text_of(skip, "where")),
               printable(text_of(skip, "why")));
  }
}

Exit import(Args args) {
  static const CommandSpec spec{
      .name = "metrics import",
      .synopsis = "FILE...",
      .about =
          "Loads exports of platforms, shops, link trackers and mail tools: CSV or JSON with a "
          "creator, maybe a post and a date, and either a column for each metric (likes, clicks, "
          "conversions, revenue, signups, ...) or `metric` and `value`. The same file twice "
          "changes "
          "nothing; a row that can't be read is set aside with its place. Ends with 3 where one "
          "was.",
      .examples =
          "muster metrics import clicks.csv\nmuster metrics import shop.json --campaign "
          "spring-fizz --currency EUR",
      .options = {{"campaign", "ID", "of rows that name none"},
                  {"creator", "HANDLE", "of rows that name none"},
                  {"platform", "NAME", "of rows that name none"},
                  {"currency", "CODE", "of money without one: EUR"},
                  {"zone", "ZONE", "in which days begin (UTC)"},
                  {"objective",
                   "NAME",
                   "what columns measure that are not known by name: engagement, traffic, "
                   "conversions, email"}},
      .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().empty()) {
    throw UsageError("muster metrics import: name at least one file");
  }
  const auto client = connect(line->load_config());
  Table table({{"file", Table::Align::left, true},
               {"state"},
               {"rows", Table::Align::right},
               {"new", Table::Align::right},
               {"changed", Table::Align::right},
               {"unchanged", Table::Align::right},
               {"excluded", Table::Align::right},
               {"rejected", Table::Align::right}});
  Json results = Json::array();
  bool whole = true;
  ProgressBar bar("importing");
  for (const std::string& word : line->words()) {
    bar.show(static_cast<std::int64_t>(results.size()),
             static_cast<std::int64_t>(line->words().size()),
             word);
    Json body{{"sha256", client->upload(word)},
              {"name", std::filesystem::path(word).filename().string()}};
    for (const char* name : {"campaign", "creator", "platform", "currency", "zone", "objective"}) {
      if (line->has(name)) {
        body[name] = line->get(name);
      }
    }
    results.push_back(client->send("POST", "/api/v1/metrics", body));
    add_result(results.back(), table);
    whole = whole && results.back().at("rows").at("rejected").get<std::int64_t>() == 0;
  }
  print(Json{{"exports", results}}, table, line->format());
  if (line->format() == Format::table) {
    for (const Json& row : results) {
      print_details(row);
    }
  }
  return whole ? Exit::done : Exit::findings_failed;
}

constexpr Command kSubcommands[] = {
    {"import", "load an export", import},
    {"show", "sums by creator, tier, campaign or post, or the single values", insights_metrics}};

}  // namespace

Exit metrics_command(Args args) {
  return dispatch("muster metrics",
                  "Series of engagement, traffic, conversions and e-mail sign-ups.",
                  kSubcommands,
                  args);
}

}  // namespace muster
