#include "storage/survey_quality.h"

#include "core/text.h"

#include <fmt/format.h>

namespace muster {

std::string to_text(const DriftRow& drift) {
  const auto quoted = [](const std::string& text) {
    return text.empty() ? std::string("nothing") : "'" + printable(text) + "'";
  };
  return fmt::format("{} from {} to {} (form {} to {}, seen {})",
                     drift.kind,
                     quoted(drift.before),
                     quoted(drift.after),
                     drift.from_version,
                     drift.to_version,
                     to_iso8601(drift.seen_at));
}

}  // namespace muster
