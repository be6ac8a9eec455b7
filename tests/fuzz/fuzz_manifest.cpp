#include "core/text.h"
#include "extractors/text/json_place.h"
#include "extractors/text/manifest_reader.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Any bytes: the readers must answer with a value or an error in words, and what they let through
// must keep its promises.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto read = muster::read_manifest(text)) {
    const muster::Manifest& manifest = read->manifest;
    if (muster::find_invalid_utf8(manifest.caption) ||
        manifest.caption.find('\0') != std::string::npos ||
        muster::count_code_points(manifest.caption) > 20'000 || manifest.tags.size() > 200) {
      std::abort();
    }
  } else if (read.error().what.empty()) {
    std::abort();
  }
  if (const auto page = muster::read_feed_page(text)) {
    for (const muster::FeedItem& item : page->items) {
      if (item.manifest.external_id.empty() || item.media.empty()) {
        std::abort();
      }
    }
  }
  return 0;
}
