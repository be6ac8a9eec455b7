#pragma once

#include "config/packs.h"
#include "config/toml_reader.h"
#include "core/finding.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace muster {

// The [sources.NAME] tables of a pack: who says so, when they said it, when we read it, and how
// sure that is. Rules refer to them by name, because most of a pack comes from two or three pages.
class PackSources {
 public:
  explicit PackSources(TomlTable& root);

  // The source that the key names; required.
  RuleSource read(TomlTable& table, std::string_view key) const;

 private:
  std::map<std::string, RuleSource> sources_;
};

// The numbers of an [on_screen] table.
void read_on_screen_numbers(TomlTable& table, OnScreenRule& rule);

}  // namespace muster
