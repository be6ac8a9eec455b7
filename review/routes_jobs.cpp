#include "review/routes.h"
#include "review/rows.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster::route {
namespace {

constexpr int kMaxJobs = 10'000;
constexpr int kRetryingShown = 20;

}  // namespace

ApiResponse status(ApiContext& context, const ApiRequest&, const PathParameters&) {
  Json jobs = Json::array();
  for (const JobCount& count : context.store.jobs().counts()) {
    jobs.push_back(Json{{"kind", to_string(count.kind)},
                        {"state", to_string(count.state)},
                        {"count", count.count}});
  }
  Json sources = Json::array();
  for (const SourceStatus& source : context.store.intake().sources()) {
    sources.push_back(to_row(source));
  }
  Json pauses = Json::array();
  for (const Pause& entry : context.store.jobs().pauses()) {
    pauses.push_back(to_row(entry));
  }
  return answer(
      Json{{"served_by", context.options.served_by},
           {"now", to_iso8601(context.clock.now())},
           {"submissions", to_row(context.store.intake().submissions_identity())},
           {"exports", to_row(context.store.intake().exports_identity())},
           {"jobs", std::move(jobs)},
           {"sources", std::move(sources)},
           {"pauses", std::move(pauses)},
           {"retrying",
            context.store.jobs().list({.state = JobState::retryable, .limit = kRetryingShown})},
           {"quarantined", context.store.checks().quarantine_list().size()},
           {"log_entries", context.store.log().size()}});
}

ApiResponse list_jobs(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request, {"state", "kind", "error", "limit"});
  JobFilter filter;
  filter.state = query_enum<JobState>(request, "state");
  filter.kind = query_enum<JobKind>(request, "kind");
  filter.error_contains = query(request, "error");
  filter.limit = static_cast<int>(query_number(request, "limit", 1, kMaxJobs).value_or(100));
  return answer(Json{{"jobs", context.store.jobs().list(filter)}});
}

ApiResponse redrive_jobs(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  const Json body = body_object(request, {"actor", "ids", "kind", "error", "all"});
  JobFilter filter;
  filter.state = JobState::discarded;
  filter.limit = kMaxJobs;
  filter.error_contains = optional_text(body, "error");
  if (const std::string kind = optional_text(body, "kind"); !kind.empty()) {
    filter.kind = parse_enum<JobKind>(kind);
    if (!filter.kind) {
      throw BadRequest(fmt::format("kind: '{}' is no kind of job", kind));
    }
  }
  for (const Json& id : body.value("ids", Json::array())) {
    if (!id.is_number_integer()) {
      throw BadRequest("ids: must be a list of job ids");
    }
    filter.ids.push_back(JobId{id.get<std::int64_t>()});
  }
  // An empty filter would re-drive everything: that must be said.
  if (filter.ids.empty() && !filter.kind && filter.error_contains.empty() &&
      !body.value("all", false)) {
    throw BadRequest("name ids, a kind or an error, or say \"all\": true");
  }
  return answer(
      Json{{"redriven", context.store.jobs().redrive(filter, required_text(body, "actor"))}});
}

ApiResponse cancel_job(ApiContext& context,
                       const ApiRequest& request,
                       const PathParameters& parameters) {
  const Json body = body_object(request, {"actor"});
  const JobId id{path_id(parameters[0])};
  return answer(Json{{"cancelled", context.store.jobs().cancel(id, required_text(body, "actor"))}});
}

ApiResponse list_pauses(ApiContext& context, const ApiRequest&, const PathParameters&) {
  Json list = Json::array();
  for (const Pause& entry : context.store.jobs().pauses()) {
    list.push_back(to_row(entry));
  }
  return answer(Json{{"pauses", std::move(list)}});
}

ApiResponse pause(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  const Json body = body_object(request, {"scope", "owner", "reason"});
  const std::string scope = required_text(body, "scope");
  if (scope != "all" && !parse_enum<JobKind>(scope)) {
    throw BadRequest(fmt::format("scope: '{}' must be 'all' or a kind of job", scope));
  }
  return answer(Json{{"paused",
                      context.store.jobs().pause(
                          scope, required_text(body, "owner"), required_text(body, "reason"))}});
}

ApiResponse resume(ApiContext& context,
                   const ApiRequest& request,
                   const PathParameters& parameters) {
  allow_query(request, {"owner"});
  const std::string owner = query(request, "owner");
  if (owner.empty()) {
    throw BadRequest("owner: is required; only the one who paused may resume");
  }
  return answer(Json{{"resumed", context.store.jobs().resume(parameters[0], owner)}});
}

ApiResponse list_quarantine(ApiContext& context, const ApiRequest&, const PathParameters&) {
  Json list = Json::array();
  for (const QuarantineEntry& entry : context.store.checks().quarantine_list()) {
    list.push_back(to_row(entry));
  }
  return answer(Json{{"quarantine", std::move(list)}});
}

ApiResponse release_quarantine(ApiContext& context,
                               const ApiRequest& request,
                               const PathParameters& parameters) {
  const Json body = body_object(request, {"actor"});
  const auto hash = ContentHash::from_hex(parameters[0]);
  if (!hash) {
    throw NotFound("that is no content hash");
  }
  return answer(
      Json{{"released",
            context.store.checks().release_quarantine(*hash, required_text(body, "actor"))}});
}

ApiResponse list_log(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request, {"from", "subject", "limit"});
  const auto from = query_number(request, "from", 1, INT64_MAX).value_or(1);
  const auto limit = query_number(request, "limit", 1, kMaxJobs).value_or(100);
  Json list = Json::array();
  for (const LogEntry& entry :
       context.store.log().entries(from, query(request, "subject"), static_cast<int>(limit))) {
    list.push_back(to_row(entry));
  }
  return answer(Json{{"entries", std::move(list)}});
}

}  // namespace muster::route
