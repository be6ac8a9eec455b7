#include "core/json.h"

#include "core/error.h"

#include <nlohmann/json.hpp>

namespace muster {

void to_json(Json& json, const ContentHash& hash) {
  json = hash.hex();
}

void from_json(const Json& json, ContentHash& hash) {
  const auto parsed = ContentHash::from_hex(json.get<std::string>());
  if (!parsed) {
    throw Error("read JSON: a hash must have 64 hexadecimal digits");
  }
  hash = *parsed;
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}
std::string dump_pretty(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace muster
