#include "config/problems.h"

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

}  // namespace muster
