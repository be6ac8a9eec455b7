#include "extractors/metrics/metric_export.h"
#include "extractors/metrics/metric_names.h"

#include <catch2/catch.hpp>

using namespace muster;

namespace {

Timestamp at(const char* text) {
  return parse_iso8601(text).value();
}

ParsedMetrics read(std::string_view document, const MetricContext& context = {}) {
  auto parsed = parse_metric_export(document, context);
  INFO((parsed ? "" : to_string(parsed.error())));
  REQUIRE(parsed);
  CHECK(parsed->rows_seen ==
        static_cast<std::int64_t>(parsed->rows.size() + parsed->excluded.size() +
                                  parsed->rejected.size()));
  return std::move(*parsed);
}

std::string why(std::string_view document, const MetricContext& context = {}) {
  const auto parsed = parse_metric_export(document, context);
  REQUIRE_FALSE(parsed);
  return to_string(parsed.error());
}

// The one rejected row of a table with `row` as its only one.
std::string rejected(const std::string& header, const std::string& row) {
  const auto parsed = read(header + "\n" + row + "\n");
  REQUIRE(parsed.rejected.size() == 1);
  CHECK(parsed.rejected[0].where == "line 2");
  return parsed.rejected[0].why;
}

}  // namespace

TEST_CASE("a table with a column for each metric becomes readings by creator, post and day") {
  const auto parsed = read(
      "Creator,Platform,Post URL,Campaign,Date,Likes,Link clicks,Notes\n"
      "@Mia.Cooks,Instagram,https://p.example/1,spring,2026-04-08,\"1,204\",37,nice\n"
      "leo,TikTok,https://p.example/2,spring,2026-04-09,,5,\n");
  REQUIRE(parsed.rows.size() == 2);
  const MetricRow& mia = parsed.rows[0];
  CHECK(mia.creator == "mia.cooks");
  CHECK(mia.platform == "instagram");
  CHECK(mia.post == "https://p.example/1");
  CHECK(mia.campaign == "spring");
  CHECK(mia.from == at("2026-04-08T00:00:00Z"));
  CHECK(mia.until == at("2026-04-09T00:00:00Z"));
  CHECK_FALSE(mia.as_of);
  CHECK(mia.where == "line 2");
  CHECK(mia.readings == std::vector<MetricReading>{{"likes", Objective::engagement, "count", 1204},
                                                   {"clicks", Objective::traffic, "count", 37}});
  // An empty cell says nothing; it is no 0.
  CHECK(parsed.rows[1].readings.size() == 1);
  REQUIRE(parsed.notes.size() == 2);
  CHECK(parsed.notes[0] == "columns left out, they are no metric that we know: Notes");
  CHECK(parsed.notes[1] == "dates without a zone were read in UTC");
}

TEST_CASE("a table with metric and value says each metric in a row of its own") {
  const auto parsed = read(
      "handle;metric;value;unit;from;until\n"
      "mia;Orders;12;;2026-04-01;2026-04-07\n"
      "mia;revenue;1234.50;EUR;2026-04-01;2026-04-07\n"
      "mia;engagement rate;3.2 %;;2026-04-01;2026-04-07\n"
      "mia;mood;4;;2026-04-01;2026-04-07\n");
  REQUIRE(parsed.rows.size() == 3);
  CHECK(parsed.rows[0].readings[0] ==
        MetricReading{"conversions", Objective::conversions, "count", 12});
  CHECK(parsed.rows[0].until == at("2026-04-08T00:00:00Z"));  // the last day is part of it
  CHECK(parsed.rows[1].readings[0] ==
        MetricReading{"revenue", Objective::conversions, "EUR", 1234.5});
  CHECK(parsed.rows[2].readings[0].unit == "share");
  CHECK(parsed.rows[2].readings[0].value == Approx(0.032).epsilon(1e-12));
  REQUIRE(parsed.rejected.size() == 1);
  CHECK(parsed.rejected[0].where == "line 5");
  CHECK(parsed.rejected[0].why.find("'mood' is no metric that we know") == 0);
}

TEST_CASE("JSON records carry the same, in a list, under a name, or one a line") {
  const char* record = R"({"creator": "mia", "post_id": 12345678901234567890, "metrics": )"
                       R"({"likes": 3, "signups": 1}, "as_of": "2026-04-15T00:00:00Z"})";
  for (const std::string& document :
       {"[" + std::string(record) + "]",
        "{\"shop\": \"x\", \"rows\": [" + std::string(record) + "]}",
        std::string(record) + "\n{\"creator\": \"leo\", \"likes\": 4}\n"}) {
    const auto parsed = read(document);
    REQUIRE_FALSE(parsed.rows.empty());
    CHECK(parsed.rows[0].creator == "mia");
    CHECK(parsed.rows[0].post == "12345678901234567890");
    CHECK(parsed.rows[0].as_of == at("2026-04-15T00:00:00Z"));
    CHECK_FALSE(parsed.rows[0].from);
    CHECK(parsed.rows[0].readings.size() == 2);
  }
  const auto bad = read(R"([{"creator": "mia", "likes": 3}, 7, {"creator": "mia", "likes": "x"}])");
  REQUIRE(bad.rejected.size() == 2);
  CHECK(bad.rejected[0].where == "/2");
  CHECK(bad.rejected[1].where == "/1");
  CHECK(why("[]") == "holds no record");
}

TEST_CASE("days have their length in the zone, weeks and months their days") {
  MetricContext berlin;
  berlin.zone = "Europe/Berlin";
  // The clock is set forward on 2026-03-29.
  const auto day = read("creator,date,likes\nmia,2026-03-29,1\n", berlin);
  CHECK(day.rows[0].from == at("2026-03-28T23:00:00Z"));
  CHECK(day.rows[0].until == at("2026-03-29T22:00:00Z"));
  const auto week = read("creator,week,likes\nmia,2026-03-23,1\n", berlin);
  CHECK(week.rows[0].until == at("2026-03-29T22:00:00Z"));
  const auto month = read("creator,month,likes\nmia,2026-12,1\n");
  CHECK(month.rows[0].from == at("2026-12-01T00:00:00Z"));
  CHECK(month.rows[0].until == at("2027-01-01T00:00:00Z"));
  // Whether the day stands first is judged over the column.
  const auto european = read("creator,date,likes\nmia,3/4/2026,1\nmia,14/4/2026,2\n");
  CHECK(european.rows[0].from == at("2026-04-03T00:00:00Z"));
}

TEST_CASE("a row that can't be read is set aside with its place and the reason") {
  CHECK(rejected("creator,likes", "mia,n/a") == "likes: 'n/a' is no number (1234, 1,234 or 12.5)");
  CHECK(rejected("creator;likes", "mia;12,5").find("is no number") != std::string::npos);
  CHECK(rejected("creator,likes", "mia,-1") == "likes: -1 is below 0, and counts are not");
  CHECK(rejected("creator,likes", ",1") == "names no creator");
  CHECK(rejected("creator,date,likes", "mia,soon,1") == "'soon' is no date");
  CHECK(rejected("creator,month,likes", "mia,2026-13,1") == "'2026-13' is no month (2026-04)");
  CHECK(rejected("creator,from,until,likes", "mia,2026-04-01,,1") ==
        "names only one end of its period");
  CHECK(rejected("creator,from,until,likes", "mia,2026-04-09,2026-04-01,1") ==
        "its period ends before it begins");
  CHECK(rejected("creator,revenue", "mia,12.50") == "revenue: is money without a currency");
  CHECK(rejected("creator,metric,value,objective", "mia,likes,1,fame").find("'fame' is no obj") ==
        0);
  CHECK(rejected("creator,likes", "mia,1,2") == "has 3 fields, the header 2");
}

TEST_CASE("a row without a value is left out, and one that is said again is set aside") {
  const auto parsed = read(
      "creator,date,likes\nmia,2026-04-08,\nmia,2026-04-09,3\nmia,2026-04-09,4\nmia,2026-04-10,"
      "3\n");
  REQUIRE(parsed.excluded.size() == 1);
  CHECK(parsed.excluded[0].why == "holds no value");
  REQUIRE(parsed.rejected.size() == 1);
  CHECK(parsed.rejected[0].where == "line 4");
  CHECK(parsed.rejected[0].why == "says likes once more, after line 3");
  CHECK(parsed.rows.size() == 2);
}

TEST_CASE("what the rows do not say comes from the context") {
  MetricContext context;
  context.campaign = "spring";
  context.creator = "mia";
  context.currency = "EUR";
  context.objective = Objective::conversions;
  const auto parsed = read("coupons,revenue\n7,12.5\n", context);
  REQUIRE(parsed.rows.size() == 1);
  CHECK(parsed.rows[0].creator == "mia");
  CHECK(parsed.rows[0].campaign == "spring");
  CHECK(parsed.rows[0].readings ==
        std::vector<MetricReading>{{"coupons", Objective::conversions, "count", 7},
                                   {"revenue", Objective::conversions, "EUR", 12.5}});
  CHECK(why("coupons\n7\n").find("header: no column is a metric that we know") == 0);
  CHECK(why("likes\n7\n").find("header: no column names the creator") == 0);
  CHECK(why("creator,metric\nmia,likes\n").find("none 'value'") != std::string::npos);
  CHECK(why("") == "is empty");
}

TEST_CASE("names that tools give a metric do not collide") {
  CHECK(find_metric("link_clicks")->name == "clicks");
  CHECK_FALSE(find_metric("mood"));
  CHECK(normalize_metric_name(" E-mail Sign-ups (total) ") == "e_mail_sign_ups_total");
  // Both orders and purchases would be conversions; the second keeps its name.
  const auto parsed = read("creator,orders,purchases\nmia,3,4\n");
  REQUIRE(parsed.rows.size() == 1);
  CHECK(parsed.rows[0].readings ==
        std::vector<MetricReading>{{"conversions", Objective::conversions, "count", 3},
                                   {"purchases", Objective::conversions, "count", 4}});
}

TEST_CASE("numbers are read as exports write them, and nothing else is one") {
  CHECK(parse_metric_number("1,234,567.5")->value == 1234567.5);
  CHECK(parse_metric_number("-12")->value == -12);
  CHECK(parse_metric_number("3.2%")->is_percent);
  for (const char* text :
       {"", "1,23", "12,5", "1.234,5", "1e400", "nan", "inf", "0x10", "1 2", "--1", "%", ","}) {
    CAPTURE(text);
    CHECK_FALSE(parse_metric_number(text));
  }
}
