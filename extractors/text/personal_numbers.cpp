#include "extractors/text/personal_numbers.h"

#include <algorithm>
#include <optional>
#include <string>

namespace muster {
namespace {

using NumberKind = PersonalDataKind;

struct DigitGroup {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size() const { return end - begin; }
};

// A stretch of digits with single separators between: "+49 (0)171 123-4567".
struct Run {
  std::size_t begin = 0;  // of a leading '+' or '('
  std::vector<DigitGroup> groups;
};

bool parts_digits(char c) {
  return std::string_view(" .-/()").find(c) != std::string_view::npos;
}

// The run that begins at `i`, which is a digit, '+' or '('. At most 40 groups.
Run read_run(std::string_view text, std::size_t i) {
  constexpr std::size_t kMostGroups = 40;
  Run run{i, {}};
  std::size_t gap = 0;
  for (std::size_t at = is_figure(text[i]) ? i : i + 1; at < text.size();) {
    if (is_figure(text[at])) {
      const std::size_t begin = at;
      while (at < text.size() && is_figure(text[at])) {
        ++at;
      }
      run.groups.push_back({begin, at});
      gap = 0;
      if (run.groups.size() == kMostGroups) {
        break;
      }
      continue;
    }
    constexpr std::size_t kWidestGap = 3;  // "089 / 123456"
    if (!parts_digits(text[at]) || ++gap > kWidestGap) {
      break;
    }
    ++at;
  }
  return run;
}

std::string digits_of(std::string_view text, const Run& run, std::size_t first, std::size_t last) {
  std::string digits;
  for (std::size_t g = first; g <= last; ++g) {
    digits += text.substr(run.groups[g].begin, run.groups[g].size());
  }
  return digits;
}

// The check digit of ISO/IEC 7812-1 (Luhn).
bool has_card_check(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int value = digits[digits.size() - 1 - i] - '0';
    value *= i % 2 == 1 ? 2 : 1;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

// The last group of a card that begins with group `first`. Cards are parted by one kind of
// separator, and begin with 2 to 6 (the issuers' ranges in use).
std::optional<std::size_t> card_end(std::string_view text, const Run& run, std::size_t first) {
  std::optional<std::size_t> found;
  std::string digits;
  for (std::size_t g = first; g < run.groups.size(); ++g) {
    if (g > first) {
      const auto gap =
          text.substr(run.groups[g - 1].end, run.groups[g].begin - run.groups[g - 1].end);
      if (gap != " " && gap != "-") {
        break;
      }
    }
    digits += text.substr(run.groups[g].begin, run.groups[g].size());
    if (digits.size() > 19) {
      break;
    }
    if (digits.size() >= 13 && digits[0] >= '2' && digits[0] <= '6' && has_card_check(digits)) {
      found = g;
    }
  }
  return found;
}

// "01.02.2026", "2026-02-01"
bool is_date_of_run(const Run& run, std::size_t first) {
  if (first + 2 >= run.groups.size()) {
    return false;
  }
  const auto size = [&](std::size_t k) { return run.groups[first + k].size(); };
  // Five groups of two digits are a French phone number.
  const bool short_year = size(2) == 2 && first + 3 == run.groups.size();
  return (size(0) <= 2 && size(1) <= 2 && (size(2) == 4 || short_year)) ||
         (size(0) == 4 && size(1) <= 2 && size(2) <= 2);
}

bool has_sizes(const Run& run, std::size_t first, std::initializer_list<std::size_t> sizes) {
  std::size_t g = first;
  for (const auto size : sizes) {
    if (g >= run.groups.size() || run.groups[g++].size() != size) {
      return false;
    }
  }
  return true;
}

// Groups of at most `most` digits together, from `first` on; nullopt where even the first has more.
std::optional<std::size_t> last_within(const Run& run, std::size_t first, std::size_t most) {
  std::size_t digits = 0;
  std::optional<std::size_t> last;
  for (std::size_t g = first; g < run.groups.size(); ++g) {
    digits += run.groups[g].size();
    if (digits > most) {
      break;
    }
    last = g;
  }
  return last;
}

// Area codes and exchanges of the North American plan begin with 2 to 9.
bool is_north_american(std::string_view text, const Run& run, std::size_t first) {
  const auto digits = digits_of(text, run, first, first + 2);
  return digits[0] >= '2' && digits[3] >= '2';
}

// The last group of a phone number that begins with group `first`.
std::optional<std::size_t> phone_end(std::string_view text, const Run& run, std::size_t first) {
  const DigitGroup& start = run.groups[first];
  const char before = first == 0 && run.begin < start.begin ? text[run.begin] : '\0';
  const bool bracket = start.begin > 0 && text[start.begin - 1] == '(' && start.end < text.size() &&
                       text[start.end] == ')';
  const auto word = text.substr(start.begin, start.size());
  const auto within = [&](std::size_t least, std::size_t most) -> std::optional<std::size_t> {
    const auto last = last_within(run, first, most);
    return last && digits_of(text, run, first, *last).size() >= least ? last : std::nullopt;
  };
  if (before == '+') {
    return within(8, 15);
  }
  if (has_sizes(run, first, {3, 3, 4}) && is_north_american(text, run, first)) {
    return first + 2;
  }
  if (word == "1" && has_sizes(run, first + 1, {3, 3, 4}) &&
      is_north_american(text, run, first + 1)) {
    return first + 3;
  }
  if (is_date_of_run(run, first)) {
    return std::nullopt;
  }
  if (word.starts_with("00") && word.size() > 2) {
    return within(10, 15);
  }
  const bool trunk = word[0] == '0' && word.size() > 1;
  const bool area_code = bracket && word.size() >= 2 && word.size() <= 5;
  return trunk || area_code ? within(9, 13) : std::nullopt;
}

// Area 000, 666 and 900 to 999, group 00 and serial 0000 are never given out.
bool is_ssn(std::string_view text, const Run& run, std::size_t first) {
  if (!has_sizes(run, first, {3, 2, 4})) {
    return false;
  }
  const auto gap = [&](std::size_t g) {
    return text.substr(run.groups[g].end, run.groups[g + 1].begin - run.groups[g].end);
  };
  const auto digits = digits_of(text, run, first, first + 2);
  const auto area = digits.substr(0, 3);
  return gap(first) == "-" && gap(first + 1) == "-" && area != "000" && area != "666" &&
         area[0] != '9' && digits.substr(3, 2) != "00" && digits.substr(5) != "0000";
}

}  // namespace

void find_personal_numbers(std::string_view text, std::vector<PersonalSpan>& spans) {
  for (std::size_t i = 0; i < text.size();) {
    const bool opens =
        (text[i] == '+' || text[i] == '(') && i + 1 < text.size() && is_figure(text[i + 1]);
    const bool begins = (opens || is_figure(text[i])) && (i == 0 || !is_wordlike(text[i - 1]));
    if (!begins) {
      ++i;
      continue;
    }
    const Run run = read_run(text, i);
    std::size_t g = 0;
    while (g < run.groups.size()) {
      std::optional<std::size_t> last;
      NumberKind kind = NumberKind::card;
      if ((last = card_end(text, run, g))) {
        kind = NumberKind::card;
      } else if (is_ssn(text, run, g)) {
        last = g + 2;
        kind = NumberKind::ssn;
      } else if ((last = phone_end(text, run, g))) {
        kind = NumberKind::phone;
      }
      if (!last) {
        g += is_date_of_run(run, g) ? 3 : 1;
        continue;
      }
      std::size_t begin = g == 0 ? run.begin : run.groups[g].begin;
      begin -= begin > 0 && g > 0 && text[begin - 1] == '(' ? 1 : 0;
      spans.push_back({begin, run.groups[*last].end, kind});
      g = *last + 1;
    }
    i = std::max(i + 1, run.groups.empty() ? i + 1 : run.groups.back().end);
  }
}

}  // namespace muster
