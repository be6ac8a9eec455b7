#pragma once

#include "config/config.h"
#include "core/json.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace muster {

// The API as commands call it: over the daemon's socket where a daemon owns the data directory,
// else in this process.
class ApiClient {
 public:
  virtual ~ApiClient() = default;

  struct Answer {
    int status = 0;
    std::string body;
  };
  virtual Answer call(const std::string& method,
                      const std::string& target,
                      const std::string& body) = 0;
  // Sends a file's bytes to the blob store; returns their SHA-256 in hex.
  virtual std::string upload(const std::filesystem::path& file) = 0;
  // Writes the content of an answer to `file` (a new file; durable before it gets its name).
  // Other answers come back with the error.
  virtual Answer download(const std::string& method,
                          const std::string& target,
                          const std::string& body,
                          const std::filesystem::path& file) = 0;
  // True when a daemon answers: what is queued will be worked on at once.
  virtual bool is_daemon() const = 0;

  // The answer of a successful call as JSON. Error statuses throw: 404 and 409 PermanentError, 400
  // UsageError, 503 TransientError.
  Json get(const std::string& target);
  Json send(const std::string& method, const std::string& target, const Json& body);
};

// Connects to the daemon, or takes the data directory's lock and serves itself. Waits up to 10 s
// for another command that holds the lock. Throws TransientError where neither works.
std::unique_ptr<ApiClient> connect(const Config& config);

// "NAME=VALUE&..." with everything encoded; pairs with an empty value are left out.
std::string query_string(
    std::initializer_list<std::pair<std::string_view, std::string>> parameters);

}  // namespace muster
