#pragma once

#include "config/brief.h"
#include "core/finding.h"

#include <string>
#include <string_view>

namespace muster {

// A finding of a rule that the brief makes: rule id "CHECK.RULE", with the brief as its pack and
// source.
Finding brief_finding(const Brief& brief,
                      std::string_view check,
                      std::string_view rule,
                      Outcome outcome,
                      std::string message);

}  // namespace muster
