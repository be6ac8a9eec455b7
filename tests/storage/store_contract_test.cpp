#include "core/error.h"
#include "tests/storage/world.h"

#include <set>
#include <thread>

#include <catch2/catch.hpp>

using namespace muster;
using namespace std::chrono_literals;

namespace {

AssetQuery asset_query(const std::string& text = "") {
  AssetQuery query;
  query.text = text;
  return query;
}

SubmissionFilter in_state(SubmissionState state) {
  SubmissionFilter filter;
  filter.states = {state};
  return filter;
}

std::size_t entries(World& world, const std::string& action) {
  const auto all = world.log().entries(1, "", 100000);
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [&](const LogEntry& entry) { return entry.action == action; }));
}

}  // namespace

TEST_CASE("a submission goes all the way, and everything that was said comes back") {
  World world(GENERATE(from_range(kStoreBackends)));
  FoundSubmission found = World::found("post-1");
  found.manifest.language = "en-GB";
  found.manifest.rights = Rights{{"instagram"},
                                 {"US", "DE"},
                                 {RightsUse::organic, RightsUse::paid},
                                 world.clock.now(),
                                 world.clock.now() + 24h * 100,
                                 "Europe/Berlin",
                                 true,
                                 "contract 7",
                                 "@mia.cooks"};
  found.media.push_back({"two.mp4", "two.mp4", 0});
  found.intake_findings = {finding("manifest.tag_list", Outcome::warn)};
  const std::vector<FoundSubmission> items{found};
  const Cursor cursor{"page-2", "\"etag\"", "yesterday"};
  CHECK(world.intake().record("feed", items, cursor).added == 1);
  CHECK(world.intake().cursor("feed") == cursor);

  const SubmissionId id = world.reviews().find("feed", "post-1").value();
  const auto work = world.intake().fetch_work(world.revision(id)).value();
  CHECK(work.source == "feed");
  CHECK(work.media == found.media);
  CHECK(work.intake_findings == found.intake_findings);
  world.fetch(id);
  const auto check_work = world.checks().work(world.revision(id)).value();
  CHECK(check_work.manifest == found.manifest);
  CHECK(check_work.content == content_hash({{check_work.assets[0].blob}, found.manifest}));

  const std::vector<Finding> findings{finding("instagram.reel.duration_max", Outcome::fail),
                                      finding("brand.visible", Outcome::could_not_check)};
  world.check(id, VerdictKind::flagged, false, findings);
  const SubmissionDetail detail = world.reviews().detail(id).value();
  CHECK(detail.row.state == SubmissionState::in_review);
  CHECK(detail.row.fails == 1);
  CHECK(detail.row.warns == 1);
  CHECK(detail.row.could_not_check == 1);
  REQUIRE(detail.findings.size() == 3);
  CHECK(detail.findings[0] == found.intake_findings[0]);
  CHECK(detail.findings[1] == findings[0]);
  CHECK(detail.findings[2] == findings[1]);
  CHECK(detail.verdict == world.checks().verdict(detail.row.revision));
  CHECK(detail.verdict->provenance.brief == sha256("brief"));
  CHECK(detail.assets[0].text_seen == "Grand Opening");
  CHECK(detail.assets[0].facts->width == 1080);

  const Decision decision = world.decide(id, DecisionKind::approve_with_corrections);
  CHECK(world.row(id).state == SubmissionState::approved_with_corrections);
  CHECK_FALSE(world.row(id).filed);
  world.file(id);
  CHECK(world.row(id).filed);
  CHECK(world.reviews().detail(id)->decisions.at(0).content == decision.content);
  const auto hits = world.catalog().search(asset_query());
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].manifest == found.manifest);
  CHECK(hits[0].decided_by == "person:dana@agency.example");
  CHECK(world.catalog().sidecar(hits[0].id) == "{\"credit\":\"mia\"}");
  CHECK(world.log().verify().empty());
  CHECK(world.store->check_integrity().empty());
}

TEST_CASE(
    "the same item from eight pollers, a hundred times each, is one submission with one job") {
  World world(GENERATE(from_range(kStoreBackends)));
  const std::vector<FoundSubmission> items{World::found("same")};
  std::atomic<int> added = 0;
  {
    std::vector<std::jthread> pollers;
    for (int t = 0; t < 8; ++t) {
      pollers.emplace_back([&] {
        for (int i = 0; i < 100; ++i) {
          added += world.intake().record("drop", items, std::nullopt).added;
        }
      });
    }
  }
  CHECK(added == 1);
  CHECK(world.reviews().list({}).size() == 1);
  CHECK(world.jobs().list({}).size() == 1);
}

TEST_CASE("ten thousand items are recorded in one go, and a second look changes nothing") {
  World world(GENERATE(from_range(kStoreBackends)));
  std::vector<FoundSubmission> items;
  for (int i = 0; i < 10'000; ++i) {
    items.push_back(World::found("item-" + std::to_string(i)));
  }
  CHECK(world.intake().record("drop", items, std::nullopt).added == 10'000);
  CHECK(world.intake().record("drop", items, std::nullopt).unchanged == 10'000);
  const Identity identity = world.intake().submissions_identity();
  CHECK(identity.seen == 10'000);
  CHECK(identity.waiting == 10'000);
  CHECK(identity.holds());
}

TEST_CASE("ids from outside are strings: numbers beyond 2^53, SQL and emoji stay what they are") {
  World world(GENERATE(from_range(kStoreBackends)));
  for (const std::string id :
       {"9007199254740993", "9007199254740992", "'; DROP TABLE job; --", "🍜", "a\nb", "0"}) {
    const SubmissionId submission = world.submit(id);
    CHECK(world.row(submission).external_id == id);
  }
  CHECK(world.reviews().list({}).size() == 6);
}

TEST_CASE(
    "a changed item is a new revision: the approval is void, visibly, and it leaves the catalog") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.filed("a");
  const RevisionId old = world.revision(id);
  CHECK(world.catalog().search(asset_query()).size() == 1);
  const std::vector<FoundSubmission> changed{World::found("a", "v2")};
  CHECK(world.intake().record("drop", changed, std::nullopt).revised == 1);

  CHECK(world.row(id).state == SubmissionState::received);
  CHECK_FALSE(world.row(id).filed);
  CHECK(world.row(id).revision_number == 2);
  CHECK(world.catalog().search(asset_query()).empty());
  CHECK(entries(world, "decision.voided") == 1);
  CHECK_FALSE(world.checks().work(old));
  CHECK(world.checks().history(old)->manifest.caption == "Fresh noodles a v1");
  CHECK(world.reviews().detail(id)->revisions.size() == 2);
  CHECK(world.reviews().detail(id)->decisions.at(0).revision == 1);

  world.fetch(id);
  world.check(id, VerdictKind::flagged);
  CHECK(world.row(id).state == SubmissionState::in_review);
  CHECK(world.log().verify().empty());
}

TEST_CASE("a job of an overtaken revision loses its lease") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.submit("a", "v1");
  const RevisionId old = world.revision(id);
  const Claim claim = world.claim(JobKind::fetch);
  world.submit("a", "v2");
  FetchOutcome fetched;
  fetched.assets = {{sha256("x"), 1, "x"}};
  CHECK_THROWS_AS(world.intake().finish_fetch(claim, old, fetched), LeaseLost);
  CHECK_FALSE(world.intake().fetch_work(old));
  CHECK(world.row(id).state == SubmissionState::received);
  world.fetch(id);
}

TEST_CASE(
    "rejected and withdrawn submissions take a new revision, and every state but checking starts "
    "again") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId rejected = world.in_review("a");
  world.decide(rejected, DecisionKind::reject);
  const SubmissionId withdrawn = world.in_review("b");
  world.decide(withdrawn, DecisionKind::withdraw);
  const SubmissionId returned = world.in_review("c");
  world.decide(returned, DecisionKind::request_changes);
  for (const auto& [id, name] : {std::pair(rejected, "a"), {withdrawn, "b"}, {returned, "c"}}) {
    world.submit(name, "v2");
    CHECK(world.row(id).state == SubmissionState::received);
    world.fetch(id);
  }
}

TEST_CASE(
    "an effect happens once: a second job for the same revision completes without doing it again") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.in_review("a");
  const RevisionId revision = world.revision(id);
  const std::string subject = "revision/" + std::to_string(raw(revision));
  world.jobs().enqueue({.kind = JobKind::fetch, .subject = subject});
  FetchOutcome other;
  other.assets = {{sha256("other"), 5, "other"}};
  world.intake().finish_fetch(world.claim(JobKind::fetch), revision, other);
  CHECK(world.checks().work(revision)->assets.size() == 1);

  world.jobs().enqueue({.kind = JobKind::check, .subject = subject});
  CheckOutcome again = world.outcome(id, VerdictKind::returned);
  world.checks().finish(world.claim(JobKind::check), revision, again);
  CHECK(world.row(id).state == SubmissionState::in_review);
  CHECK(world.checks().verdict(revision)->kind == VerdictKind::flagged);

  // With another pack it is another effect.
  world.jobs().enqueue({.kind = JobKind::check, .subject = subject});
  again.verdict.provenance.packs = sha256("newer packs");
  world.checks().finish(world.claim(JobKind::check), revision, again);
  CHECK(world.checks().verdict(revision)->kind == VerdictKind::returned);

  const SubmissionId filed = world.filed("b");
  const std::string filed_subject = "revision/" + std::to_string(raw(world.revision(filed)));
  const auto filed_at = world.catalog().search(asset_query())[0].filed_at;
  world.clock.advance(1h);
  world.jobs().enqueue({.kind = JobKind::file, .subject = filed_subject});
  world.catalog().finish(world.claim(JobKind::file), world.revision(filed), {"{}"});
  CHECK(world.catalog().search(asset_query())[0].filed_at == filed_at);
}

TEST_CASE("a person's decision is not undone by a later check") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.in_review("a");
  world.decide(id, DecisionKind::reject);
  world.jobs().enqueue(
      {.kind = JobKind::check, .subject = "revision/" + std::to_string(raw(world.revision(id)))});
  CheckOutcome clear = world.outcome(id, VerdictKind::clear, true);
  clear.verdict.provenance.packs = sha256("newer packs");
  world.checks().finish(world.claim(JobKind::check), world.revision(id), clear);
  CHECK(world.row(id).state == SubmissionState::rejected);
  CHECK(world.row(id).verdict == VerdictKind::clear);
}

TEST_CASE("a clear verdict approves only where the brief lets a rule approve") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId by_rule = world.submit("a");
  world.fetch(by_rule);
  world.check(by_rule, VerdictKind::clear, true);
  CHECK(world.row(by_rule).state == SubmissionState::approved);
  const auto decisions = world.reviews().detail(by_rule)->decisions;
  REQUIRE(decisions.size() == 1);
  CHECK(decisions[0].actor == Actor{ActorKind::rule, "approve_by_rule"});
  world.file(by_rule);

  const SubmissionId by_person = world.submit("b");
  world.fetch(by_person);
  world.check(by_person, VerdictKind::clear, false);
  CHECK(world.row(by_person).state == SubmissionState::in_review);

  const SubmissionId returned = world.submit("c");
  world.fetch(returned);
  world.check(returned, VerdictKind::returned);
  CHECK(world.row(returned).state == SubmissionState::needs_work);
  CHECK(world.reviews().detail(returned)->decisions.at(0).reason_code == "too_long");

  // T27: it stands in its submitter's list with its reasons.
  SubmissionFilter filter = in_state(SubmissionState::needs_work);
  filter.creator = "mia.cooks";
  CHECK(world.reviews().list(filter).at(0).why == "because of the rules");
}

TEST_CASE("nobody without a name approves, and no rule does so from outside a check") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.in_review("a");
  CHECK_THROWS_AS(world.decide(id, DecisionKind::approve, {ActorKind::person, ""}), PermanentError);
  CHECK_THROWS_AS(world.decide(id, DecisionKind::approve, {ActorKind::rule, "bulk"}),
                  PermanentError);
  CHECK_THROWS_AS(
      world.decide(id, DecisionKind::approve_with_corrections, {ActorKind::rule, "bulk"}),
      PermanentError);
  CHECK_THROWS_AS(
      world.reviews().decide({id, DecisionKind::reject, dana(), "", "", world.row(id).content}),
      PermanentError);
  CHECK(world.row(id).state == SubmissionState::in_review);
}

TEST_CASE("a decision is possible only in the states that allow it") {
  World world(GENERATE(from_range(kStoreBackends)));
  const auto refused = [&](SubmissionId id, std::initializer_list<DecisionKind> kinds) {
    for (const DecisionKind kind : kinds) {
      CAPTURE(to_string(kind));
      CHECK_THROWS_AS(world.decide(id, kind), ConflictError);
    }
  };
  using enum DecisionKind;
  const auto verdicts = {approve, approve_with_corrections, request_changes, reject};
  const SubmissionId received = world.submit("a");
  refused(received, verdicts);
  world.fetch(received);
  refused(received, verdicts);
  const SubmissionId rejected = world.in_review("b");
  world.decide(rejected, reject);
  refused(rejected, {approve, request_changes, reject, withdraw});
  const SubmissionId approved = world.filed("c");
  refused(approved, verdicts);
  world.decide(approved, withdraw);
  CHECK(world.row(approved).state == SubmissionState::withdrawn);
  CHECK(world.catalog().search(asset_query()).empty());
  world.decide(received, withdraw);
  CHECK(world.row(received).state == SubmissionState::withdrawn);
  CHECK(world.jobs().list({.state = JobState::available}).empty());
}

TEST_CASE("a decision on content that changed meanwhile is refused") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.in_review("a");
  const ContentHash seen = world.row(id).content;
  world.submit("a", "v2");
  world.fetch(id);
  world.check(id, VerdictKind::flagged);
  CHECK_THROWS_AS(world.reviews().decide({id, DecisionKind::approve, dana(), "", "", seen}),
                  ConflictError);
  CHECK_THROWS_AS(world.reviews().decide({id, DecisionKind::approve, dana(), "", "", {}}),
                  ConflictError);
}

TEST_CASE("T23: two reviewers never get the same item, a lease expires, a release gives it back") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId first = world.in_review("a");
  const SubmissionId second = world.in_review("b");
  CHECK(world.reviews().claim("dana", {}, 10min) == first);
  CHECK(world.reviews().claim("ola", {}, 10min) == second);
  CHECK_FALSE(world.reviews().claim("third", {}, 10min));
  // Asking again extends the own lease.
  world.clock.advance(9min);
  CHECK(world.reviews().claim("dana", {}, 10min) == first);
  CHECK(world.row(first).lease->reviewer == "dana");
  world.clock.advance(2min);
  CHECK_FALSE(world.row(second).lease);
  CHECK(world.reviews().claim("third", {}, 10min) == second);
  CHECK_THROWS_AS(world.decide(second, DecisionKind::reject, {ActorKind::person, "ola"}),
                  ConflictError);
  CHECK_FALSE(world.reviews().release(second, "ola"));
  CHECK(world.reviews().release(second, "third"));
  world.decide(second, DecisionKind::reject, {ActorKind::person, "ola"});
  CHECK_FALSE(world.reviews().claim("ola", {}, 10min));
  world.decide(first, DecisionKind::approve, {ActorKind::person, "dana"});
  CHECK_FALSE(world.reviews().claim("dana", {}, 10min));
}

TEST_CASE("concurrent reviewers get different items") {
  World world(GENERATE(from_range(kStoreBackends)));
  for (int i = 0; i < 8; ++i) {
    world.in_review("item-" + std::to_string(i));
  }
  std::array<std::optional<SubmissionId>, 8> got;
  {
    std::vector<std::jthread> reviewers;
    for (std::size_t t = 0; t < got.size(); ++t) {
      reviewers.emplace_back(
          [&, t] { got[t] = world.reviews().claim("r" + std::to_string(t), {}, 1h); });
    }
  }
  std::set<std::int64_t> ids;
  for (const auto& id : got) {
    ids.insert(raw(id.value()));
  }
  CHECK(ids.size() == got.size());
}

TEST_CASE("the most severe comes first, then the oldest; pages follow the same order") {
  World world(GENERATE(from_range(kStoreBackends)));
  std::vector<SubmissionId> ids;
  const std::vector<std::vector<Finding>> findings{
      {finding("a", Outcome::warn)},
      {finding("a", Outcome::fail)},
      {finding("a", Outcome::could_not_check)},
      {finding("a", Outcome::fail), finding("b", Outcome::fail)},
      {finding("a", Outcome::fail)},
  };
  for (std::size_t i = 0; i < findings.size(); ++i) {
    ids.push_back(world.submit("item-" + std::to_string(i)));
    world.fetch(ids.back());
    world.check(ids.back(), VerdictKind::flagged, false, findings[i]);
  }
  const std::vector<SubmissionId> expected{ids[3], ids[1], ids[4], ids[2], ids[0]};
  SubmissionFilter filter = in_state(SubmissionState::in_review);
  filter.limit = 2;
  std::vector<SubmissionId> listed;
  while (true) {
    const auto page = world.reviews().list(filter);
    if (page.empty()) {
      break;
    }
    for (const SubmissionRow& row : page) {
      listed.push_back(row.id);
    }
    filter.after = page.back().id;
  }
  CHECK(listed == expected);
  CHECK(world.reviews().claim("dana", {}, 1h) == expected[0]);
}

TEST_CASE("filters of the list find what they name and nothing else") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.submit("a");
  world.fetch(id);
  world.check(
      id, VerdictKind::flagged, false, {finding("instagram.reel.duration_max", Outcome::fail)});
  world.submit("b");
  const auto count = [&](auto change) {
    SubmissionFilter filter;
    change(filter);
    return world.reviews().list(filter).size();
  };
  CHECK(count([](auto& filter) { filter.rule = "instagram.reel"; }) == 1);
  CHECK(count([](auto& filter) { filter.rule = "instagram.%"; }) == 0);
  CHECK(count([](auto& filter) { filter.campaign = "spring"; }) == 2);
  CHECK(count([](auto& filter) { filter.campaign = "autumn"; }) == 0);
  CHECK(count([](auto& filter) { filter.source = "drop"; }) == 2);
  CHECK(count([](auto& filter) { filter.creator = "MIA.COOKS"; }) == 0);
  CHECK(count([](auto& filter) { filter.states = {SubmissionState::received}; }) == 1);
  CHECK(count([](auto& filter) { filter.limit = 0; }) == 0);
}

TEST_CASE("an undo takes the decision back as a new entry and the asset out of the catalog") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.filed("a");
  const DecisionId approval = world.reviews().detail(id)->decisions.at(0).id;
  const Decision undo = world.reviews().undo(approval, dana(), "wrong campaign");
  CHECK(undo.undoes == approval);
  CHECK(world.row(id).state == SubmissionState::in_review);
  CHECK_FALSE(world.row(id).filed);
  CHECK(world.catalog().search(asset_query()).empty());
  CHECK_THROWS_AS(world.reviews().undo(approval, dana(), ""), ConflictError);
  CHECK_THROWS_AS(world.reviews().undo(undo.id, dana(), ""), ConflictError);
  CHECK_THROWS_AS(world.reviews().undo(static_cast<DecisionId>(99), dana(), ""), PermanentError);
  world.decide(id, DecisionKind::approve);
  world.file(id);
  CHECK(world.row(id).filed);
  CHECK(world.log().verify().empty());
}

TEST_CASE("only the latest decision can be undone, and none of an overtaken revision") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.filed("a");
  world.decide(id, DecisionKind::withdraw);
  const auto decisions = world.reviews().detail(id)->decisions;
  CHECK_THROWS_AS(world.reviews().undo(decisions[0].id, dana(), ""), ConflictError);
  world.submit("a", "v2");
  CHECK_THROWS_AS(world.reviews().undo(decisions[1].id, dana(), ""), ConflictError);
}

TEST_CASE("a withdrawal before the check is undone to where the submission was") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.submit("a");
  const Decision early = world.decide(id, DecisionKind::withdraw);
  world.reviews().undo(early.id, dana(), "");
  CHECK(world.row(id).state == SubmissionState::received);
  world.fetch(id);
  const Decision later = world.decide(id, DecisionKind::withdraw);
  world.reviews().undo(later.id, dana(), "");
  CHECK(world.row(id).state == SubmissionState::checking);
  world.check(id, VerdictKind::flagged);
  CHECK(world.row(id).state == SubmissionState::in_review);
  CHECK(world.log().verify().empty());
}

TEST_CASE("search takes what a user types as words and phrases, never as operators") {
  World world(GENERATE(from_range(kStoreBackends)));
  world.filed("alpha");
  world.filed("beta");
  const auto hits = [&](const std::string& text) {
    return world.catalog().search(asset_query(text)).size();
  };
  CHECK(hits("noodles") == 2);
  CHECK(hits("noodles alpha") == 1);
  CHECK(hits("\"fresh noodles\"") == 2);
  CHECK(hits("\"noodles fresh\"") == 0);
  CHECK(hits("NOODLES") == 2);
  CHECK(hits("nood*") == 2);
  CHECK(hits("grand opening") == 2);
  CHECK(hits("alpha OR beta") == 0);
  CHECK(hits("alpha NOT beta") == 0);
  CHECK(hits("") == 2);
  CHECK(hits("   ") == 2);
  CHECK(hits("\"") == 0);
  CHECK(hits("!!!") == 0);
  for (const std::string hostile : {"caption:alpha",
                                    "(",
                                    ")",
                                    "\"unclosed",
                                    "a\"b\"c",
                                    "^noodles",
                                    "+",
                                    "- x",
                                    "NEAR(a b)",
                                    "* *",
                                    "'; DROP TABLE asset; --",
                                    "{caption} : x",
                                    "\xff\xfe",
                                    "AND",
                                    "OR",
                                    "NOT"}) {
    CAPTURE(hostile);
    CHECK_NOTHROW(world.catalog().search(asset_query(hostile)));
  }
  CHECK_NOTHROW(world.catalog().search(asset_query(std::string("a\0b", 3))));
  CHECK(world.catalog().search(asset_query("opening")).at(0).snippet.find("[Opening]") !=
        std::string::npos);
}

TEST_CASE("the catalog filters by rights exactly as rights_state says") {
  World world(GENERATE(from_range(kStoreBackends)));
  const Timestamp now = world.clock.now();
  std::vector<std::optional<Rights>> all{std::nullopt, Rights{}};
  for (const Milliseconds start : {-24h, 0h, 24h}) {
    for (const Milliseconds end : {Milliseconds(-1),
                                   Milliseconds(0),
                                   Milliseconds(1),
                                   kRightsExpiringWindow,
                                   kRightsExpiringWindow + 1ms}) {
      Rights rights;
      rights.starts_at = now + start;
      rights.ends_at = now + end;
      all.push_back(rights);
    }
  }
  std::vector<FoundSubmission> items;
  std::map<RightsState, std::size_t> expected;
  for (std::size_t i = 0; i < all.size(); ++i) {
    items.push_back(World::found("item-" + std::to_string(i)));
    items.back().manifest.rights = all[i];
    ++expected[rights_state(all[i], now)];
  }
  world.intake().record("drop", items, std::nullopt);
  for (const FoundSubmission& item : items) {
    world.fetch(world.reviews().find("drop", item.external_id).value());
  }
  for (const auto& [state, name] : kEnumNames<RightsState>) {
    AssetQuery query = asset_query();
    query.filed_only = false;
    query.rights = state;
    CAPTURE(name);
    CHECK(world.catalog().search(query).size() == expected[state]);
  }
}

TEST_CASE("rights begin with the approval or the publication, in search and in what is shown") {
  World world(GENERATE(from_range(kStoreBackends)));
  const auto add = [&](const std::string& id, RightsStart start, int days) {
    FoundSubmission found = World::found(id);
    found.manifest.rights.emplace().starts_on = start;
    found.manifest.rights->term_days = days;
    world.intake().record("drop", std::vector{found}, std::nullopt);
    const SubmissionId submission = world.reviews().find("drop", id).value();
    world.fetch(submission);
    world.check(submission, VerdictKind::flagged);
    return submission;
  };
  const auto count = [&](RightsState state) {
    AssetQuery query = asset_query();
    query.filed_only = false;
    query.rights = state;
    return world.catalog().search(query).size();
  };
  const SubmissionId approved = add("approved", RightsStart::approval, 10);
  const SubmissionId published = add("published", RightsStart::publication, 90);
  CHECK(count(RightsState::upcoming) == 2);
  const ContentHash content = world.row(approved).content;

  const Timestamp now = world.clock.now();
  const Decision decision = world.decide(approved, DecisionKind::approve);
  CHECK(world.row(approved).manifest.rights->starts_at == now);
  CHECK(world.row(approved).manifest.rights->ends_at == now + 24h * 10);
  CHECK(count(RightsState::upcoming) == 1);
  CHECK(count(RightsState::expiring) == 1);
  // What was agreed is the same, so that the decision still holds for it.
  CHECK(world.row(approved).content == content);
  CHECK(world.checks().work(world.revision(approved))->manifest.rights->starts_at == std::nullopt);
  CHECK(world.log().verify().empty());
  world.reviews().undo(decision.id, dana(), "");
  CHECK(count(RightsState::upcoming) == 2);

  world.decide(published, DecisionKind::approve);
  world.file(published);
  CHECK(count(RightsState::upcoming) == 2);
  world.catalog().publish(published, {now - 24h, "https://example.com/p/1", dana()});
  CHECK(count(RightsState::active) == 1);
  CHECK(world.row(published).manifest.rights->ends_at == now + 24h * 89);
  CHECK_FALSE(world.row(published).filed);
  world.file(published);  // anew, with its end in the sidecar
  CHECK(world.row(published).filed);
  world.catalog().publish(published, {now - 24h * 91, "", dana()});
  CHECK(count(RightsState::expired) == 1);
  CHECK_THROWS_AS(world.catalog().publish(SubmissionId{999}, {now, "", dana()}), PermanentError);
}

TEST_CASE("the catalog filters by brand, tag, kind and creator, and pages by id") {
  World world(GENERATE(from_range(kStoreBackends)));
  Finding seen = finding("brand.visible", Outcome::pass);
  seen.brand = "acme";
  Finding missed = seen;
  missed.outcome = Outcome::fail;
  missed.brand = "globex";
  for (int i = 0; i < 3; ++i) {
    const SubmissionId id = world.submit("item-" + std::to_string(i));
    world.fetch(id);
    world.check(id, VerdictKind::flagged, false, {seen, missed});
  }
  const auto search = [&](auto change) {
    AssetQuery query = asset_query();
    query.filed_only = false;
    change(query);
    return world.catalog().search(query);
  };
  CHECK(search([](auto& query) { query.brand = "acme"; }).size() == 3);
  CHECK(search([](auto& query) { query.brand = "globex"; }).empty());
  CHECK(search([](auto& query) { query.tag = "#AD"; }).size() == 3);
  CHECK(search([](auto& query) { query.tag = "ad"; }).empty());
  CHECK(search([](auto& query) { query.kind = MediaKind::video; }).empty());
  CHECK(search([](auto& query) { query.filed_only = true; }).empty());
  const auto first = search([](auto& query) { query.limit = 2; });
  REQUIRE(first.size() == 2);
  const auto rest = search([&](auto& query) { query.after = first[1].id; });
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].id > first[1].id);
  CHECK(world.catalog().get(first[0].id)->submission == first[0].submission);
  CHECK_FALSE(world.catalog().get(static_cast<AssetId>(999)));
}

TEST_CASE("an override of the rights is logged with its reason, or refused") {
  World world(GENERATE(from_range(kStoreBackends)));
  world.filed("a");
  const AssetId id = world.catalog().search(asset_query()).at(0).id;
  CHECK_THROWS_AS(world.catalog().log_override(id, "dana", "  "), PermanentError);
  CHECK_THROWS_AS(world.catalog().log_override(id, "", "why"), PermanentError);
  CHECK_THROWS_AS(world.catalog().log_override(static_cast<AssetId>(99), "dana", "why"),
                  PermanentError);
  world.catalog().log_override(id, "dana", "the contract was renewed by mail");
  CHECK(entries(world, "rights.overridden") == 1);
}

TEST_CASE("deaths are counted by content, and a released file is checked once more") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.submit("a");
  world.fetch(id);
  const ContentHash blob = world.checks().work(world.revision(id))->assets[0].blob;
  CHECK(world.checks().record_death(blob, "SIGSEGV") == 1);
  CHECK_FALSE(world.checks().quarantined(blob));
  CHECK(world.checks().record_death(blob, "SIGSYS") == 2);
  world.checks().quarantine(blob, "kills the decoder");
  world.checks().quarantine(blob, "kills the decoder");
  const auto entry = world.checks().quarantined(blob).value();
  CHECK(entry.deaths == 2);
  CHECK(entry.evidence == "SIGSYS");
  CHECK(world.checks().quarantine_list().size() == 1);
  world.check(id, VerdictKind::quarantined);
  CHECK(world.row(id).state == SubmissionState::quarantined);

  CHECK(world.checks().release_quarantine(blob, "dana"));
  CHECK_FALSE(world.checks().release_quarantine(blob, "dana"));
  CHECK(world.row(id).state == SubmissionState::checking);
  CHECK_FALSE(world.checks().quarantined(blob));
  world.check(id, VerdictKind::flagged);
  CHECK(world.row(id).state == SubmissionState::in_review);
  CHECK(entries(world, "blob.quarantined") == 1);
  CHECK(entries(world, "blob.released") == 1);
  CHECK(world.log().verify().empty());
}

TEST_CASE("a verdict about other content is refused, and nothing of it is kept") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.submit("a");
  world.fetch(id);
  CheckOutcome outcome = world.outcome(id, VerdictKind::clear, true);
  outcome.verdict.provenance.content = sha256("something else");
  const Claim claim = world.claim(JobKind::check);
  CHECK_THROWS_AS(world.checks().finish(claim, world.revision(id), outcome), PermanentError);
  CHECK(world.row(id).state == SubmissionState::checking);
  CHECK_FALSE(world.checks().verdict(world.revision(id)));
  outcome = world.outcome(id, VerdictKind::clear, true);
  outcome.assets[0].id = static_cast<AssetId>(12345);
  CHECK_THROWS_AS(world.checks().finish(claim, world.revision(id), outcome), PermanentError);
  CHECK(world.row(id).state == SubmissionState::checking);
  CHECK(world.jobs().list({.kind = JobKind::check})[0].state == JobState::running);
}

TEST_CASE("findings of the arrival that a check repeats are kept once") {
  World world(GENERATE(from_range(kStoreBackends)));
  FoundSubmission found = World::found("a");
  found.intake_findings = {finding("manifest.rights", Outcome::warn)};
  const std::vector<FoundSubmission> items{found};
  world.intake().record("drop", items, std::nullopt);
  const SubmissionId id = world.reviews().find("drop", "a").value();
  world.fetch(id);
  world.check(id,
              VerdictKind::flagged,
              false,
              {finding("manifest.rights", Outcome::warn),
               finding("x", Outcome::fail),
               finding("x", Outcome::fail)});
  CHECK(world.checks().findings(world.revision(id)).size() == 3);
  CHECK(world.row(id).warns == 1);
  CHECK(world.row(id).fails == 2);
}

TEST_CASE("waiting items are shown, count once, and go when they are taken") {
  World world(GENERATE(from_range(kStoreBackends)));
  world.submit("known");
  std::vector<WaitingItem> waiting{{"known", "growing"}, {"new", "locked"}};
  for (int i = 0; i < 30; ++i) {
    waiting.push_back({"more-" + std::to_string(i), "growing"});
  }
  world.intake().end_poll("drop", waiting, "slow disk");
  const auto status = world.intake().sources().at(0);
  CHECK(status.items_waiting == 32);
  CHECK(status.waiting.size() == 20);
  CHECK(status.last_error == "slow disk");
  CHECK(status.polled_at == world.clock.now());
  Identity identity = world.intake().submissions_identity();
  CHECK(identity.seen == 32);
  CHECK(identity.waiting == 32);
  CHECK(identity.holds());
  world.submit("new");
  CHECK(world.intake().sources().at(0).items_waiting == 31);
  identity = world.intake().submissions_identity();
  CHECK(identity.seen == 32);
  CHECK(identity.holds());
  world.intake().end_poll("drop", {}, "");
  CHECK(world.intake().submissions_identity().seen == 2);
}

TEST_CASE("known items tell their fingerprint and whether their bytes are here") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.submit("a");
  const std::vector<std::string> ids{"a", "b"};
  auto known = world.intake().known("drop", ids);
  REQUIRE(known.size() == 1);
  CHECK_FALSE(known["a"].fetched);
  world.fetch(id);
  CHECK(world.intake().known("drop", ids)["a"].fetched);
  CHECK(world.intake().known("other", ids).empty());
  world.submit("a", "v2");
  known = world.intake().known("drop", ids);
  CHECK(known["a"].fingerprint == "v2");
  CHECK_FALSE(known["a"].fetched);
}

TEST_CASE("a source gives submissions or exports, not both") {
  World world(GENERATE(from_range(kStoreBackends)));
  world.submit("a");
  const std::vector<FoundExport> exports{{"e", "v1", "e.json", "nps", 10}};
  CHECK_THROWS_AS(world.intake().record_exports("drop", exports, std::nullopt), PermanentError);
}

TEST_CASE("creators are kept by handle and platform, and everyone who submitted is known") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.submit("a");
  CHECK(world.store->creators().find("mia.cooks", "instagram"));
  CHECK(world.row(id).tier == Tier::unknown);
  const std::vector<Creator> listed{{"mia.cooks", "", "Mia", 1'200'000, Tier::mega, "DE"}};
  CHECK(world.store->creators().upsert(listed) == 1);
  CHECK(world.store->creators().upsert(listed) == 0);
  CHECK(world.row(id).tier == Tier::mega);
  const std::vector<Creator> closer{{"mia.cooks", "instagram", "Mia", 5000, Tier::micro, "DE"}};
  CHECK(world.store->creators().upsert(closer) == 1);
  CHECK(world.row(id).tier == Tier::micro);
  CHECK(world.store->creators().list().size() == 2);
  CHECK_THROWS_AS(world.store->creators().upsert(std::vector<Creator>{Creator{}}), PermanentError);
}

TEST_CASE("artifacts are remembered once and count as needed blobs") {
  World world(GENERATE(from_range(kStoreBackends)));
  const Artifact brief{"brief", "spring.toml", sha256("brief")};
  world.checks().remember({brief});
  world.checks().remember({{"brief", "renamed.toml", sha256("brief")}});
  CHECK(world.checks().artifact("brief", brief.hash)->name == "spring.toml");
  CHECK_FALSE(world.checks().artifact("kit", brief.hash));
  const SubmissionId id = world.submit("a");
  world.fetch(id);
  CHECK(world.catalog().needed_blobs().size() == 2);
}

TEST_CASE("transcripts stay with their file, bind the decision and count as needed blobs") {
  World world(GENERATE(from_range(kStoreBackends)));
  FoundSubmission found = World::found("post-1");
  found.media[0].transcript = TranscriptRef{"one.srt", "one.srt", 12};
  found.media.push_back({"two.mp4", "two.mp4", 0});
  world.intake().record("feed", std::vector{found}, std::nullopt);
  const SubmissionId id = world.reviews().find("feed", "post-1").value();
  const auto work = world.intake().fetch_work(world.revision(id)).value();
  CHECK(work.media == found.media);

  const TranscriptFile transcript{sha256("this is an ad"), 13, "one.srt"};
  world.intake().finish_fetch(
      world.claim(JobKind::fetch),
      world.revision(id),
      {{{sha256("one"), 3, "one.mp4", transcript}, {sha256("two"), 3, "two.mp4"}}, {}});
  const auto check_work = world.checks().work(world.revision(id)).value();
  REQUIRE(check_work.assets.size() == 2);
  CHECK(check_work.assets[0].transcript == transcript);
  CHECK_FALSE(check_work.assets[1].transcript);
  CHECK(check_work.content == content_hash({{sha256("one"), sha256("two")},
                                            check_work.manifest,
                                            {transcript.blob, std::nullopt}}));
  const auto needed = world.catalog().needed_blobs();
  CHECK(std::find(needed.begin(), needed.end(), transcript.blob) != needed.end());
}

TEST_CASE("previews are kept by what they show, and count as needed blobs") {
  World world(GENERATE(from_range(kStoreBackends)));
  Previews& previews = world.store->previews();
  const ContentHash file = sha256("file");
  CHECK(previews.of(file).empty());
  const Preview thumbnail{
      PreviewKind::thumbnail, sha256("jpeg"), "", MediaType::jpeg, 1234, 480, 320, 0};
  const Preview clip{PreviewKind::clip, std::nullopt, "it became too large"};
  previews.keep(file, {thumbnail, clip});
  CHECK(previews.of(file) == std::vector{thumbnail, clip});
  CHECK(previews.of(sha256("another")).empty());
  CHECK(world.catalog().needed_blobs() == std::vector{sha256("jpeg")});
  world.reopen();
  world.store->previews().keep(file, {clip});
  CHECK(world.store->previews().of(file) == std::vector{clip});
  CHECK(world.catalog().needed_blobs().empty());
}

TEST_CASE("everything is still there after a restart, and a reader beside the owner sees it") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.filed("a");
  world.reopen();
  CHECK(world.row(id).filed);
  CHECK(world.log().verify().empty());
  world.store->maintain();
  CHECK(world.store->describe().find("schema") != std::string::npos);
}

TEST_CASE("an unknown store or blob address is a mistake in the configuration") {
  TemporaryFolder directory;
  FakeClock clock;
  for (const char* url : {"", "sqlite", "sqlite:", "mongo:x", "file:x", "SQLITE:x"}) {
    CAPTURE(url);
    CHECK_THROWS_AS(open_store(url, directory.path(), OpenMode::owner, clock), ConfigError);
  }
  CHECK_THROWS_AS(open_blob_store("sqlite:x", directory.path()), ConfigError);
}
