#pragma once

#include "config/brief.h"
#include "worker/checker.h"

#include <filesystem>
#include <string>
#include <vector>

namespace muster {

// A check that was made, with the files it was made on.
struct ExplainedCheck {
  const std::vector<std::string>& files;  // names
  const std::vector<std::string>& bytes;
  const CheckReport& report;
  const Brief::Visibility& wanted;
  const PlacementPack* placement = nullptr;  // whose covered zones are drawn
};

// Writes the page of extractors/media/explain_page.h. Decodes the files once more, one at a time,
// for the frames that it shows. Throws PermanentError where the page can't be written or would
// overwrite one of the files.
void write_explanation(const std::filesystem::path& page,
                       const ExplainedCheck& check,
                       Decoder& decoder);

}  // namespace muster
