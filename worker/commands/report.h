#pragma once

#include "core/json.h"
#include "worker/cli/table.h"

#include <string>

namespace muster {

// Prints a JSON answer, or the table made of it.
void print(const Json& answer, const Table& table, Format format);

// "Seen 38 = filed 17 + flagged 9 + ..." of an identity in the API's form.
std::string identity_line(std::string_view what, const Json& identity);
// The report at the end of a pass: the identities of submissions, exports and survey rows.
void print_pass_report(const Json& status, const Json& exports, Format format);

// "brief, packs": which rules of a submission's or asset's verdict are other ones today.
std::string stale_text(const Json& row);

// A submission with its findings and decisions, as the reviewer reads it.
std::string submission_for_people(const Json& submission);
// A finding in one to three lines.
std::string finding_for_people(const Json& finding);

// A text member, a number as text, "" for null or absent.
std::string text_of(const Json& object, const char* key);
// 0.273 -> "27.3 %".
std::string percent(double share);

}  // namespace muster
