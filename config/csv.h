#pragma once

#include "config/problems.h"

#include <string>
#include <string_view>
#include <vector>

namespace muster {

// A field of a CSV file and where it starts; lines and columns (in characters) count from 1.
struct CsvField {
  std::string text;
  int line = 1;
  int column = 1;
};
using CsvRow = std::vector<CsvField>;

// Splits a text (valid UTF-8, no BOM) as RFC 4180 says: quoted fields, "" for a quote, CRLF or LF.
// Blank lines are left out. Broken quoting is reported and read as far as it makes sense.
std::vector<CsvRow> read_csv(std::string_view text,
                             char separator,
                             std::string_view file,
                             Problems& problems);

}  // namespace muster
