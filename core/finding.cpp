#include "core/finding.h"

namespace muster {

int severity(Outcome outcome) {
  switch (outcome) {
    case Outcome::fail:
      return 4;
    case Outcome::could_not_check:
      return 3;
    case Outcome::warn:
      return 2;
    case Outcome::pass:
      return 1;
    case Outcome::not_applicable:
      return 0;
  }
  return 4;
}

Outcome worst(const std::vector<Finding>& findings) {
  Outcome result = Outcome::not_applicable;
  for (const Finding& finding : findings) {
    if (severity(finding.outcome) > severity(result)) {
      result = finding.outcome;
    }
  }
  return result;
}

}  // namespace muster
