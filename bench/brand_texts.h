#pragma once

#include "bench/brand_dataset.h"
#include "extractors/media/seen_media.h"

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace muster {

// The lines of text in each picture, by the picture's path.
using BrandTexts = std::map<std::string, std::vector<SeenText>>;

// Reads the text in all pictures, as look_for_text reads stills. Reading takes most of a second a
// picture, so what `file` holds of an earlier call is taken from there, and what it does not hold
// is appended. Throws PermanentError where nothing can be read here.
BrandTexts read_brand_texts(std::span<const BrandSample> samples,
                            const std::filesystem::path& file);

}  // namespace muster
