#pragma once

#include "core/error.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/text.h"
#include "core/time.h"

#include <nlohmann/json.hpp>

// Fields of a JSON object, for core/json_*.cpp alone: put_... leaves out what is not there, get_...
// leaves the value as it is where the field is missing. A field of the wrong type throws nlohmann's
// exception; a word or time that is none, Error.

namespace muster::json_fields {

template <typename T>
void put_optional(Json& json, const char* key, const std::optional<T>& value) {
  if (value) {
    json[key] = *value;
  }
}

inline void put_text(Json& json, const char* key, const std::string& value) {
  if (!value.empty()) {
    json[key] = value;
  }
}

template <typename T>
void get(const Json& json, const char* key, T& value) {
  if (const auto found = json.find(key); found != json.end()) {
    found->get_to(value);
  }
}

template <typename T>
void get_optional(const Json& json, const char* key, std::optional<T>& value) {
  if (const auto found = json.find(key); found != json.end() && !found->is_null()) {
    value = found->get<T>();
  }
}

template <typename E>
void get_enum(const Json& json, const char* key, E& value) {
  if (const auto found = json.find(key); found != json.end()) {
    const auto parsed = parse_enum<E>(found->get<std::string>());
    if (!parsed) {
      throw Error("read JSON: '" + found->get<std::string>() + "' is no known value of " + key);
    }
    value = *parsed;
  }
}

inline void get_hash(const Json& json, const char* key, ContentHash& value) {
  if (const auto found = json.find(key); found != json.end()) {
    from_json(*found, value);
  }
}

inline void put_time(Json& json, const char* key, const std::optional<Timestamp>& time) {
  if (time) {
    json[key] = to_iso8601(*time);
  }
}

inline void get_time(const Json& json, const char* key, std::optional<Timestamp>& time) {
  if (const auto found = json.find(key); found != json.end() && !found->is_null()) {
    time = parse_iso8601(found->get<std::string>());
    if (!time) {
      throw Error(std::string("read JSON: ") + key + " is no time");
    }
  }
}

}  // namespace muster::json_fields
