#include "config/sections.h"
#include "core/text.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <string>

#include <fmt/format.h>

namespace muster {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::milliseconds;

// Which kinds of source take an option.
struct OptionKinds {
  std::string_view option;
  std::vector<SourceKind> kinds;
};

const std::vector<OptionKinds>& options_by_kind() {
  using enum SourceKind;
  static const std::vector<OptionKinds> kOptions = {
      {"directory", {submission_folder, survey_folder, metric_folder}},
      {"done_directory", {submission_folder, survey_folder, metric_folder}},
      {"error_directory", {submission_folder, survey_folder, metric_folder}},
      {"quiet_period", {submission_folder, survey_folder, metric_folder}},
      {"url", {submission_feed}},
      {"token_env", {submission_feed}},
      {"token_file", {submission_feed}},
      {"allow_http", {submission_feed}},
      {"allow_private", {submission_feed}},
      {"max_pages", {submission_feed}},
      {"placement", {submission_folder, submission_feed}},
      {"survey", {survey_folder}},
      {"creator_field", {survey_folder}},
      {"campaign_field", {survey_folder}},
      {"wave", {survey_folder}},
      {"wave_field", {survey_folder}},
      {"map", {survey_folder}},
      {"full_export", {survey_folder}},
      {"zone", {survey_folder, metric_folder}},
      {"objective", {metric_folder}},
      {"currency", {metric_folder}},
  };
  return kOptions;
}

// Reports options that this kind of source would never look at, so that nobody believes they do
// something.
void refuse_other_kinds(TomlTable& table, SourceKind kind) {
  for (const auto& [option, kinds] : options_by_kind()) {
    if (std::ranges::find(kinds, kind) != kinds.end()) {
      continue;
    }
    std::vector<std::string> names;
    for (const SourceKind other : kinds) {
      names.emplace_back(to_string(other));
    }
    table.refuse(
        option,
        fmt::format("is no option of a {} source, only of {}", to_string(kind), join(names, ", ")));
  }
}

void refuse_secrets(TomlTable& table) {
  for (const std::string_view key : {"token", "password", "secret", "api_key"}) {
    table.refuse(
        key,
        "a secret must not stand in the configuration; put it into an environment variable and "
        "name that as token_env, or into a file (chmod 600) and name that as token_file");
  }
}

void read_folder(TomlTable& table, const fs::path& base, SourceConfig& source) {
  table.require("directory", "name the folder to watch");
  read_path(table, "directory", base, source.directory);
  read_path(table, "done_directory", base, source.done_directory);
  read_path(table, "error_directory", base, source.error_directory);
  table.duration("quiet_period", source.quiet_period, milliseconds(0), hours(24));
}

// What is wrong with the URL of a feed, or nullopt.
std::optional<std::string> url_fault(std::string_view url, bool allow_http) {
  const bool http = url.starts_with("http://");
  if (!http && !url.starts_with("https://")) {
    return "must start with https://";
  }
  if (http && !allow_http) {
    return "plain http can be read and changed on the way; use https, or say allow_http = true";
  }
  std::string_view rest = url.substr(url.find("://") + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.empty() || authority.starts_with(':')) {
    return "names no host";
  }
  if (authority.find('@') != std::string_view::npos) {
    return "must not hold a user or password; use token_env or token_file";
  }
  if (std::ranges::any_of(url, [](unsigned char c) { return c <= 0x20 || c >= 0x7F; })) {
    return "must be plain ASCII without spaces; write other characters as %XX";
  }
  // Names of query parameters that carry secrets.
  const std::string lower = to_lower_ascii(rest);
  for (const std::string_view name :
       {"token=", "access_token=", "api_key=", "apikey=", "key=", "password="}) {
    for (const char before : {'?', '&'}) {
      if (lower.find(before + std::string(name)) != std::string::npos) {
        return "must not hold a secret in its query; use token_env or token_file";
      }
    }
  }
  return std::nullopt;
}

bool is_variable_name(std::string_view text) {
  const auto fits = [](unsigned char c) { return c < 0x80 && (std::isalnum(c) != 0 || c == '_'); };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
         std::ranges::all_of(text, fits);
}

void read_feed(TomlTable& table, const fs::path& base, SourceConfig& source) {
  table.flag("allow_http", source.allow_http);
  table.flag("allow_private", source.allow_private);
  table.integer("max_pages", source.max_pages, 1, 1'000'000);
  table.require("url", "name the address of the feed");
  if (const auto url = table.text("url")) {
    source.url = *url;
    if (const auto fault = url_fault(*url, source.allow_http)) {
      table.problem("url", *fault);
    }
  }
  if (const auto variable = table.text("token_env")) {
    source.token_env = *variable;
    if (!is_variable_name(*variable)) {
      table.problem("token_env",
                    "must be the name of an environment variable (FEED_TOKEN), not the token");
    }
  }
  read_path(table, "token_file", base, source.token_file);
  if (table.has("token_env") && table.has("token_file")) {
    table.problem("token_file", "goes with no token_env beside it; keep one of the two");
  }
}

void read_survey(TomlTable& table, const fs::path& base, SourceConfig& source) {
  read_path(table, "map", base, source.map_file);
  table.flag("full_export", source.full_export);
  table.text("survey", source.survey);
  table.text("creator_field", source.creator_field);
  table.text("campaign_field", source.campaign_field);
  table.text("wave", source.wave);
  table.text("wave_field", source.wave_field);
  table.zone("zone", source.zone);
}

void read_metrics(TomlTable& table, SourceConfig& source) {
  table.zone("zone", source.zone);
  if (const auto currency = table.text("currency")) {
    source.currency = *currency;
    if (currency->size() != 3 || !std::ranges::all_of(*currency, [](unsigned char c) {
          return c < 0x80 && std::isupper(c) != 0;
        })) {
      table.problem("currency", "must be three capital letters, as in EUR (ISO 4217)");
    }
  }
  table.word("objective",
             source.objective,
             {"engagement", "traffic", "conversions", "email", "survey", "ugc"});
}

SourceConfig read_source(TomlTable& table, const fs::path& base) {
  SourceConfig source;
  table.require("name",
                "give each source a name of its own; renaming it later makes all its items new");
  table.name("name", source.name);
  table.require("kind", "write submission_folder, submission_feed, survey_folder or metric_folder");
  table.word("kind", source.kind);
  table.duration("every", source.every, milliseconds(10), hours(24 * 30));
  table.name("campaign", source.campaign);
  if (const auto platform = table.text("platform")) {
    source.platform = to_lower_ascii(*platform);
  }
  if (source.kind == SourceKind::submission_folder || source.kind == SourceKind::submission_feed) {
    table.name("placement", source.placement);
  }
  switch (source.kind) {
    case SourceKind::submission_folder:
      read_folder(table, base, source);
      break;
    case SourceKind::submission_feed:
      read_feed(table, base, source);
      break;
    case SourceKind::survey_folder:
      read_folder(table, base, source);
      read_survey(table, base, source);
      break;
    case SourceKind::metric_folder:
      read_folder(table, base, source);
      read_metrics(table, source);
      break;
  }
  refuse_other_kinds(table, source.kind);
  refuse_secrets(table);
  return source;
}

// Does a scan of `folder` come upon `path`? Scans skip hidden files and folders.
bool scan_reaches(const fs::path& folder, const fs::path& path) {
  const fs::path relative = path.lexically_relative(folder);
  if (relative.empty() || *relative.begin() == "..") {
    return false;
  }
  return std::ranges::none_of(
      relative, [](const fs::path& part) { return part.native().starts_with('.') && part != "."; });
}

// A folder of a source, and the option that named it.
struct Folder {
  std::size_t source = 0;
  std::string_view option;
  fs::path path;
};

std::vector<Folder> folders_of(const std::vector<SourceConfig>& sources) {
  std::vector<Folder> folders;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const SourceConfig& source = sources[i];
    for (const auto& [option, path] : {std::pair("directory", source.directory),
                                       std::pair("done_directory", source.done_directory),
                                       std::pair("error_directory", source.error_directory)}) {
      if (!path.empty()) {
        folders.push_back({i, option, path});
      }
    }
  }
  return folders;
}

// A watched folder must hold nothing but its own new files: not what was put away from it, and not
// what another source watches.
void check_folders(std::vector<TomlTable>& tables,
                   const std::vector<SourceConfig>& sources,
                   const fs::path& data_directory) {
  const std::vector<Folder> folders = folders_of(sources);
  for (const Folder& watched : folders) {
    if (watched.option != "directory") {
      continue;
    }
    if (scan_reaches(watched.path, data_directory)) {
      tables[watched.source].problem("directory",
                                     "holds the data directory, whose files would be taken as "
                                     "submissions; watch a folder of its own");
    }
    for (const Folder& other : folders) {
      const bool self = &other == &watched;
      // Of two sources that watch the same folder only the later one is reported.
      const bool said = other.option == "directory" && other.path == watched.path &&
                        other.source < watched.source;
      if (self || said || !scan_reaches(watched.path, other.path)) {
        continue;
      }
      const std::string owner =
          other.source == watched.source
              ? "this source"
              : fmt::format("the source '{}'", shown(sources[watched.source].name));
      tables[other.source].problem(
          other.option,
          other.path == watched.path
              ? fmt::format("is the folder that {} watches; choose another", owner)
              : fmt::format(
                    "lies in the folder that {} watches, so its files would be taken again; choose "
                    "one outside, or one whose name starts with a dot",
                    owner));
    }
  }
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (!sources[i].done_directory.empty() &&
        sources[i].done_directory == sources[i].error_directory) {
      tables[i].problem(
          "error_directory",
          "must not be done_directory: what failed could not be told from what was taken");
    }
  }
}

}  // namespace

std::vector<SourceConfig> read_sources(TomlTable& root,
                                       const fs::path& base,
                                       const fs::path& data_directory) {
  std::vector<TomlTable> tables = root.tables("source");
  std::vector<SourceConfig> sources;
  std::map<std::string, std::size_t> names;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    sources.push_back(read_source(tables[i], base));
    const std::string& name = sources.back().name;
    if (const auto [first, is_new] = names.try_emplace(name, i); !is_new && !name.empty()) {
      tables[i].problem("name",
                        fmt::format("'{}' is already the name of source[{}]; names must differ",
                                    shown(name),
                                    first->second + 1));
    }
  }
  check_folders(tables, sources, data_directory);
  return sources;
}

}  // namespace muster
