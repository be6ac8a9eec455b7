#pragma once

#include "config/config.h"
#include "core/clock.h"
#include "core/job.h"
#include "extractors/decode/decoder.h"
#include "storage/blob_store.h"
#include "storage/store.h"
#include "worker/rulebook.h"
#include "worker/sources/source.h"

#include <functional>
#include <span>
#include <stop_token>
#include <string_view>

namespace muster {

// What a job works with. Borrowed; lives as long as the daemon. All parts are safe from several
// threads.
struct JobContext {
  const Config& config;
  Store& store;
  BlobStore& blobs;
  Clock& clock;
  Decoder& decoder;
  Rulebook& rulebook;
  std::function<Source*(std::string_view)> source;  // by name; nullptr: not configured any more
  // What a long job is doing, for a display; may be empty. Called from the job's thread.
  std::function<void(std::string what)> tell = {};
};

// How a handler left its claim.
enum class JobEnd {
  committed,      // the store committed the effect and ended the claim with it
  nothing_to_do,  // the subject is gone or was overtaken; the runner completes the claim
};

// Does the work of one claim and commits its effect through the store. Throws TransientError,
// PermanentError, Interrupted, LeaseLost.
using JobHandler =
    std::function<JobEnd(const Claim& claim, JobContext& context, std::stop_token stop)>;

struct JobKindEntry {
  JobKind kind;
  JobHandler run;
};

// THE list of job kinds.
std::span<const JobKindEntry> job_kinds();

JobEnd run_fetch(const Claim& claim, JobContext& context, std::stop_token stop);
JobEnd run_check(const Claim& claim, JobContext& context, std::stop_token stop);
JobEnd run_file(const Claim& claim, JobContext& context, std::stop_token stop);
JobEnd run_parse(const Claim& claim, JobContext& context, std::stop_token stop);
JobEnd run_insight(const Claim& claim, JobContext& context, std::stop_token stop);

// The row id that a claim is about; PermanentError where its subject can't be read.
std::int64_t subject_of(const Claim& claim, std::string_view type);

}  // namespace muster
