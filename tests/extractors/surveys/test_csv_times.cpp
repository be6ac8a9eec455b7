#include "extractors/surveys/csv_times.h"
#include "tests/extractors/surveys/parse_helpers.h"

#include <vector>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

std::string read_time(std::string_view text,
                      std::vector<std::string> also_seen = {},
                      std::string zone = "UTC") {
  TimeColumn column(std::move(zone));
  column.see(text);
  for (const auto& other : also_seen) {
    column.see(other);
  }
  const auto time = column.parse(text);
  return time ? to_iso8601(*time) : "none";
}

}  // namespace

TEST_CASE("times come in many shapes") {
  CHECK(read_time("2026-03-01T12:00:00Z") == "2026-03-01T12:00:00Z");
  CHECK(read_time("2026-03-01T12:00:00+02:00") == "2026-03-01T10:00:00Z");
  CHECK(read_time("2026-03-01 12:00:05") == "2026-03-01T12:00:05Z");
  CHECK(read_time("2026-03-01") == "2026-03-01T00:00:00Z");
  CHECK(read_time("2026/3/1 9:05") == "2026-03-01T09:05:00Z");
  CHECK(read_time("3/14/2026 9:05:07") == "2026-03-14T09:05:07Z");
  CHECK(read_time("3/14/2026 9:05 PM") == "2026-03-14T21:05:00Z");
  CHECK(read_time("3/14/2026 12:05 AM") == "2026-03-14T00:05:00Z");
  CHECK(read_time("12/31/2015 12:59 p.m.") == "2015-12-31T12:59:00Z");
  CHECK(read_time("14.3.2026 9:05") == "2026-03-14T09:05:00Z");
  CHECK(read_time("3/14/26") == "2026-03-14T00:00:00Z");
}

TEST_CASE("what is no time is unknown") {
  for (const char* bad : {"",
                          "soon",
                          "2026-13-01",
                          "2026-02-30 10:00:00",
                          "3/14/2026 25:00",
                          "3/14/2026 9:61",
                          "13:05",
                          "3/14/2026 13:05 PM",
                          "1/2/3",
                          "2026-03-01 12:00:00 nonsense",
                          "1-2-2026-5",
                          "99999999999999999999/1/2026"}) {
    INFO(bad);
    CHECK(read_time(bad) == "none");
  }
}

TEST_CASE("dates that stand for none are unknown") {
  for (const char* none : {"0001-01-01T00:00:00Z",
                           "0000-00-00 00:00:00",
                           "1970-01-17 00:00:00",
                           "1980-01-01 00:00:00"}) {
    INFO(none);
    CHECK(read_time(none) == "none");
  }
}

TEST_CASE("day or month first is judged over the whole column") {
  CHECK(read_time("3/4/2026") == "2026-03-04T00:00:00Z");
  CHECK(read_time("3/4/2026", {"25/4/2026"}) == "2026-04-03T00:00:00Z");
  CHECK(read_time("3/4/2026", {"4/25/2026"}) == "2026-03-04T00:00:00Z");

  TimeColumn unsure("UTC");
  unsure.see("3/4/2026");
  CHECK(unsure.is_ambiguous());
  unsure.see("3/14/2026");
  CHECK_FALSE(unsure.is_ambiguous());
  TimeColumn same("UTC");
  same.see("4/4/2026");
  CHECK_FALSE(same.is_ambiguous());
}

TEST_CASE("times without a zone are read in the configured one, with its summer time") {
  CHECK(read_time("2026-07-01 12:00:00", {}, "Europe/Berlin") == "2026-07-01T10:00:00Z");
  CHECK(read_time("1/15/2026 12:00", {}, "America/New_York") == "2026-01-15T17:00:00Z");
  TimeColumn column("Europe/Berlin");
  column.see("2026-07-01T12:00:00Z");
  CHECK_FALSE(column.is_local());
  column.see("2026-07-01 12:00:00");
  CHECK(column.is_local());
}

TEST_CASE("T26: a row whose time can't be read is kept, with its time unknown, and that is said") {
  const auto parsed = parse_good(
      "Response ID,Submitted At,How was it?\n"
      "1,2026-03-01 09:00:00,good\n"
      "2,the day before yesterday,great\n"
      "3,2026-03-02 10:00:00,bad\n");
  REQUIRE(parsed.responses.size() == 3);
  CHECK(parsed.responses[0].submitted_at);
  CHECK_FALSE(parsed.responses[1].submitted_at);
  CHECK(parsed.responses[1].answers.size() == 1);
  CHECK(parsed.responses[2].submitted_at);
  CHECK(has_note(parsed, "1 times could not be read"));
}
