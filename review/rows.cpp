#include "review/rows.h"

#include "core/text.h"

#include <nlohmann/json.hpp>

namespace muster {
namespace {

Json time_or_null(const std::optional<Timestamp>& time) {
  return time ? Json(to_iso8601(*time)) : Json(nullptr);
}

void add_span(Json& side, const std::optional<TimeSpan>& span) {
  if (span) {
    side["span"] = Json{{"start_ms", span->start_ms}, {"end_ms", span->end_ms}};
  }
}

Json stale_parts(const std::string& stale) {
  return stale.empty() ? Json::array() : Json(split(stale, ','));
}

Json to_row(const ImportCounts& counts) {
  return Json{{"seen", counts.rows_seen},
              {"filed", counts.filed},
              {"excluded", counts.excluded},
              {"rejected", counts.rejected},
              {"added", counts.added},
              {"updated", counts.updated},
              {"unchanged", counts.unchanged},
              {"gone", counts.gone},
              {"returned", counts.returned}};
}

}  // namespace

Json to_row(const SubmissionRow& row) {
  Json json{{"id", raw(row.id)},
            {"source", row.source},
            {"external_id", row.external_id},
            {"revision", row.revision_number},
            {"state", to_string(row.state)},
            {"filed", row.filed},
            {"campaign", row.manifest.campaign},
            {"creator", row.manifest.creator},
            {"tier", to_string(row.tier)},
            {"platform", row.manifest.platform},
            {"placement", row.manifest.placement},
            {"received_at", to_iso8601(row.received_at)},
            {"updated_at", to_iso8601(row.updated_at)},
            {"verdict", row.verdict ? Json(to_string(*row.verdict)) : Json(nullptr)},
            {"why", row.why},
            {"fails", row.fails},
            {"warns", row.warns},
            {"could_not_check", row.could_not_check},
            {"stale", stale_parts(row.stale)},
            {"content", row.content.hex()}};
  if (row.lease) {
    json["lease"] =
        Json{{"reviewer", row.lease->reviewer}, {"until", to_iso8601(row.lease->until)}};
  }
  return json;
}

Json to_row(const AssetRow& asset) {
  Json json{{"id", raw(asset.id)},
            {"position", asset.position},
            {"name", asset.display_name},
            {"sha256", asset.blob.hex()},
            {"byte_size", asset.byte_size}};
  if (asset.facts) {
    json["facts"] = *asset.facts;
  }
  if (!asset.text_seen.empty()) {
    json["text_seen"] = asset.text_seen;
  }
  if (asset.transcript) {
    json["transcript"] = {{"name", asset.transcript->display_name},
                          {"sha256", asset.transcript->blob.hex()},
                          {"byte_size", asset.transcript->byte_size}};
  }
  return json;
}

Json to_row(const SubmissionDetail& detail) {
  Json json = to_row(detail.row);
  json["manifest"] = detail.row.manifest;
  json["assets"] = Json::array();
  for (const AssetRow& asset : detail.assets) {
    json["assets"].push_back(to_row(asset));
  }
  json["findings"] = detail.findings;
  if (detail.verdict) {
    json["judgement"] = *detail.verdict;
  }
  json["decisions"] = Json::array();
  for (const Decision& decision : detail.decisions) {
    Json entry = decision;
    // A decision holds for exactly the content that it was made on.
    entry["void"] = decision.undone || decision.content != detail.row.content;
    json["decisions"].push_back(std::move(entry));
  }
  json["revisions"] = Json::array();
  for (const RevisionRow& revision : detail.revisions) {
    json["revisions"].push_back(Json{{"id", raw(revision.id)},
                                     {"number", revision.number},
                                     {"received_at", to_iso8601(revision.received_at)},
                                     {"content", revision.content.hex()}});
  }
  return json;
}

Json to_row(const AssetHit& hit, Timestamp now) {
  Json json{{"id", raw(hit.id)},
            {"submission", raw(hit.submission)},
            {"position", hit.position},
            {"sha256", hit.blob.hex()},
            {"byte_size", hit.byte_size},
            {"state", to_string(hit.state)},
            {"filed_at", time_or_null(hit.filed_at)},
            {"approved_by", hit.decided_by},
            {"campaign", hit.manifest.campaign},
            {"creator", hit.manifest.creator},
            {"tier", to_string(hit.tier)},
            {"platform", hit.manifest.platform},
            {"placement", hit.manifest.placement},
            {"tags", hit.manifest.tags},
            {"caption", hit.manifest.caption},
            {"stale", stale_parts(hit.stale)},
            {"rights_state", to_string(rights_state(hit.manifest.rights, now))}};
  if (hit.manifest.rights) {
    if (const auto notice = rights_notice(*hit.manifest.rights, now)) {
      json["rights_notice_days"] = *notice;
    }
    json["rights"] = *hit.manifest.rights;
  }
  if (hit.facts) {
    json["facts"] = *hit.facts;
  }
  if (!hit.snippet.empty()) {
    json["snippet"] = hit.snippet;
  }
  return json;
}

Json to_row(const Identity& identity) {
  return Json{{"seen", identity.seen},
              {"filed", identity.filed},
              {"flagged", identity.flagged},
              {"returned", identity.returned},
              {"rejected", identity.rejected},
              {"failed", identity.failed},
              {"waiting", identity.waiting},
              {"holds", identity.holds()}};
}

Json to_row(const SourceStatus& source) {
  Json waiting = Json::array();
  for (const WaitingItem& item : source.waiting) {
    waiting.push_back(Json{{"external_id", item.external_id}, {"why", item.why}});
  }
  return Json{{"source", source.source},
              {"items_seen", source.items_seen},
              {"items_waiting", source.items_waiting},
              {"waiting", std::move(waiting)},
              {"polled_at", time_or_null(source.polled_at)},
              {"last_error", source.last_error}};
}

Json to_row(const Pause& pause) {
  return Json{{"scope", pause.scope},
              {"owner", pause.owner},
              {"reason", pause.reason},
              {"since", to_iso8601(pause.since)}};
}

Json to_row(const ExportRow& row) {
  Json skipped = Json::array();
  for (const SkippedRow& skip : row.skipped) {
    skipped.push_back(Json{{"where", skip.where}, {"why", skip.why}});
  }
  return Json{{"id", raw(row.id)},
              {"source", row.source},
              {"external_id", row.external_id},
              {"survey", row.survey},
              {"provider", row.provider},
              {"state", row.state},
              {"error", row.error},
              {"sha256", row.blob ? Json(row.blob->hex()) : Json(nullptr)},
              {"rows", to_row(row.counts)},
              {"notes", row.notes},
              {"skipped", std::move(skipped)},
              {"seen_at", to_iso8601(row.seen_at)},
              {"is_full", row.is_full},
              {"doubt", to_string(row.doubt)},
              {"accepted_by", row.accepted_by},
              {"accepted_note", row.accepted_note}};
}

Json to_row(const SurveyRow& row) {
  return Json{{"id", raw(row.id)},
              {"survey", row.definition.provider + "/" + row.definition.external_id},
              {"title", row.definition.title},
              {"responses", row.responses},
              {"first_at", time_or_null(row.first_at)},
              {"last_at", time_or_null(row.last_at)},
              {"questions", row.definition.questions}};
}

Json to_row(const TextHit& hit) {
  return Json{{"response", raw(hit.response)},
              {"response_id", hit.response_id},
              {"survey", hit.survey},
              {"question_id", hit.question_id},
              {"creator", hit.creator},
              {"campaign", hit.campaign},
              {"snippet", hit.snippet}};
}

Json to_row(const LogEntry& entry) {
  return Json{{"sequence", entry.sequence},
              {"at", to_iso8601(entry.at)},
              {"actor", entry.actor},
              {"action", entry.action},
              {"subject", entry.subject},
              {"detail", Json::parse(entry.detail, nullptr, false)},
              {"previous", entry.previous.hex()},
              {"hash", entry.hash.hex()}};
}

Json to_row(const QuarantineEntry& entry) {
  return Json{{"sha256", entry.blob.hex()},
              {"deaths", entry.deaths},
              {"reason", entry.reason},
              {"evidence", entry.evidence},
              {"since", to_iso8601(entry.since)}};
}

Json to_row(const DuplicateRow& row) {
  Json file{{"asset", raw(row.asset)},
            {"submission", raw(row.submission)},
            {"position", row.position},
            {"creator", row.creator},
            {"campaign", row.campaign}};
  add_span(file, row.match.span);
  Json other{{"asset", raw(row.other_asset)},
             {"submission", raw(row.other_submission)},
             {"position", row.other_position},
             {"creator", row.other_creator},
             {"campaign", row.other_campaign},
             {"state", to_string(row.other_state)}};
  add_span(other, row.match.other_span);
  Json json{{"id", row.id},
            {"tier", to_string(row.match.tier)},
            {"share", row.match.share},
            {"file", std::move(file)},
            {"other", std::move(other)},
            {"found_at", to_iso8601(row.found_at)}};
  if (!row.dismissed_by.empty()) {
    json["dismissed_by"] = row.dismissed_by;
    json["dismissed_why"] = row.dismissed_why;
  }
  return json;
}

}  // namespace muster
