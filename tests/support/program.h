#pragma once

#include "tests/support/temporary_folder.h"

#include <chrono>
#include <cstdint>
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

struct ProgramLimits {
  std::chrono::seconds time{100};  // then it is killed and the test fails
  // No file that it writes may become larger, as on a disk that is full: writes beyond fail. 0: no
  // limit.
  std::uint64_t file_bytes = 0;
};

// Runs the built `muster`, or the program that MUSTER_TEST_PROGRAM names, with these arguments and
// waits for it.
Finished run_muster(const std::vector<std::string>& args, const ProgramLimits& limits = {});

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
