#include "core/error.h"
#include "storage/fingerprints.h"
#include "tests/storage/world.h"

#include <random>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

PictureHash hash_of(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  return {{random(), random(), random(), random()}};
}

PictureHash near(PictureHash hash, int bits) {
  for (int i = 0; i < bits; ++i) {
    hash.words[static_cast<std::size_t>(i % 4)] ^= std::uint64_t{1} << (i / 4 * 3);
  }
  return hash;
}

MediaFingerprint fingerprint(std::uint64_t seed, int bits = 0) {
  MediaFingerprint value;
  value.content = sha256("content " + std::to_string(seed) + " " + std::to_string(bits));
  value.frames = {{0, 0, near(hash_of(seed), bits)}};
  value.light.assign(1024, static_cast<std::uint8_t>(seed));
  return value;
}

AssetId asset_of(World& world, SubmissionId id) {
  return world.reviews().detail(id)->assets.front().id;
}

std::vector<SubmissionId> submissions(const std::vector<OtherMedia>& others) {
  std::vector<SubmissionId> ids;
  for (const OtherMedia& other : others) {
    ids.push_back(other.submission);
  }
  return ids;
}

}  // namespace

TEST_CASE("what a file shows is kept and found by likeness") {
  const auto backend = GENERATE(from_range(kStoreBackends));
  World world(backend);
  Fingerprints& prints = world.store->fingerprints();
  const SubmissionId first = world.in_review("first");
  const SubmissionId near_one = world.in_review("near");
  const SubmissionId far = world.in_review("far");
  const SubmissionId mine = world.in_review("mine");
  prints.put(asset_of(world, first), fingerprint(1));
  prints.put(asset_of(world, near_one), fingerprint(1, 31));
  prints.put(asset_of(world, far), fingerprint(1, 32));
  const AssetId asset = asset_of(world, mine);
  prints.put(asset, fingerprint(1, 0));
  CHECK(prints.get(asset) == fingerprint(1, 0));

  const auto others = prints.candidates(asset, prints.get(asset), 10);
  CHECK(submissions(others) == std::vector{first, near_one});
  CHECK(others[1].fingerprint == fingerprint(1, 31));
  CHECK_FALSE(others[0].same_bytes);

  SECTION("a limit keeps the likeliest") {
    CHECK(submissions(prints.candidates(asset, prints.get(asset), 1)) == std::vector{first});
  }
  SECTION("what was looked at anew counts as it is now") {
    prints.put(asset_of(world, first), fingerprint(77));
    CHECK(submissions(prints.candidates(asset, prints.get(asset), 10)) == std::vector{near_one});
  }
  SECTION("nothing is lost with the process") {
    world.reopen();
    const auto again = world.store->fingerprints().candidates(asset, fingerprint(1, 0), 10);
    CHECK(submissions(again) == std::vector{first, near_one});
  }
  SECTION("another process sees what was stored since it looked last") {
    const auto reader =
        open_store(backend.url, world.directory.path(), OpenMode::read_only, world.clock);
    CHECK(reader->fingerprints().candidates(asset, fingerprint(1, 0), 10).size() == 2);
    prints.put(asset_of(world, far), fingerprint(1, 3));
    CHECK(reader->fingerprints().candidates(asset, fingerprint(1, 0), 10).size() == 3);
    CHECK(reader->fingerprints().index_size().hashes >= 5);
  }
  SECTION("an older revision of another submission does not count, nor do one's own") {
    world.submit("first", "v2");
    CHECK(submissions(prints.candidates(asset, prints.get(asset), 10)) == std::vector{near_one});
  }
}

TEST_CASE("duplicates are recorded, listed, and dismissed for good with a reason") {
  World world(GENERATE(from_range(kStoreBackends)));
  Fingerprints& prints = world.store->fingerprints();
  const SubmissionId first = world.in_review("first");
  const SubmissionId mine = world.in_review("mine");
  const AssetId other = asset_of(world, first);
  const AssetId asset = asset_of(world, mine);
  prints.put(other, fingerprint(1));
  prints.put(asset, fingerprint(1, 4));
  const DuplicateMatch match{
      DuplicateTier::reencoded, 0.9, TimeSpan{0, 9000}, TimeSpan{2000, 11'000}};
  prints.record(asset, {{other, match}});
  prints.record(asset, {{other, match}});

  const auto rows = prints.list({});
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].submission == mine);
  CHECK(rows[0].other_submission == first);
  CHECK(rows[0].match == match);
  CHECK(prints.list({.submission = first}).size() == 1);
  CHECK(prints.list({.campaign = "no such"}).empty());

  CHECK_THROWS_AS(prints.dismiss(rows[0].id, dana(), " "), PermanentError);
  CHECK_FALSE(prints.dismiss(999, dana(), "why"));
  const auto dismissed = prints.dismiss(rows[0].id, dana(), "two takes");
  REQUIRE(dismissed);
  CHECK(dismissed->dismissed_by == "person:dana@agency.example");
  CHECK_THROWS_AS(prints.dismiss(rows[0].id, dana(), "again"), ConflictError);
  CHECK(prints.list({}).empty());
  CHECK(prints.list({.dismissed = true}).at(0).dismissed_why == "two takes");
  CHECK(world.log().verify().empty());

  // It is not held against either of them any more, and the verdict is found anew.
  CHECK(prints.candidates(asset, prints.get(asset), 10).empty());
  CHECK(prints.candidates(other, prints.get(other), 10).empty());
  const Claim claim = world.claim(JobKind::check);
  CHECK(claim.subject == "revision/" + std::to_string(raw(world.revision(mine))));
  prints.record(asset, {});
  CHECK(prints.list({.dismissed = true}).size() == 1);
}

TEST_CASE("verdicts of other rules than today's are marked, those that wait are checked again") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId waiting = world.in_review("waiting");
  const SubmissionId filed = world.filed("filed");
  const Provenance same{{}, sha256("brief"), sha256("packs"), sha256("kit"), "1"};
  const auto mark = [&](const std::string& digest, const Provenance& present) {
    return world.checks().mark_stale(sha256(digest), [&](const Manifest& manifest) {
      CHECK(manifest.campaign == "spring");
      CHECK(manifest.markets == std::vector<std::string>{"us", "de"});
      return present;
    });
  };
  CHECK(mark("one", same).stale == 0);
  Provenance other = same;
  other.packs = sha256("other packs");
  other.engine = "2";
  CHECK(mark("one", other).stale == 0);  // the same digest: nothing to do
  const StaleMarks marks = mark("two", other);
  CHECK(marks.stale == 2);
  CHECK(marks.checked_again == 1);
  CHECK(world.row(waiting).stale == "packs,engine");
  CHECK(world.row(filed).stale == "packs,engine");
  SubmissionFilter stale;
  stale.stale = true;
  CHECK(world.reviews().list(stale).size() == 2);
  CHECK(world.catalog().search({}).at(0).stale == "packs,engine");
  CHECK(mark("two", other).stale == 2);

  // The new verdict is current.
  world.check(waiting, VerdictKind::flagged);
  CHECK(world.row(waiting).stale.empty());
  CHECK(mark("three", same).stale == 0);
}
