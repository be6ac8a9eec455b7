#pragma once

#include "core/result.h"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace muster {

inline constexpr std::size_t kMaxCsvColumns = 10'000;
inline constexpr std::size_t kMaxCsvCellBytes = 16'000'000;

// One record. The views live until the callback returns.
struct CsvRow {
  std::span<const std::string_view> fields;
  std::size_t line = 0;  // where it begins, from 1
  std::string_view
      problem;  // why it can't be used (a NUL, too many columns, a cell too large); empty: it can
};

struct CsvTotals {
  std::size_t records = 0;       // given to the callback; blank lines are not
  std::size_t stray_quotes = 0;  // quotes that stood where none may, and were read as text
};

// The separator among ',', ';', TAB and '|' that splits the first records most evenly; ',' where
// none does.
char detect_separator(std::string_view text);

// Reads RFC 4180 with any separator and LF, CRLF or CR ends, one record after another; memory is
// one record. Fields without doubled quotes are views into `text`. Quotes inside an unquoted field
// and text after a closing quote are kept as text. A field that is opened by a quote and never
// closed is an error: everything behind it would be misread. `row` returns false to stop early.
Parsed<CsvTotals> read_csv(std::string_view text,
                           char separator,
                           const std::function<bool(const CsvRow&)>& row);

}  // namespace muster
