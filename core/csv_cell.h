#pragma once

#include <string>
#include <string_view>

namespace muster {

// A cell of RFC 4180: quoted where its contents ask for it. A text that a spreadsheet would run as
// a formula gets a leading apostrophe: one whose first character behind spaces, byte order marks
// and zero-width spaces is = + - @, a TAB, CR or LF, or a full-width form of the first four (OWASP,
// CSV Injection; a TAB before it is no protection, CVE-2021-41270). A plain number such as -3.5
// stays one.
std::string csv_cell(std::string_view text);

// True where csv_cell puts an apostrophe before the text.
bool is_spreadsheet_formula(std::string_view text);

}  // namespace muster
