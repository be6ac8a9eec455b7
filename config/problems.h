#pragma once

#include "core/error.h"

#include <cstddef>
#include <string>
#include <vector>

namespace muster {

// Gathers what is wrong in one or more files, so that their author hears of everything at once.
class Problems {
 public:
  void add(Problem problem) { problems_.push_back(std::move(problem)); }
  // Takes over the problems of another reader.
  void add(const ConfigError& error);

  bool empty() const { return problems_.empty(); }

  // Throws ConfigError where there are any: in the order of the files and, within a file, of their
  // places. After kShown of them the rest is only counted.
  void throw_if_any() const;

  static constexpr std::size_t kShown = 200;

 private:
  std::vector<Problem> problems_;
};

}  // namespace muster
