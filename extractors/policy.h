#pragma once

#include "config/brief.h"
#include "core/finding.h"

#include <vector>

namespace muster {

// The verdict on a revision: a pure function of its findings and the brief's policy.
//  - a fail of a rule in policy.return_by_rule, with an editable reason code, and no fail outside
//  that list: returned
//  - any other fail, a warn (where warnings_need_review) or a could_not_check (where
//  could_not_check_needs_review): flagged
//  - findings that a clause of the brief excuses do not count; of a clause that does not hold only
//  the way that is nearest to holding counts
//  - nothing against it: clear, approved by rule only where the brief says so; without any pass
//  finding, flagged
Verdict judge(const std::vector<Finding>& findings,
              const Brief& brief,
              const Provenance& provenance);

// Does "format.*" (a trailing star matches any rest) or an exact id match?
bool matches_rule(std::string_view pattern, std::string_view rule_id);

}  // namespace muster
