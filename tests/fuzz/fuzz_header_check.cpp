#include "core/text.h"
#include "extractors/decode/header_check.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// The parser that looks at untrusted files before any library does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> file(reinterpret_cast<const std::byte*>(data), size);
  const muster::HeaderLimits limits;
  const muster::HeaderFacts facts = muster::check_header(file, limits);
  const bool decodable = facts.integrity != muster::Integrity::refused &&
                         facts.integrity != muster::Integrity::unreadable;
  // What it lets pass is within the limits, and what it says can be printed.
  const auto pixels =
      static_cast<std::uint64_t>(facts.width) * static_cast<std::uint64_t>(facts.height);
  if ((decodable && pixels > limits.max_pixels) || facts.width < 0 || facts.height < 0 ||
      muster::find_invalid_utf8(facts.detail) || facts.type != muster::sniff_media_type(file) ||
      (facts.integrity == muster::Integrity::whole) != facts.detail.empty()) {
    std::abort();
  }
  if (facts.type == muster::MediaType::png && decodable &&
      muster::essential_png(file).size() > file.size()) {
    std::abort();
  }
  return 0;
}
