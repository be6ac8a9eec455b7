#include "core/error.h"
#include "extractors/decode/decoder.h"
#include "worker/commands/commands.h"
#include "worker/rulebook.h"

#include <fmt/format.h>

namespace muster {
namespace {

Exit check_config(Args args) {
  static const CommandSpec spec{.name = "config check",
                                .synopsis = "",
                                .about =
                                    "Loads the configuration with every brief, kit and pack that "
                                    "it names, and says all that is wrong, with file, line "
                                    "and column, and what is weak about the kits.",
                                .examples = "muster config check --config muster.toml",
                                .takes_format = false};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  std::vector<Problem> problems;
  const auto collect = [&](auto load) {
    try {
      load();
    } catch (const ConfigError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  };
  const Config config = line->load_config();
  const auto decoder = make_decoder({.program = {}, .limits = config.decode});
  std::vector<KitRemark> remarks;
  std::size_t briefs = 0;
  std::size_t kits = 0;
  std::size_t creators = 0;
  collect([&] {
    Rulebook rulebook(config, *decoder);
    briefs = rulebook.briefs().size();
    kits = rulebook.kits().size();
    remarks = rulebook.kit_remarks();
  });
  collect([&] {
    if (!config.creators_file.empty()) {
      creators = load_creators(config.creators_file, config.tiers).size();
    }
  });
  for (const SourceConfig& source : config.sources) {
    collect([&] { read_token(source); });
  }
  if (!problems.empty()) {
    throw ConfigError(std::move(problems));
  }
  for (const KitRemark& remark : remarks) {
    fmt::print("kit {}, {}: {}\n", remark.kit, remark.picture, remark.what);
  }
  fmt::print("{}: good; {} sources, {} briefs, {} kits, {} creators\n",
             config.file.native(),
             config.sources.size(),
             briefs,
             kits,
             creators);
  return Exit::done;
}

Exit reference(Args args) {
  static const CommandSpec spec{
      .name = "config reference",
      .synopsis = "",
      .about = "Prints a configuration with every option, its default and what it does.",
      .examples = "muster config reference > muster.toml",
      .takes_config = false,
      .takes_format = false};
  if (!CommandLine::parse(spec, args)) {
    return Exit::done;
  }
  fmt::print("{}", reference_config());
  return Exit::done;
}

constexpr Command kConfigSubcommands[] = {
    {"check", "load everything and say all that is wrong", check_config},
    {"reference", "every option with its default", reference}};

}  // namespace

Exit config_command(Args args) {
  return dispatch("muster config", "The configuration.", kConfigSubcommands, args);
}

}  // namespace muster
