#include "core/csv_cell.h"

#include <charconv>

namespace muster {
namespace {

// Passed over by spreadsheets before they look for a formula.
constexpr std::string_view kPassedOver[] = {" ", "\xEF\xBB\xBF", "\xE2\x80\x8B", "\xC2\xA0"};
constexpr std::string_view kStarts[] = {
    "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};

bool is_plain_number(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && (text[1] == '.' || (text[1] >= '0' && text[1] <= '9'))) {
    text.remove_prefix(1);
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

bool is_spreadsheet_formula(std::string_view text) {
  std::string_view rest = text;
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view mark : kPassedOver) {
      if (rest.starts_with(mark)) {
        rest.remove_prefix(mark.size());
        again = true;
      }
    }
  }
  for (const std::string_view start : kStarts) {
    if (rest.starts_with(start)) {
      return !is_plain_number(text);
    }
  }
  return false;
}

std::string csv_cell(std::string_view text) {
  const bool formula = is_spreadsheet_formula(text);
  const bool plain = !formula && text.find_first_of(",\"\r\n") == std::string_view::npos &&
                     text.find_first_of(" \t") != 0;
  if (plain) {
    return std::string(text);
  }
  std::string cell = formula ? "\"'" : "\"";
  for (const char c : text) {
    cell += c;
    if (c == '"') {
      cell += '"';
    }
  }
  return cell + '"';
}

}  // namespace muster
