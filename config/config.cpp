#include "config/config.h"

#include "config/sections.h"
#include "config/text_file.h"
#include "core/text.h"
#include "muster_reference.h"

#include <algorithm>

#include <fmt/format.h>
#include <sys/un.h>

namespace muster {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Milliseconds kDay = hours(24);
constexpr std::int64_t kMaxBytes = 1'000'000'000'000;

// The part of a store URL between "scheme://" and "@", where it holds a password.
bool holds_password(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) {
    return false;
  }
  std::string_view authority = url.substr(scheme + 3);
  authority = authority.substr(0, authority.find('/'));
  const std::size_t at = authority.rfind('@');
  return at != std::string_view::npos &&
         authority.substr(0, at).find(':') != std::string_view::npos;
}

void check_scheme(TomlTable& table,
                  std::string_view key,
                  std::string_view url,
                  std::initializer_list<std::string_view> schemes) {
  const auto fits = [&](std::string_view scheme) {
    return url.starts_with(scheme) && url.size() > scheme.size();
  };
  if (std::ranges::none_of(schemes, fits)) {
    table.problem(key,
                  fmt::format("'{}' names no known kind of store; write {}",
                              shown(url),
                              fmt::join(schemes, "... or ")) +
                      "...");
  }
}

void read_store(TomlTable store, Config& config) {
  store.text("url", config.store_url);
  check_scheme(store, "url", config.store_url, {"sqlite:", "postgres://", "postgresql://"});
  if (holds_password(config.store_url) || config.store_url.find("password=") != std::string::npos) {
    store.problem("url",
                  "must not hold a password; put it into ~/.pgpass or the variable PGPASSWORD");
  }
  store.text("blobs", config.blobs_url);
  check_scheme(store, "blobs", config.blobs_url, {"file:", "s3://"});
  if (holds_password(config.blobs_url)) {
    store.problem("blobs",
                  "must not hold a key; put it into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
  }
}

void read_api(TomlTable api, const std::filesystem::path& base, Config& config) {
  read_path(api, "socket", base, config.socket);
  const auto socket = config.socket.empty() ? config.data_directory / "muster.sock" : config.socket;
  constexpr std::size_t kLongest = sizeof(sockaddr_un::sun_path) - 1;
  if (socket.native().size() > kLongest) {
    api.problem("socket",
                fmt::format("{} is {} bytes long; the system allows a socket's path {}: "
                            "name a shorter one",
                            socket.string(),
                            socket.native().size(),
                            kLongest));
  }
}

void read_log(TomlTable log, Config& config) {
  log.word("level", config.log_level, {"debug", "info", "warn", "error", "off"});
}

void read_jobs(TomlTable table, JobsConfig& jobs) {
  table.integer("runners", jobs.runners, 0, 1024);
  table.integer("max_attempts", jobs.max_attempts, 1, 1000);
  table.integer("crash_limit", jobs.crash_limit, 1, 1000);
  table.duration("lease", jobs.lease, milliseconds(100), kDay);
  table.duration("heartbeat", jobs.heartbeat, milliseconds(10), kDay);
  table.duration("first_retry", jobs.first_retry, milliseconds(1), 30 * kDay);
  table.duration("last_retry", jobs.last_retry, milliseconds(1), 30 * kDay);
  table.duration("keep_completed", jobs.keep_completed, seconds(1), 3650 * kDay);
  if (jobs.lease <= 2 * jobs.heartbeat) {
    table.problem(
        table.has("lease") ? "lease" : "heartbeat",
        fmt::format("lease ({}) must be longer than two heartbeats ({} each), or one late "
                    "heartbeat loses the job",
                    to_string(jobs.lease),
                    to_string(jobs.heartbeat)));
  }
  if (jobs.last_retry < jobs.first_retry) {
    table.problem(table.has("last_retry") ? "last_retry" : "first_retry",
                  fmt::format("last_retry ({}) must not be shorter than first_retry ({})",
                              to_string(jobs.last_retry),
                              to_string(jobs.first_retry)));
  }
}

void read_decode(TomlTable table, DecodeConfig& decode) {
  table.integer("max_image_bytes", decode.max_image_bytes, 1, kMaxBytes);
  table.integer("max_video_bytes", decode.max_video_bytes, 1, kMaxBytes);
  table.integer("max_pixels", decode.max_pixels, 1, 1'000'000'000);
  table.integer("max_side", decode.max_side, 1, 65'535);
  table.duration("max_duration", decode.max_duration, seconds(1), kDay);
  table.duration("image_wall", decode.image_wall, milliseconds(100), hours(1));
  table.duration("video_wall", decode.video_wall, milliseconds(100), hours(1));
  table.duration("image_cpu", decode.image_cpu, milliseconds(100), hours(1));
  table.duration("video_cpu", decode.video_cpu, milliseconds(100), hours(1));
  constexpr std::int64_t kLeastMemory = 64'000'000;  // below it the decoder can't start
  table.integer("image_memory_bytes", decode.image_memory_bytes, kLeastMemory, kMaxBytes);
  table.integer("video_memory_bytes", decode.video_memory_bytes, kLeastMemory, kMaxBytes);
  table.integer("analysis_side", decode.analysis_side, 64, 8192);
  table.integer("max_frames", decode.max_frames, 1, 10'000);
  table.integer("video_frame_bytes", decode.video_frame_bytes, 1'000'000, kMaxBytes);
  table.integer("deaths_to_quarantine", decode.deaths_to_quarantine, 1, 100);
  table.flag("heif", decode.heif);
  table.flag("prores", decode.prores);
  table.flag("previews", decode.previews);
}

void read_models(TomlTable table, const std::filesystem::path& base, ModelsConfig& models) {
  read_path(table, "directory", base, models.directory);
  std::vector<std::string> languages;
  table.texts("text_languages", languages);
  if (!table.has("text_languages")) {
    return;
  }
  if (languages.empty()) {
    table.problem("text_languages", "must name at least one; leave the line out for \"eng\"");
  }
  for (std::size_t i = 0; i < languages.size(); ++i) {
    const bool is_name = !languages[i].empty() && languages[i].size() <= 20 &&
                         std::ranges::all_of(languages[i], [](char c) {
                           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
                         });
    if (!is_name) {
      table.problem(
          "text_languages", i, "must be one of Tesseract's names: eng, deu, fra, ita, spa, hin");
    }
  }
  models.text_languages = std::move(languages);
}

void read_creators(TomlTable table, const std::filesystem::path& base, Config& config) {
  constexpr std::int64_t kMaxFollowers = 10'000'000'000;
  read_path(table, "file", base, config.creators_file);
  table.integer("macro_followers", config.tiers.macro_followers, 1, kMaxFollowers);
  table.integer("mega_followers", config.tiers.mega_followers, 1, kMaxFollowers);
  if (config.tiers.mega_followers <= config.tiers.macro_followers) {
    table.problem(table.has("mega_followers") ? "mega_followers" : "macro_followers",
                  fmt::format("mega_followers ({}) must be more than macro_followers ({})",
                              config.tiers.mega_followers,
                              config.tiers.macro_followers));
  }
}

std::optional<std::string> path_fault(std::string_view text) {
  if (text.empty()) {
    return "must not be empty; leave the line out instead";
  }
  if (text.starts_with('~')) {
    return "'~' has no meaning here; write the full path";
  }
  return std::nullopt;
}

void read_paths(TomlTable& table,
                std::string_view key,
                const std::filesystem::path& base,
                std::vector<std::filesystem::path>& value) {
  std::vector<std::string> texts;
  table.texts(key, texts);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (const auto fault = path_fault(texts[i])) {
      table.problem(key, i, *fault);
      continue;
    }
    std::filesystem::path path = resolve(base, texts[i]);
    if (std::ranges::find(value, path) != value.end()) {
      table.problem(key, i, "is named twice");
      continue;
    }
    value.push_back(std::move(path));
  }
}

void read_campaigns(TomlTable table, const std::filesystem::path& base, Config& config) {
  read_paths(table, "briefs", base, config.briefs);
  read_paths(table, "kits", base, config.kits);
  read_path(table, "packs", base, config.packs_directory);
}

}  // namespace

std::filesystem::path resolve(const std::filesystem::path& base, std::string_view path) {
  std::filesystem::path whole = (base / path).lexically_normal();
  // "incoming/" and "incoming" are one folder.
  return whole.has_filename() || !whole.has_relative_path() ? whole : whole.parent_path();
}

void read_path(TomlTable& table,
               std::string_view key,
               const std::filesystem::path& base,
               std::filesystem::path& value) {
  const std::optional<std::string> text = table.text(key);
  if (!text) {
    return;
  }
  if (const auto fault = path_fault(*text)) {
    table.problem(key, *fault);
  } else {
    value = resolve(base, *text);
  }
}

Config read_config(TomlDocument& document, const std::filesystem::path& file) {
  Config config;
  config.file = file;
  const std::filesystem::path base = std::filesystem::absolute(file).parent_path();
  TomlTable root = document.root();
  TomlTable data = root.table("data");
  config.data_directory = resolve(base, config.data_directory.string());
  read_path(data, "directory", base, config.data_directory);
  read_store(root.table("store"), config);
  read_api(root.table("api"), base, config);
  read_log(root.table("log"), config);
  read_jobs(root.table("jobs"), config.jobs);
  read_decode(root.table("decode"), config.decode);
  read_models(root.table("models"), base, config.models);
  read_creators(root.table("creators"), base, config);
  read_campaigns(root.table("campaigns"), base, config);
  TomlTable review = root.table("review");
  review.duration("lease", config.review_lease, seconds(1), 7 * kDay);
  config.sources = read_sources(root, base, config.data_directory);
  document.finish();
  return config;
}

Config parse_config(std::string_view text, const std::filesystem::path& file) {
  Problems problems;
  TomlDocument document(text, file.string(), problems);
  Config config = read_config(document, file);
  problems.throw_if_any();
  return config;
}

Config load_config(const std::filesystem::path& file) {
  Config config = parse_config(read_config_file(file, kMaxTomlFileBytes), file);
  Problems problems;
  for (SourceConfig& source : config.sources) {
    if (source.map_file.empty()) {
      continue;
    }
    try {
      source.map = load_survey_map(source.map_file);
    } catch (const ConfigError& error) {
      problems.add(error);
    }
  }
  problems.throw_if_any();
  return config;
}

std::string_view reference_config() {
  return kReferenceConfig[0].text;
}

}  // namespace muster
