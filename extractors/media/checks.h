#pragma once

#include "extractors/media/check.h"

#include <memory>

namespace muster {

// The checks that extractors/registry.cpp lists; each is defined in the file of its name.
std::unique_ptr<Check> make_intake_check();
std::unique_ptr<Check> make_media_integrity_check();
std::unique_ptr<Check> make_format_check();
std::unique_ptr<Check> make_picture_check();
std::unique_ptr<Check> make_caption_check();
std::unique_ptr<Check> make_disclosure_check();
std::unique_ptr<Check> make_watermark_check();
std::unique_ptr<Check> make_transcript_check();

}  // namespace muster
