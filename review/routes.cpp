#include "review/routes.h"

namespace muster {

std::span<const Route> routes() {
  static constexpr Route kRoutes[] = {
      {"GET", "/api/v1/status", route::status, "identity, queue, sources, pauses"},

      {"GET",
       "/api/v1/submissions",
       route::list_submissions,
       "submissions by state, campaign, creator, rule"},
      {"POST",
       "/api/v1/submissions",
       route::create_submission,
       "submit uploaded media with a manifest"},
      {"GET",
       "/api/v1/submissions/{id}",
       route::get_submission,
       "one submission with its evidence"},
      {"POST",
       "/api/v1/submissions/{id}/decisions",
       route::decide,
       "approve, request changes, reject, withdraw"},
      {"POST",
       "/api/v1/submissions/{id}/release",
       route::release_review,
       "give a claimed review back"},
      {"POST", "/api/v1/decisions/{id}/undo", route::undo, "take a decision back"},
      {"POST", "/api/v1/reviews/claim", route::claim_review, "lease the next flagged submission"},
      {"GET", "/api/v1/reason-codes", route::reason_codes, "the coded reasons"},

      {"GET", "/api/v1/jobs", route::list_jobs, "jobs; state=discarded is the dead letter"},
      {"POST", "/api/v1/jobs/redrive", route::redrive_jobs, "put discarded jobs back"},
      {"POST", "/api/v1/jobs/{id}/cancel", route::cancel_job, "cancel a job"},
      {"GET", "/api/v1/pauses", route::list_pauses, "what is paused, by whom and why"},
      {"POST", "/api/v1/pauses", route::pause, "stop claiming a kind of job, or all"},
      {"DELETE", "/api/v1/pauses/{scope}", route::resume, "lift one's own pause"},
      {"GET", "/api/v1/quarantine", route::list_quarantine, "files that crashed the decoder"},
      {"POST",
       "/api/v1/quarantine/{sha256}/release",
       route::release_quarantine,
       "allow another try"},

      {"GET", "/api/v1/assets", route::search_assets, "search filed assets"},
      {"GET", "/api/v1/assets/{id}", route::get_asset, "one asset"},
      {"GET", "/api/v1/assets/{id}/sidecar", route::asset_sidecar, "its JSON sidecar"},
      {"POST",
       "/api/v1/assets/{id}/export",
       route::export_asset,
       "its bytes, where the rights allow it"},

      {"GET",
       "/api/v1/duplicates",
       route::list_duplicates,
       "files that show the same as others"},
      {"POST",
       "/api/v1/duplicates/{id}/dismiss",
       route::dismiss_duplicate,
       "say that it does not matter, with a reason"},

      {"GET", "/api/v1/surveys", route::list_surveys, "surveys and their questions"},
      {"GET",
       "/api/v1/exports",
       route::list_exports,
       "survey exports and what became of their rows"},
      {"GET", "/api/v1/insights", route::filed_insights, "the insights filed after each import"},
      {"GET",
       "/api/v1/insights/figures/{metric}",
       route::figure,
       "nps, csat, top-box, mean or share"},
      {"GET", "/api/v1/insights/crosstab", route::crosstab, "two questions against each other"},
      {"GET", "/api/v1/insights/lift", route::lift, "exposed against control"},
      {"GET", "/api/v1/insights/text", route::search_text, "search in open answers"},

      {"GET", "/api/v1/log", route::list_log, "the decision log"},
  };
  return kRoutes;
}

}  // namespace muster
