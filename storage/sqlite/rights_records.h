#pragma once

#include "core/submission.h"
#include "storage/catalog.h"
#include "storage/sqlite/connection.h"

#include <optional>

namespace muster {

// Begins the rights of a revision that start with `event`, at `at`; nullopt: takes that back.
// Leaves rights alone that start with something else.
void start_rights(Connection& connection,
                  RevisionId revision,
                  RightsStart event,
                  std::optional<Timestamp> at);

// Writes down when the current revision was published, logged. What is filed is filed anew, so that
// its sidecar says what the rights are by now. PermanentError where there is no such submission.
void record_publication(Connection& connection,
                        SubmissionId submission,
                        const Publication& publication,
                        Timestamp now);

}  // namespace muster
