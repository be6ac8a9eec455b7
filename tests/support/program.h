#pragma once

#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace muster::testing {

using muster::TemporaryFolder;

struct Finished {
  int status = -1;  // exit status, or 128 + signal
  std::string out;
  std::string err;
};

// Runs the built `muster` with these arguments and waits for it. Fails the test after 100 s.
Finished run_muster(const std::vector<std::string>& args);

// The built `muster` in the background, its log in a file; killed with the object.
class RunningMuster {
 public:
  RunningMuster(const std::vector<std::string>& args, const std::filesystem::path& log);
  ~RunningMuster();
  RunningMuster(const RunningMuster&) = delete;
  RunningMuster& operator=(const RunningMuster&) = delete;

  void signal(int number);
  // Waits up to 60 s; the exit status, or 128 + signal.
  int wait();
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

void write_file(const std::filesystem::path& file, const std::string& bytes);
std::string read_file(const std::filesystem::path& file);

}  // namespace muster::testing
