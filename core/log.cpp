#include "core/log.h"

#include "core/text.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace muster::log {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::off:
      return spdlog::level::off;
  }
  return spdlog::level::info;
}

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("muster",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

// Quotes a value where logfmt needs it.
std::string quote_where_needed(std::string_view value) {
  std::string safe = printable(value);
  if (!safe.empty() && safe.find_first_of(" =\"") == std::string::npos) {
    return safe;
  }
  std::string text = "\"";
  for (const char c : safe) {
    if (c == '"') {
      text += '\\';
    }
    text += c;
  }
  return text + '"';
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (!logger().should_log(to_spdlog(level))) {
    return;
  }
  std::string line(event);
  for (const Field& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    line += quote_where_needed(field.value);
  }
  logger().log(to_spdlog(level), "{}", line);
}

}  // namespace

Field::Field(std::string_view k, double v) : key(k), value(fmt::format("{:.3f}", v)) {}

void debug(std::string_view event, std::initializer_list<Field> fields) {
  write(Level::debug, event, fields);
}
void info(std::string_view event, std::initializer_list<Field> fields) {
  write(Level::info, event, fields);
}
void warn(std::string_view event, std::initializer_list<Field> fields) {
  write(Level::warn, event, fields);
}
void error(std::string_view event, std::initializer_list<Field> fields) {
  write(Level::error, event, fields);
}

void set_level(Level level) {
  logger().set_level(to_spdlog(level));
}

bool set_level(std::string_view level) {
  constexpr std::pair<std::string_view, Level> kLevels[] = {{"debug", Level::debug},
                                                            {"info", Level::info},
                                                            {"warn", Level::warn},
                                                            {"error", Level::error},
                                                            {"off", Level::off}};
  for (const auto& [name, value] : kLevels) {
    if (name == level) {
      set_level(value);
      return true;
    }
  }
  return false;
}

}  // namespace muster::log
