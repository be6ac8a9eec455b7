#include "review/request.h"

#include "core/text.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

std::string percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr ==
            text.data() + i + 3) {
      decoded += static_cast<char>(value);
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return sanitize_utf8(decoded);
}

std::optional<std::int64_t> to_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

}  // namespace

ApiRequest ApiRequest::make(std::string method, std::string_view target, std::string body) {
  ApiRequest request;
  request.method = std::move(method);
  request.body = std::move(body);
  const std::size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark == std::string_view::npos) {
    return request;
  }
  for (const std::string& part : split(target.substr(mark + 1), '&')) {
    if (part.empty()) {
      continue;
    }
    const std::size_t equals = part.find('=');
    const std::string_view value = equals == std::string::npos
                                       ? std::string_view()
                                       : std::string_view(part).substr(equals + 1);
    request.query[percent_decode(part.substr(0, equals))] = percent_decode(value);
  }
  return request;
}

ApiResponse answer(const Json& body, int status) {
  ApiResponse response;
  response.status = status;
  response.body = dump(body);
  return response;
}

ApiResponse error_answer(int status, std::string_view code, std::string_view message) {
  return answer(Json{{"error", {{"code", code}, {"message", message}}}}, status);
}

std::string query(const ApiRequest& request, std::string_view name) {
  const auto found = request.query.find(std::string(name));
  return found == request.query.end() ? std::string() : found->second;
}

std::optional<std::int64_t> query_number(const ApiRequest& request,
                                         std::string_view name,
                                         std::int64_t low,
                                         std::int64_t high) {
  const std::string text = query(request, name);
  if (text.empty()) {
    return std::nullopt;
  }
  const auto value = to_number(text);
  if (!value || *value < low || *value > high) {
    throw BadRequest(fmt::format("{}: '{}' must be a number from {} to {}", name, text, low, high));
  }
  return value;
}

bool query_flag(const ApiRequest& request, std::string_view name) {
  const std::string text = query(request, name);
  if (text.empty() || text == "false" || text == "0") {
    return false;
  }
  if (text == "true" || text == "1") {
    return true;
  }
  throw BadRequest(fmt::format("{}: '{}' must be true or false", name, text));
}

std::optional<Timestamp> query_time(const ApiRequest& request, std::string_view name) {
  const std::string text = query(request, name);
  if (text.empty()) {
    return std::nullopt;
  }
  if (const auto instant = parse_iso8601(text)) {
    return instant;
  }
  if (const auto day = parse_local_time(text, "UTC")) {
    return day;
  }
  throw BadRequest(fmt::format(
      "{}: '{}' must be a date (2026-03-01) or a time (2026-03-01T12:00:00Z)", name, text));
}

void allow_query(const ApiRequest& request, std::vector<std::string> names) {
  for (const auto& [name, value] : request.query) {
    if (std::ranges::find(names, name) == names.end()) {
      throw BadRequest(fmt::format("unknown parameter '{}'{}", name, did_you_mean(name, names)));
    }
  }
}

Json body_object(const ApiRequest& request, std::vector<std::string> allowed) {
  const Json body = Json::parse(request.body.empty() ? "{}" : request.body, nullptr, false);
  if (!body.is_object()) {
    throw BadRequest("the body must be a JSON object");
  }
  for (const auto& [key, value] : body.items()) {
    if (std::ranges::find(allowed, key) == allowed.end()) {
      throw BadRequest(fmt::format("unknown member '{}'{}", key, did_you_mean(key, allowed)));
    }
  }
  return body;
}

std::string optional_text(const Json& body, const char* key) {
  const auto found = body.find(key);
  if (found == body.end() || found->is_null()) {
    return {};
  }
  if (!found->is_string()) {
    throw BadRequest(fmt::format("{}: must be a text", key));
  }
  return sanitize_utf8(found->get<std::string>());
}

std::string required_text(const Json& body, const char* key) {
  std::string text(trim(optional_text(body, key)));
  if (text.empty()) {
    throw BadRequest(fmt::format("{}: is required", key));
  }
  return text;
}

std::int64_t path_id(const std::string& parameter) {
  const auto id = to_number(parameter);
  if (!id || *id <= 0) {
    throw NotFound(fmt::format("'{}' is no id", printable(parameter)));
  }
  return *id;
}

}  // namespace muster
