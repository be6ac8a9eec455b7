#include "config/brief.h"
#include "core/text.h"
#include "review/routes.h"
#include "review/rows.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster::route {
namespace {

constexpr int kMaxPage = 500;

SubmissionFilter read_submission_filter(const ApiRequest& request) {
  allow_query(request,
              {"state", "campaign", "creator", "source", "rule", "stale", "after", "limit"});
  SubmissionFilter filter;
  if (const std::string states = query(request, "state"); !states.empty()) {
    for (const std::string& name : split(states, ',')) {
      const auto state = parse_enum<SubmissionState>(name);
      if (!state) {
        throw BadRequest(fmt::format("state: '{}' is no state of a submission", name));
      }
      filter.states.push_back(*state);
    }
  }
  filter.campaign = query(request, "campaign");
  filter.creator = normalize_handle(query(request, "creator"));
  filter.source = query(request, "source");
  filter.rule = query(request, "rule");
  filter.stale = query_flag(request, "stale");
  if (const auto after = query_number(request, "after", 1, INT64_MAX)) {
    filter.after = SubmissionId{*after};
  }
  filter.limit = static_cast<int>(query_number(request, "limit", 1, kMaxPage).value_or(50));
  return filter;
}

SubmissionDetail require_detail(ApiContext& context, std::int64_t id) {
  auto detail = context.store.reviews().detail(SubmissionId{id});
  if (!detail) {
    throw NotFound(fmt::format("there is no submission {}", id));
  }
  return std::move(*detail);
}

// Every decision but an approval needs a reason from the list, so that the creator knows what to
// do.
void check_reason(DecisionKind kind, const std::string& code) {
  if (code.empty()) {
    if (kind != DecisionKind::approve) {
      throw BadRequest(fmt::format("reason_code: {} needs one; GET /api/v1/reason-codes lists them",
                                   to_string(kind)));
    }
    return;
  }
  if (!muster::reason_codes().contains(code)) {
    std::vector<std::string> known;
    for (const auto& [name, reason] : muster::reason_codes()) {
      known.push_back(name);
    }
    throw BadRequest(
        fmt::format("reason_code: '{}' is unknown{}", code, did_you_mean(code, known)));
  }
}

// An uploaded blob that a submission names: its locator. `what` names the field.
std::string uploaded_locator(ApiContext& context, const Json& entry, std::string_view what) {
  const std::string hex = required_text(entry, "sha256");
  const auto hash = ContentHash::from_hex(hex);
  if (!hash || !context.blobs.contains(*hash)) {
    throw BadRequest(fmt::format(
        "{}: {} was not uploaded; PUT its bytes to /api/v1/blobs first", what, printable(hex)));
  }
  return std::string(kBlobLocator) + hex;
}

std::optional<TranscriptRef> read_transcript_ref(ApiContext& context, const Json& media) {
  const auto found = media.find("transcript");
  if (found == media.end() || found->is_null()) {
    return std::nullopt;
  }
  if (!found->is_object()) {
    throw BadRequest("media.transcript: must be {\"sha256\", \"name\"} of an uploaded blob");
  }
  return TranscriptRef{
      uploaded_locator(context, *found, "media.transcript"), optional_text(*found, "name"), 0};
}

std::vector<MediaRef> read_media(ApiContext& context, const Json& body) {
  const auto found = body.find("media");
  if (found == body.end() || !found->is_array() || found->empty()) {
    throw BadRequest("media: must be a list of {\"sha256\", \"name\"} of uploaded blobs");
  }
  std::vector<MediaRef> media;
  for (const Json& entry : *found) {
    if (!entry.is_object()) {
      throw BadRequest("media: must be a list of {\"sha256\", \"name\"}");
    }
    media.push_back({uploaded_locator(context, entry, "media"), optional_text(entry, "name"), 0});
    media.back().transcript = read_transcript_ref(context, entry);
  }
  return media;
}

// The fingerprint of an API submission is what it says: sent twice it is the same, changed it is a
// new revision.
std::string fingerprint_of(const Manifest& manifest, const std::vector<MediaRef>& media) {
  RevisionContent content{.media = {}, .manifest = manifest};
  for (const MediaRef& reference : media) {
    content.media.push_back(*ContentHash::from_hex(reference.locator.substr(kBlobLocator.size())));
    content.transcripts.push_back(
        reference.transcript
            ? ContentHash::from_hex(reference.transcript->locator.substr(kBlobLocator.size()))
            : std::nullopt);
  }
  return content_hash(content).hex();
}

}  // namespace

ApiResponse list_submissions(ApiContext& context,
                             const ApiRequest& request,
                             const PathParameters&) {
  const SubmissionFilter filter = read_submission_filter(request);
  const auto rows = context.store.reviews().list(filter);
  Json list = Json::array();
  for (const SubmissionRow& row : rows) {
    list.push_back(to_row(row));
  }
  Json body{{"submissions", std::move(list)}};
  if (static_cast<int>(rows.size()) == filter.limit) {
    body["next_after"] = raw(rows.back().id);
  }
  return answer(body);
}

ApiResponse get_submission(ApiContext& context,
                           const ApiRequest&,
                           const PathParameters& parameters) {
  return answer(to_row(require_detail(context, path_id(parameters[0]))));
}

ApiResponse create_submission(ApiContext& context,
                              const ApiRequest& request,
                              const PathParameters&) {
  const Json body = body_object(request, {"manifest", "media"});
  FoundSubmission found;
  try {
    found.manifest = body.value("manifest", Json::object()).get<Manifest>();
  } catch (const std::exception& error) {
    throw BadRequest(fmt::format("manifest: {}", error.what()));
  }
  found.manifest.creator = normalize_handle(found.manifest.creator);
  if (found.manifest.creator.empty()) {
    throw BadRequest("manifest.creator: is required");
  }
  found.manifest = context.options.complete(std::move(found.manifest));
  found.media = read_media(context, body);
  found.fingerprint = fingerprint_of(found.manifest, found.media);
  found.external_id =
      found.manifest.external_id.empty() ? found.fingerprint : found.manifest.external_id;

  const RecordCounts counts =
      context.store.intake().record(kApiSource, std::span(&found, 1), std::nullopt);
  const auto id = context.store.reviews().find(kApiSource, found.external_id);
  if (!id) {
    throw Error("submit: the recorded submission can't be found again");
  }
  Json receipt = to_row(require_detail(context, raw(*id)).row);
  receipt["receipt"] = counts.added > 0 ? "added" : (counts.revised > 0 ? "revised" : "unchanged");
  return answer(receipt, counts.added > 0 ? 201 : 200);
}

ApiResponse decide(ApiContext& context,
                   const ApiRequest& request,
                   const PathParameters& parameters) {
  const Json body = body_object(request, {"kind", "actor", "reason_code", "note", "content"});
  NewDecision decision;
  decision.submission = SubmissionId{path_id(parameters[0])};
  const std::string kind = required_text(body, "kind");
  const auto parsed = parse_enum<DecisionKind>(kind);
  if (!parsed || *parsed == DecisionKind::undo) {
    throw BadRequest(fmt::format(
        "kind: '{}' must be approve, approve_with_corrections, request_changes, reject or withdraw",
        printable(kind)));
  }
  decision.kind = *parsed;
  decision.actor = {ActorKind::person, required_text(body, "actor")};
  decision.reason_code = optional_text(body, "reason_code");
  decision.note = optional_text(body, "note");
  check_reason(decision.kind, decision.reason_code);

  const SubmissionDetail detail = require_detail(context, raw(decision.submission));
  const std::string content = optional_text(body, "content");
  const auto hash =
      content.empty() ? std::optional(detail.row.content) : ContentHash::from_hex(content);
  if (!hash) {
    throw BadRequest("content: must be the content hash that the reviewer looked at");
  }
  decision.content = *hash;
  return answer(Json(context.store.reviews().decide(decision)), 201);
}

ApiResponse publish(ApiContext& context,
                    const ApiRequest& request,
                    const PathParameters& parameters) {
  const Json body = body_object(request, {"actor", "published_at", "address"});
  const SubmissionId id{path_id(parameters[0])};
  const SubmissionDetail before = require_detail(context, raw(id));
  const std::string text = required_text(body, "published_at");
  const std::string zone =
      before.row.manifest.rights ? before.row.manifest.rights->zone : std::string("UTC");
  const auto zoned = parse_iso8601(text);
  const auto at = zoned ? zoned : parse_local_time(text, zone);
  if (!at) {
    throw BadRequest(
        fmt::format("published_at: '{}' is no day or time that exists; write 2026-03-31, or "
                    "2026-03-31T18:00, which is read in the zone of the rights ({})",
                    printable(text),
                    zone));
  }
  const Timestamp now = context.clock.now();
  if (*at > now || *at < now - std::chrono::hours(24 * 365 * 20)) {
    throw BadRequest(
        fmt::format("published_at: {} lies {}; a publication is recorded once it has happened",
                    to_iso8601(*at),
                    *at > now ? "in the future" : "more than twenty years back"));
  }
  context.store.catalog().publish(
      id, {*at, optional_text(body, "address"), {ActorKind::person, required_text(body, "actor")}});
  return answer(to_row(require_detail(context, raw(id))), 201);
}

ApiResponse undo(ApiContext& context, const ApiRequest& request, const PathParameters& parameters) {
  const Json body = body_object(request, {"actor", "note"});
  const Actor actor{ActorKind::person, required_text(body, "actor")};
  const DecisionId id{path_id(parameters[0])};
  return answer(Json(context.store.reviews().undo(id, actor, optional_text(body, "note"))), 201);
}

ApiResponse claim_review(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  const Json body = body_object(request, {"reviewer", "campaign", "creator", "rule"});
  SubmissionFilter filter;
  filter.campaign = optional_text(body, "campaign");
  filter.creator = normalize_handle(optional_text(body, "creator"));
  filter.rule = optional_text(body, "rule");
  const auto id = context.store.reviews().claim(
      required_text(body, "reviewer"), filter, context.options.review_lease);
  if (!id) {
    return answer(Json{{"submission", nullptr}});
  }
  return answer(Json{{"submission", to_row(require_detail(context, raw(*id)))}});
}

ApiResponse release_review(ApiContext& context,
                           const ApiRequest& request,
                           const PathParameters& parameters) {
  const Json body = body_object(request, {"reviewer"});
  const SubmissionId id{path_id(parameters[0])};
  return answer(
      Json{{"released", context.store.reviews().release(id, required_text(body, "reviewer"))}});
}

ApiResponse reason_codes(ApiContext&, const ApiRequest&, const PathParameters&) {
  Json list = Json::array();
  for (const auto& [code, reason] : muster::reason_codes()) {
    list.push_back(Json{{"code", code},
                        {"label", reason.label},
                        {"advice", reason.advice},
                        {"editable", reason.editable}});
  }
  return answer(Json{{"reason_codes", std::move(list)}});
}

}  // namespace muster::route
