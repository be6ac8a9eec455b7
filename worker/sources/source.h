#pragma once

#include "config/config.h"
#include "core/clock.h"
#include "core/http.h"
#include "storage/blob_store.h"
#include "storage/intake.h"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// What a poll did, for the log and the progress display.
struct PollReport {
  RecordCounts counts;
  int waiting = 0;
  std::optional<Milliseconds> retry_after;  // the other side asked us to come back later
};

// A place that submissions or survey exports come from. poll() and settle() are driven by one
// thread; fetch() may be called from any thread at the same time.
class Source {
 public:
  virtual ~Source() = default;
  virtual const std::string& name() const = 0;

  // Records everything new into the store, cursor and items in one transaction, and notes what has
  // to wait. Seeing an item again is fine. Throws TransientError or PermanentError when the source
  // as a whole can't be read, Interrupted on stop.
  virtual PollReport poll(Intake& intake, std::stop_token stop) = 0;

  // Copies the bytes of one file into `writer` (not committed). Throws TransientError (try again),
  // PermanentError with the reason in words for the sender (vanished, too large, 404), Interrupted.
  virtual void fetch(const MediaRef& media, BlobWriter& writer, std::stop_token stop) = 0;

  // Puts away what was taken over (moves files to the done folder) and what can't be (to the error
  // folder). Idempotent; called after polls and at start.
  virtual void settle(Intake& intake) = 0;
};

struct SourceContext {
  Clock& clock;
  HttpClient& http;
  std::uint64_t max_media_bytes = 500'000'000;
};

// THE list of source kinds. Throws ConfigError.
std::unique_ptr<Source> make_source(const SourceConfig& config, const SourceContext& context);

}  // namespace muster
