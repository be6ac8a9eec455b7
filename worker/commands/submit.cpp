#include "core/error.h"
#include "core/text.h"
#include "extractors/text/manifest_reader.h"
#include "worker/cli/api_client.h"
#include "worker/commands/commands.h"
#include "worker/commands/manifest_options.h"
#include "worker/commands/report.h"

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

CommandSpec make_submit_spec() {
  CommandSpec spec{
      .name = "submit",
      .synopsis = "FILE... --creator HANDLE [...]",
      .about =
          "Hands in files as one submission. The receipt's id stays the same; sending the same "
          "again "
          "changes nothing, sending something else under the same --id makes a new revision.",
      .examples =
          "muster submit reel.mp4 --creator lena.fits --campaign spring --placement instagram-reel "
          "--caption "
          "\"#ad my morning with ...\"\nmuster submit a.jpg b.jpg --manifest submission.json"};
  spec.options = manifest_options();
  spec.takes_words = true;
  return spec;
}

}  // namespace

Exit submit_command(Args args) {
  const auto line = CommandLine::parse(make_submit_spec(), args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().empty()) {
    throw UsageError("muster submit: name at least one file; see muster submit --help");
  }
  const Manifest manifest = read_manifest_options(*line);
  if (manifest.creator.empty()) {
    throw UsageError("muster submit: --creator is required (or \"creator\" in the --manifest)");
  }
  const auto transcripts = read_transcript_options(*line, line->words());
  const auto client = connect(line->load_config());
  Json media = Json::array();
  ProgressBar bar("uploading");
  const auto upload = [&](const std::string& file) {
    return Json{{"sha256", client->upload(file)},
                {"name", std::filesystem::path(file).filename().string()}};
  };
  for (const std::string& word : line->words()) {
    bar.show(static_cast<std::int64_t>(media.size()),
             static_cast<std::int64_t>(line->words().size()),
             word);
    Json entry = upload(word);
    if (const auto transcript = transcripts.find(media.size()); transcript != transcripts.end()) {
      entry["transcript"] = upload(transcript->second);
    }
    media.push_back(std::move(entry));
  }
  const Json receipt = client->send(
      "POST", "/api/v1/submissions", Json{{"manifest", manifest}, {"media", std::move(media)}});
  Table table({{"id", Table::Align::right},
               {"revision", Table::Align::right},
               {"state"},
               {"receipt"},
               {"external id", Table::Align::left, true}});
  table.add({text_of(receipt, "id"),
             text_of(receipt, "revision"),
             text_of(receipt, "state"),
             text_of(receipt, "receipt"),
             text_of(receipt, "external_id")});
  print(receipt, table, line->format());
  if (line->format() == Format::table && !client->is_daemon()) {
    fmt::print("queued; no daemon is running: muster run --once works on it\n");
  }
  return Exit::done;
}

}  // namespace muster
