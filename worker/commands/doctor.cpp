#include "core/error.h"
#include "core/json.h"
#include "core/text.h"
#include "core/version.h"
#include "extractors/decode/decoder.h"
#include "extractors/text_seen/reading.h"
#include "storage/open.h"
#include "worker/cli/api_client.h"
#include "worker/commands/commands.h"
#include "worker/commands/report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include <curl/curl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

namespace muster {
namespace {

const CommandSpec kDoctorSpec{
    .name = "doctor",
    .synopsis = "",
    .about =
        "Looks at everything that Muster stands on: versions, the decoder's "
        "sandbox, the data directory, free space. Ends "
        "with 1 when something needs attention.",
    .examples = "muster doctor\nmuster doctor --format json"};

enum class Health { ok, caution, bad };

struct Observation {
  std::string subject;
  Health health;
  std::string what;
};

std::string_view word(Health health) {
  return health == Health::ok ? "ok" : (health == Health::caution ? "warn" : "fail");
}

void look_at_versions(std::vector<Observation>& list) {
  const BuildFacts facts = build_facts();
  list.push_back({"muster",
                  Health::ok,
                  fmt::format("{} (commit {}, {}, {})",
                              facts.version,
                              facts.commit,
                              facts.build_type,
                              facts.compiler)});
  // The WAL-reset race: fixed in 3.51.3, and in 3.50.7 and 3.44.6 of the older lines.
  const int sqlite = sqlite3_libversion_number();
  const bool fixed = sqlite >= 3'051'003 || (sqlite >= 3'050'007 && sqlite < 3'051'000) ||
                     (sqlite >= 3'044'006 && sqlite < 3'045'000);
  list.push_back({"sqlite",
                  Health::ok,
                  fmt::format("{}{}",
                              sqlite3_libversion(),
                              fixed ? ""
                                    : " has the WAL-reset race; Muster keeps to one writing "
                                      "connection, which also runs every checkpoint")});
  list.push_back({"libcurl", Health::ok, curl_version_info(CURLVERSION_NOW)->version});
}

// Holes of the decoding libraries that are public, and what stands between them and us.
struct KnownHole {
  std::string_view library;
  std::array<int, 3> fixed;  // first version without it
  std::string_view about;
};
constexpr KnownHole kKnownHoles[] = {
    {"FFmpeg",
     {5, 1, 10},
     "CVE-2026-8461 (MagicYUV) is open in it; that codec is not on our list, so no file reaches "
     "it"},
    {"libwebp",
     {1, 3, 2},
     "CVE-2023-4863 is open upstream in it; Debian has mended it in 1.2.4-0.2+deb12u1 (see apt "
     "policy libwebp7)"},
};

// The first three numbers of "name 1.2.3-4"; 0 where there are fewer.
std::array<int, 3> version_of(std::string_view library) {
  std::array<int, 3> version{};
  const std::string text(library.substr(std::min(library.find(' ') + 1, library.size())));
  std::sscanf(text.c_str(), "%d.%d.%d", &version[0], &version[1], &version[2]);
  return version;
}

void look_at_libraries(std::vector<Observation>& list, Decoder& decoder) {
  for (const std::string& library : decoder.libraries()) {
    std::string what = library;
    for (const KnownHole& hole : kKnownHoles) {
      if (library.starts_with(hole.library) && version_of(library) < hole.fixed) {
        what += fmt::format("; {}", hole.about);
      }
    }
    list.push_back({"decoder", Health::ok, std::move(what)});
  }
}

void look_at_sandbox(std::vector<Observation>& list, const Config& config) {
  try {
    const auto decoder = make_decoder({.program = {}, .limits = config.decode});
    look_at_libraries(list, *decoder);
    std::vector<std::string> probes = decoder->self_test();
    for (std::string& probe : Reading(config.models).self_test()) {
      probes.push_back(std::move(probe));
    }
    for (const std::string& probe : probes) {
      list.push_back({"sandbox", probe.starts_with("ok") ? Health::ok : Health::bad, probe});
    }
  } catch (const Error& error) {
    list.push_back({"sandbox", Health::bad, error.what()});
  }
}

// Missing models are no fault of the installation: Muster works without them and says what it did
// not check.
void look_at_models(std::vector<Observation>& list, const Config& config) {
  const Reading reading(config.models);
  for (const ReadingPart& part : reading.parts()) {
    list.push_back({"models",
                    part.hash ? Health::ok : Health::caution,
                    part.hash ? fmt::format("{} {}", part.file.native(), part.hash->short_hex())
                              : fmt::format("{} is not there: {}", part.name, part.without)});
  }
  for (const std::string& problem : {reading.text_problem(), reading.codes_problem()}) {
    if (!problem.empty()) {
      list.push_back({"models", Health::caution, problem});
    }
  }
}

void look_at_data(std::vector<Observation>& list, const Config& config) {
  constexpr std::uint64_t kLowSpace = 2'000'000'000;
  struct statvfs space {};
  if (::statvfs(config.data_directory.c_str(), &space) == 0) {
    const std::uint64_t left = static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
    list.push_back(
        {"disk",
         left < kLowSpace ? Health::caution : Health::ok,
         fmt::format("{} left at {}", format_bytes(left), config.data_directory.native())});
  }
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  list.push_back({"open files",
                  files.rlim_cur < 1024 ? Health::caution : Health::ok,
                  fmt::format("limit {}", files.rlim_cur)});
  try {
    const auto client = connect(config);
    list.push_back(
        {"data",
         Health::ok,
         client->is_daemon() ? "a daemon owns the directory and answers" : "no daemon runs"});
    const Json status = client->get("/api/v1/status");
    for (const Json& source : status.at("sources")) {
      const std::string error = text_of(source, "last_error");
      list.push_back({"source " + text_of(source, "source"),
                      error.empty() ? Health::ok : Health::bad,
                      error.empty() ? "polled " + text_of(source, "polled_at") : error});
    }
    for (const Json& job : status.at("jobs")) {
      if (text_of(job, "state") == "discarded") {
        list.push_back({"dead letter",
                        Health::caution,
                        fmt::format("{} {} jobs were given up; muster retry lists them",
                                    text_of(job, "count"),
                                    text_of(job, "kind"))});
      }
    }
  } catch (const Error& error) {
    list.push_back({"data", Health::bad, error.what()});
  }
}

}  // namespace

Exit doctor_command(Args args) {
  const auto line = CommandLine::parse(kDoctorSpec, args);
  if (!line) {
    return Exit::done;
  }
  const Config config = line->load_config();
  std::vector<Observation> list;
  look_at_versions(list);
  look_at_sandbox(list, config);
  look_at_models(list, config);
  look_at_data(list, config);

  bool healthy = true;
  Json json = Json::array();
  Table table({{"subject"}, {"health"}, {"what", Table::Align::left, true}});
  for (const Observation& observation : list) {
    healthy = healthy && observation.health != Health::bad;
    json.push_back(Json{{"subject", observation.subject},
                        {"health", word(observation.health)},
                        {"what", observation.what}});
    table.add({observation.subject, std::string(word(observation.health)), observation.what});
  }
  print(Json{{"healthy", healthy}, {"findings", std::move(json)}}, table, line->format());
  return healthy ? Exit::done : Exit::failed;
}

}  // namespace muster
