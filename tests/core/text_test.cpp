#include "core/text.h"

#include <catch2/catch.hpp>

using namespace muster;

TEST_CASE("invalid UTF-8 is found at its first byte") {
  CHECK_FALSE(find_invalid_utf8(""));
  CHECK_FALSE(find_invalid_utf8("caf\u00e9 \U0001F600"));
  CHECK(find_invalid_utf8("ab\xff") == 2u);
  CHECK(find_invalid_utf8("\xc0\xaf") == 0u);          // overlong slash
  CHECK(find_invalid_utf8("a\xed\xa0\x80") == 1u);     // surrogate
  CHECK(find_invalid_utf8("\xf4\x90\x80\x80") == 0u);  // beyond U+10FFFF
  CHECK(find_invalid_utf8("\xe2\x82") == 0u);          // cut off
}

TEST_CASE("sanitizing keeps good text and marks bad bytes") {
  CHECK(sanitize_utf8("ok \u00fc") == "ok \u00fc");
  CHECK(sanitize_utf8("a\xff"
                      "b") ==
        "a\uFFFD"
        "b");
  CHECK(sanitize_utf8(std::string_view("a\0b", 3)) == "ab");
  CHECK_FALSE(find_invalid_utf8(sanitize_utf8("\xf0\x9f\x98 \xff\xfe")));
}

TEST_CASE("printable text can't move the cursor or reorder a line") {
  CHECK(printable("a\nb\tc\x1b[31m") == "a\\nb\\tc\\x1b[31m");
  CHECK(printable("\u202egpj.exe") == "\\u202egpj.exe");
  CHECK(printable("\u2066x\u2069") == "\\u2066x\\u2069");
  CHECK(printable("\xff") == "\\xff");
  CHECK(printable("caf\u00e9 \U0001F600") == "caf\u00e9 \U0001F600");
}

TEST_CASE("text is counted as platforms and terminals count it") {
  CHECK(count_code_points("a\U0001F600") == 2);
  CHECK(count_utf16_units("a\U0001F600") == 3);
  CHECK(display_width("a\U0001F600") == 3);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("\u6f22\u5b57") == 4);
}

TEST_CASE("a mistyped name is matched to the nearest known one") {
  const std::vector<std::string> known = {"runners", "max_attempts", "lease"};
  CHECK(nearest_name("runers", known) == "runners");
  CHECK(nearest_name("Lease", known) == "lease");
  CHECK(nearest_name("laese", known) == "lease");
  CHECK_FALSE(nearest_name("colour", known));
  CHECK(did_you_mean("runers", known) == "; did you mean 'runners'?");
  CHECK(did_you_mean("colour", known) == "; known: runners, max_attempts, lease");
}

TEST_CASE("small text helpers") {
  CHECK(trim("  a b\r\n") == "a b");
  CHECK(trim(" \t") == "");
  CHECK(split("a,,b", ',') == std::vector<std::string>{"a", "", "b"});
  CHECK(to_lower_ascii("ÄAb") == "Äab");
  CHECK(equals_ignoring_case_ascii("ETag", "etag"));
  CHECK(format_bytes(999) == "999 bytes");
  CHECK(format_bytes(1'500'000) == "1.5 MB");
}
