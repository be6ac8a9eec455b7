#include "core/error.h"
#include "core/json.h"
#include "core/text.h"
#include "storage/sqlite/parts.h"
#include "storage/sqlite/quality_rows.h"
#include "storage/sqlite/survey_queries.h"
#include "storage/sqlite/workflow.h"
#include "storage/survey_quality.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

// What a decision about responses is logged with.
struct ExclusionDecision {
  SurveyId survey;
  std::string actor;
  std::string note;
  Timestamp at;
};

std::string survey_log_subject(SurveyId id) {
  return fmt::format("survey/{}", raw(id));
}

void require_person(std::string_view actor, std::string_view what) {
  if (trim(actor).empty()) {
    throw PermanentError(fmt::format("{}: a person's name is needed", what));
  }
}

// The rows that are meant, in order. PermanentError names the first id that there is not.
std::vector<ResponseId> rows_of(Connection& connection,
                                SurveyId survey,
                                const ResponseChoice& which) {
  std::vector<ResponseId> rows;
  for (const std::string& id : which.response_ids) {
    Statement row =
        connection.prepare("SELECT id FROM response WHERE survey_id = ? AND response_id = ?");
    row.bind(survey, id);
    if (!row.step()) {
      throw PermanentError(
          fmt::format("the survey has no response '{}': nothing was changed", printable(id)));
    }
    rows.push_back(row.id<ResponseId>(0));
  }
  if (which.rule) {
    Statement row = connection.prepare(
        "SELECT DISTINCT f.response FROM quality_flag f JOIN response p ON p.id = f.response "
        "WHERE p.survey_id = ? AND f.rule = ? ORDER BY f.response");
    row.bind(survey, *which.rule);
    while (row.step()) {
      rows.push_back(row.id<ResponseId>(0));
    }
  }
  return rows;
}

std::optional<std::int64_t> flag_baseline(Connection& connection,
                                          ResponseId row,
                                          QualityRule rule) {
  Statement flag = connection.prepare(
      "SELECT baseline FROM quality_flag WHERE response = ? AND rule = ? LIMIT 1");
  flag.bind(row, rule);
  return flag.step() ? std::optional(flag.integer(0)) : std::nullopt;
}

bool exclude_one(Connection& connection,
                 ResponseId row,
                 const std::optional<QualityRule>& rule,
                 const ExclusionDecision& decision) {
  connection.run("UPDATE response SET excluded = 1 WHERE id = ? AND excluded = 0", row);
  if (connection.changes() == 0) {
    return false;
  }
  const auto baseline = rule ? flag_baseline(connection, row, *rule) : std::nullopt;
  connection.run(
      "INSERT INTO response_exclusion (response, rule, rules_version, baseline, actor, note, "
      "excluded_at) VALUES (?1, ?2, (SELECT rules_version FROM quality_baseline WHERE id = ?3), "
      "?3, "
      "?4, ?5, ?6)",
      row,
      rule ? std::string(to_string(*rule)) : std::string(),
      baseline,
      decision.actor,
      decision.note,
      decision.at);
  return true;
}

bool restore_one(Connection& connection, ResponseId row, const ExclusionDecision& decision) {
  connection.run("UPDATE response SET excluded = 0 WHERE id = ? AND excluded = 1", row);
  if (connection.changes() == 0) {
    return false;
  }
  connection.run(
      "UPDATE response_exclusion SET restored_at = ?, restored_by = ?, restore_note = ? "
      "WHERE response = ? AND restored_at IS NULL",
      decision.at,
      decision.actor,
      decision.note,
      row);
  return true;
}

// One entry for the whole decision: it names the responses, but for very many.
void log_responses(Connection& connection,
                   std::string_view action,
                   const std::vector<ResponseId>& changed,
                   const std::optional<QualityRule>& rule,
                   const ExclusionDecision& decision) {
  constexpr std::size_t kMostNamed = 1000;
  Json rows = Json::array();
  for (std::size_t i = 0; i < std::min(changed.size(), kMostNamed); ++i) {
    rows.push_back(raw(changed[i]));
  }
  Json detail{{"count", changed.size()}, {"responses", std::move(rows)}, {"note", decision.note}};
  if (rule) {
    detail["rule"] = to_string(*rule);
  }
  append_log(connection,
             decision.at,
             log_actor(decision.actor),
             action,
             survey_log_subject(decision.survey),
             detail);
}

class SqliteSurveyQuality final : public SurveyQuality {
 public:
  explicit SqliteSurveyQuality(Database& database) : database_(database) {}

  void responses(SurveyId survey,
                 const std::function<void(const StoredResponse&)>& visit) override {
    database_.read("read responses",
                   [&](Connection& connection) { stream_responses(connection, survey, visit); });
  }

  std::vector<QualityBaseline> baselines(SurveyId survey) override {
    return database_.read("read baselines", [&](Connection& connection) {
      return read_baselines(connection, survey);
    });
  }

  QualityBaseline freeze(SurveyId survey,
                         QualityBaseline baseline,
                         std::string_view actor,
                         std::string_view note) override {
    require_person(actor, "freeze a baseline");
    return database_.write("freeze a baseline", [&](Connection& connection) {
      baseline.made_by = actor;
      baseline.note = note;
      baseline.made_at = now();
      baseline.number = insert_baseline(connection, survey, baseline);
      append_log(connection,
                 now(),
                 log_actor(actor),
                 "quality.baseline_frozen",
                 survey_log_subject(survey),
                 {{"baseline", baseline.number},
                  {"rules_version", baseline.rules_version},
                  {"responses", baseline.responses},
                  {"note", note}});
      return baseline;
    });
  }

  void store_flags(SurveyId survey,
                   int baseline,
                   const std::vector<std::pair<ResponseId, QualityFlag>>& flags) override {
    database_.write("store quality flags", [&](Connection& connection) {
      Statement last = connection.prepare(
          "SELECT id, number FROM quality_baseline WHERE survey_id = ? ORDER BY number DESC LIMIT "
          "1");
      last.bind(survey);
      if (!last.step() || last.integer(1) != baseline) {
        return;
      }
      const std::int64_t id = last.integer(0);
      replace_flags(connection, survey, id, flags);
    });
  }

  std::vector<QualityFlagRow> flags(SurveyId survey,
                                    std::optional<QualityRule> rule,
                                    int limit) override {
    return database_.read("read quality flags", [&](Connection& connection) {
      return read_flags(connection, survey, rule, limit);
    });
  }

  std::vector<std::pair<QualityRule, std::int64_t>> flag_counts(SurveyId survey) override {
    return database_.read("count quality flags", [&](Connection& connection) {
      Statement row = connection.prepare(
          "SELECT f.rule, count(DISTINCT f.response) FROM quality_flag f JOIN response p ON p.id = "
          "f.response WHERE p.survey_id = ? GROUP BY f.rule");
      row.bind(survey);
      std::vector<std::pair<QualityRule, std::int64_t>> counts;
      while (row.step()) {
        counts.emplace_back(row.name_of<QualityRule>(0), row.integer(1));
      }
      return counts;
    });
  }

  std::int64_t exclude(SurveyId survey,
                       const ResponseChoice& which,
                       std::string_view actor,
                       std::string_view note) override {
    require_person(actor, "exclude responses");
    return database_.write("exclude responses", [&](Connection& connection) {
      const ExclusionDecision decision{survey, std::string(actor), std::string(note), now()};
      std::vector<ResponseId> changed;
      for (const ResponseId row : rows_of(connection, survey, which)) {
        if (exclude_one(connection, row, which.rule, decision)) {
          changed.push_back(row);
        }
      }
      return finish(connection, "response.excluded", changed, which.rule, decision);
    });
  }

  std::int64_t restore(SurveyId survey,
                       const ResponseChoice& which,
                       std::string_view actor,
                       std::string_view note) override {
    require_person(actor, "restore responses");
    return database_.write("restore responses", [&](Connection& connection) {
      const ExclusionDecision decision{survey, std::string(actor), std::string(note), now()};
      std::vector<ResponseId> rows = rows_of(connection, survey, {which.response_ids, {}});
      if (which.rule) {
        // Those that were excluded by the rule: their flags may be others by now.
        const auto by_rule = excluded_by(connection, survey, *which.rule);
        rows.insert(rows.end(), by_rule.begin(), by_rule.end());
      }
      std::vector<ResponseId> changed;
      for (const ResponseId row : rows) {
        if (restore_one(connection, row, decision)) {
          changed.push_back(row);
        }
      }
      return finish(connection, "response.restored", changed, which.rule, decision);
    });
  }

  std::vector<ExclusionRow> exclusions(SurveyId survey, bool restored_too) override {
    return database_.read("read exclusions", [&](Connection& connection) {
      return read_exclusions(connection, survey, restored_too);
    });
  }

  LeftOut left_out(SurveyId survey) override {
    return database_.read("count what is left out", [&](Connection& connection) {
      return count_left_out(connection, survey);
    });
  }

  std::vector<DriftRow> drift(SurveyId survey) override {
    return database_.read("read drift",
                          [&](Connection& connection) { return read_drift(connection, survey); });
  }

  std::int64_t accept_drift(SurveyId survey,
                            std::string_view question_id,
                            std::string_view actor,
                            std::string_view note) override {
    require_person(actor, "accept drift");
    if (trim(note).empty()) {
      throw PermanentError("accept drift: a note is needed, saying why the numbers are comparable");
    }
    return database_.write("accept drift", [&](Connection& connection) {
      connection.run(
          "UPDATE survey_drift SET accepted_by = ?, accepted_note = ?, accepted_at = ? WHERE "
          "survey_id = ? AND question_id = ? AND breaks_comparison = 1 AND accepted_by IS NULL",
          actor,
          note,
          now(),
          survey,
          question_id);
      const std::int64_t count = connection.changes();
      if (count > 0) {
        append_log(connection,
                   now(),
                   log_actor(actor),
                   "survey.drift_accepted",
                   survey_log_subject(survey),
                   {{"question", question_id}, {"changes", count}, {"note", note}});
      }
      return count;
    });
  }

  std::vector<DriftRow> drift_within(const AnswerFilter& filter) override {
    return database_.read("find drift within answers", [&](Connection& connection) {
      return find_drift_within(connection, filter);
    });
  }

 private:
  Timestamp now() const { return database_.clock().now(); }

  static std::vector<ResponseId> excluded_by(Connection& connection,
                                             SurveyId survey,
                                             QualityRule rule) {
    Statement row = connection.prepare(
        "SELECT x.response FROM response_exclusion x JOIN response p ON p.id = x.response "
        "WHERE p.survey_id = ? AND x.rule = ? AND x.restored_at IS NULL ORDER BY x.response");
    row.bind(survey, rule);
    std::vector<ResponseId> rows;
    while (row.step()) {
      rows.push_back(row.id<ResponseId>(0));
    }
    return rows;
  }

  // Logs what changed and has the filed figures made again.
  static std::int64_t finish(Connection& connection,
                             std::string_view action,
                             const std::vector<ResponseId>& changed,
                             const std::optional<QualityRule>& rule,
                             const ExclusionDecision& decision) {
    if (!changed.empty()) {
      log_responses(connection, action, changed, rule, decision);
      add_job_again(connection, JobKind::insight, survey_log_subject(decision.survey), decision.at);
    }
    return static_cast<std::int64_t>(changed.size());
  }

  Database& database_;
};

}  // namespace

std::unique_ptr<SurveyQuality> make_sqlite_survey_quality(Database& database) {
  return std::make_unique<SqliteSurveyQuality>(database);
}

}  // namespace muster
