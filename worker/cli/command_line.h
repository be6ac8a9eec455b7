#pragma once

#include "config/config.h"
#include "worker/cli/table.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// How a command ends: the exit status of the program.
enum class Exit {
  done = 0,
  failed = 1,
  usage = 2,            // command line or configuration
  findings_failed = 3,  // the work was done, and what was checked did not pass
};

// What a command takes, for --help and for parsing. Built on Boost.Program_options.
struct CommandSpec {
  std::string name;      // "assets search"
  std::string synopsis;  // "WORDS..."
  std::string about;     // what it does, one or two sentences
  std::string examples;  // one a line

  struct Option {
    std::string names;  // "config,c"
    std::string value;  // placeholder; empty: a switch
    std::string about;
    bool many = false;
  };
  std::vector<Option> options = {};
  bool takes_config = true;
  bool takes_format = true;
  bool takes_words = false;  // positional arguments
};

// A parsed command line.
class CommandLine {
 public:
  // Throws UsageError; nullopt after --help was printed.
  static std::optional<CommandLine> parse(const CommandSpec& spec,
                                          std::span<const std::string> args);

  bool has(const std::string& name) const;
  std::string get(const std::string& name, std::string otherwise = {}) const;
  std::vector<std::string> get_all(const std::string& name) const;
  const std::vector<std::string>& words() const { return words_; }
  // UsageError when the option is missing.
  std::string require(const std::string& name) const;
  Format format() const;

  // --config, else $MUSTER_CONFIG, else muster.toml here, else /etc/muster/muster.toml.
  Config load_config() const;
  // --as, else $MUSTER_USER, else the login name: decisions always have a name.
  std::string actor() const;

 private:
  std::string command_;
  std::vector<std::pair<std::string, std::vector<std::string>>> values_;
  std::vector<std::string> words_;
};

// The option that commands with a decision share.
CommandSpec::Option actor_option();

}  // namespace muster
