#pragma once

#include "core/json.h"
#include "worker/commands/commands.h"

#include <string>
#include <string_view>

namespace muster {

// muster insights crosstab, trend, terms and responses.
Exit insights_crosstab(Args args);
Exit insights_trend(Args args);
Exit insights_terms(Args args);
Exit insights_responses(Args args);

// What the figures share: a value in the unit of its metric, "" for null; the option that names a
// file with targets, and the file's text as a parameter (PermanentError with file and line where it
// is malformed, "" where none is named).
std::string value_text(std::string_view metric, const Json& value);
CommandSpec::Option weight_option();
CommandSpec::Option weight_cap_option();
std::string weight_targets(const CommandLine& line);

// "note: ..." for each.
void print_notes(const Json& answer);
// The responses that GET /api/v1/insights/responses gave, as a table.
void print_responses(const Json& answer, Format format);

}  // namespace muster
