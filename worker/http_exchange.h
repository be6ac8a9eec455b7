#pragma once

#include "core/http.h"
#include "worker/curl_http_client.h"
#include "worker/url.h"

#include <exception>
#include <functional>
#include <string>
#include <string_view>

namespace muster {

// One request and the response to it as it comes in: what may be connected to, and how much may
// come back. Knows nothing of libcurl, which only calls it.
class HttpExchange {
 public:
  using Sink = std::function<void(std::span<const std::byte>)>;

  // `first` is the address that the caller asked for, `url` the one of this hop. `sink` takes the
  // body of a 200; without one the body is kept. All of them outlive the exchange.
  HttpExchange(const HttpRequest& request,
               const AddressGuard& guard,
               const Url& first,
               const Url& url,
               const Sink* sink)
      : request_(request), guard_(guard), first_(first), url_(url), sink_(sink) {}

  const HttpRequest& request() const { return request_; }
  const Url& url() const { return url_; }
  HttpResponse& response() { return response_; }

  // Each false ends the transfer; throw_refusal() then says why.
  bool accept_port();
  bool accept_connection(const sockaddr& address);  // before it is made
  bool accept_peer(std::string_view ip,
                   std::uint16_t port);  // of a connection old or new, before the request is sent
  bool take_header(std::string_view line);
  // `received` is what came over the wire so far; it may lag by one read (16 kB).
  bool take_body(std::string_view piece, std::uint64_t received);

  // Did we end the transfer ourselves? Rethrows what the sink threw, or throws PermanentError.
  void throw_refusal(bool transfer_failed) const;
  // PermanentError for a body that was compressed though nobody asked for it.
  void check_encoding() const;
  std::uint64_t body_bytes() const { return body_bytes_; }

 private:
  enum class Refusal { none, body_too_large, bomb, headers_too_long, address };

  bool port_allowed(std::uint16_t port) const;
  bool address_allowed(const sockaddr& address) const;
  bool refuse(Refusal refusal) {
    refusal_ = refusal;
    return false;
  }

  const HttpRequest& request_;
  const AddressGuard& guard_;
  const Url& first_;
  const Url& url_;
  const Sink* sink_;
  HttpResponse response_;
  std::uint64_t body_bytes_ = 0;
  std::size_t header_bytes_ = 0;
  int header_lines_ = 0;
  int connections_tried_ = 0;
  std::string refused_address_;
  Refusal refusal_ = Refusal::none;
  std::exception_ptr failure_;  // thrown by the sink
};

}  // namespace muster
