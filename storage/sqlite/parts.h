#pragma once

#include "storage/catalog.h"
#include "storage/checks.h"
#include "storage/creators.h"
#include "storage/decision_log.h"
#include "storage/fingerprints.h"
#include "storage/intake.h"
#include "storage/job_queue.h"
#include "storage/metrics.h"
#include "storage/previews.h"
#include "storage/review_queue.h"
#include "storage/sqlite/database.h"
#include "storage/survey_quality.h"
#include "storage/surveys.h"

#include <memory>

namespace muster {

// The parts of the store on one database, which must outlive them.
std::unique_ptr<JobQueue> make_sqlite_job_queue(Database& database);
std::unique_ptr<Intake> make_sqlite_intake(Database& database);
std::unique_ptr<Checks> make_sqlite_checks(Database& database);
std::unique_ptr<ReviewQueue> make_sqlite_review_queue(Database& database);
std::unique_ptr<Catalog> make_sqlite_catalog(Database& database);
std::unique_ptr<Surveys> make_sqlite_surveys(Database& database);
std::unique_ptr<Metrics> make_sqlite_metrics(Database& database);
std::unique_ptr<DecisionLog> make_sqlite_decision_log(Database& database);
std::unique_ptr<Creators> make_sqlite_creators(Database& database);
std::unique_ptr<Fingerprints> make_sqlite_fingerprints(Database& database);
std::unique_ptr<SurveyQuality> make_sqlite_survey_quality(Database& database);
std::unique_ptr<Previews> make_sqlite_previews(Database& database);

}  // namespace muster
