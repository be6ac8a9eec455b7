#include "worker/commands/survey_export.h"

#include "core/error.h"
#include "core/json.h"
#include "core/text.h"
#include "worker/cli/api_client.h"
#include "worker/commands/survey_filter.h"

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

CommandSpec make_export_spec() {
  CommandSpec spec{
      .name = "survey export",
      .synopsis = "SURVEY --as csv|jsonl|sav --to FILE",
      .about =
          "Writes the responses of a survey. csv: one row a response, the same columns whatever "
          "the "
          "answers, ids and codes or (--labels) titles and labels, formulas defused. jsonl: "
          "everything, and Muster reads it back. sav: for SPSS, with labels, missing values and "
          "multiple response sets. Responses that count in no figure (excluded, deleted, screened "
          "out) are left out unless --all. Personal references never leave.",
      .examples =
          "muster survey export typeform/launch --as csv --labels --to launch.csv\n"
          "muster survey export typeform/launch --as sav --wave after --to after.sav",
      .takes_format = false,
      .takes_words = true};
  for (CommandSpec::Option& option : filter_options()) {
    if (!option.names.starts_with("survey")) {
      spec.options.push_back(std::move(option));
    }
  }
  spec.options.push_back({"as", "FORMAT", "csv (as usual), jsonl or sav"});
  spec.options.push_back({"to", "FILE", "where to; a whole file or none"});
  spec.options.push_back({"labels", "", "titles and labels instead of ids and codes"});
  spec.options.push_back({"all", "", "also responses that count in no figure"});
  spec.options.push_back({"force", "", "replace FILE where there is one"});
  return spec;
}

}  // namespace

Exit survey_export(Args args) {
  const auto line = CommandLine::parse(make_export_spec(), args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().size() != 1) {
    throw UsageError("muster survey export: name one survey; muster survey list shows them");
  }
  const fs::path file = line->require("to");
  if (fs::exists(file) && !line->has("force")) {
    throw PermanentError(
        fmt::format("write {}: it is there already; --force replaces it", file.native()));
  }
  const std::string query = filter_query(*line,
                                         {{"survey", line->words().front()},
                                          {"as", line->get("as")},
                                          {"labels", line->has("labels") ? "true" : ""},
                                          {"all", line->has("all") ? "true" : ""}});
  const auto answer =
      connect(line->load_config())->download("POST", "/api/v1/surveys/export" + query, "", file);
  if (answer.status != 200) {
    const Json body = Json::parse(answer.body, nullptr, false);
    throw PermanentError(body.is_object() && body.contains("error")
                             ? body["error"].value("message", "")
                             : "the answer can't be read");
  }
  fmt::print("{}: {}\n", file.native(), format_bytes(fs::file_size(file)));
  return Exit::done;
}

}  // namespace muster
