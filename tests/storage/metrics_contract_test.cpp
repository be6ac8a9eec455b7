#include "core/error.h"
#include "tests/storage/world.h"

#include <catch2/catch.hpp>

using namespace muster;

namespace {

Timestamp april(int day) {
  return parse_iso8601("2026-04-01T00:00:00Z").value() + std::chrono::days(day - 1);
}

MetricRow by_day(const std::string& creator,
                 int day,
                 double likes,
                 const std::string& post = "p1") {
  MetricRow row;
  row.creator = creator;
  row.platform = "instagram";
  row.post = post;
  row.campaign = "spring";
  row.from = april(day);
  row.until = april(day + 1);
  row.readings = {{"likes", Objective::engagement, "count", likes}};
  row.where = "line " + std::to_string(day);
  return row;
}

MetricRow total(const std::string& creator, const std::string& metric, double value, int as_of) {
  MetricRow row = by_day(creator, 1, 0);
  row.from.reset();
  row.until.reset();
  row.as_of = april(as_of);
  row.readings = {{metric, Objective::conversions, "count", value}};
  return row;
}

// Hands a file in; its counts.
ImportCounts import(World& world, const std::string& name, std::vector<MetricRow> rows) {
  MetricImport import;
  import.blob = sha256(name + std::to_string(rows.size()));
  import.byte_size = 10;
  import.parsed.rows_seen = static_cast<std::int64_t>(rows.size());
  import.parsed.rows = std::move(rows);
  return world.metrics().import("api-metrics", name, std::move(import)).counts;
}

double sum(World& world, const std::string& metric, const MetricFilter& filter = {}) {
  for (const MetricTotal& total : world.metrics().totals(filter, "")) {
    if (total.metric == metric) {
      return total.value;
    }
  }
  return -1;
}

}  // namespace

TEST_CASE("metrics become series, and the same file twice changes nothing") {
  World world(GENERATE(from_range(kStoreBackends)));
  const std::vector<MetricRow> rows{
      by_day("mia", 1, 10), by_day("mia", 2, 20), by_day("leo", 1, 5)};
  const ImportCounts first = import(world, "posts.csv", rows);
  CHECK(first.holds());
  CHECK(first.added == 3);
  CHECK(sum(world, "likes") == 35);
  const ImportCounts again = import(world, "posts.csv", rows);
  CHECK(again.unchanged == 3);
  CHECK(again.added == 0);
  CHECK(sum(world, "likes") == 35);
  // The same values in another file neither.
  CHECK(import(world, "copy.csv", rows).unchanged == 3);
  CHECK(sum(world, "likes") == 35);
  CHECK(world.store->check_integrity().empty());
  CHECK(world.catalog().needed_blobs().size() == 2);
}

TEST_CASE("a corrected value replaces the one that was told before, whatever file it comes in") {
  World world(GENERATE(from_range(kStoreBackends)));
  import(world, "posts.csv", {by_day("mia", 1, 10), by_day("mia", 2, 20)});
  const ImportCounts counts =
      import(world, "late.csv", {by_day("mia", 2, 25), by_day("mia", 3, 1)});
  CHECK(counts.updated == 1);
  CHECK(counts.added == 1);
  CHECK(sum(world, "likes") == 36);
  MetricFilter mia;
  mia.creator = "mia";
  const auto values = world.metrics().values(mia, 10);
  REQUIRE(values.size() == 3);
  CHECK(values[0].from == april(3));
  CHECK(values[1].value == 25);
  CHECK(values[1].export_name == "late.csv");
  CHECK(values[1].where == "line 2");
  CHECK(values[2].export_name == "posts.csv");
}

TEST_CASE("a total is replaced by one that was read off later, not by an earlier one") {
  World world(GENERATE(from_range(kStoreBackends)));
  import(world, "a", {total("mia", "conversions", 10, 8)});
  CHECK(import(world, "b", {total("mia", "conversions", 14, 15)}).updated == 1);
  CHECK(import(world, "c", {total("mia", "conversions", 7, 3)}).unchanged == 1);
  CHECK(sum(world, "conversions") == 14);
}

TEST_CASE("what would count twice is set aside with the place of the other") {
  World world(GENERATE(from_range(kStoreBackends)));
  import(world, "days.csv", {by_day("mia", 1, 10), by_day("mia", 2, 20)});
  MetricRow week = by_day("mia", 1, 30);
  week.until = april(8);
  MetricRow sum_of_all = by_day("mia", 1, 30);
  sum_of_all.from.reset();
  sum_of_all.until.reset();
  MetricRow after = by_day("mia", 3, 1);
  MetricRow other_post = week;
  other_post.post = "p2";
  const ImportCounts counts = import(world, "more.csv", {week, sum_of_all, after, other_post});
  CHECK(counts.holds());
  CHECK(counts.rejected == 2);
  CHECK(counts.added == 2);
  CHECK(sum(world, "likes") == 61);
  const auto exports = world.surveys().exports("");
  REQUIRE(exports.size() == 2);
  REQUIRE(exports[1].skipped.size() == 2);
  CHECK(exports[1].skipped[0].why ==
        "likes of 2026-04-01T00:00:00Z to 2026-04-08T00:00:00Z would count twice beside "
        "2026-04-01T00:00:00Z to 2026-04-02T00:00:00Z (days.csv, line 1)");
  CHECK(exports[1].skipped[1].why.find("likes of the total would count twice") == 0);
}

TEST_CASE("a series keeps its unit") {
  World world(GENERATE(from_range(kStoreBackends)));
  MetricRow euros = by_day("mia", 1, 0);
  euros.readings = {{"revenue", Objective::conversions, "EUR", 12}};
  MetricRow dollars = by_day("mia", 2, 0);
  dollars.readings = {{"revenue", Objective::conversions, "USD", 12}};
  import(world, "a", {euros});
  CHECK(import(world, "b", {dollars}).rejected == 1);
  CHECK(world.surveys().exports("")[1].skipped[0].why ==
        "revenue is in USD here and in EUR in what was filed before");
  // Another creator may be paid in dollars; the sums stay apart.
  dollars.creator = "leo";
  import(world, "c", {dollars});
  CHECK(world.metrics().totals({}, "").size() == 2);
}

TEST_CASE("sums go by group and filter, shares as a mean") {
  World world(GENERATE(from_range(kStoreBackends)));
  world.store->creators().upsert(
      std::vector<Creator>{{"mia", "instagram", "", 2'000'000, Tier::mega, ""},
                           {"leo", "instagram", "", 9'000, Tier::micro, ""}});
  MetricRow rate = by_day("mia", 1, 0);
  rate.readings = {{"engagement_rate", Objective::engagement, "share", 0.04}};
  MetricRow other = by_day("leo", 1, 0);
  other.readings = {{"engagement_rate", Objective::engagement, "share", 0.08}};
  import(world,
         "posts.csv",
         {by_day("mia", 1, 10), by_day("mia", 2, 20, "p2"), by_day("leo", 1, 5), rate, other});
  const auto tiers = world.metrics().totals({}, "creator.tier");
  REQUIRE(tiers.size() == 4);
  CHECK(tiers[0].group == "mega");
  CHECK(tiers[0].metric == "likes");
  CHECK(tiers[0].value == 30);
  CHECK(tiers[0].posts == 2);
  CHECK(sum(world, "engagement_rate") == Approx(0.06).epsilon(1e-12));
  MetricFilter filter;
  filter.from = april(2);
  CHECK(sum(world, "likes", filter) == 20);
  filter = {};
  filter.tier = Tier::micro;
  CHECK(sum(world, "likes", filter) == 5);
  filter = {};
  filter.objective = Objective::traffic;
  CHECK(world.metrics().totals(filter, "").empty());
  CHECK_THROWS_AS(world.metrics().totals({}, "mood"), PermanentError);
}

TEST_CASE("a parse job files metrics once, and its export shows what became of the rows") {
  World world(GENERATE(from_range(kStoreBackends)));
  const std::vector<FoundExport> items{{"posts.csv", "v1", "posts.csv", "", 100}};
  world.intake().record_exports("metrics", items, std::nullopt);
  const ExportId id = world.surveys().exports("").front().id;
  MetricImport read;
  read.blob = sha256("posts");
  read.parsed.rows = {by_day("mia", 1, 10)};
  read.parsed.rejected = {{"line 3", "names no creator"}};
  read.parsed.rows_seen = 2;
  const Claim claim = world.claim(JobKind::parse);
  CHECK(world.metrics().finish_parse(claim, id, read).added == 1);
  CHECK_THROWS_AS(world.metrics().finish_parse(claim, id, read), LeaseLost);
  const ExportRow row = world.surveys().find_export(id).value();
  CHECK(row.state == "parsed");
  CHECK(row.counts.rejected == 1);
  CHECK(world.intake().exports_identity().filed == 1);
  CHECK(
      world.intake().known("metrics", std::vector<std::string>{"posts.csv"})["posts.csv"].fetched);
}

TEST_CASE("the journey joins filed assets, metrics and answers of a creator") {
  World world(GENERATE(from_range(kStoreBackends)));
  Finding seconds = finding("brand.seconds", Outcome::pass);
  seconds.measured_value = 3.5;
  seconds.unit = "s";
  seconds.place.item = 0;
  Finding size = finding("brand.size", Outcome::pass);
  size.measured_value = 0.12;
  size.place.item = 0;
  const SubmissionId id = world.submit("one");
  world.fetch(id);
  world.check(id, VerdictKind::clear, true, {seconds, size});
  CHECK(world.metrics().creator_facts().empty());  // not filed yet
  world.file(id);
  const auto facts = world.metrics().creator_facts();
  REQUIRE(facts.size() == 1);
  CHECK(facts[0].seconds_visible == 3.5);
  CHECK(facts[0].share_of_frame == 0.12);
  CHECK(facts[0].assets_filed >= 1);

  MetricRow row = by_day(facts[0].creator, 1, 10);
  row.campaign = facts[0].campaign;
  row.readings = {{"likes", Objective::engagement, "count", 10},
                  {"saves", Objective::engagement, "count", 2},
                  {"engagements", Objective::engagement, "count", 15},
                  {"clicks", Objective::traffic, "count", 4},
                  {"signups", Objective::email, "count", 1}};
  import(world, "posts.csv", {row});
  const auto journey = world.metrics().journey({}, "creator");
  REQUIRE(journey.size() == 1);
  CHECK(journey[0].group == facts[0].creator);
  CHECK(journey[0].assets_filed == facts[0].assets_filed);
  CHECK(journey[0].seconds_visible == 3.5);
  CHECK(journey[0].engagements == 15);  // likes and saves are part of them
  CHECK(journey[0].clicks == 4);
  CHECK(journey[0].signups == 1);
  CHECK(journey[0].conversions == 0);
  CHECK_THROWS_AS(world.metrics().journey({}, "post"), PermanentError);
}
