#include "worker/commands/survey_accept.h"

#include "core/error.h"
#include "core/text.h"
#include "worker/cli/api_client.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {

Exit survey_accept_command(Args args) {
  static const CommandSpec spec{
      .name = "survey accept",
      .synopsis = "EXPORT --note WHY",
      .about =
          "Files an export that was refused because it seems to be of another survey than its name "
          "says, or because it is said to be full and lacks much of what was there. EXPORT is its "
          "number in muster insights exports, which also says why it was refused. Your name and "
          "note are kept and logged; another version of the file is judged anew.",
      .examples =
          "muster survey accept 12 --note \"the survey was translated\"\n"
          "muster survey accept 14 --note \"test responses were deleted\"",
      .options = {{"note,n", "TEXT", "why; kept with the decision"}, actor_option()},
      .takes_format = false,
      .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const bool is_number = line->words().size() == 1 && !line->words().front().empty() &&
                         std::all_of(line->words().front().begin(),
                                     line->words().front().end(),
                                     [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number) {
    throw UsageError(
        "muster survey accept: name one export by its number; muster insights exports shows them");
  }
  const std::string id = line->words().front();
  const Json body{{"actor", line->actor()}, {"note", line->require("note")}};
  connect(line->load_config())->send("POST", "/api/v1/exports/" + id + "/accept", body);
  fmt::print("export {} is accepted and will be filed\n", id);
  return Exit::done;
}

}  // namespace muster
