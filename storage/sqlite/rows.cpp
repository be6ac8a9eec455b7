#include "storage/sqlite/rows.h"

#include "core/error.h"
#include "core/json.h"
#include "core/text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

// Reads what we wrote ourselves; anything else means that somebody changed the database.
template <typename T>
T from_stored(const std::string& text) {
  try {
    return Json::parse(text).get<T>();
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("read a JSON column: {}; the database was changed by something else",
                            error.what()));
  }
}

}  // namespace

std::string json_list(const std::vector<std::string>& values) {
  return dump(Json(values));
}

std::vector<std::string> read_json_list(const std::string& json) {
  return from_stored<std::vector<std::string>>(json);
}

std::string json_media(const std::vector<MediaRef>& media) {
  Json list = Json::array();
  for (const MediaRef& one : media) {
    Json entry{
        {"locator", one.locator}, {"display_name", one.display_name}, {"byte_size", one.byte_size}};
    if (one.transcript) {
      entry["transcript"] = {{"locator", one.transcript->locator},
                             {"display_name", one.transcript->display_name},
                             {"byte_size", one.transcript->byte_size}};
    }
    list.push_back(std::move(entry));
  }
  return dump(list);
}

std::vector<MediaRef> read_json_media(const std::string& json) {
  std::vector<MediaRef> media;
  for (const Json& one : from_stored<std::vector<Json>>(json)) {
    media.push_back({one.value("locator", ""),
                     one.value("display_name", ""),
                     one.value("byte_size", std::uint64_t{0})});
    if (const auto transcript = one.find("transcript"); transcript != one.end()) {
      media.back().transcript = {transcript->value("locator", ""),
                                 transcript->value("display_name", ""),
                                 transcript->value("byte_size", std::uint64_t{0})};
    }
  }
  return media;
}

Manifest read_manifest(const Statement& row, int first) {
  Manifest manifest;
  manifest.external_id = row.text(first);
  manifest.creator = row.text(first + 1);
  manifest.platform = row.text(first + 2);
  manifest.placement = row.text(first + 3);
  manifest.campaign = row.text(first + 4);
  manifest.caption = row.text(first + 5);
  manifest.language = row.text(first + 6);
  manifest.tags = read_json_list(row.text(first + 7));
  manifest.markets = read_json_list(row.text(first + 8));
  manifest.platform_label = row.name_of<PlatformLabel>(first + 9);
  if (row.is_null(first + 10)) {
    return manifest;
  }
  Rights& rights = manifest.rights.emplace();
  rights.zone = row.text(first + 10);
  rights.starts_at = row.optional_time(first + 11);
  rights.ends_at = row.optional_time(first + 12);
  rights.channels = read_json_list(row.text(first + 13));
  rights.territories = read_json_list(row.text(first + 14));
  for (const std::string& name : read_json_list(row.text(first + 15))) {
    const auto use = parse_enum<RightsUse>(name);
    if (!use) {
      throw Error(fmt::format("read the rights of a revision: '{}' is no known use", name));
    }
    rights.uses.push_back(*use);
  }
  rights.exclusive = row.boolean(first + 16);
  rights.license = row.text(first + 17);
  rights.credit = row.text(first + 18);
  rights.starts_on = row.name_of<RightsStart>(first + 19);
  rights.term_days = static_cast<int>(row.integer(first + 20));
  return manifest;
}

Manifest read_present_manifest(const Statement& row, int first) {
  Manifest manifest = read_manifest(row, first);
  if (manifest.rights && manifest.rights->starts_on != RightsStart::date) {
    manifest.rights->starts_at = row.optional_time(first + kManifestColumnCount);
    manifest.rights->ends_at = row.optional_time(first + kManifestColumnCount + 1);
  }
  return manifest;
}

void bind_manifest(Statement& statement, int first_index, const Manifest& manifest) {
  int index = first_index;
  const auto bind = [&](const auto& value) { statement.bind_at(index++, value); };
  bind(manifest.external_id);
  bind(manifest.creator);
  bind(manifest.platform);
  bind(manifest.placement);
  bind(manifest.campaign);
  bind(manifest.caption);
  bind(manifest.language);
  bind(json_list(manifest.tags));
  bind(json_list(manifest.markets));
  bind(to_string(manifest.platform_label));
  if (!manifest.rights) {
    return;  // what is not bound is NULL
  }
  const Rights& rights = *manifest.rights;
  std::vector<std::string> uses;
  for (const RightsUse use : rights.uses) {
    uses.emplace_back(to_string(use));
  }
  bind(rights.zone);
  bind(rights.starts_at);
  bind(rights.ends_at);
  bind(json_list(rights.channels));
  bind(json_list(rights.territories));
  bind(json_list(uses));
  bind(rights.exclusive);
  bind(rights.license);
  bind(rights.credit);
  bind(to_string(rights.starts_on));
  bind(rights.term_days);
}

void insert_finding(Connection& connection,
                    RevisionId revision,
                    std::string_view phase,
                    int position,
                    const Finding& finding) {
  Json place;
  to_json(place, finding.place);
  connection.run(
      "INSERT INTO finding (revision_id, phase, position, check_name, rule_id, outcome, message, "
      "remedy, measured, "
      "measured_value, threshold, unit, score, item, place, brand, reason_code, pack_id, "
      "pack_version, source_text, "
      "source_date, source_seen, source_confidence) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      revision,
      phase,
      position,
      finding.check,
      finding.rule_id,
      finding.outcome,
      finding.message,
      finding.remedy,
      finding.measured,
      finding.measured_value,
      finding.threshold,
      finding.unit,
      finding.score,
      finding.place.item,
      dump(place),
      finding.brand,
      finding.reason_code,
      finding.pack_id,
      finding.pack_version,
      finding.source.text,
      finding.source.date,
      finding.source.seen,
      finding.source.confidence);
}

std::vector<Finding> read_findings(Connection& connection,
                                   RevisionId revision,
                                   std::string_view phase) {
  Statement row = connection.prepare(
      "SELECT check_name, rule_id, outcome, message, remedy, measured, measured_value, threshold, "
      "unit, score, place, "
      "brand, reason_code, pack_id, pack_version, source_text, source_date, source_seen, "
      "source_confidence "
      "FROM finding WHERE revision_id = ?1 AND (?2 = '' OR phase = ?2) ORDER BY phase DESC, "
      "position");
  row.bind(revision, phase);
  std::vector<Finding> findings;
  while (row.step()) {
    Finding& finding = findings.emplace_back();
    finding.check = row.text(0);
    finding.rule_id = row.text(1);
    finding.outcome = row.name_of<Outcome>(2);
    finding.message = row.text(3);
    finding.remedy = row.text(4);
    finding.measured = row.text(5);
    finding.measured_value = row.optional_real(6);
    finding.threshold = row.text(7);
    finding.unit = row.text(8);
    finding.score = row.optional_real(9);
    finding.place = from_stored<Place>(row.text(10));
    finding.brand = row.text(11);
    finding.reason_code = row.text(12);
    finding.pack_id = row.text(13);
    finding.pack_version = row.text(14);
    finding.source = {row.text(15), row.text(16), row.text(17), row.text(18)};
  }
  return findings;
}

std::vector<AssetRow> read_assets(Connection& connection, RevisionId revision) {
  Statement row = connection.prepare(
      "SELECT a.id, a.position, a.blob, a.byte_size, a.display_name, a.facts, a.text_seen, t.blob, "
      "t.byte_size, t.display_name FROM asset a LEFT JOIN transcript t ON t.asset_id = a.id "
      "WHERE a.revision_id = ? ORDER BY a.position");
  row.bind(revision);
  std::vector<AssetRow> assets;
  while (row.step()) {
    assets.push_back({row.id<AssetId>(0),
                      static_cast<int>(row.integer(1)),
                      row.hash(2),
                      static_cast<std::uint64_t>(row.integer(3)),
                      row.text(4),
                      read_json_facts(row, 5),
                      row.text(6)});
    if (!row.is_null(7)) {
      assets.back().transcript = {
          row.hash(7), static_cast<std::uint64_t>(row.integer(8)), row.text(9)};
    }
  }
  return assets;
}

RevisionContent read_content(Connection& connection, RevisionId revision) {
  static const std::string kSelect =
      fmt::format("SELECT {} FROM revision r WHERE r.id = ?", kManifestColumns);
  Statement row = connection.prepare(kSelect);
  row.bind(revision);
  row.step();
  RevisionContent content;
  content.manifest = read_manifest(row, 0);
  for (const AssetRow& asset : read_assets(connection, revision)) {
    content.media.push_back(asset.blob);
    content.transcripts.push_back(asset.transcript ? std::optional(asset.transcript->blob)
                                                   : std::nullopt);
  }
  return content;
}

std::optional<Verdict> read_verdict(Connection& connection, RevisionId revision) {
  Statement row = connection.prepare(
      "SELECT verdict, verdict_rule, verdict_why, verdict_reason_codes, verdict_approve_by_rule, "
      "content, brief, packs, "
      "kit, engine FROM revision WHERE id = ?");
  row.bind(revision);
  if (!row.step() || row.is_null(0)) {
    return std::nullopt;
  }
  Verdict verdict;
  verdict.kind = row.name_of<VerdictKind>(0);
  verdict.rule = row.text(1);
  verdict.why = row.text(2);
  verdict.reason_codes = read_json_list(row.text(3));
  verdict.approve_by_rule = row.boolean(4);
  verdict.provenance = {row.hash(5), row.hash(6), row.hash(7), row.hash(8), row.text(9)};
  return verdict;
}

Decision read_decision(const Statement& row) {
  Decision decision;
  decision.id = row.id<DecisionId>(0);
  decision.submission = row.id<SubmissionId>(1);
  decision.revision = static_cast<int>(row.integer(2));
  decision.kind = row.name_of<DecisionKind>(3);
  decision.actor = {row.name_of<ActorKind>(4), row.text(5)};
  decision.reason_code = row.text(6);
  decision.note = row.text(7);
  decision.content = row.hash(8);
  decision.decided_at = row.time(9);
  if (!row.is_null(10)) {
    decision.undoes = row.id<DecisionId>(10);
  }
  decision.undone = row.boolean(11);
  return decision;
}

std::string json_facts(const MediaFacts& facts) {
  Json json;
  to_json(json, facts);
  return dump(json);
}

std::optional<MediaFacts> read_json_facts(const Statement& row, int column) {
  if (row.is_null(column)) {
    return std::nullopt;
  }
  return from_stored<MediaFacts>(row.text(column));
}

std::string full_text_query(std::string_view text) {
  // FTS5 takes anything within double quotes as text; what is left to do is to find the terms.
  std::string query;
  const auto add = [&query](std::string_view term) {
    std::string quoted;
    bool has_word = false;
    for (const char c : term) {
      // A NUL would end the query early. Punctuation alone would make a phrase without a word,
      // which matches nothing.
      quoted += c == '\0' || c == '"' ? ' ' : c;
      has_word = has_word || (static_cast<unsigned char>(c) >= 0x80) ||
                 std::isalnum(static_cast<unsigned char>(c)) != 0;
    }
    if (!has_word) {
      return;
    }
    const bool open_ended = term.size() > 1 && term.ends_with('*');
    query += (query.empty() ? "\"" : " \"") + quoted + (open_ended ? "\" *" : "\"");
  };
  while (!text.empty()) {
    if (text.front() == '"') {
      const std::size_t end = std::min(text.find('"', 1), text.size());
      add(text.substr(1, end - 1));
      text.remove_prefix(std::min(end + 1, text.size()));
    } else {
      const std::size_t end = std::min(text.find_first_of(" \t\r\n\""), text.size());
      add(text.substr(0, end));
      text.remove_prefix(end == 0 ? 1 : end);
    }
  }
  return query;
}

}  // namespace muster
