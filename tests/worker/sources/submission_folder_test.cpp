#include "worker/sources/submission_folder.h"

#include "core/error.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_intake.h"
#include "tests/support/no_http.h"
#include "tests/support/temporary_folder.h"
#include "worker/sources/beneath.h"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace muster;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

// A drop folder, the source over it and what the store would know.
struct Drop {
  explicit Drop(std::uint64_t max_media_bytes = 1'000'000) : max_bytes(max_media_bytes) {
    config.name = "drop";
    config.kind = SourceKind::submission_folder;
    config.directory = folder.path();
    config.quiet_period = 2s;
    config.campaign = "spring";
    restart();
  }
  void restart() { source = make_source(config, {clock, http, max_bytes}); }

  PollReport poll() { return source->poll(intake, {}); }
  // As a file that has been here for a while is taken: seen, waited for, seen again.
  PollReport poll_until_quiet() {
    poll();
    clock.advance(25s);
    return poll();
  }
  void settle() { source->settle(intake); }
  const FoundSubmission& found(const std::string& id) const {
    REQUIRE(intake.items.count(id) == 1);
    return intake.items.at(id).submission;
  }
  std::string fetch(const std::string& locator, std::uint64_t size = 0) {
    MemoryWriter writer;
    source->fetch({locator, locator, size}, writer, {});
    return writer.bytes;
  }

  TemporaryFolder folder;
  FakeClock clock;
  NoHttp http;
  FakeIntake intake;
  SourceConfig config;
  std::uint64_t max_bytes;
  std::unique_ptr<Source> source;
};

const Finding* finding(const FoundSubmission& submission, Outcome outcome) {
  const auto found = std::ranges::find(submission.intake_findings, outcome, &Finding::outcome);
  return found == submission.intake_findings.end() ? nullptr : &*found;
}

std::vector<std::string> names(const FoundSubmission& submission) {
  std::vector<std::string> result;
  for (const MediaRef& media : submission.media) {
    result.push_back(media.display_name);
  }
  return result;
}

}  // namespace

TEST_CASE("files become submissions with the source's defaults") {
  Drop drop;
  drop.folder.write("a.jpg", "12345");
  drop.folder.write("mia/b.mp4", "1");
  const PollReport report = drop.poll_until_quiet();
  CHECK(report.counts.added == 2);
  CHECK(report.waiting == 0);
  const FoundSubmission& found = drop.found("a.jpg");
  CHECK(found.manifest.campaign == "spring");
  REQUIRE(found.media.size() == 1);
  CHECK(found.media[0].byte_size == 5);
  CHECK(drop.found("mia/b.mp4").media[0].locator == "mia/b.mp4");
  CHECK(drop.poll().counts.unchanged == 2);
  CHECK(drop.intake.items.at("a.jpg").revisions == 1);
}

TEST_CASE("the first poll of a process takes what is quiet by its own times") {
  Drop drop;
  drop.folder.write("a.jpg", "x");
  drop.clock.advance(10s);  // the file is ten seconds old when we start
  CHECK(drop.poll().counts.added == 1);
}

TEST_CASE("broken files are taken like any other: what is wrong with them is found later") {
  Drop drop;
  for (int i = 0; i < 97; ++i) {
    drop.folder.write("good" + std::to_string(i) + ".jpg", "x");
  }
  drop.folder.write("no-moov.mp4",
                    "\0\0\0\x18"
                    "ftypmp42");
  drop.folder.write("empty.jpg", "");
  drop.folder.write("text.mp4", "this is no video");
  CHECK(drop.poll_until_quiet().counts.added == 100);
  CHECK(drop.fetch("empty.jpg").empty());
  CHECK(drop.fetch("text.mp4") == "this is no video");
}

TEST_CASE("T6: a growing file is taken once, when it is whole") {
  Drop drop;
  std::string bytes;
  for (int second = 0; second < 60; ++second) {
    bytes += "0123456789";
    drop.folder.write("clip.mp4", bytes);
    const PollReport report = drop.poll();
    CHECK(report.counts.added == 0);
    CHECK(report.waiting == 1);
    drop.clock.advance(1s);
  }
  CHECK(drop.intake.why_waiting("clip.mp4").find("2s") != std::string::npos);
  for (int second = 0; second < 10; ++second) {
    drop.poll();
    drop.clock.advance(1s);
  }
  REQUIRE(drop.intake.items.count("clip.mp4") == 1);
  CHECK(drop.intake.items.at("clip.mp4").revisions == 1);
  CHECK(drop.found("clip.mp4").media[0].byte_size == 600);
  CHECK(drop.fetch("clip.mp4", 600) == bytes);
}

TEST_CASE("T6: a locked or open file waits until it is free") {
  Drop drop;
  const fs::path path = drop.folder.write("clip.mp4", "x");
  FileDescriptor writer(open(path.c_str(), O_RDWR | O_CLOEXEC));
  SECTION("flock") {
    REQUIRE(flock(writer.get(), LOCK_EX) == 0);
  }
  SECTION("record lock") {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    REQUIRE(fcntl(writer.get(), F_OFD_SETLK, &lock) == 0);
  }
  SECTION("only open for writing") {}
  for (int i = 0; i < 5; ++i) {
    CHECK(drop.poll_until_quiet().counts.added == 0);
  }
  CHECK(drop.intake.why_waiting("clip.mp4").find("clip.mp4 is") == 0);
  writer = FileDescriptor();
  CHECK(drop.poll().counts.added == 1);
  CHECK(drop.intake.waiting.empty());
}

TEST_CASE("T7: a burst of 2,000 files with sub-folders is queued completely") {
  Drop drop;
  for (int i = 0; i < 2'000; ++i) {
    drop.folder.write("creator" + std::to_string(i % 40) + "/day" + std::to_string(i % 3) + "/" +
                          std::to_string(i) + ".jpg",
                      "x");
  }
  const PollReport report = drop.poll_until_quiet();
  CHECK(report.counts.added == 2'000);
  CHECK(report.waiting == 0);
  CHECK(drop.intake.items.size() == 2'000);
  CHECK(drop.intake.batches == std::vector<std::size_t>{500, 500, 500, 500});
  CHECK(drop.poll().counts.unchanged == 2'000);
}

TEST_CASE("seen = queued + waiting, whatever lies in the folder") {
  Drop drop;
  std::size_t seen = 0;
  for (int i = 0; i < 30; ++i) {
    drop.folder.write("ok" + std::to_string(i) + ".jpg", "x");
    ++seen;
  }
  drop.folder.write("bad.jpg", "x");
  drop.folder.write("bad.jpg.json", "{ nonsense");
  ++seen;
  drop.folder.write("IMG_1.jpg", "x");
  drop.folder.write("IMG_1.MOV", "x");
  drop.folder.write("IMG_1.json", "{}");
  seen += 2;
  drop.folder.write("post/submission.json", R"({"files": ["gone.jpg"]})");
  ++seen;
  drop.folder.write("lonely.json", "{}");
  ++seen;
  fs::create_symlink("/etc/passwd", drop.folder.path() / "link.jpg");
  ++seen;
  REQUIRE(mkfifo((drop.folder.path() / "pipe").c_str(), 0600) == 0);
  ++seen;
  drop.folder.write("same1.jpg", "x");
  drop.folder.write("same1.jpg.json", R"({"id": "same"})");
  drop.folder.write("same2.jpg", "x");
  drop.folder.write("same2.jpg.json", R"({"id": "same"})");
  seen += 2;
  FileDescriptor writer(open(drop.folder.write("open.jpg", "x").c_str(), O_WRONLY | O_CLOEXEC));
  ++seen;
  const PollReport first = drop.poll();
  CHECK(drop.intake.items.size() + static_cast<std::size_t>(first.waiting) == seen);
  drop.clock.advance(25s);
  const PollReport second = drop.poll();
  CHECK(drop.intake.items.size() + static_cast<std::size_t>(second.waiting) == seen);
  CHECK(second.waiting == 4);  // link, pipe, the second "same", the open one
  const PollReport third = drop.poll();
  CHECK(static_cast<std::size_t>(third.counts.unchanged + third.waiting) == seen);
}

TEST_CASE("T8: the same file seen eleven times is one submission") {
  Drop drop;
  drop.folder.write("a.jpg", "x");
  for (int i = 0; i < 11; ++i) {
    drop.poll();
    drop.clock.advance(5s);
  }
  CHECK(drop.intake.items.size() == 1);
  CHECK(drop.intake.items.at("a.jpg").revisions == 1);
}

TEST_CASE("a changed file or manifest is a new revision") {
  Drop drop;
  drop.folder.write("a.jpg", "x");
  drop.folder.write("a.jpg.json", R"({"caption": "one"})");
  drop.poll_until_quiet();
  CHECK(drop.found("a.jpg").manifest.caption == "one");
  drop.folder.write("a.jpg.json", R"({"caption": "second"})");
  CHECK(drop.poll_until_quiet().counts.revised == 1);
  CHECK(drop.found("a.jpg").manifest.caption == "second");
  drop.folder.write("a.jpg", "longer");
  CHECK(drop.poll_until_quiet().counts.revised == 1);
  CHECK(drop.intake.items.at("a.jpg").revisions == 3);
}

TEST_CASE("T9: a manifest gives the id and is kept apart for files of the same name") {
  Drop drop;
  drop.folder.write("IMG_1.jpg", "x");
  drop.folder.write("IMG_1.MOV", "x");
  drop.folder.write("IMG_1.jpg.json", R"({"id": "post-1", "creator": "@Mia", "caption": "photo"})");
  drop.folder.write("IMG_1.MOV.json", R"({"id": "post-2", "caption": "video", "campaign": "own"})");
  CHECK(drop.poll_until_quiet().counts.added == 2);
  CHECK(drop.found("post-1").manifest.caption == "photo");
  CHECK(drop.found("post-1").manifest.creator == "mia");
  CHECK(names(drop.found("post-1")) == std::vector<std::string>{"IMG_1.jpg"});
  CHECK(drop.found("post-2").manifest.campaign == "own");
  CHECK(drop.found("post-2").intake_findings.empty());
}

TEST_CASE("an ambiguous manifest is explained on each file that it could mean") {
  Drop drop;
  drop.folder.write("IMG_1.jpg", "x");
  drop.folder.write("IMG_1.MOV", "x");
  drop.folder.write("IMG_1.json", R"({"id": "post-1"})");
  CHECK(drop.poll_until_quiet().counts.added == 2);
  for (const char* id : {"IMG_1.jpg", "IMG_1.MOV"}) {
    const Finding* why = finding(drop.found(id), Outcome::fail);
    REQUIRE(why != nullptr);
    CHECK(why->remedy.find(std::string(id) + ".json") != std::string::npos);
  }
  SECTION("and all three files are put away together") {
    drop.intake.items.at("IMG_1.jpg").fetched = true;
    drop.settle();
    CHECK(drop.folder.has("IMG_1.jpg"));
    drop.intake.items.at("IMG_1.MOV").fetched = true;
    drop.settle();
    for (const char* name : {"IMG_1.jpg", "IMG_1.MOV", "IMG_1.json"}) {
      CHECK_FALSE(drop.folder.has(name));
      CHECK(drop.folder.has(fs::path(".error") / name));
    }
  }
}

TEST_CASE("a manifest that can't be read is a finding with its place") {
  Drop drop;
  drop.folder.write("a.jpg", "x");
  drop.folder.write("a.jpg.json", "{\n  \"caption\": 7\n}");
  drop.folder.write("b.jpg", "x");
  drop.folder.write("b.jpg.json", std::string(200'000, '['));
  drop.folder.write("c.jpg", "x");
  drop.folder.write("c.jpg.json", std::string(1'100'000, ' '));
  drop.folder.write("d.jpg", "x");
  drop.folder.write("d.jpg.json", "{\"caption\": \"\xff\"}");
  CHECK(drop.poll_until_quiet().counts.added == 4);
  for (const char* id : {"a.jpg", "b.jpg", "c.jpg", "d.jpg"}) {
    CAPTURE(id);
    const Finding* why = finding(drop.found(id), Outcome::fail);
    REQUIRE(why != nullptr);
    CHECK(why->check == "intake");
    CHECK(why->rule_id == "intake.manifest");
    CHECK(why->reason_code == "manifest_unreadable");
    CHECK_FALSE(why->remedy.empty());
    CHECK(names(drop.found(id)) == std::vector<std::string>{id});
  }
  CHECK(finding(drop.found("a.jpg"), Outcome::fail)->place.document.find("line 2") !=
        std::string::npos);
}

TEST_CASE("an unknown key in a manifest is a warning") {
  Drop drop;
  drop.folder.write("a.jpg", "x");
  drop.folder.write("a.jpg.json", R"({"captoin": "x"})");
  drop.poll_until_quiet();
  const Finding* why = finding(drop.found("a.jpg"), Outcome::warn);
  REQUIRE(why != nullptr);
  CHECK(why->message.find("captoin") != std::string::npos);
}

TEST_CASE("a manifest waits for its media, and is explained when none come") {
  Drop drop;
  drop.folder.write("late.jpg.json", R"({"id": "post-1"})");
  drop.poll();
  drop.clock.advance(5s);
  CHECK(drop.poll().counts.added == 0);
  CHECK(drop.intake.why_waiting("post-1").find("waits") != std::string::npos);
  SECTION("they come") {
    drop.folder.write("late.jpg", "x");
    CHECK(drop.poll_until_quiet().counts.added == 1);
    CHECK(finding(drop.found("post-1"), Outcome::fail) == nullptr);
  }
  SECTION("they don't") {
    drop.clock.advance(20s);
    CHECK(drop.poll().counts.added == 1);
    const Finding* why = finding(drop.found("post-1"), Outcome::fail);
    REQUIRE(why != nullptr);
    CHECK(why->reason_code == "file_missing");
    drop.folder.write("late.jpg", "x");
    CHECK(drop.poll_until_quiet().counts.revised == 1);
    CHECK(finding(drop.found("post-1"), Outcome::fail) == nullptr);
  }
}

TEST_CASE("a folder with a manifest is one submission in the manifest's order") {
  Drop drop;
  drop.folder.write("mia/post/a.jpg", "a");
  drop.folder.write("mia/post/b.jpg", "b");
  drop.folder.write("mia/post/extra.jpg", "e");
  drop.folder.write("mia/post/submission.json", R"({"id": "post-1", "files": ["b.jpg", "a.jpg"]})");
  CHECK(drop.poll_until_quiet().counts.added == 1);
  CHECK(names(drop.found("post-1")) == std::vector<std::string>{"b.jpg", "a.jpg"});
  const Finding* why = finding(drop.found("post-1"), Outcome::warn);
  REQUIRE(why != nullptr);
  CHECK(why->message.find("extra.jpg") != std::string::npos);
  drop.intake.mark_all_fetched();
  drop.settle();
  CHECK_FALSE(drop.folder.has("mia/post"));
  CHECK(drop.folder.has("mia"));
  CHECK(drop.folder.read(".done/mia/post/b.jpg") == "b");
  CHECK(drop.folder.has(".done/mia/post/submission.json"));
  CHECK(drop.folder.has(".done/mia/post/extra.jpg"));
}

TEST_CASE("a file that a manifest names and nobody sends is missing") {
  Drop drop;
  drop.folder.write("post/a.jpg", "a");
  drop.folder.write("post/submission.json", R"({"files": ["a.jpg", "b.jpg"]})");
  drop.poll();
  drop.clock.advance(5s);
  CHECK(drop.poll().counts.added == 0);
  drop.clock.advance(20s);
  CHECK(drop.poll().counts.added == 1);
  const Finding* why = finding(drop.found("post"), Outcome::fail);
  REQUIRE(why != nullptr);
  CHECK(why->message.find("b.jpg") != std::string::npos);
  CHECK(names(drop.found("post")) == std::vector<std::string>{"a.jpg"});
}

TEST_CASE("a file without a manifest waits while its folder is still being filled") {
  Drop drop;
  drop.folder.write("post/a.jpg", "a");
  drop.poll();
  drop.clock.advance(3s);
  // Something arrives beside it just now, by the clock of the file system.
  const auto now = drop.clock.now();
  const fs::path late = drop.folder.write("post/b.mp4", "b");
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  const timespec times[2] = {{seconds.count(), 0}, {seconds.count(), 0}};
  REQUIRE(utimensat(AT_FDCWD, late.c_str(), times, 0) == 0);
  CHECK(drop.poll().counts.added == 0);
  CHECK(drop.intake.why_waiting("post/a.jpg").find("folder") != std::string::npos);
  drop.clock.advance(3s);
  CHECK(drop.poll().counts.added == 2);
}

TEST_CASE("two files with one id are taken one after the other") {
  Drop drop;
  drop.folder.write("a.jpg", "first");
  drop.folder.write("a.jpg.json", R"({"id": "post"})");
  drop.folder.write("b.jpg", "second");
  drop.folder.write("b.jpg.json", R"({"id": "post"})");
  CHECK(drop.poll_until_quiet().counts.added == 1);
  CHECK(drop.intake.why_waiting("b.jpg").find("\"post\"") != std::string::npos);
  for (int i = 0; i < 3; ++i) {
    drop.poll_until_quiet();
  }
  CHECK(drop.intake.items.at("post").revisions == 1);
  drop.intake.mark_all_fetched();
  drop.settle();
  CHECK(drop.folder.has(".done/a.jpg"));
  CHECK(drop.poll_until_quiet().counts.revised == 1);
  CHECK(names(drop.found("post")) == std::vector<std::string>{"b.jpg"});
}

TEST_CASE("what was taken is put away, once, and what was not stays") {
  Drop drop(100);
  drop.folder.write("mia/a.jpg", "x");
  drop.folder.write("mia/a.jpg.json", "{}");
  drop.folder.write("bad.jpg", "x");
  drop.folder.write("bad.jpg.json", "nonsense");
  drop.folder.write("huge.mp4", std::string(101, 'x'));
  drop.folder.write("late.jpg", "x");
  drop.poll_until_quiet();
  drop.settle();
  CHECK(drop.folder.has("mia/a.jpg"));  // nothing was fetched yet
  drop.intake.mark_all_fetched();
  drop.intake.items.at("late.jpg").fetched = false;
  drop.folder.write("new.jpg", "x");
  drop.settle();
  drop.settle();
  CHECK(drop.folder.has(".done/mia/a.jpg"));
  CHECK(drop.folder.has(".done/mia/a.jpg.json"));
  CHECK(drop.folder.has(".error/bad.jpg"));
  CHECK(drop.folder.has(".error/bad.jpg.json"));
  CHECK(drop.folder.has(".error/huge.mp4"));
  CHECK(drop.folder.has("late.jpg"));
  CHECK(drop.folder.has("new.jpg"));
  CHECK(drop.folder.has("mia"));
  CHECK_FALSE(drop.folder.has("mia/a.jpg"));
  const PollReport report = drop.poll();
  CHECK(report.counts.unchanged == 1);
  CHECK(report.waiting == 1);
}

TEST_CASE("a file that was replaced after it was taken is not put away") {
  Drop drop;
  drop.folder.write("a.jpg", "x");
  drop.poll_until_quiet();
  drop.intake.mark_all_fetched();
  drop.folder.write("a.jpg", "a new version");
  drop.settle();
  CHECK(drop.folder.has("a.jpg"));
  CHECK(drop.poll_until_quiet().counts.revised == 1);
}

TEST_CASE("taken files may go to folders of their own, even within the drop folder") {
  Drop drop;
  drop.config.done_directory = drop.folder.path() / "taken";
  drop.config.error_directory = drop.folder.path() / "refused";
  drop.restart();
  drop.folder.write("a.jpg", "x");
  drop.poll_until_quiet();
  drop.intake.mark_all_fetched();
  drop.settle();
  CHECK(drop.folder.has("taken/a.jpg"));
  CHECK(drop.poll().counts.unchanged == 0);
  CHECK(drop.intake.items.size() == 1);
}

TEST_CASE("fetch reads what lies in the folder and nothing else") {
  Drop drop(1'000);
  TemporaryFolder outside;
  outside.write("secret", "secret");
  drop.folder.write("mia/a.jpg", "bytes");
  drop.folder.write("big.mp4", std::string(1'001, 'x'));
  fs::create_symlink(outside.path() / "secret", drop.folder.path() / "link.jpg");
  fs::create_directory_symlink(outside.path(), drop.folder.path() / "linked");
  REQUIRE(mkfifo((drop.folder.path() / "pipe").c_str(), 0600) == 0);
  fs::create_hard_link(outside.path() / "secret", drop.folder.path() / "hard.jpg");
  CHECK(drop.fetch("mia/a.jpg", 5) == "bytes");
  CHECK_THROWS_AS(drop.fetch("mia/a.jpg", 4), TransientError);  // it was another when it was seen
  CHECK_THROWS_AS(drop.fetch("hard.jpg"), TransientError);
  for (const std::string& locator : {std::string("gone.jpg"),
                                     std::string("link.jpg"),
                                     std::string("linked/secret"),
                                     std::string("pipe"),
                                     std::string("mia"),
                                     std::string("big.mp4"),
                                     "../" + outside.path().filename().string() + "/secret",
                                     outside.path().string() + "/secret",
                                     std::string("/etc/passwd"),
                                     std::string("%2E%2E/etc"),
                                     std::string("")}) {
    CAPTURE(locator);
    CHECK_THROWS_AS(drop.fetch(locator), PermanentError);
  }
  CHECK_THROWS_WITH(drop.fetch("gone.jpg"), Catch::Contains("vanished"));
  CHECK_THROWS_WITH(drop.fetch("big.mp4"), Catch::Contains("more than"));
}

TEST_CASE("a file that changes while it is read is a reason to try again") {
  struct Meddler final : BlobWriter {
    explicit Meddler(fs::path file) : path(std::move(file)) {}
    void append(std::span<const std::byte>) override {
      std::ofstream(path, std::ios::app) << "more";
    }
    std::uint64_t size() const override { return 0; }
    ContentHash commit() override { return {}; }
    fs::path path;
  };
  Drop drop;
  Meddler writer(drop.folder.write("a.jpg", "bytes"));
  CHECK_THROWS_AS(drop.source->fetch({"a.jpg", "a.jpg", 5}, writer, {}), TransientError);
}

TEST_CASE("stops are heeded, and a folder that is gone is a reason to try again") {
  Drop drop;
  drop.folder.write("a.jpg", "bytes");
  std::stop_source stop;
  stop.request_stop();
  MemoryWriter writer;
  CHECK_THROWS_AS(drop.source->poll(drop.intake, stop.get_token()), Interrupted);
  CHECK_THROWS_AS(drop.source->fetch({"a.jpg", "a.jpg", 5}, writer, stop.get_token()), Interrupted);
  drop.config.directory = drop.folder.path() / "not-mounted";
  drop.restart();
  CHECK_THROWS_AS(drop.poll(), TransientError);
  CHECK_THROWS_AS(drop.fetch("a.jpg"), TransientError);
}

TEST_CASE("nasty names are names like any other") {
  std::vector<std::string> nasty = {"x..\\..\\windows\\win.ini",
                                    "%2e%2e%2fetc%2fpasswd",
                                    "x..%252f..%252fetc",
                                    "%2E%2E",
                                    "file.jpg\\0.png",
                                    std::string(250, 'a') + ".jpg",
                                    "CON",
                                    "NUL.jpg",
                                    "-rf",
                                    "--help",
                                    "; rm -rf ",
                                    "$(id).jpg",
                                    "`id`.jpg",
                                    "|id",
                                    "a\nb.jpg",
                                    "a\rb",
                                    "a\tb.jpg",
                                    " lead.jpg",
                                    "name ",
                                    "name.",
                                    "aux.png",
                                    "COM1.mp4",
                                    "\xe2\x80\xaegpj.exe",
                                    "e\xcc\x81.jpg",
                                    "\xc3\xa9.jpg",
                                    "\xe2\x80\x8b.jpg",
                                    "\"><img src=x onerror=alert(1)>.jpg",
                                    "'; DROP TABLE items;--.jpg",
                                    "x.jpg;type=text",
                                    "\xef\xbc\x8e\xef\xbc\x8e\xef\xbc\x8f"
                                    "etc",
                                    "\xe2\x80\xa5\xe2\x88\x95"
                                    "etc",
                                    "\xff\xfe\xfd.jpg",
                                    "\xc3.jpg",
                                    "\xed\xa0\x80.jpg",
                                    "\x01\x02.jpg",
                                    "\x1b[31mred.jpg",
                                    "\xf0\x9f\x98\x80.png",
                                    "%",
                                    "%41",
                                    "*?.jpg",
                                    "C:\\x.jpg"};
  CHECK(nasty.size() == 41);
  Drop drop;
  for (const std::string& name : nasty) {
    drop.folder.write("in/" + name, name);
  }
  const PollReport report = drop.poll_until_quiet();
  CHECK(report.counts.added == 41);
  CHECK(report.waiting == 0);
  std::set<std::string> contents;
  for (const auto& [id, item] : drop.intake.items) {
    CAPTURE(id);
    REQUIRE(item.submission.media.size() == 1);
    const MediaRef& media = item.submission.media[0];
    contents.insert(drop.fetch(media.locator, media.byte_size));
    CHECK(std::ranges::none_of(id + media.display_name,
                               [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
  }
  CHECK(contents == std::set<std::string>(nasty.begin(), nasty.end()));
  drop.intake.mark_all_fetched();
  drop.settle();
  CHECK(fs::is_empty(drop.folder.path() / "in"));
  CHECK(std::distance(fs::directory_iterator(drop.folder.path() / ".done/in"), {}) == 41);
}

TEST_CASE("a transcript comes with the video whose name it bears") {
  Drop drop;
  drop.folder.write("reel.mp4", "video");
  drop.folder.write("reel.en.srt", "1\n00:00:01,000 --> 00:00:02,000\nthis is an ad\n");
  drop.folder.write("reel.de.srt", "1\n00:00:01,000 --> 00:00:02,000\nWerbung\n");
  drop.poll_until_quiet();
  const FoundSubmission& reel = drop.found("reel.mp4");
  REQUIRE(reel.media.size() == 1);
  REQUIRE(reel.media[0].transcript);
  CHECK(reel.media[0].transcript->display_name == "reel.de.srt");
  CHECK(drop.fetch(reel.media[0].transcript->locator).find("Werbung") != std::string::npos);
  const Finding* odd = finding(reel, Outcome::warn);
  REQUIRE(odd != nullptr);
  CHECK(odd->message.find("reel.en.srt is not used") != std::string::npos);

  // Another transcript is another revision.
  const std::string before = reel.fingerprint;
  drop.folder.write("reel.de.srt", "1\n00:00:01,000 --> 00:00:03,000\nAnzeige\n");
  drop.poll_until_quiet();
  CHECK(drop.found("reel.mp4").fingerprint != before);
}

TEST_CASE("a manifest names the transcripts of its files, and what it names is waited for") {
  Drop drop;
  drop.folder.write("post/a.mp4", "one");
  drop.folder.write("post/b.mp4", "two");
  drop.folder.write("post/b.srt", "of b by its name");
  drop.folder.write("post/said.vtt", "WEBVTT");
  drop.folder.write("post/other.vtt", "of nobody");
  drop.folder.write("post/submission.json",
                    R"({"id": "post", "creator": "mia", "transcripts": {"a.mp4": "said.vtt"}})");
  drop.poll_until_quiet();
  const FoundSubmission& post = drop.found("post");
  REQUIRE(post.media.size() == 2);
  CHECK(post.media[0].transcript.value().display_name == "said.vtt");
  CHECK(post.media[1].transcript.value().display_name == "b.srt");
  REQUIRE(finding(post, Outcome::warn) != nullptr);
  CHECK(finding(post, Outcome::warn)->message.find("other.vtt") != std::string::npos);

  Drop late;
  late.folder.write("post/a.mp4", "one");
  late.folder.write("post/submission.json",
                    R"({"id": "post", "creator": "mia", "transcripts": {"a.mp4": "said.vtt"}})");
  late.poll();
  late.clock.advance(5s);
  late.poll();
  CHECK(late.intake.items.empty());
  late.clock.advance(60s);
  late.poll();
  CHECK_FALSE(late.found("post").media.at(0).transcript);
  CHECK(finding(late.found("post"), Outcome::warn)->message.find("said.vtt") != std::string::npos);
}

TEST_CASE("a transcript without its video waits for it, and is explained when none comes") {
  Drop drop;
  drop.folder.write("reel.srt", "words");
  drop.poll();
  drop.clock.advance(5s);
  drop.poll();
  CHECK(drop.intake.items.empty());
  drop.clock.advance(60s);
  drop.poll();
  const Finding* missing = finding(drop.found("reel.srt"), Outcome::fail);
  REQUIRE(missing != nullptr);
  CHECK(missing->message.find("has no media file beside it") != std::string::npos);
}
