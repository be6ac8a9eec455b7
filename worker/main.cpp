#include "core/error.h"
#include "core/version.h"
#include "extractors/opencv_threads.h"
#include "worker/commands/commands.h"

#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace {

void print_version() {
  const muster::BuildFacts facts = muster::build_facts();
  fmt::print("muster {} (commit {}, {}, {}, engine {})\n",
             facts.version,
             facts.commit,
             facts.build_type,
             facts.compiler,
             muster::kEngineVersion);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace muster;
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (!args.empty() && args.front() == "--version") {
    print_version();
    return 0;
  }
  use_one_opencv_thread();
  try {
    return static_cast<int>(
        dispatch("muster",
                 "Gathers what creators send and what audiences answer, checks it, files it.",
                 commands(),
                 args));
  } catch (const ConfigError& error) {
    fmt::print(stderr, "muster: the configuration is wrong:\n{}\n", error.what());
    return static_cast<int>(Exit::usage);
  } catch (const UsageError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(Exit::usage);
  } catch (const std::exception& error) {
    fmt::print(stderr, "muster: {}\n", error.what());
    return static_cast<int>(Exit::failed);
  }
}
