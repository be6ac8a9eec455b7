#include "core/creator.h"
#include "core/finding.h"
#include "core/http.h"
#include "core/job.h"
#include "core/rights.h"
#include "core/submission.h"

#include <set>

#include <catch2/catch.hpp>

using namespace muster;
using namespace std::chrono_literals;

TEST_CASE("every state of a submission counts in exactly one term of the identity") {
  for (const auto& [state, name] : kEnumNames<SubmissionState>) {
    INFO(name);
    const bool approved =
        state == SubmissionState::approved || state == SubmissionState::approved_with_corrections;
    CHECK((bucket_of(state, true) == Bucket::filed) == approved);
    CHECK(bucket_of(state, false) != Bucket::filed);
  }
  CHECK(bucket_of(SubmissionState::quarantined, false) == Bucket::failed);
}

TEST_CASE("enum names are unique and read back") {
  std::set<std::string_view> names;
  for (const auto& [state, name] : kEnumNames<SubmissionState>) {
    CHECK(parse_enum<SubmissionState>(name) == state);
    CHECK(names.insert(name).second);
  }
  CHECK_FALSE(parse_enum<SubmissionState>("Approved"));
}

TEST_CASE("T35: rights that end at 23:59 in the contract's zone are gone the next minute") {
  Rights rights;
  rights.zone = "America/New_York";
  rights.ends_at = parse_local_time("2026-11-30T23:59", rights.zone);
  REQUIRE(rights.ends_at);
  const auto local = [&](const char* text) { return *parse_local_time(text, rights.zone); };
  CHECK(rights_state(rights, local("2026-11-30T23:58:59")) == RightsState::expiring);
  CHECK(rights_state(rights, local("2026-12-01T00:00")) == RightsState::expired);
  // In Berlin it is already the next morning, and they still hold.
  CHECK(rights_state(rights, *parse_local_time("2026-12-01T05:58", "Europe/Berlin")) ==
        RightsState::expiring);
}

TEST_CASE(
    "T35: notices come 45, 30, 14 and 0 days before the end, by the clock of the contract's zone") {
  Rights rights;
  rights.zone = "America/New_York";
  // The clocks are set back on 2026-11-01, between the first notices and the end.
  rights.ends_at = parse_local_time("2026-11-30T23:59", rights.zone);
  const auto at = [&](const char* text) {
    return rights_notice(rights, *parse_local_time(text, rights.zone));
  };
  CHECK(at("2026-10-16T23:58") == std::nullopt);
  CHECK(at("2026-10-16T23:59") == 45);
  CHECK(at("2026-10-31T23:58") == 45);
  CHECK(at("2026-10-31T23:59") == 30);
  CHECK(at("2026-11-16T23:59") == 14);
  CHECK(at("2026-11-30T23:58") == 14);
  CHECK(at("2026-11-30T23:59") == 0);
  rights.ends_at.reset();
  CHECK(at("2026-11-30T23:59") == std::nullopt);
}

TEST_CASE("T35: the end of rights is shown as a clock in the contract's zone shows it") {
  const Timestamp end = *parse_iso8601("2026-12-01T04:59:00Z");
  CHECK(time_in_zone(end, "America/New_York") == "2026-11-30 23:59");
  CHECK(time_in_zone(end, "Europe/Berlin") == "2026-12-01 05:59");
  CHECK(time_in_zone(end, "Nowhere/Else") == "2026-12-01 04:59 UTC");
}

TEST_CASE("rights that start with something that happens are upcoming until it has") {
  Rights rights;
  rights.zone = "America/New_York";
  rights.starts_on = RightsStart::publication;
  rights.term_days = 30;
  const Timestamp now = *parse_local_time("2026-10-20T10:00", rights.zone);
  CHECK(rights_state(rights, now) == RightsState::upcoming);
  // 30 days later by the calendar, with the clock set back in between.
  const Rights running = started(rights, now);
  CHECK(running.starts_at == now);
  CHECK(running.ends_at == *parse_local_time("2026-11-19T10:00", rights.zone));
  CHECK(rights_state(running, now) == RightsState::expiring);
  CHECK(rights_state(running, *running.ends_at) == RightsState::expired);
  CHECK(rights_notice(running, now) == 30);

  // The day that was agreed ends them, where that comes first.
  rights.ends_at = *parse_local_time("2026-10-31T23:59", rights.zone);
  CHECK(started(rights, now).ends_at == rights.ends_at);
  rights.term_days = 0;
  CHECK(started(rights, now).ends_at == rights.ends_at);
  CHECK(rights_state(rights, *rights.ends_at) == RightsState::expired);
}

TEST_CASE("rights say what they do not cover") {
  Rights rights;
  CHECK(rights_gap(std::nullopt, {}) != "");
  CHECK(rights_gap(rights, {}) == "");
  CHECK(rights_gap(rights, {"tiktok", "DE", RightsUse::organic}) == "");
  CHECK(rights_gap(rights, {"", "", RightsUse::paid}) != "");
  rights.channels = {"instagram"};
  rights.territories = {"US"};
  rights.uses = {RightsUse::paid};
  CHECK(rights_gap(rights, {"instagram", "US", RightsUse::paid}) == "");
  CHECK(rights_gap(rights, {"tiktok", "", std::nullopt}).find("tiktok") != std::string::npos);
  CHECK(rights_gap(rights, {"", "DE", std::nullopt}).find("DE") != std::string::npos);
  CHECK(rights_gap(rights, {"", "", RightsUse::organic}).find("organic") != std::string::npos);
}

TEST_CASE("rights run from start to end in the contract's time") {
  const Timestamp now = *parse_iso8601("2026-06-01T00:00:00Z");
  CHECK(rights_state(std::nullopt, now) == RightsState::none);
  Rights rights;
  CHECK(rights_state(rights, now) == RightsState::active);
  rights.ends_at = now;
  CHECK(rights_state(rights, now) == RightsState::expired);
  CHECK(rights_state(rights, now - 1ms) == RightsState::expiring);
  rights.ends_at = now + 24h * 46;
  CHECK(rights_state(rights, now) == RightsState::active);
  rights.starts_at = now + 1ms;
  CHECK(rights_state(rights, now) == RightsState::upcoming);
}

TEST_CASE("the content hash changes with everything that a decision is bound to") {
  RevisionContent content;
  content.media = {sha256("a"), sha256("b")};
  content.manifest.caption = "#ad hello";
  content.manifest.tags = {"ab", "c"};
  content.manifest.markets = {"us"};
  content.manifest.placement = "instagram-reel";
  content.manifest.rights = Rights{};
  const ContentHash before = content_hash(content);
  CHECK(content_hash(content) == before);

  const auto differs = [&](auto change) {
    RevisionContent changed = content;
    change(changed);
    return content_hash(changed) != before;
  };
  CHECK(differs([](RevisionContent& c) { c.media[1] = sha256("x"); }));
  CHECK(differs([](RevisionContent& c) { std::swap(c.media[0], c.media[1]); }));
  CHECK(differs([](RevisionContent& c) { c.transcripts = {sha256("said")}; }));
  CHECK_FALSE(differs([](RevisionContent& c) { c.transcripts = {std::nullopt, std::nullopt}; }));
  CHECK(differs([](RevisionContent& c) { c.manifest.caption += " "; }));
  CHECK(differs([](RevisionContent& c) { c.manifest.tags = {"a", "bc"}; }));
  CHECK(differs([](RevisionContent& c) { c.manifest.markets.push_back("uk"); }));
  CHECK(differs([](RevisionContent& c) { c.manifest.placement = "instagram-feed"; }));
  CHECK(differs([](RevisionContent& c) { c.manifest.rights.reset(); }));
  CHECK(differs([](RevisionContent& c) { c.manifest.rights->ends_at = Timestamp(1ms); }));
  CHECK(differs([](RevisionContent& c) { c.manifest.creator = "mia"; }));
  CHECK(differs([](RevisionContent& c) { c.manifest.rights->starts_on = RightsStart::approval; }));
  CHECK_FALSE(differs([](RevisionContent& c) { c.manifest.external_id = "other"; }));
  // The same transcript beside another file is another content.
  RevisionContent first = content;
  first.transcripts = {sha256("said")};
  RevisionContent second = content;
  second.transcripts = {std::nullopt, sha256("said")};
  CHECK(content_hash(first) != content_hash(second));
}

TEST_CASE("retries wait longer each time and never too long") {
  const RetryPolicy policy;
  for (int attempt = 1; attempt <= 40; ++attempt) {
    const Milliseconds shortest = retry_delay(policy, attempt, 0.0);
    const Milliseconds longest = retry_delay(policy, attempt, 0.999999);
    CHECK(shortest > 0ms);
    CHECK(shortest <= longest);
    CHECK(longest <= policy.max_delay);
  }
  CHECK(retry_delay(policy, 30, 0.999999) > policy.max_delay / 2);
}

TEST_CASE("tiers follow the thresholds") {
  const TierThresholds thresholds;
  CHECK(tier_of(std::nullopt, thresholds) == Tier::unknown);
  CHECK(tier_of(99'999, thresholds) == Tier::micro);
  CHECK(tier_of(100'000, thresholds) == Tier::macro);
  CHECK(tier_of(1'000'000, thresholds) == Tier::mega);
  CHECK(normalize_handle(" @Mia.Cooks ") == "mia.cooks");
}

TEST_CASE("the subject of a job is read strictly") {
  CHECK(subject_id("revision/12", "revision") == 12);
  for (const char* text :
       {"revision/", "revision/12x", "revision/-1", "revisions/12", "export/12", "revision/0"}) {
    INFO(text);
    CHECK_FALSE(subject_id(text, "revision"));
  }
}

TEST_CASE("Retry-After is seconds or a date") {
  const Timestamp now = *parse_iso8601("2026-11-22T12:00:00Z");
  CHECK(parse_retry_after("120", now) == 120s);
  CHECK(parse_retry_after("Sun, 22 Nov 2026 12:00:30 GMT", now) == 30s);
  CHECK(parse_retry_after("Sun, 22 Nov 2026 11:00:00 GMT", now) == 0s);
  CHECK(parse_retry_after("-5", now) == 0s);
  CHECK_FALSE(parse_retry_after("soon", now));
}

TEST_CASE("could not check weighs more than a warning and never counts as pass") {
  const auto finding = [](Outcome outcome) {
    Finding f;
    f.outcome = outcome;
    return f;
  };
  CHECK(worst({}) == Outcome::not_applicable);
  CHECK(
      worst({finding(Outcome::pass), finding(Outcome::could_not_check), finding(Outcome::warn)}) ==
      Outcome::could_not_check);
  CHECK(worst({finding(Outcome::could_not_check), finding(Outcome::fail)}) == Outcome::fail);
}
