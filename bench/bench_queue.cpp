// What the durable queue costs: a job's life (enqueue, claim, complete: three commits that are each
// on disk before they return) against a bare loop of as many commits of the same size on the same
// disk.

#include "bench/bench.h"
#include "core/clock.h"
#include "core/error.h"
#include "core/json.h"
#include "storage/job_queue.h"
#include "storage/open.h"
#include "storage/sqlite/connection.h"
#include "storage/store.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include <boost/program_options.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

struct Options {
  fs::path directory;
  int jobs = 50;  // few, so that both loops see the same moods of the disk
  int rounds = 15;
  bool json = false;
};

Options read_queue_options(std::span<const std::string> args) {
  namespace po = boost::program_options;
  Options options;
  std::string directory = ".";
  std::string format = "table";
  po::options_description described("muster-bench queue");
  described.add_options()("directory", po::value(&directory), "folder on the disk to measure")(
      "jobs", po::value(&options.jobs), "jobs a round")(
      "rounds", po::value(&options.rounds), "rounds")(
      "format", po::value(&format), "table or json");
  po::variables_map values;
  po::store(po::command_line_parser(std::vector<std::string>(args.begin(), args.end()))
                .options(described)
                .run(),
            values);
  po::notify(values);
  if (options.jobs < 1 || options.rounds < 1 || (format != "table" && format != "json")) {
    throw UsageError(
        "muster-bench queue: --jobs and --rounds count from 1, --format is table or json");
  }
  options.directory = directory;
  options.json = format == "json";
  return options;
}

template <typename Body>
double seconds(Body&& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::uintmax_t size_of(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  return error ? 0 : size;
}

// `jobs` lives of a job, one after the other.
void run_queue(Store& store, int jobs, int round) {
  const JobKind kinds[] = {
      JobKind::fetch, JobKind::check, JobKind::file, JobKind::parse, JobKind::insight};
  for (int i = 0; i < jobs; ++i) {
    store.jobs().enqueue(
        {.kind = JobKind::check, .subject = fmt::format("revision/{}", round * jobs + i + 1)});
    const auto claim = store.jobs().claim("bench", kinds, std::chrono::seconds(30));
    if (!claim) {
      throw Error("muster-bench queue: the job that was just enqueued is not there");
    }
    store.jobs().complete(*claim);
  }
}

// The same number of commits, each of one row of `bytes` bytes, with the same settings of SQLite.
void run_bare(Connection& connection, int commits, std::size_t bytes) {
  for (int i = 0; i < commits; ++i) {
    // SQLite leaves a page alone that would stay what it is, so every byte changes.
    const std::string payload(bytes, static_cast<char>('a' + i % 26));
    Transaction transaction(connection, Transaction::Kind::write);
    connection.run("UPDATE bare SET payload = ? WHERE id = 1", payload);
    transaction.commit();
  }
}

struct Round {
  double queue_seconds = 0;
  double bare_seconds = 0;
};

struct Result {
  std::vector<Round> rounds;
  std::uintmax_t bytes_per_commit = 0;
  int commits = 0;

  // Of the median round, so that one hiccup of the disk does not decide.
  double ratio() const {
    std::vector<double> ratios;
    for (const Round& round : rounds) {
      ratios.push_back(round.bare_seconds / round.queue_seconds);
    }
    std::sort(ratios.begin(), ratios.end());
    return ratios[ratios.size() / 2];
  }
};

Result measure(const Options& options, const fs::path& folder) {
  const auto clock = make_system_clock();
  const auto store = open_store("sqlite:queue.db", folder, OpenMode::owner, *clock);
  Connection bare(folder / "bare.db", Access::read_write);
  bare.run("CREATE TABLE bare (id INTEGER PRIMARY KEY, payload TEXT NOT NULL) STRICT");
  bare.run("INSERT INTO bare VALUES (1, '')");

  Result result;
  result.commits = options.jobs * 3;
  // What one commit of the queue writes, from the growth of its log.
  store->maintain();
  constexpr int kProbe = 20;
  run_queue(*store, kProbe, 1'000'000);
  result.bytes_per_commit = size_of(folder / "queue.db-wal") / (kProbe * 3);

  // Pages of 4 KiB: a payload of so many of them, less the head of each, makes a commit of the same
  // size.
  const std::size_t payload = result.bytes_per_commit > 8192 ? result.bytes_per_commit - 6000 : 1;
  for (int i = 0; i < options.rounds; ++i) {
    Round round;
    round.queue_seconds = seconds([&] { run_queue(*store, options.jobs, i); });
    round.bare_seconds = seconds([&] { run_bare(bare, result.commits, payload); });
    store->maintain();
    bare.checkpoint(true);
    result.rounds.push_back(round);
  }
  return result;
}

void print(const Result& result, const Options& options) {
  if (options.json) {
    Json rounds = Json::array();
    for (const Round& round : result.rounds) {
      rounds.push_back(
          {{"queue_seconds", round.queue_seconds}, {"bare_seconds", round.bare_seconds}});
    }
    std::cout << dump_pretty({{"bench", "queue"},
                              {"jobs", options.jobs},
                              {"commits", result.commits},
                              {"bytes_per_commit", result.bytes_per_commit},
                              {"rounds", rounds},
                              {"ratio", result.ratio()},
                              {"goal", 0.7}})
              << "\n";
    return;
  }
  std::cout << fmt::format("{} jobs a round, {} commits of about {} bytes, synchronous=FULL\n\n",
                           options.jobs,
                           result.commits,
                           result.bytes_per_commit);
  std::cout << fmt::format(
      "{:>5} {:>14} {:>17} {:>7}\n", "round", "queue jobs/s", "bare commits/s", "ratio");
  for (std::size_t i = 0; i < result.rounds.size(); ++i) {
    const Round& round = result.rounds[i];
    std::cout << fmt::format("{:>5} {:>14.0f} {:>17.0f} {:>7.2f}\n",
                             i + 1,
                             options.jobs / round.queue_seconds,
                             result.commits / round.bare_seconds,
                             round.bare_seconds / round.queue_seconds);
  }
  std::cout << fmt::format("\nratio {:.2f} of the median round; goal 0.70\n", result.ratio());
}

}  // namespace

int bench_queue(std::span<const std::string> args) {
  const Options options = read_queue_options(args);
  std::string name = (options.directory / "muster-bench.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw PermanentError(fmt::format("create a folder in {}", options.directory.string()));
  }
  struct Cleanup {
    fs::path folder;
    ~Cleanup() {
      std::error_code error;
      fs::remove_all(folder, error);
    }
  } cleanup{name};
  print(measure(options, name), options);
  return 0;
}

}  // namespace muster
