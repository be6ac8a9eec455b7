#pragma once

#include "config/config.h"
#include "core/clock.h"
#include "core/http.h"
#include "extractors/decode/decoder.h"
#include "review/api.h"
#include "storage/blob_store.h"
#include "storage/open.h"
#include "storage/store.h"
#include "worker/completing_intake.h"
#include "worker/job_runner.h"
#include "worker/rulebook.h"
#include "worker/sources/source.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace muster {

// Everything of one process, in construction order, so that destruction is right by itself. The
// only place that names concrete classes.
class App {
 public:
  // Opens the data directory as its owner. Throws ConfigError, or TransientError when another
  // process owns it.
  explicit App(Config config);
  ~App();

  const Config& config() const { return config_; }
  Clock& clock() { return *clock_; }
  Store& store() { return *store_; }
  // The store's intake for sources: completes what they record.
  Intake& intake() { return *intake_; }
  BlobStore& blobs() { return *blobs_; }
  Rulebook& rulebook() { return *rulebook_; }
  std::vector<std::unique_ptr<Source>>& sources() { return sources_; }
  WorkSignal& work_signal() { return signal_; }
  Api& api() { return *api_; }

  JobContext job_context();
  JobRunner::Options runner_options() const;
  // Loads the creators' list into the store.
  void load_creator_list();

 private:
  Config config_;
  std::unique_ptr<Clock> clock_;
  std::optional<DirectoryLock> lock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<BlobStore> blobs_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<Rulebook> rulebook_;
  std::unique_ptr<CompletingIntake> intake_;
  std::vector<std::unique_ptr<Source>> sources_;
  WorkSignal signal_;
  std::unique_ptr<Api> api_;
  std::string owner_;
};

// The API options that follow from the configuration; `complete` is left to the caller.
ApiOptions api_options(const Config& config);
std::filesystem::path socket_path(const Config& config);

}  // namespace muster
