#pragma once

#include "review/request.h"

#include <span>

namespace muster {

// THE list of routes. PUT /api/v1/blobs is not in it: the server streams it (Api::begin_upload).
std::span<const Route> routes();

// One file of handlers for each kind of thing: routes_submissions.cpp, routes_jobs.cpp, ...
namespace route {

ApiResponse status(ApiContext&, const ApiRequest&, const PathParameters&);

ApiResponse list_submissions(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse get_submission(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse create_submission(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse decide(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse publish(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse undo(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse claim_review(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse release_review(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse reason_codes(ApiContext&, const ApiRequest&, const PathParameters&);

ApiResponse list_jobs(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse redrive_jobs(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse cancel_job(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse list_pauses(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse pause(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse resume(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse list_quarantine(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse release_quarantine(ApiContext&, const ApiRequest&, const PathParameters&);

ApiResponse search_assets(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse get_asset(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse asset_sidecar(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse export_asset(ApiContext&, const ApiRequest&, const PathParameters&);

ApiResponse list_duplicates(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse dismiss_duplicate(ApiContext&, const ApiRequest&, const PathParameters&);

ApiResponse asset_previews(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse asset_preview(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse submission_previews(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse submission_preview(ApiContext&, const ApiRequest&, const PathParameters&);

ApiResponse list_surveys(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse export_survey(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse list_exports(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse filed_insights(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse figure(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse trend(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse crosstab(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse lift(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse import_metrics(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse metric_totals(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse metric_values(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse journey(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse terms(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse insight_responses(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse search_text(ApiContext&, const ApiRequest&, const PathParameters&);

ApiResponse survey_quality(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse freeze_baseline(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse list_exclusions(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse exclude_responses(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse restore_responses(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse survey_drift(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse accept_export(ApiContext&, const ApiRequest&, const PathParameters&);
ApiResponse accept_drift(ApiContext&, const ApiRequest&, const PathParameters&);

ApiResponse list_log(ApiContext&, const ApiRequest&, const PathParameters&);

}  // namespace route
}  // namespace muster
