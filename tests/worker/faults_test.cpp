// The real program where its machine or its peers let it down.

#include "tests/support/fake_http_server.h"
#include "tests/support/program.h"
#include "tests/worker/campaign.h"

#include <csignal>
#include <set>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace muster;
using namespace muster::testing;
using namespace std::chrono_literals;

namespace {

const char* const kGoodCaption = "#ad Fizzolo made my morning";

Json find_submission(const Campaign& campaign, const std::string& external_id) {
  const Json list = campaign.json({"queue", "list"});
  for (const Json& row : list.at("submissions")) {
    if (row.at("external_id") == external_id) {
      return row;
    }
  }
  FAIL("no submission " << external_id);
  return {};
}

// Waits until the log has a line with both words; false after 60 s.
bool wait_for_log(const std::filesystem::path& log, std::string_view event, std::string_view word) {
  for (int i = 0; i < 12'000; ++i) {
    std::istringstream lines(read_file(log));
    for (std::string line; std::getline(lines, line);) {
      if (line.find(event) != std::string::npos && line.find(word) != std::string::npos) {
        return true;
      }
    }
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

}  // namespace

TEST_CASE("an item that brings the worker down again and again ends in the dead letter, alone") {
  const Campaign campaign("[jobs]\nrunners = 1\ncrash_limit = 3\n");
  campaign.drop("heavy", make_photo(1, 5000, 6250), kGoodCaption);
  for (int crash = 1; crash <= 3; ++crash) {
    const auto log = campaign.folder() / fmt::format("log-{}", crash);
    RunningMuster daemon(campaign.with_config({"run", "--log-level", "debug"}), log);
    REQUIRE(wait_for_log(log, "job.claimed", "kind=check"));
    daemon.signal(SIGKILL);
    CHECK(daemon.wait() == 128 + SIGKILL);
  }
  campaign.drop("light", make_photo(2), kGoodCaption);
  const Json report = campaign.json({"run", "--once"});
  CHECK(report.at("submissions").at("failed") == 1);
  CHECK(report.at("submissions").at("filed") == 1);
  CHECK(report.at("submissions").at("holds") == true);
  const Json heavy = find_submission(campaign, "heavy.jpg");
  CHECK(heavy.at("state") == "quarantined");
  CHECK(heavy.at("why").get<std::string>().find("crashes the worker") != std::string::npos);
  // A person may try again.
  CHECK(campaign.muster({"retry", "--all"}).status == 0);
  CHECK(campaign.json({"run", "--once"}).at("submissions").at("filed") == 2);
}

TEST_CASE("what doesn't fit on the disk waits, explained, and is taken when there is room") {
  const Campaign campaign(
      "[jobs]\nfirst_retry = \"10ms\"\nlast_retry = \"20ms\"\nmax_attempts = 100\n");
  campaign.drop("small", make_photo(1, 324, 405), kGoodCaption);
  campaign.drop("large", make_photo(2, 324, 405) + std::string(60'000'000, 'x'), kGoodCaption);
  // The database and the decoder's memory have room, the large file has not.
  const Finished full = run_muster(campaign.with_config({"run", "--once", "--format", "json"}),
                                   {.time = 100s, .file_bytes = 48'000'000});
  INFO(full.err);
  const Json report = Json::parse(full.out);
  CHECK(report.at("submissions").at("holds") == true);
  const Json status = campaign.json({"status"});
  INFO(status.at("retrying").dump(1));
  CHECK(report.at("submissions").at("filed") == 1);
  CHECK(report.at("submissions").at("waiting") == 1);
  REQUIRE(status.at("retrying").size() == 1);
  const std::string why = status.at("retrying").at(0).at("last_error");
  CHECK(why.find("File too large") != std::string::npos);
  CHECK(campaign.muster({"verify"}).status == 0);

  std::this_thread::sleep_for(50ms);
  const Json room = campaign.json({"run", "--once"});
  CHECK(room.at("submissions").at("waiting") == 0);
  CHECK(room.at("submissions").at("seen") == 2);
  CHECK(campaign.muster({"verify"}).status == 0);
}

TEST_CASE("a disk too full for the database ends the run with a reason and loses nothing") {
  const Campaign campaign;
  campaign.drop("post", make_photo(1), kGoodCaption);
  const Finished full =
      run_muster(campaign.with_config({"run", "--once"}), {.time = 100s, .file_bytes = 60'000});
  CHECK(full.status == 1);
  INFO(full.err);
  CHECK(full.err.find("disk") != std::string::npos);
  CHECK(campaign.json({"run", "--once"}).at("submissions").at("filed") == 1);
  CHECK(campaign.muster({"verify"}).status == 0);
}

TEST_CASE("a feed is polled by the daemon, page by page, and what it can't give is explained") {
  const std::string photo = make_photo(7);
  std::string base;
  FakeHttpServer server([&](const FakeRequest& request, FakeConnection& connection) {
    const auto json = [&](const std::string& body) {
      connection.respond("200 OK", "Content-Type: application/json\r\nETag: \"v1\"\r\n", body);
    };
    const auto item = [&](const std::string& id) {
      return fmt::format(
          R"({{"id": "{0}", "creator": "mia", "campaign": "spring", "caption": "{1}",
               "media": [{{"url": "{2}/{0}.jpg"}}]}})",
          id,
          kGoodCaption,
          base);
    };
    if (request.headers.contains("if-none-match")) {
      connection.respond("304 Not Modified", "", "");
    } else if (request.target == "/feed") {
      json(fmt::format(R"({{"items": [{}], "next": "/feed?page=2"}})", item("whole")));
    } else if (request.target == "/feed?page=2") {
      json(fmt::format(R"({{"items": [{}, {}]}})", item("gone"), item("torn")));
    } else if (request.target == "/whole.jpg") {
      connection.respond("200 OK", "Content-Type: image/jpeg\r\n", photo);
    } else if (request.target == "/torn.jpg") {
      connection.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", photo.size()));
      connection.send(photo.substr(0, photo.size() / 2));
    } else {
      connection.respond("404 Not Found", "", "");
    }
  });
  base = server.url("");
  const Campaign campaign(fmt::format(R"([jobs]
first_retry = "10ms"
last_retry = "20ms"
max_attempts = 2

[[source]]
name = "feed"
kind = "submission_feed"
url = "{}"
allow_http = true
allow_private = true
every = "100ms"
)",
                                      server.url("/feed")));
  const auto log = campaign.folder() / "log";
  RunningMuster daemon(campaign.with_config({"run"}), log);
  campaign.await_daemon();
  std::set<std::string> ended;
  for (int i = 0; i < 600 && ended.size() < 3; ++i) {
    std::this_thread::sleep_for(50ms);
    const Json answer = campaign.json({"queue", "list"});
    for (const Json& row : answer.at("submissions")) {
      if (row.at("state") != "received" && row.at("state") != "checking" &&
          !(row.at("state") == "approved" && row.at("filed") == false)) {
        ended.insert(row.at("external_id"));
      }
    }
  }
  INFO(read_file(log));
  CHECK(ended == std::set<std::string>{"gone", "torn", "whole"});
  CHECK(find_submission(campaign, "whole").at("filed") == true);
  const Json gone = find_submission(campaign, "gone");
  CHECK(gone.at("state") == "needs_work");
  const Json torn = find_submission(campaign, "torn");
  CHECK(torn.at("state") == "quarantined");
  CHECK_FALSE(torn.at("why").get<std::string>().empty());
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
  CHECK(campaign.json({"status"}).at("submissions").at("holds") == true);
}
