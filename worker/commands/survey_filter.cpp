#include "worker/commands/survey_filter.h"

#include "worker/cli/api_client.h"

namespace muster {

std::vector<CommandSpec::Option> filter_options() {
  return {{"survey,s", "NAME", "the survey; not needed where there is only one"},
          {"question,q",
           "QUESTION",
           "its id, its title or a part of that; not needed where only one fits"},
          {"campaign", "ID", "only answers about this campaign"},
          {"creator", "HANDLE", "only answers about this creator"},
          {"tier", "TIER", "only about creators of this tier: mega, macro, micro"},
          {"wave", "WAVE", "only of this wave"},
          {"hidden", "NAME=VALUE", "only with this hidden field"},
          {"from", "DATE", "submitted on this day (UTC) or later"},
          {"until", "DATE", "submitted before this day"},
          {"across-drift",
           "",
           "mix answers from both sides of a change of the question that breaks comparison"}};
}

std::string filter_query(const CommandLine& line,
                         std::initializer_list<std::pair<std::string_view, std::string>> more) {
  std::string text = query_string({{"survey", line.get("survey")},
                                   {"question", line.get("question")},
                                   {"campaign", line.get("campaign")},
                                   {"creator", line.get("creator")},
                                   {"tier", line.get("tier")},
                                   {"wave", line.get("wave")},
                                   {"hidden", line.get("hidden")},
                                   {"from", line.get("from")},
                                   {"until", line.get("until")},
                                   {"across_drift", line.has("across-drift") ? "1" : ""}});
  const std::string rest = query_string(more);
  if (text.empty()) {
    return rest;
  }
  return rest.empty() ? text : text + "&" + rest.substr(1);
}

}  // namespace muster
