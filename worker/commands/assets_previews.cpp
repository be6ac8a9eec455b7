#include "worker/commands/assets_previews.h"

#include "core/error.h"
#include "core/text.h"
#include "worker/cli/api_client.h"
#include "worker/commands/report.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

// A preview and whose it is: "assets/3" or "submissions/7".
struct OwnedPreview {
  std::string owner;
  Json preview;
};

void append_previews(const std::string& owner,
                     const Json& previews,
                     std::vector<OwnedPreview>& to) {
  for (const Json& preview : previews) {
    to.push_back({owner, preview});
  }
}

std::vector<OwnedPreview> find_previews(ApiClient& client, const CommandLine& line) {
  std::vector<OwnedPreview> found;
  for (const std::string& id : line.words()) {
    append_previews(
        "assets/" + id, client.get("/api/v1/assets/" + id + "/previews").at("previews"), found);
  }
  if (const std::string id = line.get("submission"); !id.empty()) {
    const Json all = client.get("/api/v1/submissions/" + id + "/previews");
    append_previews("submissions/" + id, all.at("previews"), found);
    for (const Json& asset : all.at("assets")) {
      append_previews("assets/" + text_of(asset, "id"), asset.at("previews"), found);
    }
  }
  return found;
}

// Ours, from ids and kinds.
std::string file_name(const OwnedPreview& owned) {
  std::string name = owned.owner + "-" + text_of(owned.preview, "kind") +
                     (text_of(owned.preview, "media_type") == "video/mp4" ? ".mp4" : ".jpg");
  std::replace(name.begin(), name.end(), '/', '-');
  return name;
}

std::string describe_size(const Json& preview) {
  if (text_of(preview, "state") != "made") {
    return "";
  }
  std::string size = fmt::format("{}x{}", text_of(preview, "width"), text_of(preview, "height"));
  if (preview.contains("duration_ms")) {
    size += fmt::format(", {:.1f} s", preview.at("duration_ms").get<double>() / 1000);
  }
  return size;
}

}  // namespace

Exit assets_previews(Args args) {
  static const CommandSpec spec{
      .name = "assets previews",
      .synopsis = "[ID...] [--submission ID] [--to DIR]",
      .about =
          "Lists what reviewers look at instead of creators' files: thumbnails, contact sheets "
          "and short clips, encoded anew and without metadata. With --to they are written "
          "into a folder.",
      .examples =
          "muster assets previews 3 --to look/\nmuster assets previews --submission 7 --to "
          "look/",
      .options = {{"submission", "ID", "all files of this submission"},
                  {"to", "DIR", "write them there; the folder is made where needed"}},
      .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().empty() && !line->has("submission")) {
    throw UsageError(
        "muster assets previews: name assets by their ids, or a submission with --submission; "
        "muster queue show has both");
  }
  const fs::path folder = line->get("to");
  if (!folder.empty()) {
    fs::create_directories(folder);
  }
  const auto client = connect(line->load_config());
  Table table({{"of"},
               {"preview"},
               {"size"},
               {folder.empty() ? "state" : "file", Table::Align::left, true}});
  Json results = Json::array();
  for (OwnedPreview& owned : find_previews(*client, *line)) {
    const bool made = text_of(owned.preview, "state") == "made";
    std::string says = made ? "made" : "missing: " + text_of(owned.preview, "why");
    if (made && !folder.empty()) {
      const fs::path file = folder / file_name(owned);
      const auto answer = client->download("GET", text_of(owned.preview, "href"), "", file);
      if (answer.status != 200) {
        throw PermanentError(Json::parse(answer.body).at("error").at("message").get<std::string>());
      }
      owned.preview["file"] = file.native();
      says = file.native();
    }
    table.add({owned.owner, text_of(owned.preview, "kind"), describe_size(owned.preview), says});
    owned.preview["of"] = owned.owner;
    results.push_back(std::move(owned.preview));
  }
  print(Json{{"previews", std::move(results)}}, table, line->format());
  return Exit::done;
}

}  // namespace muster
