#pragma once

// What the route handlers share: reading a request, writing an answer. Private to review/.

#include "core/error.h"
#include "core/json.h"
#include "review/api.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// What a handler works with.
struct ApiContext {
  Store& store;
  BlobStore& blobs;
  Clock& clock;
  ApiOptions options;
};

// The request itself is wrong; becomes 400 with this message.
class BadRequest : public Error {
 public:
  using Error::Error;
};

// There is no such thing; becomes 404.
class NotFound : public Error {
 public:
  using Error::Error;
};

// Ids and names taken out of the path, in the order of the pattern's {}.
using PathParameters = std::vector<std::string>;

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/api/v1/submissions/{id}/decisions"
  ApiResponse (*handle)(ApiContext& context,
                        const ApiRequest& request,
                        const PathParameters& parameters);
  std::string_view summary;
};

ApiResponse answer(const Json& body, int status = 200);
ApiResponse error_answer(int status, std::string_view code, std::string_view message);

// The query parameter, "" when absent.
std::string query(const ApiRequest& request, std::string_view name);
// 400 when it is no number within [low, high].
std::optional<std::int64_t> query_number(const ApiRequest& request,
                                         std::string_view name,
                                         std::int64_t low,
                                         std::int64_t high);
bool query_flag(const ApiRequest& request, std::string_view name);
// An instant or a date (UTC); 400 when it is neither.
std::optional<Timestamp> query_time(const ApiRequest& request, std::string_view name);

template <typename E>
std::optional<E> query_enum(const ApiRequest& request, std::string_view name) {
  const std::string text = query(request, name);
  if (text.empty()) {
    return std::nullopt;
  }
  const auto value = parse_enum<E>(text);
  if (!value) {
    std::string known;
    for (const auto& [candidate, candidate_name] : kEnumNames<E>) {
      known += known.empty() ? "" : ", ";
      known += candidate_name;
    }
    throw BadRequest(std::string(name) + ": '" + text + "' is unknown; known: " + known);
  }
  return value;
}

// Refuses parameters that the route does not know, so that a mistyped filter never widens an
// answer.
void allow_query(const ApiRequest& request, std::vector<std::string> names);

// The body as a JSON object with only the `allowed` keys; 400 otherwise.
Json body_object(const ApiRequest& request, std::vector<std::string> allowed);
// A text member of the body; 400 when it is missing or empty (required) or not a text.
std::string required_text(const Json& body, const char* key);
std::string optional_text(const Json& body, const char* key);

// A positive number from the path; 404 otherwise.
std::int64_t path_id(const std::string& parameter);

}  // namespace muster
