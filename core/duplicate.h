#pragma once

#include "core/enum_names.h"
#include "core/time_span.h"

#include <optional>

namespace muster {

// How alike two files are; the surest first.
enum class DuplicateTier {
  same_bytes,    // the same file
  same_content,  // the same pictures and sound; only metadata or container differ
  reencoded,     // the same pictures, encoded again, scaled or cut
  similar,       // look alike, or share a part
};
template <>
inline constexpr auto kEnumNames<DuplicateTier> =
    enum_names<DuplicateTier>({{DuplicateTier::same_bytes, "same_bytes"},
                               {DuplicateTier::same_content, "same_content"},
                               {DuplicateTier::reencoded, "reencoded"},
                               {DuplicateTier::similar, "similar"}});

struct DuplicateMatch {
  DuplicateTier tier = DuplicateTier::similar;
  double share = 1;  // 0..1, of the shorter file, that both show
  // Videos: where it is in this file and in the other; nullopt for stills.
  std::optional<TimeSpan> span = {};
  std::optional<TimeSpan> other_span = {};

  bool operator==(const DuplicateMatch&) const = default;
};

}  // namespace muster
