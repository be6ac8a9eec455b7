#pragma once

#include "core/json.h"
#include "tests/support/program.h"

#include <filesystem>
#include <string>
#include <vector>

namespace muster::testing {

// A data directory with a configuration, a brief that lets a rule approve and return, and an empty
// inbox.
class Campaign {
 public:
  explicit Campaign(const std::string& more_config = {});

  const TemporaryFolder& folder() const { return folder_; }
  std::filesystem::path inbox() const { return folder_ / "inbox"; }
  std::filesystem::path surveys() const { return folder_ / "surveys"; }

  // Runs a command with this campaign's --config.
  Finished muster(std::vector<std::string> args, const ProgramLimits& limits = {}) const;
  // The same with --format json; the answer. Fails the test for a status other than 0.
  Json json(std::vector<std::string> args, const ProgramLimits& limits = {}) const;
  std::vector<std::string> with_config(std::vector<std::string> args) const;

  // Waits until the first daemon of this campaign answers commands: before that they would take the
  // data directory themselves, and the daemon could not.
  void await_daemon() const;

  // NAME.jpg with a manifest beside it.
  void drop(const std::string& name, const std::string& bytes, const std::string& caption) const;

 private:
  TemporaryFolder folder_;
};

// A busy picture as JPEG, another one for each seed. Small in bytes, so that a test may
// have hundreds.
std::string make_photo(int seed, int width = 648, int height = 810);

}  // namespace muster::testing
