#include "core/error.h"
#include "storage/sqlite/metric_import.h"
#include "storage/sqlite/metric_queries.h"
#include "storage/sqlite/parts.h"
#include "storage/sqlite/survey_queries.h"
#include "storage/sqlite/workflow.h"

#include <fmt/format.h>

namespace muster {
namespace {

// The export row of a file that a person handed in; a new one waits to be read.
ExportId open_handed_in(Connection& connection,
                        std::string_view source,
                        std::string_view name,
                        Timestamp now) {
  connection.run("INSERT INTO source (name, holds) VALUES (?, 'exports') ON CONFLICT DO NOTHING",
                 source);
  connection.run(
      "INSERT INTO export (source_id, external_id, fingerprint, locator, survey_name, byte_size, "
      "state, seen_at) SELECT id, ?2, '', '', '', 0, 'waiting', ?3 FROM source WHERE name = ?1 "
      "ON CONFLICT DO NOTHING",
      source,
      name,
      now);
  Statement row = connection.prepare(
      "SELECT e.id FROM export e JOIN source s ON s.id = e.source_id WHERE s.name = ? AND "
      "e.external_id = ?");
  row.bind(source, name);
  row.step();
  return row.id<ExportId>(0);
}

class SqliteMetrics final : public Metrics {
 public:
  explicit SqliteMetrics(Database& database) : database_(database) {}

  ImportCounts finish_parse(const Claim& claim, ExportId id, MetricImport import) override {
    return database_.write("import metrics", [&](Connection& connection) {
      complete_claim(connection, claim, JobKind::parse, fmt::format("export/{}", raw(id)), now());
      const auto row = find_exports(connection, "", id);
      if (row.empty() || row.front().state != "waiting") {
        return row.empty() ? ImportCounts{} : row.front().counts;
      }
      return import_metrics(connection, id, std::move(import), now());
    });
  }

  ExportRow import(std::string_view source, std::string_view name, MetricImport import) override {
    return database_.write("import metrics", [&](Connection& connection) {
      const ExportId id = open_handed_in(connection, source, name, now());
      import_metrics(connection, id, std::move(import), now());
      return find_exports(connection, "", id).front();
    });
  }

  std::vector<MetricTotal> totals(const MetricFilter& filter, std::string_view group_by) override {
    return database_.read("sum up metrics", [&](Connection& connection) {
      return read_metric_totals(connection, filter, group_by);
    });
  }

  std::vector<MetricValueRow> values(const MetricFilter& filter, int limit) override {
    return database_.read("read metrics", [&](Connection& connection) {
      return read_metric_values(connection, filter, limit);
    });
  }

  std::vector<JourneyRow> journey(const MetricFilter& filter, std::string_view group_by) override {
    return database_.read("read the journey", [&](Connection& connection) {
      return read_journey(connection, filter, group_by);
    });
  }

  std::vector<CreatorFacts> creator_facts() override {
    return database_.read("read what is known of creators",
                          [](Connection& connection) { return read_creator_facts(connection); });
  }

 private:
  Timestamp now() const { return database_.clock().now(); }

  Database& database_;
};

}  // namespace

std::unique_ptr<Metrics> make_sqlite_metrics(Database& database) {
  return std::make_unique<SqliteMetrics>(database);
}

}  // namespace muster
