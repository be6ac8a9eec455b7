#include "worker/jobs/jobs.h"

#include "core/error.h"
#include "core/text.h"

#include <fmt/format.h>

namespace muster {

std::span<const JobKindEntry> job_kinds() {
  static const JobKindEntry kKinds[] = {{JobKind::fetch, run_fetch},
                                            {JobKind::check, run_check},
                                            {JobKind::file, run_file},
                                            {JobKind::parse, run_parse},
                                            {JobKind::insight, run_insight}};
  return kKinds;
}

std::int64_t subject_of(const Claim& claim, std::string_view type) {
  const auto id = subject_id(claim.subject, type);
  if (!id) {
    throw PermanentError(fmt::format("run {} job {}: its subject '{}' is no {}",
                                     to_string(claim.kind),
                                     raw(claim.id),
                                     printable(claim.subject),
                                     type));
  }
  return *id;
}

}  // namespace muster
