#include "worker/cli/command_line.h"

#include "core/error.h"
#include "core/text.h"

#include <algorithm>
#include <cstdlib>

#include <boost/program_options.hpp>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

namespace muster {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

po::options_description describe(const CommandSpec& spec) {
  constexpr unsigned kWidth = 100;
  po::options_description described("Options", kWidth);
  for (const CommandSpec::Option& option : spec.options) {
    if (option.value.empty()) {
      described.add_options()(option.names.c_str(), option.about.c_str());
      continue;
    }
    auto* value = po::value<std::vector<std::string>>()->value_name(option.value);
    described.add_options()(
        option.names.c_str(), option.many ? value->composing() : value, option.about.c_str());
  }
  if (spec.takes_format) {
    described.add_options()("format",
                            po::value<std::vector<std::string>>()->value_name("FORMAT"),
                            "table (for people), json or csv (for machines)");
  }
  if (spec.takes_config) {
    described.add_options()(
        "config,c",
        po::value<std::vector<std::string>>()->value_name("FILE"),
        "the configuration; else $MUSTER_CONFIG, ./muster.toml, /etc/muster/muster.toml");
  }
  described.add_options()("help,h", "this help");
  return described;
}

void print_help(const CommandSpec& spec, const po::options_description& described) {
  std::ostringstream options;
  options << described;
  fmt::print(
      "usage: muster {} {}\n\n{}\n\n{}\n", spec.name, spec.synopsis, spec.about, options.str());
  if (!spec.examples.empty()) {
    fmt::print("Examples:\n");
    for (const std::string& example : split(spec.examples, '\n')) {
      fmt::print("  {}\n", example);
    }
  }
}

// The name of an unknown option and the nearest known one.
std::string explain(const po::error& error, const CommandSpec& spec) {
  const auto* unknown = dynamic_cast<const po::unknown_option*>(&error);
  if (unknown == nullptr) {
    return error.what();
  }
  std::vector<std::string> known;
  for (const CommandSpec::Option& option : spec.options) {
    known.push_back("--" + split(option.names, ',').front());
  }
  for (const char* name : {"--format", "--config", "--help"}) {
    known.emplace_back(name);
  }
  const std::string given = unknown->get_option_name();
  const std::string name = given.starts_with("-") ? given : "--" + given;
  return fmt::format("unknown option {}{}", name, did_you_mean(name, known));
}

std::string login_name() {
  const passwd* entry = ::getpwuid(::getuid());
  return entry == nullptr ? fmt::format("uid-{}", ::getuid()) : entry->pw_name;
}

}  // namespace

CommandSpec::Option actor_option() {
  return {"as", "NAME", "who decides; else $MUSTER_USER, else the login name", false};
}

std::optional<CommandLine> CommandLine::parse(const CommandSpec& spec,
                                              std::span<const std::string> args) {
  const po::options_description visible = describe(spec);
  po::options_description all;
  all.add(visible);
  all.add_options()("word", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("word", -1);

  CommandLine line;
  line.command_ = spec.name;
  try {
    const auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    const po::parsed_options parsed =
        po::command_line_parser(std::vector<std::string>(args.begin(), args.end()))
            .options(all)
            .positional(positional)
            .style(style)
            .run();
    po::variables_map values;
    po::store(parsed, values);
    if (values.contains("help")) {
      print_help(spec, visible);
      return std::nullopt;
    }
    for (const auto& [name, value] : values) {
      const auto* given = boost::any_cast<std::vector<std::string>>(&value.value());
      line.values_.emplace_back(name, given == nullptr ? std::vector<std::string>{} : *given);
    }
  } catch (const po::error& error) {
    throw UsageError(fmt::format(
        "muster {}: {}; see muster {} --help", spec.name, explain(error, spec), spec.name));
  }
  line.words_ = line.get_all("word");
  line.format();  // a wrong one is said before any work is done
  if (!spec.takes_words && !line.words_.empty()) {
    throw UsageError(fmt::format("muster {}: does not take '{}'; see muster {} --help",
                                 spec.name,
                                 printable(line.words_.front()),
                                 spec.name));
  }
  return line;
}

bool CommandLine::has(const std::string& name) const {
  return std::ranges::any_of(values_, [&](const auto& entry) { return entry.first == name; });
}

std::vector<std::string> CommandLine::get_all(const std::string& name) const {
  for (const auto& [candidate, values] : values_) {
    if (candidate == name) {
      return values;
    }
  }
  return {};
}

std::string CommandLine::get(const std::string& name, std::string otherwise) const {
  const auto values = get_all(name);
  return values.empty() ? otherwise : values.back();
}

std::string CommandLine::require(const std::string& name) const {
  if (!has(name)) {
    throw UsageError(
        fmt::format("muster {}: --{} is required; see muster {} --help", command_, name, command_));
  }
  return get(name);
}

Format CommandLine::format() const {
  const std::string name = get("format", "table");
  if (name == "table") {
    return Format::table;
  }
  if (name == "json") {
    return Format::json;
  }
  if (name == "csv") {
    return Format::csv;
  }
  throw UsageError(fmt::format(
      "muster {}: --format is table, json or csv, not '{}'", command_, printable(name)));
}

Config CommandLine::load_config() const {
  if (has("config")) {
    return muster::load_config(get("config"));
  }
  if (const char* file = std::getenv("MUSTER_CONFIG"); file != nullptr && *file != '\0') {
    return muster::load_config(file);
  }
  for (const char* file : {"muster.toml", "/etc/muster/muster.toml"}) {
    if (fs::exists(file)) {
      return muster::load_config(file);
    }
  }
  throw UsageError(fmt::format(
      "muster {}: there is no muster.toml here and none in /etc/muster; name one with --config, or "
      "write one with: muster config reference > muster.toml",
      command_));
}

std::string CommandLine::actor() const {
  if (has("as")) {
    return get("as");
  }
  const char* user = std::getenv("MUSTER_USER");
  return user != nullptr && *user != '\0' ? user : login_name();
}

}  // namespace muster
