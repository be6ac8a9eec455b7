#pragma once

#include "core/finding.h"
#include "extractors/media/check.h"

#include <memory>
#include <string>
#include <vector>

namespace muster {

// What the checks found, in the order of the list.
struct CheckRun {
  std::vector<Finding> findings;
  // Checks that threw, "NAME: MESSAGE": a defect of ours, for the log. Each also has a
  // could_not_check finding.
  std::vector<std::string> defects;
};

// Runs every check of the list. The one path for the daemon, `muster check` and replay. A check
// that throws does not stop the others, and what it should have found is could_not_check.
// Interrupted, LeaseLost and TransientError (and bad_alloc) pass through: they say nothing about
// the submission.
CheckRun run_checks(const CheckInput& input);
CheckRun run_checks(const CheckInput& input, const std::vector<std::unique_ptr<Check>>& checks);

}  // namespace muster
