#pragma once

#include "worker/sources/source.h"

#include <memory>
#include <string>
#include <string_view>

namespace muster {

// A drop folder of survey exports (or of metric exports), one file each. What is in the blob store
// is moved to the done folder.
std::unique_ptr<Source> make_survey_folder(const SourceConfig& config,
                                           const SourceContext& context);

// The survey that a file belongs to: the first sub-folder of its path, else its name without ending
// and without what exports add: "-responses", "_responses", ".form", "-form", "-definition", ISO
// dates and " (1)".
//   "nps/2026-03.json" -> "nps", "spring-responses-2026-03-01 (1).csv" -> "spring"
std::string survey_of_path(std::string_view path);

// Files that define a survey rather than hold responses, by their name; they are recorded first, so
// that responses find the titles and kinds of their questions.
bool is_definition_name(std::string_view path);

}  // namespace muster
