#pragma once

#include "extractors/text/caption.h"

#include <optional>
#include <string>
#include <string_view>

namespace muster {

// The language of a text as a code of two letters ("en", "pt"), by CLD2; nullopt where the text is
// too short or too mixed to tell. Safe from any thread.
std::optional<std::string> language_of(std::string_view utf8);

// The running text of a caption, for language_of: without hashtags, mentions and addresses.
// `caption` is `utf8` taken apart.
std::string caption_prose(std::string_view utf8, const Caption& caption);

}  // namespace muster
