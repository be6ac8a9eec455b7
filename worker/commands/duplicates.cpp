#include "worker/commands/duplicates.h"

#include "core/error.h"
#include "core/text.h"
#include "worker/cli/api_client.h"
#include "worker/commands/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

std::string duplicate_name(const Json& side) {
  return fmt::format("{} file {} by {}",
                     side.at("submission").get<std::int64_t>(),
                     side.at("position").get<int>() + 1,
                     text_of(side, "creator"));
}

std::string span_text(const Json& side) {
  if (!side.contains("span")) {
    return "";
  }
  return fmt::format("{:.1f}-{:.1f} s",
                     side["span"].at("start_ms").get<double>() / 1000,
                     side["span"].at("end_ms").get<double>() / 1000);
}

Exit list_duplicates(Args args) {
  static const CommandSpec spec{
      .name = "duplicates list",
      .synopsis = "[SUBMISSION]",
      .about =
          "Lists files that show the same as a file of another submission: the same bytes, the "
          "same content under other metadata, encoded again or cut, or alike.",
      .examples = "muster duplicates list\nmuster duplicates list 12 --dismissed",
      .options = {{"campaign", "ID", "only where the later one is of this campaign"},
                  {"dismissed", "", "also those that a person dismissed"},
                  {"limit", "N", "at most so many (50)"}},
      .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer = connect(line->load_config())
                          ->get("/api/v1/duplicates" +
                                query_string({{"submission", join(line->words(), " ")},
                                              {"campaign", line->get("campaign")},
                                              {"dismissed", line->has("dismissed") ? "true" : ""},
                                              {"limit", line->get("limit")}}));
  Table table({{"id", Table::Align::right},
               {"how alike"},
               {"share", Table::Align::right},
               {"submission", Table::Align::left, true},
               {"where"},
               {"same as submission", Table::Align::left, true},
               {"where there"},
               {"dismissed", Table::Align::left, true}});
  for (const Json& row : answer.at("duplicates")) {
    table.add(
        {text_of(row, "id"),
         text_of(row, "tier"),
         fmt::format("{:.0f} %", row.at("share").get<double>() * 100),
         duplicate_name(row.at("file")),
         span_text(row.at("file")),
         duplicate_name(row.at("other")),
         span_text(row.at("other")),
         row.contains("dismissed_by")
             ? fmt::format("{}: {}", text_of(row, "dismissed_by"), text_of(row, "dismissed_why"))
             : ""});
  }
  print(answer, table, line->format());
  return Exit::done;
}

Exit dismiss_duplicate(Args args) {
  static const CommandSpec spec{
      .name = "duplicates dismiss",
      .synopsis = "ID --reason TEXT",
      .about =
          "Says that two files are not the same, or that it does not matter. Goes into the "
          "decision "
          "log; the submission is checked again where it waits for a person, and the two files are "
          "not held against each other any more.",
      .examples = "muster duplicates dismiss 4 --reason 'two takes of one scene'",
      .options = {{"reason", "TEXT", "why; required"}, actor_option()},
      .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().size() != 1) {
    throw UsageError(
        "muster duplicates dismiss: name one duplicate by its id; muster duplicates list has them");
  }
  const Json answer =
      connect(line->load_config())
          ->send("POST",
                 "/api/v1/duplicates/" + line->words().front() + "/dismiss",
                 Json{{"actor", line->actor()}, {"reason", line->require("reason")}});
  Table table({{"id", Table::Align::right}, {"dismissed by"}, {"why", Table::Align::left, true}});
  table.add(
      {text_of(answer, "id"), text_of(answer, "dismissed_by"), text_of(answer, "dismissed_why")});
  print(answer, table, line->format());
  return Exit::done;
}

constexpr Command kDuplicatesCommands[] = {
    {"list", "files that show the same as another one", list_duplicates},
    {"dismiss", "say that it does not matter, with a reason", dismiss_duplicate}};

}  // namespace

Exit duplicates_command(Args args) {
  return dispatch(
      "muster duplicates", "Files that show the same as others.", kDuplicatesCommands, args);
}

}  // namespace muster
