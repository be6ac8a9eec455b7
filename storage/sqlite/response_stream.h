#pragma once

#include "storage/sqlite/connection.h"
#include "storage/surveys.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

// Whole responses one after another, within the transaction of the caller.

namespace muster {

// As Surveys::responses says, for one pass.
void stream_responses(Connection& connection,
                      const AnswerFilter& filter,
                      bool all,
                      const std::function<void(const ExportedResponse&)>& visit);

std::vector<std::string> read_waves(Connection& connection, std::string_view survey);
std::vector<std::string> read_hidden_names(Connection& connection, std::string_view survey);

}  // namespace muster
