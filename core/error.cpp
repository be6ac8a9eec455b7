#include "core/error.h"

#include <fmt/format.h>

namespace muster {
namespace {

std::string join(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) {
      text += '\n';
    }
    text += to_string(problem);
  }
  return text;
}

}  // namespace

std::string to_string(const Problem& problem) {
  std::string place = problem.file;
  if (problem.line > 0) {
    place += fmt::format(":{}:{}", problem.line, problem.column);
  }
  if (!place.empty()) {
    place += ": ";
  }
  if (!problem.key.empty()) {
    place += problem.key + ": ";
  }
  return place + problem.what;
}

ConfigError::ConfigError(std::vector<Problem> problems)
    : Error(join(problems)), problems_(std::move(problems)) {}

}  // namespace muster
