#pragma once

#include <span>
#include <string>

namespace muster {

struct Bench {
  const char* name;
  const char* help;
  int (*run)(std::span<const std::string> args);  // exit status
};

}  // namespace muster
