#include "worker/url.h"

#include "core/text.h"

#include <algorithm>
#include <charconv>
#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

namespace muster {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Handle = std::unique_ptr<CURLU, FreeUrl>;

constexpr std::size_t kMaxUrlLength = 8'000;

// "http:///path" has no host; curl would take the first part of the path for one.
bool has_empty_host(std::string_view text) {
  const std::size_t scheme_end = text.find("://");
  return scheme_end < text.find_first_of("/?#") && text.substr(scheme_end + 3).starts_with('/');
}

// Browsers read '\' as '/' and skip control characters; a URL that means two things to two readers
// is none.
bool is_plain(std::string_view text) {
  return text.size() <= kMaxUrlLength && !has_empty_host(text) &&
         std::ranges::none_of(text,
                              [](unsigned char c) { return c <= 0x20 || c == 0x7f || c == '\\'; });
}

// A host in other letters is to be written in punycode. Spelled otherwise, several texts name one
// host, and libcurl turns full-width digits into an address.
bool is_ascii_host(std::string_view host) {
  return is_plain(host) && std::ranges::all_of(host, [](unsigned char c) { return c < 0x80; });
}

std::string part(CURLU* url, CURLUPart what, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, what, &text, flags) != CURLUE_OK) {
    return {};
  }
  const std::unique_ptr<char, decltype(&curl_free)> owned(text, curl_free);
  return owned.get();
}

std::optional<Url> take_apart(CURLU* handle) {
  Url url;
  url.scheme = part(handle, CURLUPART_SCHEME);
  url.host = to_lower_ascii(part(handle, CURLUPART_HOST));
  url.path = part(handle, CURLUPART_PATH);
  curl_url_set(handle, CURLUPART_FRAGMENT, nullptr, 0);
  url.text = part(handle, CURLUPART_URL);
  const std::string port = part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
  const bool valid = (url.scheme == "http" || url.scheme == "https") && !url.host.empty() &&
                     is_ascii_host(url.host) && !url.text.empty() && error == std::errc() &&
                     end == port.data() + port.size() && url.port != 0;
  return valid ? std::optional(std::move(url)) : std::nullopt;
}

}  // namespace

std::string Url::shown() const {
  constexpr std::size_t kMaxShownPath = 200;
  const bool usual = port == (scheme == "https" ? 443 : 80);
  std::string where =
      usual ? fmt::format("{}://{}", scheme, host) : fmt::format("{}://{}:{}", scheme, host, port);
  if (path.size() > kMaxShownPath) {
    return printable(where + path.substr(0, kMaxShownPath)) + "...";
  }
  return printable(where + path);
}

std::optional<Url> parse_url(std::string_view text) {
  const Handle handle(curl_url());
  if (!handle || !is_plain(text) ||
      curl_url_set(handle.get(), CURLUPART_URL, std::string(text).c_str(), CURLU_DISALLOW_USER) !=
          CURLUE_OK) {
    return std::nullopt;
  }
  return take_apart(handle.get());
}

std::optional<Url> resolve_url(const Url& base, std::string_view reference) {
  const Handle handle(curl_url());
  if (!handle || !is_plain(reference) ||
      curl_url_set(handle.get(), CURLUPART_URL, base.text.c_str(), CURLU_DISALLOW_USER) !=
          CURLUE_OK ||
      curl_url_set(
          handle.get(), CURLUPART_URL, std::string(reference).c_str(), CURLU_DISALLOW_USER) !=
          CURLUE_OK) {
    return std::nullopt;
  }
  return take_apart(handle.get());
}

std::optional<Url> with_query(const Url& base, std::string_view name, std::string_view value) {
  const Handle handle(curl_url());
  const std::string field = fmt::format("{}={}", name, value);
  if (!handle || field.find('\0') != std::string::npos ||
      curl_url_set(handle.get(), CURLUPART_URL, base.text.c_str(), 0) != CURLUE_OK ||
      curl_url_set(
          handle.get(), CURLUPART_QUERY, field.c_str(), CURLU_APPENDQUERY | CURLU_URLENCODE) !=
          CURLUE_OK) {
    return std::nullopt;
  }
  return take_apart(handle.get());
}

}  // namespace muster
