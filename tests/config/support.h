#pragma once

#include "core/error.h"
#include "tests/support/temporary_folder.h"

#include <string>
#include <string_view>
#include <vector>

namespace muster::testing {

// The problems that a reader throws as "file:line:column: key: what", one a line; none where it
// does not throw.
template <typename Read>
std::vector<std::string> problems_of(Read read) {
  std::vector<std::string> lines;
  try {
    read();
  } catch (const ConfigError& error) {
    for (const Problem& problem : error.problems()) {
      lines.push_back(to_string(problem));
    }
  }
  return lines;
}

using muster::TemporaryFolder;

}  // namespace muster::testing
