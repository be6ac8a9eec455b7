#include "worker/http_exchange.h"

#include "core/error.h"
#include "core/text.h"

#include <array>
#include <charconv>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

namespace muster {
namespace {

constexpr std::size_t kMaxHeaderBytes = 64'000;
constexpr int kMaxHeaderLines = 100;
constexpr std::uint64_t kMaxErrorBodyBytes = 64'000;  // of a download that is not a 200
// Text compresses up to about 20:1 in practice; a body that inflates more than this is a bomb.
// Small bodies are let be.
constexpr std::uint64_t kMaxInflation = 100;
constexpr std::uint64_t kInflationFloorBytes = 1'000'000;
constexpr std::uint64_t kReceivedLagBytes = 16'384;

std::string address_text(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (address.sa_family == AF_INET) {
    bytes = &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  } else if (address.sa_family == AF_INET6) {
    bytes = &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  } else {
    return "of another family";
  }
  inet_ntop(address.sa_family, bytes, text.data(), text.size());
  return text.data();
}

}  // namespace

bool HttpExchange::port_allowed(std::uint16_t port) const {
  return request_.allow_private || port == 80 || port == 443 ||
         (port == request_.also_port && port != 0 && url_.host == first_.host);
}

bool HttpExchange::address_allowed(const sockaddr& address) const {
  const AddressClass kind = guard_(address);
  const bool reachable =
      kind == AddressClass::global || (kind == AddressClass::private_use && request_.allow_private);
  return reachable && port_allowed(port_of(address));
}

bool HttpExchange::accept_port() {
  if (port_allowed(url_.port)) {
    return true;
  }
  refused_address_ = fmt::format("{}, port {}", url_.host, url_.port);
  return refuse(Refusal::address);
}

bool HttpExchange::accept_connection(const sockaddr& address) {
  if (!address_allowed(address)) {
    refused_address_ = address_text(address);
    return false;  // no refusal yet: another address of the same name may do
  }
  ++connections_tried_;
  return true;
}

bool HttpExchange::accept_peer(std::string_view ip, std::uint16_t port) {
  const std::string plain(ip.substr(0, ip.find('%')));
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  const sockaddr* address = nullptr;
  if (inet_pton(AF_INET, plain.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    address = reinterpret_cast<const sockaddr*>(&v4);
  } else if (inet_pton(AF_INET6, plain.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    address = reinterpret_cast<const sockaddr*>(&v6);
  }
  if (address != nullptr && address_allowed(*address)) {
    return true;
  }
  refused_address_ = plain;
  return refuse(Refusal::address);
}

bool HttpExchange::take_header(std::string_view line) {
  header_bytes_ += line.size();
  ++header_lines_;
  if (header_bytes_ > kMaxHeaderBytes || header_lines_ > kMaxHeaderLines) {
    return refuse(Refusal::headers_too_long);
  }
  if (line.starts_with("HTTP/")) {
    response_.headers.clear();  // a new response: what came before was an interim one
    const std::size_t space = line.find(' ');
    const std::string_view status =
        space == std::string_view::npos ? std::string_view() : line.substr(space + 1, 3);
    response_.status = 0;
    std::from_chars(status.data(), status.data() + status.size(), response_.status);
  } else if (const std::size_t colon = line.find(':');
             colon != std::string_view::npos && colon > 0) {
    response_.headers.emplace_back(to_lower_ascii(trim(line.substr(0, colon))),
                                   trim(line.substr(colon + 1)));
  }
  return true;
}

bool HttpExchange::take_body(std::string_view piece, std::uint64_t received) {
  const bool to_sink = sink_ != nullptr && response_.status == 200;
  if (sink_ != nullptr && !to_sink && body_bytes_ + piece.size() > kMaxErrorBodyBytes) {
    return true;  // the explanation of an error needs no more; the deadline bounds the rest
  }
  body_bytes_ += piece.size();
  // libcurl's own limit (MAXFILESIZE) does not bound what is delivered: not without Content-Length,
  // not when inflating.
  if (body_bytes_ > request_.max_body_bytes) {
    return refuse(Refusal::body_too_large);
  }
  if (request_.compressed && body_bytes_ > kInflationFloorBytes &&
      body_bytes_ > kMaxInflation * (received + kReceivedLagBytes)) {
    return refuse(Refusal::bomb);
  }
  try {
    if (to_sink) {
      (*sink_)(std::as_bytes(std::span(piece)));
    } else {
      response_.body.append(piece);
    }
  } catch (...) {
    failure_ = std::current_exception();
    return false;
  }
  return true;
}

void HttpExchange::throw_refusal(bool transfer_failed) const {
  if (failure_) {
    std::rethrow_exception(failure_);
  }
  const std::string where = url_.shown();
  const bool nowhere_to_connect =
      transfer_failed && !refused_address_.empty() && connections_tried_ == 0;
  switch (nowhere_to_connect ? Refusal::address : refusal_) {
    case Refusal::none:
      return;
    case Refusal::body_too_large:
      throw PermanentError(fmt::format(
          "fetch {}: the body is larger than {}", where, format_bytes(request_.max_body_bytes)));
    case Refusal::bomb:
      throw PermanentError(fmt::format(
          "fetch {}: the body inflates to more than {} times its size", where, kMaxInflation));
    case Refusal::headers_too_long:
      throw PermanentError(fmt::format("fetch {}: the headers are longer than {} or {} lines",
                                       where,
                                       format_bytes(kMaxHeaderBytes),
                                       kMaxHeaderLines));
    case Refusal::address:
      throw PermanentError(fmt::format(
          "fetch {}: its address {} is private, reserved or our own, or its port is not open to "
          "us; only public addresses are fetched from",
          where,
          refused_address_));
  }
}

void HttpExchange::check_encoding() const {
  const auto encoding = response_.header("content-encoding");
  if (!encoding || request_.compressed || response_.status != 200 ||
      equals_ignoring_case_ascii(*encoding, "identity")) {
    return;
  }
  throw PermanentError(
      fmt::format("fetch {}: the server compressed the body ({}) though it was not asked to",
                  url_.shown(),
                  printable(*encoding)));
}

}  // namespace muster
