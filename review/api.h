#pragma once

#include "core/clock.h"
#include "core/submission.h"
#include "core/time.h"
#include "storage/blob_store.h"
#include "storage/store.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

struct ApiRequest {
  std::string method;                        // "GET"
  std::string path;                          // "/api/v1/submissions/12", still percent-encoded
  std::map<std::string, std::string> query;  // decoded
  std::string body;                          // JSON, or empty

  // "/api/v1/assets?q=cold%20brew&limit=5" split into path and query.
  static ApiRequest make(std::string method, std::string_view target, std::string body = {});
};

struct ApiResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;  // JSON; errors are {"error": {"code": ..., "message": ...}}
  // Bytes to send instead of `body`, e.g. the content of an asset; they are offered for download,
  // never shown, unless they are `ours`.
  std::unique_ptr<BlobReader> content;
  std::string download_name;
  bool ours = false;  // previews, encoded anew: a browser may show them
  std::optional<int> retry_after_s;
};

// What the API needs to know of the process that serves it.
struct ApiOptions {
  Milliseconds review_lease = std::chrono::minutes(15);
  std::uint64_t max_upload_bytes = 500'000'000;
  // Fills what a submission leaves open from its brief. Throws PermanentError for a campaign that
  // is unknown.
  std::function<Manifest(Manifest)> complete = [](Manifest manifest) { return manifest; };
  // Called after a request that may have made a job due.
  std::function<void()> work_arrived = [] {};
  // Called now and then while an answer that takes long is made, from the thread that asked.
  std::function<void(std::int64_t done, std::int64_t total)> progress = [](auto, auto) {};
  // "daemon" or "command": which kind of process answers.
  std::string served_by = "command";
};

struct ApiContext;

// The HTTP API as a function from request to response: the daemon serves it on its socket, and a
// command calls it in process where no daemon runs, so both give the same answers. Reads and writes
// only through the store. Thread-safe; it never throws for a bad request, only for a programming
// error.
class Api {
 public:
  // The store, the blobs and the clock must outlive the Api.
  Api(Store& store, BlobStore& blobs, Clock& clock, ApiOptions options);
  ~Api();

  ApiResponse handle(const ApiRequest& request);

  // PUT /api/v1/blobs arrives as a stream: begin, append to the writer, end. Throws as BlobStore
  // does.
  std::unique_ptr<BlobWriter> begin_upload();
  ApiResponse end_upload(BlobWriter& writer);
  std::uint64_t max_upload_bytes() const;

 private:
  std::unique_ptr<ApiContext> context_;
};

// The source name of submissions that came in through the API.
inline constexpr std::string_view kApiSource = "api";
// The source name of metric exports that did: a source holds submissions or exports, not both.
inline constexpr std::string_view kApiMetricSource = "api-metrics";
// Locators of media that an API submission refers to: "blob:<sha256>".
inline constexpr std::string_view kBlobLocator = "blob:";

}  // namespace muster
