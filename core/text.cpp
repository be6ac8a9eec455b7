#include "core/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>
#include <wchar.h>

namespace muster {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;  // bytes; 0: invalid
};

// Decodes the sequence at the start of `text` (RFC 3629, table in section 4). `text` is not empty.
CodePoint decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continuation = [&](std::size_t i) {
    return i < text.size() && (byte(i) & 0xC0) == 0x80;
  };
  const unsigned char first = byte(0);
  if (first < 0x80) {
    return {first, 1};
  }
  if (first >= 0xC2 && first <= 0xDF && continuation(1)) {
    return {static_cast<char32_t>((first & 0x1F) << 6 | (byte(1) & 0x3F)), 2};
  }
  if (first >= 0xE0 && first <= 0xEF && continuation(1) && continuation(2)) {
    const auto value =
        static_cast<char32_t>((first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F));
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    return value >= 0x800 && !surrogate ? CodePoint{value, 3} : CodePoint{};
  }
  if (first >= 0xF0 && first <= 0xF4 && continuation(1) && continuation(2) && continuation(3)) {
    const auto value = static_cast<char32_t>((first & 0x07) << 18 | (byte(1) & 0x3F) << 12 |
                                             (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F));
    return value >= 0x10000 && value <= 0x10FFFF ? CodePoint{value, 4} : CodePoint{};
  }
  return {};
}

// Controls, and the characters that reorder or hide text on a screen (Unicode Bidi_Control, line
// and paragraph separator).
bool is_unprintable(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || (c >= 0x200E && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

template <typename Visit>
void for_each_code_point(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const CodePoint point = decode(text);
    visit(point, text.substr(0, std::max<std::size_t>(point.length, 1)));
    text.remove_prefix(std::max<std::size_t>(point.length, 1));
  }
}

// Damerau-Levenshtein distance, restricted to adjacent transpositions.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    last[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t> row(b.size() + 1);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = std::move(last);
    last = std::move(row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  std::size_t offset = 0;
  while (offset < text.size()) {
    const CodePoint point = decode(text.substr(offset));
    if (point.length == 0) {
      return offset;
    }
    offset += point.length;
  }
  return std::nullopt;
}

std::string sanitize_utf8(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for_each_code_point(text, [&](CodePoint point, std::string_view bytes) {
    if (point.length == 0) {
      clean += "\uFFFD";
    } else if (point.value != 0) {
      clean += bytes;
    }
  });
  return clean;
}

std::string printable(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for_each_code_point(text, [&](CodePoint point, std::string_view bytes) {
    if (point.length == 0) {
      safe += fmt::format("\\x{:02x}", static_cast<unsigned char>(bytes.front()));
    } else if (!is_unprintable(point.value)) {
      safe += bytes;
    } else if (point.value == '\n') {
      safe += "\\n";
    } else if (point.value == '\t') {
      safe += "\\t";
    } else if (point.value == '\r') {
      safe += "\\r";
    } else if (point.value < 0x100) {
      safe += fmt::format("\\x{:02x}", static_cast<unsigned>(point.value));
    } else {
      safe += fmt::format("\\u{:04x}", static_cast<unsigned>(point.value));
    }
  });
  return safe;
}

void append_utf8(std::string& text, char32_t code_point) {
  const auto low_bits = [&](int shift) {
    return static_cast<char>(0x80 | ((code_point >> shift) & 0x3F));
  };
  if (code_point == 0 || code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
    text += "\uFFFD";
  } else if (code_point < 0x80) {
    text += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    text += static_cast<char>(0xC0 | (code_point >> 6));
    text += low_bits(0);
  } else if (code_point < 0x10000) {
    text += static_cast<char>(0xE0 | (code_point >> 12));
    text += low_bits(6);
    text += low_bits(0);
  } else {
    text += static_cast<char>(0xF0 | (code_point >> 18));
    text += low_bits(12);
    text += low_bits(6);
    text += low_bits(0);
  }
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for_each_code_point(text, [&](CodePoint, std::string_view) { ++count; });
  return count;
}

std::size_t count_utf16_units(std::string_view text) {
  std::size_t count = 0;
  for_each_code_point(
      text, [&](CodePoint point, std::string_view) { count += point.value > 0xFFFF ? 2 : 1; });
  return count;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for_each_code_point(text, [&](CodePoint point, std::string_view) {
    const char32_t c = point.value;
    const bool combining = (c >= 0x0300 && c <= 0x036F) || c == 0x200B || c == 0x200C ||
                           c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F) ||
                           (c >= 0x20D0 && c <= 0x20FF);
    // The wide and full-width blocks of Unicode's EastAsianWidth.txt that occur in captions, and
    // emoji.
    const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0x303E) ||
                      (c >= 0x3041 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
                      (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) ||
                      (c >= 0xFF00 && c <= 0xFF60) || (c >= 0xFFE0 && c <= 0xFFE6) ||
                      (c >= 0x1F300 && c <= 0x1F64F) || (c >= 0x1F680 && c <= 0x1F6FF) ||
                      (c >= 0x1F900 && c <= 0x1F9FF) || (c >= 0x20000 && c <= 0x3FFFD);
    width += combining ? 0 : (wide ? 2 : 1);
  });
  return width;
}

std::string percent_encode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string to_lower_ascii(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return lower;
}

bool equals_ignoring_case_ascii(std::string_view a, std::string_view b) {
  return a.size() == b.size() && to_lower_ascii(a) == to_lower_ascii(b);
}

std::optional<std::string> nearest_name(std::string_view word,
                                        std::span<const std::string> candidates) {
  std::optional<std::string> best;
  std::size_t best_distance =
      std::max<std::size_t>(1, std::max<std::size_t>(word.size(), 3) / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(to_lower_ascii(word), to_lower_ascii(candidate));
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  if (const auto nearest = nearest_name(word, candidates)) {
    return fmt::format("; did you mean '{}'?", *nearest);
  }
  if (candidates.empty()) {
    return "";
  }
  constexpr std::size_t kShown = 12;
  std::string known = join(candidates.first(std::min(kShown, candidates.size())), ", ");
  if (candidates.size() > kShown) {
    known += ", ...";
  }
  return fmt::format("; known: {}", known);
}

std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array<std::pair<double, std::string_view>, 3> kUnits = {
      {{1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}}};
  for (const auto& [scale, unit] : kUnits) {
    if (static_cast<double>(bytes) >= scale) {
      return fmt::format("{:.1f} {}", static_cast<double>(bytes) / scale, unit);
    }
  }
  return fmt::format("{} bytes", bytes);
}

}  // namespace muster
