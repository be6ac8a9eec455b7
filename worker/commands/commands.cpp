#include "worker/commands/commands.h"

#include "core/error.h"
#include "core/text.h"
#include "worker/commands/duplicates.h"
#include "worker/commands/survey.h"

#include <fmt/format.h>

namespace muster {

std::span<const Command> commands() {
  static constexpr Command kCommands[] = {
      {"run", "poll the sources, check, file; until stopped, or one pass with --once", run_command},
      {"check", "check files as the daemon would, without a daemon or a database", check_command},
      {"submit", "hand in files with a manifest", submit_command},
      {"queue",
       "list submissions, show one with its evidence, pause and resume work",
       queue_command},
      {"review", "take flagged submissions and decide on them", review_command},
      {"assets", "search and export approved assets", assets_command},
      {"duplicates", "files that show the same as others", duplicates_command},
      {"insights", "survey figures with n, interval and base", insights_command},
      {"metrics", "load exports of engagement, clicks, conversions and sign-ups", metrics_command},
      {"survey", "list surveys, show one, and what changed in it", survey_command},
      {"parse",
       "read survey exports and show what was understood, without a database",
       parse_command},
      {"status",
       "what was seen, filed, flagged, returned, failed; the queue and the sources",
       status_command},
      {"retry", "read the dead letter and put jobs back", retry_command},
      {"pack", "list, show, compare and check the rules of placements and markets", pack_command},
      {"kit", "make and check brand kits: what a brand looks like", kit_command},
      {"config", "check the configuration, print the reference", config_command},
      {"doctor", "versions, limits, the sandbox self-test, known holes", doctor_command},
      {"verify", "prove the decision log, the bound content and every blob", verify_command},
      {"replay", "judge a submission again with the rules of its verdict", replay_command},
  };
  return kCommands;
}

Exit dispatch(std::string_view prefix,
              std::string_view about,
              std::span<const Command> list,
              Args args) {
  const std::string word = args.empty() ? "" : args.front();
  for (const Command& command : list) {
    if (command.name == word) {
      return command.run(args.subspan(1));
    }
  }
  const bool help = word == "--help" || word == "-h" || word == "help";
  if (!word.empty() && !help) {
    std::vector<std::string> known;
    for (const Command& command : list) {
      known.emplace_back(command.name);
    }
    throw UsageError(
        fmt::format("{}: there is no '{}'{}", prefix, printable(word), did_you_mean(word, known)));
  }
  fmt::print(help ? stdout : stderr, "{}\n\nusage: {} COMMAND ...\n\n", about, prefix);
  for (const Command& command : list) {
    fmt::print(help ? stdout : stderr, "  {:<12} {}\n", command.name, command.about);
  }
  fmt::print(help ? stdout : stderr, "\n{} COMMAND --help tells more.\n", prefix);
  return help ? Exit::done : Exit::usage;
}

}  // namespace muster
