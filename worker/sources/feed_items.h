#pragma once

#include "config/config.h"
#include "extractors/text/manifest_reader.h"
#include "storage/intake.h"
#include "worker/url.h"

#include <string_view>
#include <vector>

namespace muster {

// The items of a page as submissions. Items with an id whose other fields can't be read are
// submissions with a finding that says so; those without an id can't be.
struct PageItems {
  std::vector<FoundSubmission> found;
  std::vector<ParseError> without_id;
};

// `document` is the page's JSON, `page` its address, against which relative media URLs are read.
PageItems items_of_page(FeedPage feed,
                        std::string_view document,
                        const Url& page,
                        const SourceConfig& config);

}  // namespace muster
