#pragma once

#include "review/api.h"

#include <filesystem>
#include <memory>

namespace muster {

// Serves the API over HTTP/1.1 on a unix socket (mode 0600). One thread reads and answers; requests
// are capped in headers (16 kB), body (1 MB; uploads: ApiOptions::max_upload_bytes) and time.
class ApiServer {
 public:
  // Binds at once; a stale socket file is replaced. Throws ConfigError where the path can't be
  // bound. The caller owns the data directory's lock, so no other server can be alive behind the
  // path.
  ApiServer(Api& api, const std::filesystem::path& socket);
  // Stops accepting, lets running requests end, removes the socket file.
  ~ApiServer();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster
