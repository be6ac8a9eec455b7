#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

// An absolute http or https URL, taken apart by curl's own parser so that what is checked is what
// is fetched.
struct Url {
  std::string text;    // normalized, without fragment
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; numbers spelled oddly ("0x7f.1") are plain by now
  std::uint16_t port = 0;
  std::string path;  // begins with '/'

  // Scheme, host and port: what may see the credentials of a request.
  bool same_origin(const Url& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
  // Without the query, which may hold secrets; safe to print.
  std::string shown() const;
};

// nullopt: not an absolute http(s) URL, or it holds user names, control characters, spaces or
// backslashes.
std::optional<Url> parse_url(std::string_view text);

// The URL that `reference` (absolute or relative) means within `base`.
std::optional<Url> resolve_url(const Url& base, std::string_view reference);

// The URL with "name=value" added to its query, the value escaped.
std::optional<Url> with_query(const Url& base, std::string_view name, std::string_view value);

}  // namespace muster
