#include "config/brief_parts.h"
#include "core/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace muster {
namespace {

// Hashtags or mentions, which people write with and without their sign.
void read_tags(TomlTable& table, std::string_view key, char sign, std::vector<std::string>& value) {
  table.texts(key, value);
  for (std::size_t i = 0; i < value.size(); ++i) {
    std::string_view tag = trim(value[i]);
    if (tag.starts_with(sign)) {
      tag.remove_prefix(1);
    }
    if (tag.empty() || tag.find_first_of(" \t#@,;") != std::string_view::npos) {
      table.problem(
          key,
          i,
          fmt::format("'{}' is not one {}", shown(value[i]), sign == '#' ? "hashtag" : "mention"));
    }
    value[i] = std::string(tag);
  }
}

// Codes are one word; which letters are capitals does not matter to a shop.
void read_codes(TomlTable& table, std::vector<std::string>& codes) {
  table.texts("promo_codes", codes);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (codes[i].empty() || codes[i].find_first_of(" \t#@") != std::string::npos) {
      table.problem("promo_codes", i, fmt::format("'{}' is not one code", shown(codes[i])));
    }
  }
}

void read_languages(TomlTable& table, std::vector<std::string>& languages) {
  table.texts("languages", languages);
  for (std::size_t i = 0; i < languages.size(); ++i) {
    const std::string& code = languages[i];
    const bool fits =
        code.size() == 2 && std::ranges::all_of(code, [](char c) { return c >= 'a' && c <= 'z'; });
    if (!fits) {
      table.problem(
          "languages",
          i,
          fmt::format("'{}' is no language; write two small letters such as \"en\"", shown(code)));
    }
  }
}

}  // namespace

void read_phrases(TomlTable& table, std::string_view key, std::vector<std::string>& value) {
  table.texts(key, value);
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (trim(value[i]).empty()) {
      table.problem(key, i, "must not be empty");
    }
  }
}

void read_caption_rules(TomlTable table, Brief::Caption& caption) {
  read_phrases(table, "required_phrases", caption.required_phrases);
  read_phrases(table, "banned_phrases", caption.banned_phrases);
  read_tags(table, "required_hashtags", '#', caption.required_hashtags);
  read_tags(table, "required_mentions", '@', caption.required_mentions);
  read_phrases(table, "banned_claims", caption.banned_claims);
  read_codes(table, caption.promo_codes);
  read_languages(table, caption.languages);
  for (std::size_t i = 0; i < caption.banned_phrases.size(); ++i) {
    const std::string banned = to_lower_ascii(caption.banned_phrases[i]);
    for (const std::string& required : caption.required_phrases) {
      if (!banned.empty() && to_lower_ascii(required).find(banned) != std::string::npos) {
        table.problem("banned_phrases",
                      i,
                      fmt::format("'{}' is banned, but the required phrase '{}' holds it",
                                  shown(caption.banned_phrases[i]),
                                  shown(required)));
      }
    }
  }
}

void read_links(TomlTable table, Brief::Links& links) {
  read_phrases(table, "required", links.required);
  for (std::size_t i = 0; i < links.required.size(); ++i) {
    if (links.required[i].find('.') == std::string::npos ||
        links.required[i].find_first_of(" \t") != std::string::npos) {
      table.problem("required",
                    i,
                    fmt::format("'{}' is no address; write one such as \"fizzo.example/spring\"",
                                shown(links.required[i])));
    }
  }
  read_phrases(table, "allowed_hosts", links.allowed_hosts);
  for (std::size_t i = 0; i < links.allowed_hosts.size(); ++i) {
    std::string& host = links.allowed_hosts[i];
    host = to_lower_ascii(host);
    if (host.find('.') == std::string::npos || host.find_first_of("/: \t") != std::string::npos) {
      table.problem(
          "allowed_hosts",
          i,
          fmt::format("'{}' is no host; write one such as \"fizzo.example\"", shown(host)));
    }
  }
  // "utm_source=instagram", or "utm_source" for any value.
  std::vector<std::string> parameters;
  read_phrases(table, "parameters", parameters);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::size_t equals = std::min(parameters[i].find('='), parameters[i].size());
    const std::string name = parameters[i].substr(0, equals);
    const std::string value =
        equals < parameters[i].size() ? parameters[i].substr(equals + 1) : std::string();
    if (name.empty() || !links.parameters.emplace(name, value).second) {
      table.problem("parameters",
                    i,
                    fmt::format("'{}' has no name, or one that is there twice; write "
                                "\"utm_source=instagram\"",
                                shown(parameters[i])));
    }
  }
}

Brief::Competitor read_competitor(TomlTable& table) {
  Brief::Competitor competitor;
  table.require("name", "write the competitor's name");
  table.text("name", competitor.name);
  if (table.has("name") && trim(competitor.name).empty()) {
    table.problem("name", "must not be empty");
  }
  table.flag("common_word", competitor.is_common_word);
  if (competitor.is_common_word) {
    read_phrases(table, "context", competitor.context);
  } else {
    table.refuse("context", "goes with common_word = true");
  }
  return competitor;
}

}  // namespace muster
