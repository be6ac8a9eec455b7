#include "core/error.h"
#include "core/text.h"
#include "worker/cli/api_client.h"
#include "worker/commands/assets_previews.h"
#include "worker/commands/assets_rights.h"
#include "worker/commands/commands.h"
#include "worker/commands/report.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

std::vector<CommandSpec::Option> filter_options() {
  return {{"campaign", "ID", "only of this campaign"},
          {"creator", "HANDLE", "only of this creator"},
          {"tag", "TAG", "only with this tag"},
          {"placement", "PACK", "only for this placement"},
          {"brand", "NAME", "only where this brand was found"},
          {"rights", "STATE", "none, upcoming, active, expiring or expired"},
          {"usable", "", "only what may be used now: active or expiring"},
          {"channel", "NAME", "only where the rights cover this channel"},
          {"territory", "CODE", "only where the rights cover this country"},
          {"use", "USE", "only where the rights cover this use: organic, paid or whitelist"},
          {"kind", "KIND", "image or video"},
          {"limit", "N", "at most so many (50)"}};
}

std::string search_target(const CommandLine& line) {
  return "/api/v1/assets" + query_string({{"q", join(line.words(), " ")},
                                          {"campaign", line.get("campaign")},
                                          {"creator", line.get("creator")},
                                          {"tag", line.get("tag")},
                                          {"placement", line.get("placement")},
                                          {"brand", line.get("brand")},
                                          {"rights", line.get("rights")},
                                          {"usable", line.has("usable") ? "true" : ""},
                                          {"channel", line.get("channel")},
                                          {"territory", line.get("territory")},
                                          {"use", line.get("use")},
                                          {"kind", line.get("kind")},
                                          {"all", line.has("all") ? "true" : ""},
                                          {"limit", line.get("limit")}});
}

Exit search(Args args) {
  CommandSpec spec{.name = "assets search",
                   .synopsis = "[WORDS...]",
                   .about =
                       "Searches filed assets: captions, text seen in the picture, creators, tags "
                       "and findings. All words must "
                       "occur; quote a phrase.",
                   .examples =
                       "muster assets search summer '\"cold brew\"'\nmuster assets search "
                       "--creator lena.fits --rights expiring"};
  spec.options = filter_options();
  spec.options.push_back({"all", "", "also assets that are not approved"});
  spec.takes_words = true;
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer = connect(line->load_config())->get(search_target(*line));
  Table table({{"id", Table::Align::right},
               {"kind"},
               {"size"},
               {"creator", Table::Align::left, true},
               {"tier"},
               {"placement"},
               {"rights"},
               {"stale"},
               {"approved by", Table::Align::left, true},
               {"text", Table::Align::left, true}});
  for (const Json& asset : answer.at("assets")) {
    std::string size;
    std::string kind;
    if (asset.contains("facts")) {
      size = fmt::format(
          "{}x{}", asset["facts"].at("width").get<int>(), asset["facts"].at("height").get<int>());
      kind = text_of(asset["facts"], "type");
    }
    table.add({text_of(asset, "id"),
               kind,
               size,
               text_of(asset, "creator"),
               text_of(asset, "tier"),
               text_of(asset, "placement"),
               text_of(asset, "rights_state"),
               stale_text(asset),
               text_of(asset, "approved_by"),
               asset.contains("snippet") ? text_of(asset, "snippet") : text_of(asset, "caption")});
  }
  print(answer, table, line->format());
  return Exit::done;
}

Exit show_asset(Args args) {
  static const CommandSpec spec{
      .name = "assets show",
      .synopsis = "ID",
      .about = "Prints the JSON sidecar of a filed asset: rights, decisions, findings, provenance.",
      .examples = "muster assets show 3",
      .takes_format = false,
      .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().size() != 1) {
    throw UsageError("muster assets show: name one asset by its id; muster assets search has them");
  }
  const Json sidecar =
      connect(line->load_config())->get("/api/v1/assets/" + line->words().front() + "/sidecar");
  fmt::print("{}\n", dump_pretty(sidecar));
  return Exit::done;
}

std::string export_file_name(const Json& asset) {
  std::string extension = ".bin";
  if (asset.contains("facts")) {
    const auto type = parse_enum<MediaType>(text_of(asset["facts"], "type"));
    extension = file_extension(type.value_or(MediaType::unknown));
  }
  return fmt::format(
      "asset-{}-{}{}", text_of(asset, "id"), text_of(asset, "sha256").substr(0, 12), extension);
}

Exit export_assets(Args args) {
  CommandSpec spec{.name = "assets export",
                   .synopsis = "[ID...] --to DIR",
                   .about =
                       "Writes filed assets and a JSON sidecar beside each into a folder. Assets "
                       "whose rights have ended, have not "
                       "begun or are not on record stay, unless an override with a reason is "
                       "given; it is logged. The files are the creators' own pictures and sound, "
                       "without what they say of their maker: places, devices, names, comments. "
                       "The sidecar names "
                       "the SHA-256 of the original.",
                   .examples =
                       "muster assets export 3 4 --to handover/\nmuster assets export --campaign "
                       "spring --rights active --to handover/"};
  spec.options = filter_options();
  spec.options.push_back({"to", "DIR", "the folder; it is made where needed"});
  spec.options.push_back({"original", "", "the creators' files byte for byte, places and all"});
  spec.options.push_back({"override", "REASON", "export although the rights do not allow it"});
  spec.options.push_back(actor_option());
  spec.takes_words = true;
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const fs::path folder = line->require("to");
  fs::create_directories(folder);
  const auto client = connect(line->load_config());

  const std::string purpose = query_string({{"channel", line->get("channel")},
                                            {"territory", line->get("territory")},
                                            {"use", line->get("use")},
                                            {"original", line->has("original") ? "true" : ""}});
  std::vector<Json> assets;
  for (const std::string& id : line->words()) {
    assets.push_back(client->get("/api/v1/assets/" + id));
  }
  if (line->words().empty()) {
    const Json found = client->get(search_target(*line));
    for (const Json& asset : found.at("assets")) {
      assets.push_back(asset);
    }
  }
  bool all = true;
  Json results = Json::array();
  Table table({{"id", Table::Align::right}, {"result"}, {"file", Table::Align::left, true}});
  ProgressBar bar("exporting");
  for (const Json& asset : assets) {
    bar.show(static_cast<std::int64_t>(results.size()), static_cast<std::int64_t>(assets.size()));
    const std::string id = text_of(asset, "id");
    const fs::path file = folder / export_file_name(asset);
    const auto answer = client->download(
        "POST",
        "/api/v1/assets/" + id + "/export" + purpose,
        dump(Json{{"actor", line->actor()}, {"override_reason", line->get("override")}}),
        file);
    std::string problem;
    if (answer.status == 200) {
      std::ofstream(file.native() + ".json")
          << dump_pretty(client->get("/api/v1/assets/" + id + "/sidecar")) << "\n";
    } else {
      problem = Json::parse(answer.body).at("error").at("message");
      all = false;
    }
    results.push_back(Json{{"id", id}, {"file", file.native()}, {"error", problem}});
    table.add(
        {id, problem.empty() ? "exported" : "refused", problem.empty() ? file.native() : problem});
  }
  print(Json{{"exported", std::move(results)}}, table, line->format());
  return all ? Exit::done : Exit::failed;
}

constexpr Command kAssetsSubcommands[] = {
    {"search", "find filed assets", search},
    {"show", "the sidecar of one", show_asset},
    {"rights", "what may be used until when, and what needs attention", assets_rights},
    {"published", "write down when something was published", assets_published},
    {"previews", "thumbnails, contact sheets and clips for reviewers", assets_previews},
    {"export", "write assets and sidecars into a folder", export_assets}};

}  // namespace

Exit assets_command(Args args) {
  return dispatch("muster assets", "Approved assets.", kAssetsSubcommands, args);
}

}  // namespace muster
