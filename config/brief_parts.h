#pragma once

#include "config/brief.h"
#include "config/toml_reader.h"

#include <string_view>

namespace muster {

// The parts of reading a brief; of config/ only. Problems go to the document's list.

// Phrases: anything but blanks.
void read_phrases(TomlTable& table, std::string_view key, std::vector<std::string>& value);

void read_caption_rules(TomlTable table, Brief::Caption& caption);
void read_links(TomlTable table, Brief::Links& links);
Brief::Competitor read_competitor(TomlTable& table);
void read_policy(TomlTable table, Brief::Policy& policy);

}  // namespace muster
