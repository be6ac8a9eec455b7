#include "extractors/surveys/out/sav_names.h"

#include "core/text.h"

#include <algorithm>
#include <cctype>

namespace muster {
namespace {

constexpr std::string_view kReserved[] = {
    "all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"};

bool is_sav_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

std::string_view cut_bytes(std::string_view text, std::size_t most) {
  if (text.size() <= most) {
    return text;
  }
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) {
    --most;
  }
  return text.substr(0, most);
}

std::string SavNames::name_of(std::string_view wanted) {
  std::string name;
  for (const char c : wanted) {
    const bool fits = is_sav_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '$';
    if (fits) {
      name += c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  if (name.empty() || !is_sav_letter(name.front())) {
    name.insert(0, "Q");
  }
  const auto trimmed = [](std::string text) {
    while (text.ends_with('.') || text.ends_with('_')) {  // a command would end there
      text.pop_back();
    }
    return text;
  };
  name = trimmed(name.substr(0, kSavNameBytes));
  if (std::ranges::find(kReserved, to_lower_ascii(name)) != std::end(kReserved)) {
    name += "_1";
  }
  std::string unique = name;
  for (int i = 2; !taken_.insert(to_lower_ascii(unique)).second; ++i) {
    const std::string number = "_" + std::to_string(i);
    unique = trimmed(name.substr(0, kSavNameBytes - number.size())) + number;
  }
  return unique;
}

}  // namespace muster
