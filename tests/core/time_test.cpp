#include "core/time.h"

#include "core/clock.h"

#include <catch2/catch.hpp>

using namespace muster;

TEST_CASE("times with a zone are read and written") {
  CHECK(to_iso8601(Timestamp(Milliseconds(0))) == "1970-01-01T00:00:00Z");
  CHECK(to_iso8601(*parse_iso8601("2026-03-01T12:00:00.25+02:00")) == "2026-03-01T10:00:00.250Z");
  CHECK(parse_iso8601("2026-03-01 12:00:00Z") == parse_iso8601("2026-03-01T12:00:00+0000"));
  CHECK(to_iso8601(*parse_iso8601("1969-12-31T23:59:59.999Z")) == "1969-12-31T23:59:59.999Z");
  CHECK(to_iso8601(*parse_iso8601("0001-01-01T00:00:00Z")) == "0001-01-01T00:00:00Z");
  CHECK(parse_iso8601("2016-12-31T23:59:60Z"));  // a leap second
}

TEST_CASE("times that do not exist or have no zone are refused") {
  for (const char* text : {"",
                           "2026-02-29T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-03-01T24:00:00Z",
                           "2026-03-01T12:00:00",
                           "2026-03-01T12:00:00.Z",
                           "2026-03-01T12:00:00Z trailing",
                           "2026-03-01",
                           "yesterday",
                           "2026-03-01T12:00:00+99:00"}) {
    INFO(text);
    CHECK_FALSE(parse_iso8601(text));
  }
}

TEST_CASE("local times are resolved in their zone, also where the clock is set") {
  CHECK(to_iso8601(*parse_local_time("2026-07-01 12:00", "Europe/Berlin")) ==
        "2026-07-01T10:00:00Z");
  CHECK(to_iso8601(*parse_local_time("2026-01-01", "America/New_York")) == "2026-01-01T05:00:00Z");
  // 02:30 happens twice on 2026-10-25 in Berlin: the earlier one is meant.
  CHECK(to_iso8601(*parse_local_time("2026-10-25T02:30:00", "Europe/Berlin")) ==
        "2026-10-25T00:30:00Z");
  // 02:30 does not exist on 2026-03-29 in Berlin: the instant after the gap.
  CHECK(to_iso8601(*parse_local_time("2026-03-29T02:30:00", "Europe/Berlin")) ==
        "2026-03-29T01:00:00Z");
  CHECK_FALSE(parse_local_time("2026-03-29T02:30:00", "Europe/Atlantis"));
  CHECK_FALSE(parse_local_time("2026-03-29T02:30:00Z", "UTC"));
}

TEST_CASE("rights until a day end with that day in the contract's zone") {
  CHECK(to_iso8601(*end_of_day("2026-03-31", "America/Los_Angeles")) == "2026-04-01T06:59:59.999Z");
  CHECK(to_iso8601(*end_of_day("2026-03-29", "Europe/Berlin")) == "2026-03-29T21:59:59.999Z");
  CHECK_FALSE(end_of_day("2026-03-31T00:00", "UTC"));
  CHECK(is_known_zone("UTC"));
  CHECK_FALSE(is_known_zone("Mars/Olympus"));
}

TEST_CASE("durations are read and written in the same form") {
  for (const char* text : {"250ms", "10s", "1h30m", "2d", "1m1s1ms"}) {
    INFO(text);
    CHECK(to_string(*parse_duration(text)) == text);
  }
  CHECK(parse_duration("0s") == Milliseconds(0));
  CHECK(to_string(Milliseconds(0)) == "0s");
  for (const char* text : {"", "5", "m", "-5s", "5 s", "5x", "99999999999999999d"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("a sleep ends at once when a stop is requested") {
  const auto clock = make_system_clock();
  std::stop_source source;
  source.request_stop();
  CHECK_FALSE(clock->sleep_for(std::chrono::hours(1), source.get_token()));
  CHECK(clock->sleep_for(Milliseconds(1), std::stop_token()));
  CHECK(clock->since_boot() > Milliseconds(0));
}
