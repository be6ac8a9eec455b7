#pragma once

#include "worker/cli/command_line.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

// The options that choose answers: survey, question, campaign, creator, tier, wave, hidden, dates.
std::vector<CommandSpec::Option> filter_options();
// They and more as a query of the API, from "?" on; empty where none is given.
std::string filter_query(const CommandLine& line,
                         std::initializer_list<std::pair<std::string_view, std::string>> more);

}  // namespace muster
