#pragma once

#include "core/enum_names.h"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace muster::log {

// error: a person should look; warn: handled but unusual; info: one line a job and a poll; debug:
// the rest.
enum class Level { debug, info, warn, error, off };

// One key=value of a log line. Values are made safe for one line; never log captions, answers, URL
// queries or tokens.
struct Field {
  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(v) {}
  Field(std::string_view k, const std::string& v) : key(k), value(v) {}
  template <std::integral T>
  Field(std::string_view k, T v) : key(k), value(std::to_string(v)) {}
  Field(std::string_view k, double v);

  std::string_view key;
  std::string value;
};

// Writes one logfmt line to stderr: "2026-08-20T10:00:00.000Z info job.completed job=812 kind=check
// ms=143". Events are noun.verb_past. Only review and worker log; the layers below return or throw.
// Thread-safe.
void debug(std::string_view event, std::initializer_list<Field> fields = {});
void info(std::string_view event, std::initializer_list<Field> fields = {});
void warn(std::string_view event, std::initializer_list<Field> fields = {});
void error(std::string_view event, std::initializer_list<Field> fields = {});

void set_level(Level level);
// "debug", "info", "warn", "error" or "off"; false for another word.
bool set_level(std::string_view level);

}  // namespace muster::log
