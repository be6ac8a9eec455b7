#pragma once

#include "extractors/text_seen/reading.h"

#include <string>

#include <catch2/catch.hpp>

namespace muster::test {

// One reader for all cases of a program. Never destroyed: at the end of the program its module's
// libraries go before it would.
inline const Reading& shared_reading() {
  static const Reading* const kReading = new Reading(ModelsConfig{});
  return *kReading;
}

// False, with a message, where this machine has no models: then there is nothing to test.
inline bool can_read_text() {
  const std::string problem = shared_reading().text_problem();
  if (!problem.empty()) {
    WARN("skipped: " << problem);
  }
  return problem.empty();
}

}  // namespace muster::test
