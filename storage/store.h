#pragma once

#include <string>
#include <vector>

namespace muster {

class Clock;
class JobQueue;
class Intake;
class Checks;
class ReviewQueue;
class Catalog;
class Surveys;
class Metrics;
class DecisionLog;
class Creators;
class Fingerprints;
class SurveyQuality;
class Previews;

// Everything that Muster remembers, but for the bytes (BlobStore). One object a process; the parts
// are views on the same database and live as long as the Store.
//
// Each method of each part is one transaction: all of it happened or nothing did. All methods may
// be called from any thread. They throw TransientError (busy, connection lost, disk full: nothing
// happened, try again), ConflictError where documented, and Error for anything else.
class Store {
 public:
  virtual ~Store() = default;

  virtual JobQueue& jobs() = 0;              // storage/job_queue.h
  virtual Intake& intake() = 0;              // storage/intake.h
  virtual Checks& checks() = 0;              // storage/checks.h
  virtual ReviewQueue& reviews() = 0;        // storage/review_queue.h
  virtual Catalog& catalog() = 0;            // storage/catalog.h
  virtual Surveys& surveys() = 0;            // storage/surveys.h
  virtual Metrics& metrics() = 0;            // storage/metrics.h
  virtual DecisionLog& log() = 0;            // storage/decision_log.h
  virtual Creators& creators() = 0;          // storage/creators.h
  virtual Fingerprints& fingerprints() = 0;  // storage/fingerprints.h
  virtual SurveyQuality& quality() = 0;      // storage/survey_quality.h
  virtual Previews& previews() = 0;          // storage/previews.h

  // "sqlite 3.40.1, schema 3": for doctor and --version.
  virtual std::string describe() = 0;
  // Problems that the database itself reports (PRAGMA integrity_check); empty when it is sound.
  virtual std::vector<std::string> check_integrity() = 0;
  // Runs what must be done now and then: checkpoint, statistics. Called by the janitor.
  virtual void maintain() = 0;
};

}  // namespace muster
