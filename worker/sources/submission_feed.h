#pragma once

#include "worker/sources/source.h"

#include <memory>

namespace muster {

// A JSON feed of submissions over HTTP, page by page (extractors/text/manifest_reader.h says what a
// page holds). Each page is recorded together with the address of the next one, so an interrupted
// poll goes on where it stopped; after the last page the next poll begins at the front again. A
// feed of one page is asked for with If-None-Match and If-Modified-Since; one of several pages is
// not, because an unchanged first page says nothing about the others.
//
// The token goes to the configured origin only. "next" must stay on that origin; media may lie on
// other hosts, without the token and under the same rules for addresses. Throws ConfigError for a
// bad URL or a missing token.
std::unique_ptr<Source> make_submission_feed(const SourceConfig& config,
                                             const SourceContext& context);

}  // namespace muster
