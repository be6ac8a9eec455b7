#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Part of every verdict's provenance: raise it whenever the same input could give another finding.
inline constexpr std::string_view kEngineVersion = "5";

struct BuildFacts {
  std::string_view version;     // "0.1.0"
  std::string_view commit;      // short hash, "unknown" outside a checkout
  std::string_view build_type;  // "Release"
  std::string_view compiler;    // "GNU 12.2.0"
};
BuildFacts build_facts();

}  // namespace muster
