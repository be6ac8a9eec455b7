#pragma once

#include "core/error.h"

#include <cstddef>
#include <string>
#include <string_view>
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

// A text that somebody else wrote, made safe for one line and cut short, for a message.
std::string shown(std::string_view text);

// "; did you mean 'runners'?" for a word of any length (see did_you_mean).
std::string hint(std::string_view word, const std::vector<std::string>& known);

// Line and column (in characters) of an offset into a text that is valid UTF-8 up to there.
struct TextPlace {
  int line = 1;
  int column = 1;
};
TextPlace place_of(std::string_view text, std::size_t offset);

}  // namespace muster
