#include "core/clock.h"
#include "core/error.h"
#include "core/json.h"
#include "core/text.h"
#include "worker/checker.h"
#include "worker/cli/read_file.h"
#include "worker/commands/commands.h"
#include "worker/commands/explain.h"
#include "worker/commands/manifest_options.h"
#include "worker/commands/report.h"

#include <filesystem>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

CommandSpec make_check_spec() {
  CommandSpec spec{
      .name = "check",
      .synopsis = "FILE... [--brief FILE] [...]",
      .about =
          "Checks files as one submission, with the engine and the packs that the daemon uses; "
          "nothing is stored. "
          "Ends with 3 when something failed.",
      .examples =
          "muster check reel.mp4 --brief briefs/spring.toml --caption \"#ad ...\"\n"
          "muster check photo.jpg --placement instagram-feed --kit kits/fizzo --format json\n"
          "muster check photo.jpg --kit kits/fizzo --explain why.html"};
  spec.options = manifest_options();
  spec.options.push_back({"brief,b", "FILE", "the campaign's brief"});
  spec.options.push_back({"kit,k",
                          "DIR",
                          "a brand kit, or a folder of kits; else kits/ beside the brief's "
                          "folder; without a brief, the first is looked for",
                          true});
  spec.options.push_back(
      {"explain", "FILE", "write a page with the pictures, what was found in them and why"});
  spec.options.push_back({"packs", "DIR", "packs to use instead of those that ship with Muster"});
  spec.takes_config = false;
  spec.takes_words = true;
  return spec;
}

// kits/ next to the brief, or next to the folder that the brief is in.
std::vector<fs::path> kit_folders(const CommandLine& line) {
  std::vector<fs::path> folders;
  for (const std::string& folder : line.get_all("kit")) {
    folders.emplace_back(folder);
  }
  if (folders.empty() && line.has("brief")) {
    const fs::path brief_folder = fs::absolute(line.get("brief")).parent_path();
    for (const fs::path& candidate : {brief_folder / "kits", brief_folder.parent_path() / "kits"}) {
      if (fs::is_directory(candidate)) {
        folders.push_back(candidate);
        break;
      }
    }
  }
  return folders;
}

Json report_as_json(const CheckReport& report, const std::vector<std::string>& files) {
  Json media = Json::array();
  for (std::size_t i = 0; i < files.size(); ++i) {
    Json texts = Json::array();
    for (const SeenText& text : report.media[i].texts) {
      texts.push_back(Json{{"text", sanitize_utf8(text.text)},
                           {"confidence", text.confidence},
                           {"height", text.height},
                           {"contrast", text.contrast},
                           {"box", {text.box.x, text.box.y, text.box.width, text.box.height}},
                           {"start_ms", text.time.start_ms},
                           {"end_ms", text.time.end_ms}});
    }
    media.push_back(
        Json{{"file", files[i]}, {"facts", report.media[i].facts}, {"texts", std::move(texts)}});
  }
  return Json{
      {"verdict", report.verdict}, {"media", std::move(media)}, {"findings", report.findings}};
}

void print_check(const CheckReport& report, const std::vector<std::string>& files) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    const MediaFacts& facts = report.media[i].facts;
    fmt::print("{}  {} {} x {}, {}{}\n",
               styled(printable(files[i]), Style::bold),
               to_string(facts.type),
               facts.width,
               facts.height,
               format_bytes(facts.byte_size),
               facts.duration_ms
                   ? fmt::format(", {:.1f} s", static_cast<double>(*facts.duration_ms) / 1000)
                   : "");
  }
  for (const Outcome outcome : {Outcome::fail,
                                Outcome::could_not_check,
                                Outcome::warn,
                                Outcome::pass,
                                Outcome::not_applicable}) {
    for (const Finding& finding : report.findings) {
      if (finding.outcome == outcome) {
        fmt::print("{}", finding_for_people(Json(finding)));
      }
    }
  }
  const std::string_view verdict = to_string(report.verdict.kind);
  fmt::print(
      "verdict: {} - {}\n", styled(verdict, style_of(verdict)), printable(report.verdict.why));
}

}  // namespace

Exit check_command(Args args) {
  const auto line = CommandLine::parse(make_check_spec(), args);
  if (!line) {
    return Exit::done;
  }
  const std::vector<std::string>& files = line->words();
  if (files.empty()) {
    throw UsageError("muster check: name at least one file; see muster check --help");
  }
  Config config;
  config.kits = kit_folders(*line);
  config.packs_directory = line->get("packs");
  Manifest manifest = read_manifest_options(*line);
  if (line->has("brief")) {
    config.briefs = {line->get("brief")};
    manifest.campaign = load_brief(line->get("brief")).id;
  }

  const auto decoder = make_decoder({.program = {}, .limits = config.decode});
  Rulebook rulebook(config, *decoder);
  if (!line->has("brief") && !rulebook.kits().empty()) {
    rulebook.look_for(rulebook.kits().front().id);
  }
  std::vector<std::string> bytes;
  std::vector<MediaToCheck> media;
  RevisionContent content{.media = {}, .manifest = manifest};
  bytes.reserve(files.size());
  for (const std::string& file : files) {
    bytes.push_back(read_file(file, config.decode.max_video_bytes));
    content.media.push_back(sha256(bytes.back()));
    media.push_back({file, [&text = bytes.back()] { return media_bytes(text); }, {}});
  }
  content.transcripts.resize(files.size());
  for (const auto& [position, name] : read_transcript_options(*line, files)) {
    const std::string text = read_file(name, kMaxTranscriptBytes);
    content.transcripts[position] = sha256(text);
    media[position].transcript_name = name;
    media[position].transcript = [text] { return read_transcript(text); };
  }
  std::map<int, int> deaths;
  const CheckReport report =
      check_revision(manifest,
                     content_hash(content),
                     media,
                     {},
                     rulebook,
                     *decoder,
                     config.decode.deaths_to_quarantine,
                     [&](int position, const std::string&) { return ++deaths[position]; });

  if (line->has("explain")) {
    const Rules rules = rulebook.rules_for(rulebook.completed(manifest));
    write_explanation(line->get("explain"),
                      {files, bytes, report, rules.brief->visibility, rules.placement},
                      *decoder);
  }
  if (line->format() == Format::table) {
    print_check(report, files);
  } else {
    Table table({{"outcome"},
                 {"rule"},
                 {"file"},
                 {"measured"},
                 {"limit"},
                 {"unit"},
                 {"message"},
                 {"what to do"}});
    for (const Finding& finding : report.findings) {
      table.add({std::string(to_string(finding.outcome)),
                 finding.rule_id,
                 finding.place.item ? files[static_cast<std::size_t>(*finding.place.item)] : "",
                 finding.measured,
                 finding.threshold,
                 finding.unit,
                 finding.message,
                 finding.remedy});
    }
    print(report_as_json(report, files), table, line->format());
  }
  return worst(report.findings) == Outcome::fail ? Exit::findings_failed : Exit::done;
}

}  // namespace muster
