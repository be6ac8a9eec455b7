#include "storage/sqlite/metric_import.h"

#include "storage/sqlite/rows.h"
#include "storage/sqlite/survey_import.h"

#include <optional>
#include <string>

#include <fmt/format.h>

namespace muster {
namespace {

enum class MetricChange { unchanged, updated, added };

std::int64_t stored_time(const std::optional<Timestamp>& time) {
  return time ? time->time_since_epoch().count() : 0;
}

// "2026-04-01T00:00:00Z to 2026-04-08T00:00:00Z", "the total"
std::string period_in_words(std::int64_t from, std::int64_t until) {
  const auto time = [](std::int64_t at) { return to_iso8601(Timestamp(Milliseconds(at))); };
  return from == 0 && until == 0 ? "the total" : fmt::format("{} to {}", time(from), time(until));
}

// Files one row after another; a row is filed whole or not at all.
class MetricFiling {
 public:
  MetricFiling(Connection& connection, ExportId id) : connection_(connection), export_(id) {}

  // Why it can't be filed, or nullopt. Nothing of it was written then.
  std::optional<std::string> fault_of(const MetricRow& row) {
    for (const MetricReading& reading : row.readings) {
      const auto series = find_series(row, reading);
      if (!series) {
        continue;
      }
      if (series->unit != reading.unit) {
        return fmt::format("{} is in {} here and in {} in what was filed before",
                           reading.metric,
                           reading.unit,
                           series->unit);
      }
      if (auto fault = overlap_of(series->id, row, reading)) {
        return fault;
      }
    }
    return std::nullopt;
  }

  MetricChange store(const MetricRow& row) {
    MetricChange change = MetricChange::unchanged;
    for (const MetricReading& reading : row.readings) {
      change = std::max(change, store_reading(row, reading));
    }
    return change;
  }

 private:
  struct Series {
    std::int64_t id = 0;
    std::string unit;
  };

  std::optional<Series> find_series(const MetricRow& row, const MetricReading& reading) {
    Statement found = connection_.prepare(
        "SELECT id, unit FROM metric_series WHERE creator = ? AND campaign = ? AND platform = ? "
        "AND post = ? AND metric = ?");
    found.bind(row.creator, row.campaign, row.platform, row.post, reading.metric);
    return found.step() ? std::optional(Series{found.integer(0), found.text(1)}) : std::nullopt;
  }

  // A value that would be counted twice beside one that is filed.
  std::optional<std::string> overlap_of(std::int64_t series,
                                        const MetricRow& row,
                                        const MetricReading& reading) {
    const auto from = stored_time(row.from);
    const auto until = stored_time(row.until);
    Statement other = connection_.prepare(
        "SELECT v.period_start, v.period_end, e.external_id, v.place FROM metric_value v "
        "JOIN export e ON e.id = v.export_id WHERE v.series = ?1 "
        "AND NOT (v.period_start = ?2 AND v.period_end = ?3) "
        "AND (?3 = 0 OR v.period_end = 0 OR (v.period_start < ?3 AND v.period_end > ?2)) LIMIT 1");
    other.bind(series, from, until);
    if (!other.step()) {
      return std::nullopt;
    }
    return fmt::format("{} of {} would count twice beside {} ({}, {})",
                       reading.metric,
                       period_in_words(from, until),
                       period_in_words(other.integer(0), other.integer(1)),
                       other.text(2),
                       other.text(3));
  }

  MetricChange store_reading(const MetricRow& row, const MetricReading& reading) {
    auto series = find_series(row, reading);
    if (!series) {
      connection_.run(
          "INSERT INTO metric_series (creator, platform, post, campaign, metric, objective, unit) "
          "VALUES (?, ?, ?, ?, ?, ?, ?)",
          row.creator,
          row.platform,
          row.post,
          row.campaign,
          reading.metric,
          reading.objective,
          reading.unit);
      series = Series{connection_.last_insert_id(), reading.unit};
    }
    Statement known = connection_.prepare(
        "SELECT value, as_of FROM metric_value WHERE series = ? AND period_start = ?");
    known.bind(series->id, stored_time(row.from));
    if (!known.step()) {
      write_value(series->id, row, reading);
      return MetricChange::added;
    }
    // A total that was read off earlier says nothing new, whenever its export arrives.
    const auto as_of = known.optional_time(1);
    const bool older = row.as_of && as_of && *row.as_of < *as_of;
    const bool same = known.real(0) == reading.value;
    if (older || same) {
      return MetricChange::unchanged;
    }
    write_value(series->id, row, reading);
    return MetricChange::updated;
  }

  void write_value(std::int64_t series, const MetricRow& row, const MetricReading& reading) {
    connection_.run(
        "INSERT INTO metric_value (series, period_start, period_end, as_of, value, export_id, "
        "place) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (series, period_start) DO UPDATE SET "
        "as_of = excluded.as_of, value = excluded.value, export_id = excluded.export_id, place = "
        "excluded.place",
        series,
        stored_time(row.from),
        stored_time(row.until),
        row.as_of,
        reading.value,
        export_,
        row.where);
  }

  Connection& connection_;
  ExportId export_;
};

void write_export_row(Connection& connection,
                      ExportId id,
                      const MetricImport& import,
                      const ImportCounts& counts,
                      Timestamp now) {
  connection.run(
      "INSERT INTO export_reading (export_id, blob, read_at) VALUES (?, ?, ?) ON CONFLICT DO "
      "NOTHING",
      id,
      import.blob,
      now);
  connection.run(
      "UPDATE export SET state = 'parsed', error = '', blob = ?, byte_size = ?, rows_seen = ?, "
      "filed = ?, excluded = ?, rejected = ?, added = ?, updated = ?, unchanged = ?, notes = ?, "
      "skipped = ?, parsed_at = ? WHERE id = ?",
      import.blob,
      import.byte_size,
      counts.rows_seen,
      counts.filed,
      counts.excluded,
      counts.rejected,
      counts.added,
      counts.updated,
      counts.unchanged,
      json_list(import.parsed.notes),
      json_skipped(import.parsed.rejected, import.parsed.excluded, {}),
      now,
      id);
}

}  // namespace

ImportCounts import_metrics(Connection& connection,
                            ExportId id,
                            MetricImport import,
                            Timestamp now) {
  MetricFiling filing(connection, id);
  ImportCounts counts;
  for (const MetricRow& row : import.parsed.rows) {
    if (auto fault = filing.fault_of(row)) {
      import.parsed.rejected.push_back({row.where, std::move(*fault)});
      continue;
    }
    const MetricChange change = filing.store(row);
    counts.added += change == MetricChange::added ? 1 : 0;
    counts.updated += change == MetricChange::updated ? 1 : 0;
    counts.unchanged += change == MetricChange::unchanged ? 1 : 0;
    ++counts.filed;
  }
  counts.rows_seen = import.parsed.rows_seen;
  counts.excluded = static_cast<std::int64_t>(import.parsed.excluded.size());
  counts.rejected = static_cast<std::int64_t>(import.parsed.rejected.size());
  write_export_row(connection, id, import, counts, now);
  return counts;
}

}  // namespace muster
