#pragma once

#include "worker/cli/command_line.h"

#include <span>
#include <string>
#include <string_view>

namespace muster {

// What follows the command's name on the command line.
using Args = std::span<const std::string>;

struct Command {
  std::string_view name;
  std::string_view about;
  Exit (*run)(Args args);
};

// THE list of commands: `muster NAME ...`.
std::span<const Command> commands();

// Runs the command that the first word names, among `list`; prints the list for --help and for no
// word at all. `prefix` is what was typed before ("muster", "muster review").
Exit dispatch(std::string_view prefix,
              std::string_view about,
              std::span<const Command> list,
              Args args);

Exit run_command(Args args);
Exit check_command(Args args);
Exit submit_command(Args args);
Exit queue_command(Args args);
Exit review_command(Args args);
Exit assets_command(Args args);
Exit insights_command(Args args);
Exit metrics_command(Args args);
Exit parse_command(Args args);
Exit status_command(Args args);
Exit retry_command(Args args);
Exit config_command(Args args);
Exit kit_command(Args args);
Exit doctor_command(Args args);
Exit verify_command(Args args);
Exit replay_command(Args args);
Exit pack_command(Args args);

}  // namespace muster
