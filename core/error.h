#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace muster {

// Exceptions end a unit of work, and their type says what to do next. Expected outcomes (a failed
// check, "not found") are values instead; malformed input from outside is Parsed<T>
// (core/result.h). A message says what we were doing, on what, and what is wrong: "open
// data/muster.db: disk full".
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The world misbehaves: try again later (503, timeout, database busy, disk full).
class TransientError : public Error {
 public:
  using Error::Error;
};

// Trying again cannot help (404, unsupported type, a broken promise of the caller).
class PermanentError : public Error {
 public:
  using Error::Error;
};

// We were told to stop. The work goes back as if it had not been started.
class Interrupted : public Error {
 public:
  Interrupted() : Error("interrupted") {}
};

// The lease of a job was lost to somebody else; whatever was computed under it must be dropped.
class LeaseLost : public Error {
 public:
  using Error::Error;
};

// The request contradicts the present state (a decision on an older revision, a name already
// taken).
class ConflictError : public PermanentError {
 public:
  using PermanentError::PermanentError;
};

// One thing wrong in a file that a person wrote. Lines and columns count from 1; 0 means unknown.
struct Problem {
  std::string file;
  int line = 0;
  int column = 0;
  std::string key;   // dotted path of the key, may be empty
  std::string what;  // what is wrong and what to do

  bool operator==(const Problem&) const = default;
};

// "muster.toml:12:3: jobs.runers: unknown key; did you mean 'runners'?"
std::string to_string(const Problem& problem);

// The configuration is wrong: the program can't start. Carries every problem at once.
class ConfigError : public Error {
 public:
  explicit ConfigError(std::vector<Problem> problems);
  explicit ConfigError(Problem problem) : ConfigError(std::vector<Problem>{std::move(problem)}) {}
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

// The command line is wrong: exit status 2 with a hint at --help.
class UsageError : public Error {
 public:
  using Error::Error;
};

}  // namespace muster
