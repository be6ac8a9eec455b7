// What it costs to file an export of many responses with 20 answers each, as lines of JSON and as
// CSV, against pandas, sqlite-utils and a bare loop of inserts; and what figures cost on that
// store.

#include "bench/bench.h"
#include "bench/survey_samples.h"
#include "core/clock.h"
#include "core/error.h"
#include "core/mapped_file.h"
#include "extractors/surveys/survey_parser.h"
#include "storage/intake.h"
#include "storage/job_queue.h"
#include "storage/open.h"
#include "storage/sqlite/connection.h"
#include "storage/store.h"
#include "storage/surveys.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/program_options.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace muster {
namespace {

namespace fs = std::filesystem;
using OrderedJson = nlohmann::ordered_json;

struct SurveyOptions {
  fs::path directory = ".";
  std::size_t rows = 100'000;
  bool peers = true;
};

SurveyOptions read_survey_options(std::span<const std::string> args) {
  namespace po = boost::program_options;
  SurveyOptions options;
  std::string directory = ".";
  bool alone = false;
  po::options_description described("muster-bench surveys");
  described.add_options()("directory", po::value(&directory), "folder on the disk to measure")(
      "rows", po::value(&options.rows), "responses in the export (100000)")(
      "alone", po::bool_switch(&alone), "without pandas and sqlite-utils");
  po::variables_map values;
  po::store(po::command_line_parser(std::vector<std::string>(args.begin(), args.end()))
                .options(described)
                .run(),
            values);
  po::notify(values);
  options.directory = directory;
  options.peers = !alone;
  return options;
}

// What a child process took.
struct Cost {
  bool done = false;
  double wall_s = 0;
  double cpu_s = 0;
  double peak_mb = 0;
};

Cost cost_of(const std::function<int()>& run) {
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    int status = 1;
    try {
      status = run();
    } catch (const std::exception& error) {
      std::cerr << error.what() << "\n";
    }
    ::_exit(status);
  }
  int status = 1;
  rusage used{};
  ::wait4(child, &status, 0, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return {WIFEXITED(status) && WEXITSTATUS(status) == 0,
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
          seconds(used.ru_utime) + seconds(used.ru_stime),
          static_cast<double>(used.ru_maxrss) / 1000};
}

Cost cost_of_program(std::vector<std::string> args) {
  return cost_of([&args] {
    const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(null, STDOUT_FILENO);
    std::vector<char*> argv;
    for (std::string& arg : args) {
      argv.push_back(arg.data());
    }
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    return 127;
  });
}

// Keeps responses aside as the parse job does.
class BenchRows final : public ResponseSink {
 public:
  BenchRows(MappedFile& document, const fs::path& folder) : document_(document) {
    outcome.responses = ResponseSpool(folder);
  }
  void file(Response& response, const SurveyDefinition&) override {
    placed_.campaign = "spring";
    placed_.wave = "w1";
    for (const auto& [name, value] : response.hidden) {
      if (name == "creator") {
        placed_.creator = value;
      }
    }
    std::swap(placed_.response, response);
    outcome.responses.add(placed_);
    std::swap(placed_.response, response);
  }
  void exclude(SkippedRow row) override { outcome.excluded.add(std::move(row)); }
  void reject(SkippedRow row) override { outcome.rejected.add(std::move(row)); }
  void progress(const ReadingProgress& now) override {
    constexpr std::size_t kKeptBytes = 4'000'000;
    document_.forget_before(now.offset > kKeptBytes ? now.offset - kKeptBytes : 0);
  }

  ImportOutcome outcome;

 private:
  MappedFile& document_;
  PlacedResponse placed_;
};

// Reads the file and files it in a new store: what the parse job does, less the copy to the blobs.
int import_file(const fs::path& file, const fs::path& folder, std::size_t rows) {
  const auto clock = make_system_clock();
  const auto store = open_store("sqlite:muster.db", folder, OpenMode::owner, *clock);
  const std::vector<FoundExport> found{{"x", "v1", file.native(), "bench", 1}};
  store->intake().record_exports("surveys", found, std::nullopt);
  constexpr JobKind kKind = JobKind::parse;
  const auto claim = store->jobs().claim("bench", std::span(&kKind, 1), std::chrono::hours(1));
  const auto started = std::chrono::steady_clock::now();
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  MappedFile document(fd);
  ::close(fd);
  BenchRows sink(document, folder);
  SurveyContext context;
  context.survey = "bench";
  auto facts = read_survey_export(document.bytes(), context, sink);
  if (!facts) {
    throw std::runtime_error("the sample was not read: " + to_string(facts.error()));
  }
  const auto read = std::chrono::steady_clock::now();
  sink.outcome.definition = std::move(facts->definition);
  sink.outcome.rows_seen = facts->rows_seen;
  const ImportCounts counts =
      store->surveys().finish_parse(*claim, store->surveys().exports("").front().id, sink.outcome);
  const auto filed = std::chrono::steady_clock::now();
  std::cerr << fmt::format("  read {:.2f} s, filed {:.2f} s\n",
                           std::chrono::duration<double>(read - started).count(),
                           std::chrono::duration<double>(filed - read).count());
  return counts.added == static_cast<std::int64_t>(rows) ? 0 : 1;
}

// The rows that an import wrote, once more into a new store of the same schema: one transaction of
// prepared inserts, in the order in which the import wrote them.
int bare_inserts(const fs::path& filled, const fs::path& folder) {
  const auto clock = make_system_clock();
  open_store("sqlite:muster.db", folder, OpenMode::owner, *clock);
  Connection connection(folder / "muster.db", Access::read_write);
  connection.run_script(fmt::format("ATTACH '{}' AS filled", (filled / "muster.db").native()));
  connection.run_script("PRAGMA foreign_keys = OFF");
  Transaction transaction(connection, Transaction::Kind::write);
  Statement response = connection.prepare(
      "SELECT id, survey_id, response_id, version, status, started_at, submitted_at, updated_at, "
      "times_are_local, language, campaign, creator, wave, export_id, place, digest, stored_at, "
      "definition_version FROM filled.response ORDER BY id");
  Statement hidden = connection.prepare(
      "SELECT response, name, position, value FROM filled.response_hidden ORDER BY response, "
      "position");
  Statement answer = connection.prepare(
      "SELECT id, response, position, question, state, number, text, other_text FROM "
      "filled.answer ORDER BY id");
  Statement choice = connection.prepare(
      "SELECT answer, position, choice_id, label FROM filled.answer_choice ORDER BY answer, "
      "position");
  bool more_hidden = hidden.step();
  bool more_answers = answer.step();
  bool more_choices = choice.step();
  while (response.step()) {
    const auto id = response.integer(0);
    connection.run(
        "INSERT INTO response (id, survey_id, response_id, version, status, started_at, "
        "submitted_at, updated_at, times_are_local, language, campaign, creator, wave, export_id, "
        "place, digest, stored_at, definition_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, ?, ?, ?, ?, ?)",
        id,
        response.integer(1),
        response.text(2),
        response.integer(3),
        response.text(4),
        response.optional_integer(5),
        response.optional_integer(6),
        response.optional_integer(7),
        response.integer(8),
        response.text(9),
        response.text(10),
        response.text(11),
        response.text(12),
        response.integer(13),
        response.text(14),
        response.hash(15),
        response.integer(16),
        response.optional_integer(17));
    for (; more_answers && answer.integer(1) == id; more_answers = answer.step()) {
      const auto row = answer.integer(0);
      const std::string text = answer.text(6);
      connection.run(
          "INSERT INTO answer (id, response, position, question, state, number, text, other_text) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          row,
          id,
          answer.integer(2),
          answer.integer(3),
          answer.text(4),
          answer.optional_real(5),
          text,
          answer.text(7));
      for (; more_choices && choice.integer(0) == row; more_choices = choice.step()) {
        connection.run(
            "INSERT INTO answer_choice (answer, position, choice_id, label) VALUES (?, ?, ?, ?)",
            row,
            choice.integer(1),
            choice.text(2),
            choice.text(3));
      }
      if (!text.empty()) {
        connection.run("INSERT INTO answer_text (rowid, text, other_text) VALUES (?, ?, ?)",
                       row,
                       text,
                       answer.text(7));
      }
    }
    for (; more_hidden && hidden.integer(0) == id; more_hidden = hidden.step()) {
      connection.run(
          "INSERT INTO response_hidden (response, name, position, value) VALUES (?, ?, ?, ?)",
          id,
          hidden.text(1),
          hidden.integer(2),
          hidden.text(3));
    }
  }
  transaction.commit();
  return 0;
}

OrderedJson as_json(const Cost& cost) {
  if (!cost.done) {
    return "failed, or not installed";
  }
  return {{"wall_s", cost.wall_s}, {"cpu_s", cost.cpu_s}, {"peak_mb", cost.peak_mb}};
}

// A ratio of processor time: what else runs on the machine does not count.
OrderedJson ratio(const Cost& peer, const Cost& ours, double goal) {
  if (!peer.done || !ours.done) {
    return nullptr;
  }
  const double times = peer.cpu_s / ours.cpu_s;
  return {
      {"cpu", times}, {"wall", peer.wall_s / ours.wall_s}, {"goal", goal}, {"met", times >= goal}};
}

constexpr std::string_view kPandas = R"(
import sys, sqlite3, pandas
source, target = sys.argv[1], sys.argv[2]
table = pandas.read_csv(source) if source.endswith('.csv') else pandas.read_json(source, lines=True)
connection = sqlite3.connect(target)
table.to_sql('answers', connection, index=False)
connection.commit()
connection.close()
)";

fs::path fresh(const fs::path& folder) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

OrderedJson bench_import(const fs::path& file,
                         const fs::path& folder,
                         const SurveyOptions& options) {
  OrderedJson out{{"bytes", fs::file_size(file)}};
  const fs::path ours_folder = fresh(folder / "ours");
  const Cost ours = cost_of([&] { return import_file(file, ours_folder, options.rows); });
  out["muster"] = as_json(ours);
  out["peak_goal_mb"] = 300;
  out["database_bytes"] = fs::file_size(ours_folder / "muster.db");
  const fs::path bare_folder = fresh(folder / "bare");
  const Cost bare = cost_of([&] { return bare_inserts(ours_folder, bare_folder); });
  out["bare_inserts"] = as_json(bare);
  out["over_bare_inserts"] = ratio(bare, ours, 0.5);
  fs::remove_all(bare_folder);
  if (options.peers) {
    const fs::path peers = fresh(folder / "peers");
    const Cost pandas = cost_of_program({"/usr/bin/python3",
                                         "-c",
                                         std::string(kPandas),
                                         file.native(),
                                         (peers / "pandas.db").native()});
    out["pandas"] = as_json(pandas);
    out["over_pandas"] = ratio(pandas, ours, 5);
    const bool csv = file.extension() == ".csv";
    const Cost utils = cost_of_program({"sqlite-utils",
                                        "insert",
                                        (peers / "utils.db").native(),
                                        "answers",
                                        file.native(),
                                        csv ? "--csv" : "--nl"});
    out["sqlite_utils"] = as_json(utils);
    out["over_sqlite_utils"] = ratio(utils, ours, 3);
    fs::remove_all(peers);
  }
  return out;
}

template <typename Run>
double best_ms(Run run) {
  double best = 1e9;
  for (int i = 0; i < 3; ++i) {
    const auto start = std::chrono::steady_clock::now();
    run();
    best =
        std::min(best,
                 std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                     .count());
  }
  return best;
}

std::size_t rows_of(Connection& connection, std::string_view sql) {
  Statement row = connection.prepare(sql);
  std::size_t rows = 0;
  while (row.step()) {
    ++rows;
  }
  return rows;
}

OrderedJson timed(double ours_ms, double plain_ms) {
  return {
      {"muster_ms", ours_ms}, {"sqlite_ms", plain_ms}, {"goal_ms", 200}, {"met", ours_ms <= 200}};
}

// Muster's own way to the answers, beside plain SQL for the same.
OrderedJson bench_queries(const fs::path& folder) {
  const auto clock = make_system_clock();
  const auto store = open_store("sqlite:muster.db", folder, OpenMode::read_only, *clock);
  Connection plain(folder / "muster.db", Access::read_only);
  const SurveyDefinition asked = store->surveys().find_survey("bench")->definition;
  const auto id_of = [&](std::string_view title) {
    const auto found = std::find_if(asked.questions.begin(),
                                    asked.questions.end(),
                                    [&](const Question& q) { return q.title == title; });
    return found == asked.questions.end() ? std::string(title) : found->id;
  };
  AnswerFilter scores;
  scores.survey = "bench";
  scores.question_id = id_of("How likely are you to recommend us?");
  AnswerFilter regions = scores;
  regions.question_id = id_of("Region");
  const std::string likely = "question_id = '" + scores.question_id + "'";
  OrderedJson out;
  out["nps_by_tier"] =
      timed(best_ms([&] {
              std::map<std::string, std::int64_t> promoters;
              store->surveys().answers(scores, "creator.tier", [&](const AnswerRow& row) {
                promoters[row.group] += row.answer.number >= 9.0 ? 1 : 0;
              });
            }),
            best_ms([&] {
              rows_of(plain,
                      "SELECT tier, sum(number >= 9), sum(number <= 6), count(*) "
                      "FROM v_answers WHERE " +
                          likely + " GROUP BY tier");
            }));
  out["cross_tab"] = timed(
      best_ms([&] {
        std::map<std::pair<std::string, std::string>, std::int64_t> cells;
        store->surveys().answers(
            regions, "question:" + scores.question_id, [&](const AnswerRow& row) {
              if (!row.answer.choices.empty()) {
                ++cells[{row.answer.choices.front().label, row.group}];
              }
            });
      }),
      best_ms([&] {
        rows_of(
            plain,
            fmt::format("SELECT a.choices, b.number, count(*) FROM v_answers a JOIN v_answers b "
                        "ON b.response = a.response AND b.question_id = '{}' WHERE "
                        "a.question_id = '{}' GROUP BY 1, 2",
                        scores.question_id,
                        regions.question_id));
      }));
  AnswerFilter any;
  any.survey = "bench";
  out["text_search"] =
      timed(best_ms([&] { store->surveys().search_text("noodle spicy", any, 20); }), best_ms([&] {
              rows_of(plain,
                      "SELECT snippet(answer_text, -1, '[', ']', '…', 24) FROM answer_text WHERE "
                      "answer_text MATCH 'noodle spicy' ORDER BY rank LIMIT 20");
            }));
  return out;
}

}  // namespace

// Prints one JSON object.
int bench_surveys(std::span<const std::string> args) {
  const SurveyOptions options = read_survey_options(args);
  const fs::path folder = options.directory / "muster-bench-surveys";
  fs::create_directories(folder);
  OrderedJson out{{"bench", "surveys"}, {"responses", options.rows}, {"answers_each", 20}};
  const fs::path csv = folder / "sample.csv";
  write_sample_csv(csv, options.rows);
  out["csv"] = bench_import(csv, folder, options);
  fs::remove(csv);
  const fs::path lines = folder / "sample.ndjson";
  write_sample_ndjson(lines, options.rows);
  out["ndjson"] = bench_import(lines, folder, options);
  out["queries"] = bench_queries(folder / "ours");
  fs::remove_all(folder);
  std::cout << out.dump(2) << "\n";
  return 0;
}

}  // namespace muster
