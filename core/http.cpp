#include "core/http.h"

#include "core/text.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <date/date.h>

namespace muster {

std::optional<std::string> HttpResponse::header(std::string_view name) const {
  const auto found = std::ranges::find_if(headers, [&](const auto& h) { return h.first == name; });
  return found == headers.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Milliseconds> parse_retry_after(std::string_view value, Timestamp now) {
  value = trim(value);
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error == std::errc() && end == value.data() + value.size()) {
    constexpr std::int64_t kDay = 86'400;
    return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 365 * kDay));
  }
  std::istringstream stream{std::string(value)};
  date::sys_seconds time;
  stream >> date::parse("%a, %d %b %Y %H:%M:%S GMT", time);
  if (stream.fail()) {
    return std::nullopt;
  }
  return std::max(Milliseconds(0), std::chrono::duration_cast<Milliseconds>(time - now));
}

}  // namespace muster
