#pragma once

#include "core/time.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string url;  // https, or http where `allow_http`
  HttpHeaders headers;
  std::uint64_t max_body_bytes = 16'000'000;  // of decoded bytes; more is a PermanentError
  Milliseconds connect_timeout = std::chrono::seconds(5);
  Milliseconds total_timeout = std::chrono::minutes(2);
  int max_redirects = 3;
  bool compressed = false;  // ask for gzip; never for media
  bool allow_http = false;  // plain http is refused unless the source says so
  bool allow_private =
      false;  // loopback and private addresses are refused unless the source says so
  // A port besides 80 and 443 that the configuration names, open on the host of `url` only; 0:
  // none. With allow_private every port is open.
  std::uint16_t also_port = 0;
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;  // names in lower case
  std::string body;     // empty for download()
  std::string final_url;

  // First header of this (lower case) name.
  std::optional<std::string> header(std::string_view name) const;
};

// Fetches over HTTP. Throws TransientError (timeout, connection, short body), PermanentError
// (address or scheme not allowed, body over the cap, too many redirects) and Interrupted; any
// status is a response. Thread-safe.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  virtual HttpResponse get(const HttpRequest& request, std::stop_token stop) = 0;

  // Hands the body of a 200 to `sink` piece by piece; other statuses come back with the body in the
  // response.
  virtual HttpResponse download(const HttpRequest& request,
                                const std::function<void(std::span<const std::byte>)>& sink,
                                std::stop_token stop) = 0;
};

// Seconds or an HTTP date; nullopt where it is neither. Negative becomes zero.
std::optional<Milliseconds> parse_retry_after(std::string_view value, Timestamp now);

}  // namespace muster
