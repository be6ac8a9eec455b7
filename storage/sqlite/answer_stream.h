#pragma once

#include "storage/sqlite/connection.h"
#include "storage/surveys.h"

#include <functional>
#include <string_view>

namespace muster {

// As Surveys::answers says, within the transaction of its caller. The row that is shown is valid
// until the next one. PermanentError for an unknown survey or group.
void stream_answers(Connection& connection,
                    const AnswerFilter& filter,
                    std::string_view group_by,
                    const std::function<void(const AnswerRow&)>& visit);

}  // namespace muster
