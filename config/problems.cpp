#include "config/problems.h"

#include "core/text.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

namespace muster {

void Problems::add(const ConfigError& error) {
  problems_.insert(problems_.end(), error.problems().begin(), error.problems().end());
}

void Problems::throw_if_any() const {
  if (problems_.empty()) {
    return;
  }
  std::map<std::string, std::size_t> order;
  for (const Problem& problem : problems_) {
    order.try_emplace(problem.file, order.size());
  }
  std::vector<Problem> sorted = problems_;
  std::ranges::stable_sort(sorted, {}, [&](const Problem& problem) {
    return std::tuple(order.at(problem.file), problem.line, problem.column);
  });
  if (sorted.size() > kShown) {
    const std::size_t rest = sorted.size() - kShown;
    sorted.resize(kShown);
    sorted.push_back({sorted.back().file, 0, 0, "", fmt::format("and {} more problems", rest)});
  }
  throw ConfigError(std::move(sorted));
}

std::string shown(std::string_view text) {
  constexpr std::size_t kMaxShown = 60;
  if (text.size() <= kMaxShown) {
    return printable(text);
  }
  std::size_t end = kMaxShown;
  // Not within a character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  return printable(text.substr(0, end)) + "...";
}

std::string hint(std::string_view word, const std::vector<std::string>& known) {
  // Nobody misspells a longer word by a letter, and comparing takes the product of both lengths.
  constexpr std::size_t kMaxCompared = 100;
  return word.size() > kMaxCompared ? "" : did_you_mean(word, known);
}

TextPlace place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return {static_cast<int>(std::ranges::count(before, '\n') + 1),
          static_cast<int>(count_code_points(before.substr(line_begin)) + 1)};
}

}  // namespace muster
