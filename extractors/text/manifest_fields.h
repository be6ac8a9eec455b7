#pragma once

#include "core/submission.h"
#include "extractors/text/json_fields.h"

namespace muster {

// Limits of what a manifest or feed may say, in code points.
inline constexpr std::size_t kMaxCaptionLength = 20'000;
inline constexpr std::size_t kMaxLineLength = 500;
inline constexpr std::size_t kMaxUrlLength = 4'000;
inline constexpr std::size_t kMaxTags = 200;
inline constexpr std::size_t kMaxFiles = 200;

// The fields that manifests and feed items share. Errors stay in `fields`; warnings about fields
// within `rights` are added to `warnings`.
Manifest read_manifest_fields(JsonFields& fields, std::vector<std::string>& warnings);

}  // namespace muster
