#pragma once

#include "core/http.h"
#include "worker/sources/address_guard.h"

#include <functional>
#include <memory>

namespace muster {

// Judges the address of a connection before anything is sent over it.
using AddressGuard = std::function<AddressClass(const sockaddr&)>;

// The HttpClient on libcurl. Follows redirects itself and checks each hop like the first; headers
// of the caller (credentials) do not cross to another origin. No proxies, cookies, netrc or other
// protocols. HTTP/1.1. A stop is seen at once.
std::unique_ptr<HttpClient> make_curl_http_client(AddressGuard guard = classify_connection);

}  // namespace muster
