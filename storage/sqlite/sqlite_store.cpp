#include "storage/sqlite/sqlite_store.h"

#include "core/error.h"
#include "storage/sqlite/migrations.h"
#include "storage/sqlite/parts.h"

#include <fmt/format.h>

namespace muster {
namespace {

// A counter that a trigger keeps, against the rows that it counts.
constexpr std::string_view kWrongCounters =
    "WITH counted (name, value) AS ("
    "SELECT 'submission/' || bucket || '/' || state, count(*) FROM submission GROUP BY 1 UNION ALL "
    "SELECT 'export/' || state, count(*) FROM export GROUP BY 1 UNION ALL "
    "SELECT 'job/' || kind || '/' || state, count(*) FROM job GROUP BY 1) "
    "SELECT name, coalesce(k.value, 0), coalesce(c.value, 0) FROM "
    "(SELECT name FROM counted UNION SELECT name FROM counter) "
    "LEFT JOIN counter k USING (name) LEFT JOIN counted c USING (name) "
    "WHERE coalesce(k.value, 0) <> coalesce(c.value, 0) ORDER BY name";

std::string text_or(const Statement& row, int column, const char* otherwise) {
  return row.is_null(column) ? otherwise : row.text(column);
}

class SqliteStore final : public Store {
 public:
  SqliteStore(const std::filesystem::path& path, OpenMode mode, Clock& clock)
      : database_(path, mode, clock),
        jobs_(make_sqlite_job_queue(database_)),
        intake_(make_sqlite_intake(database_)),
        checks_(make_sqlite_checks(database_)),
        reviews_(make_sqlite_review_queue(database_)),
        catalog_(make_sqlite_catalog(database_)),
        surveys_(make_sqlite_surveys(database_)),
        metrics_(make_sqlite_metrics(database_)),
        log_(make_sqlite_decision_log(database_)),
        creators_(make_sqlite_creators(database_)),
        fingerprints_(make_sqlite_fingerprints(database_)),
        quality_(make_sqlite_survey_quality(database_)),
        previews_(make_sqlite_previews(database_)) {}

  JobQueue& jobs() override { return *jobs_; }
  Intake& intake() override { return *intake_; }
  Checks& checks() override { return *checks_; }
  ReviewQueue& reviews() override { return *reviews_; }
  Catalog& catalog() override { return *catalog_; }
  Surveys& surveys() override { return *surveys_; }
  Metrics& metrics() override { return *metrics_; }
  DecisionLog& log() override { return *log_; }
  Creators& creators() override { return *creators_; }
  Fingerprints& fingerprints() override { return *fingerprints_; }
  SurveyQuality& quality() override { return *quality_; }
  Previews& previews() override { return *previews_; }

  std::string describe() override {
    return database_.read("describe the database", [](Connection& connection) {
      return fmt::format("sqlite {}, schema {}", sqlite_version(), schema_version(connection));
    });
  }

  std::vector<std::string> check_integrity() override {
    return database_.read("check the database", [](Connection& connection) {
      std::vector<std::string> problems;
      Statement pages = connection.prepare("PRAGMA integrity_check");
      while (pages.step()) {
        if (pages.text(0) != "ok") {
          problems.push_back(pages.text(0));
        }
      }
      Statement keys = connection.prepare("PRAGMA foreign_key_check");
      while (keys.step()) {
        problems.push_back(fmt::format("row {} of {} refers to a missing row of {}",
                                       text_or(keys, 1, "?"),
                                       keys.text(0),
                                       keys.text(2)));
      }
      Statement counters = connection.prepare(kWrongCounters);
      while (counters.step()) {
        problems.push_back(fmt::format("counter {} is {}, {} rows are there",
                                       counters.text(0),
                                       counters.integer(1),
                                       counters.integer(2)));
      }
      return problems;
    });
  }

  void maintain() override { database_.maintain(); }

 private:
  Database database_;
  std::unique_ptr<JobQueue> jobs_;
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<Checks> checks_;
  std::unique_ptr<ReviewQueue> reviews_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<Surveys> surveys_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<DecisionLog> log_;
  std::unique_ptr<Creators> creators_;
  std::unique_ptr<Fingerprints> fingerprints_;
  std::unique_ptr<SurveyQuality> quality_;
  std::unique_ptr<Previews> previews_;
};

}  // namespace

std::unique_ptr<Store> make_sqlite_store(const std::filesystem::path& path,
                                         OpenMode mode,
                                         Clock& clock) {
  return std::make_unique<SqliteStore>(path, mode, clock);
}

}  // namespace muster
