#include "core/csv_cell.h"

#include <catch2/catch.hpp>

using namespace muster;

TEST_CASE("a cell that a spreadsheet would run is defused, whatever it hides behind") {
  for (const char* text : {"=1+1",
                           "+1+1",
                           "-1+1",
                           "@SUM(A1)",
                           "\t=1",
                           "\r=1",
                           "\n=1",
                           " =1",
                           "   @x",
                           "\xEF\xBB\xBF=1",
                           " \xEF\xBB\xBF =1",
                           "\xE2\x80\x8B=1",
                           "\xC2\xA0=1",
                           "＝1+1",
                           "＋1",
                           "－1",
                           "＠x",
                           " ＝1",
                           "-",
                           "=",
                           "-2+3",
                           "+-5",
                           "=cmd|' /C calc'!A0"}) {
    CAPTURE(text);
    CHECK(is_spreadsheet_formula(text));
    CHECK(csv_cell(text).starts_with("\"'"));
  }
}

TEST_CASE("numbers and other texts stay as they are") {
  for (const char* text : {"-3.5", "+0.6", "12", "1e-9", "a=b", "mia@example.org", "", "x", "＃"}) {
    CAPTURE(text);
    CHECK(csv_cell(text) == text);
  }
  CHECK(csv_cell("a,b") == "\"a,b\"");
  CHECK(csv_cell("say \"no\"") == "\"say \"\"no\"\"\"");
  CHECK(csv_cell("two\nlines") == "\"two\nlines\"");
  CHECK(csv_cell(" x") == "\" x\"");
}
