#include "worker/app.h"

#include "core/error.h"
#include "storage/creators.h"
#include "worker/curl_http_client.h"

#include <algorithm>
#include <random>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

namespace muster {
namespace {

DirectoryLock own_directory(const Config& config) {
  auto lock = DirectoryLock::try_acquire(config.data_directory);
  if (!lock) {
    throw TransientError(
        fmt::format("open {}: it is owned by another process ({}); stop that one first",
                    config.data_directory.native(),
                    DirectoryLock::holder(config.data_directory)));
  }
  return std::move(*lock);
}

// Another one for every start, so that the leases of an earlier process are never taken for ours.
std::string make_owner() {
  char host[256] = {};
  ::gethostname(host, sizeof(host) - 1);
  return fmt::format("{}/{}/{:08x}", host, ::getpid(), std::random_device{}());
}

}  // namespace

App::App(Config config)
    : config_(std::move(config)),
      clock_(make_system_clock()),
      lock_(own_directory(config_)),
      store_(open_store(config_.store_url, config_.data_directory, OpenMode::owner, *clock_)),
      blobs_(open_blob_store(config_.blobs_url, config_.data_directory)),
      http_(make_curl_http_client()),
      decoder_(make_decoder({.program = {}, .limits = config_.decode})),
      rulebook_(std::make_unique<Rulebook>(config_, *decoder_)),
      intake_(std::make_unique<CompletingIntake>(store_->intake(), *rulebook_)),
      owner_(make_owner()) {
  const SourceContext context{
      .clock = *clock_, .http = *http_, .max_media_bytes = config_.decode.max_video_bytes};
  for (const SourceConfig& source : config_.sources) {
    sources_.push_back(make_source(source, context));
  }
  ApiOptions options = api_options(config_);
  options.complete = [this](Manifest manifest) {
    return rulebook_->completed_strictly(std::move(manifest));
  };
  options.work_arrived = [this] { signal_.raise(); };
  options.served_by = "daemon";
  api_ = std::make_unique<Api>(*store_, *blobs_, *clock_, std::move(options));
}

App::~App() = default;

JobContext App::job_context() {
  return {.config = config_,
          .store = *store_,
          .blobs = *blobs_,
          .clock = *clock_,
          .decoder = *decoder_,
          .rulebook = *rulebook_,
          .source = [this](std::string_view name) -> Source* {
            const auto found = std::ranges::find_if(
                sources_, [&](const auto& source) { return source->name() == name; });
            return found == sources_.end() ? nullptr : found->get();
          }};
}

JobRunner::Options App::runner_options() const {
  return {.owner = owner_,
          .retry = {.max_attempts = config_.jobs.max_attempts,
                    .first_delay = config_.jobs.first_retry,
                    .max_delay = config_.jobs.last_retry,
                    .crash_limit = config_.jobs.crash_limit},
          .lease = config_.jobs.lease};
}

void App::load_creator_list() {
  if (!config_.creators_file.empty()) {
    store_->creators().upsert(load_creators(config_.creators_file, config_.tiers));
  }
}

ApiOptions api_options(const Config& config) {
  ApiOptions options;
  options.review_lease = config.review_lease;
  options.max_upload_bytes = config.decode.max_video_bytes;
  return options;
}

std::filesystem::path socket_path(const Config& config) {
  return config.socket.empty() ? config.data_directory / "muster.sock" : config.socket;
}

}  // namespace muster
