#pragma once

#include "config/survey_map.h"
#include "core/creator.h"
#include "core/enum_names.h"
#include "core/error.h"
#include "core/time.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

enum class SourceKind {
  submission_folder,  // a drop folder of media with optional manifests
  submission_feed,    // a JSON feed over HTTP
  survey_folder,      // a drop folder of survey exports
  metric_folder,      // a drop folder of metric exports: engagement, clicks, conversions, sign-ups
};
template <>
inline constexpr auto kEnumNames<SourceKind> =
    enum_names<SourceKind>({{SourceKind::submission_folder, "submission_folder"},
                            {SourceKind::submission_feed, "submission_feed"},
                            {SourceKind::survey_folder, "survey_folder"},
                            {SourceKind::metric_folder, "metric_folder"}});

// One [[source]] of muster.toml. Which options a kind takes is checked on load. Relative paths are
// resolved against the folder of the configuration file.
struct SourceConfig {
  std::string name;  // unique; part of every item's identity, so renaming it makes all items new
  SourceKind kind = SourceKind::submission_folder;
  Milliseconds every = std::chrono::seconds(30);

  // Folders.
  std::filesystem::path directory;
  std::filesystem::path done_directory;  // where taken files go; empty: DIRECTORY/.done
  std::filesystem::path
      error_directory;  // where files go that can't be taken; empty: DIRECTORY/.error
  Milliseconds quiet_period =
      std::chrono::seconds(2);  // a file is left alone until unchanged this long

  // Feeds.
  std::string url;
  std::string token_env;             // environment variable with a bearer token
  std::filesystem::path token_file;  // or a file with it
  bool allow_http = false;
  bool allow_private = false;  // loopback and private addresses
  int max_pages = 1000;        // a poll stops there

  // Defaults for items that do not say it themselves.
  std::string campaign;
  std::string platform;
  std::string placement;

  // Surveys.
  std::string survey;          // empty: by sub-folder, else by file name
  std::string creator_field;   // hidden field or column that names the creator
  std::string campaign_field;  // hidden field or column that names the campaign; else `campaign`
  std::string wave;
  std::string wave_field;
  std::string zone = "UTC";  // for times that come without one
  // Each export holds all responses that there are: known ones that it lacks were deleted.
  bool full_export = false;
  std::filesystem::path map_file;  // how tables and lists of records are read; empty: judged
  std::optional<SurveyMap> map;    // what it says; load_config() reads it

  // Metrics.
  std::string objective;  // of metrics that are not known by name; empty: they are left out
  std::string currency;   // of money without one: "EUR"
};

struct JobsConfig {
  int runners = 0;  // 0: cores - 1, at least 1
  int max_attempts = 8;
  int crash_limit = 3;
  Milliseconds lease = std::chrono::seconds(30);
  Milliseconds heartbeat = std::chrono::seconds(10);
  Milliseconds first_retry = std::chrono::seconds(5);
  Milliseconds last_retry = std::chrono::minutes(15);
  Milliseconds keep_completed = std::chrono::hours(24 * 30);
};

// Limits of muster-decode. A file over one of them is refused or stopped with the reason.
struct DecodeConfig {
  std::uint64_t max_image_bytes = 50'000'000;
  std::uint64_t max_video_bytes = 500'000'000;
  std::uint64_t max_pixels = 50'000'000;  // of a still, or of one video frame
  int max_side = 20'000;                  // px
  Milliseconds max_duration = std::chrono::hours(2);
  Milliseconds image_wall = std::chrono::seconds(15);
  Milliseconds video_wall = std::chrono::seconds(180);
  Milliseconds image_cpu = std::chrono::seconds(10);
  Milliseconds video_cpu = std::chrono::seconds(60);
  std::uint64_t image_memory_bytes = 1'073'741'824;
  std::uint64_t video_memory_bytes = 1'610'612'736;
  int analysis_side = 1280;  // px: the longer side of the pictures that checks see
  int max_frames = 256;      // kept of a video
  std::uint64_t video_frame_bytes = 160'000'000;  // of the frames kept of a video
  int deaths_to_quarantine = 2;
  bool heif = false;     // take HEIC and AVIF photos
  bool prores = false;   // take ProRes videos
  bool previews = true;  // make thumbnails, contact sheets and clips for reviewers
};

// What text and codes in pictures are read with; see extractors/text_seen/reading.h.
struct ModelsConfig {
  std::filesystem::path directory;  // empty: models/ beside the program or beside its folder
  std::vector<std::string> text_languages = {"eng"};  // Tesseract's names
};

struct Config {
  std::filesystem::path file;                            // where it was read from
  std::filesystem::path data_directory = "muster-data";  // [data] directory
  std::string store_url = "sqlite:muster.db";
  std::string blobs_url = "file:blobs";
  std::filesystem::path socket;  // [api] socket; empty: DATA/muster.sock
  std::string log_level = "info";
  JobsConfig jobs;
  DecodeConfig decode;
  ModelsConfig models;
  TierThresholds tiers;
  std::filesystem::path creators_file;        // CSV; empty: none
  std::vector<std::filesystem::path> briefs;  // files, or folders of *.toml
  std::vector<std::filesystem::path> kits;    // kit folders, or folders of kit folders
  std::filesystem::path packs_directory;      // empty: the packs that ship with the program
  Milliseconds review_lease = std::chrono::minutes(15);
  std::vector<SourceConfig> sources;
};

// Reads muster.toml and the maps that its sources name. Throws ConfigError with every problem at
// once.
Config load_config(const std::filesystem::path& file);
// The same without the maps.
Config parse_config(std::string_view text, const std::filesystem::path& file);

// The defaults as a TOML file that explains every option (config/muster.reference.toml, embedded).
std::string_view reference_config();

// The bearer token of a feed, from its environment variable or file; empty where none is
// configured. Throws ConfigError when it is configured and not there.
std::string read_token(const SourceConfig& source);

// Reads the creators' list: CSV with a header of at least `handle` and `followers`; `platform`,
// `name`, `country` and `tier` are optional. Throws ConfigError with every problem at once.
std::vector<Creator> load_creators(const std::filesystem::path& file, const TierThresholds& tiers);

}  // namespace muster
