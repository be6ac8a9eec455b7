#include "worker/sources/submission_feed.h"

#include "core/error.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_http_server.h"
#include "tests/support/fake_intake.h"
#include "worker/curl_http_client.h"

#include <algorithm>
#include <cstdlib>
#include <deque>

#include <catch2/catch.hpp>

using namespace muster;
using namespace std::chrono_literals;

namespace {

// Answers from a list and remembers what was asked.
class ScriptedHttp final : public HttpClient {
 public:
  HttpResponse get(const HttpRequest& request, std::stop_token stop) override {
    if (stop.stop_requested()) {
      throw Interrupted();
    }
    requests.push_back(request);
    if (answers.empty()) {
      throw TransientError("fetch: connection refused");
    }
    HttpResponse response = answers.front();
    answers.pop_front();
    response.final_url = request.url;
    return response;
  }
  HttpResponse download(const HttpRequest& request,
                        const std::function<void(std::span<const std::byte>)>& sink,
                        std::stop_token stop) override {
    HttpResponse response = get(request, stop);
    if (response.status == 200) {
      sink(std::as_bytes(std::span(response.body)));
      response.body.clear();
    }
    return response;
  }
  void answer(std::string body, HttpHeaders headers = {}) {
    answers.push_back({200, std::move(headers), std::move(body), ""});
  }
  void answer_status(int status, HttpHeaders headers = {}) {
    answers.push_back({status, std::move(headers), "", ""});
  }
  std::string header(std::size_t request, std::string_view name) const {
    for (const auto& [key, value] : requests.at(request).headers) {
      if (key == name) {
        return value;
      }
    }
    return {};
  }

  std::deque<HttpResponse> answers;
  std::vector<HttpRequest> requests;
};

std::string item(const std::string& id, const std::string& more = "") {
  return R"({"id": ")" + id +
         R"(", "creator": "mia", "media": [{"url": "https://cdn.example.net/)" + id +
         R"(.jpg", "bytes": 3}])" + more + "}";
}

std::string page(const std::vector<std::string>& items, const std::string& next = "") {
  std::string json = R"({"items": [)";
  for (std::size_t i = 0; i < items.size(); ++i) {
    json += (i == 0 ? "" : ", ") + items[i];
  }
  return json + "]" + (next.empty() ? "" : ", " + next) + "}";
}

struct Feed {
  Feed() {
    setenv("MUSTER_TEST_FEED_TOKEN", "t0ken", 1);
    config.name = "feed";
    config.kind = SourceKind::submission_feed;
    config.url = "https://feed.example.com/items?limit=2";
    config.token_env = "MUSTER_TEST_FEED_TOKEN";
    config.placement = "instagram-reel";
    restart();
  }
  void restart() { source = make_source(config, {clock, http, 1'000}); }
  PollReport poll() { return source->poll(intake, {}); }
  std::string fetch(const std::string& url, std::uint64_t size = 0) {
    MemoryWriter writer;
    source->fetch({url, "a.jpg", size}, writer, {});
    return writer.bytes;
  }

  FakeClock clock;
  ScriptedHttp http;
  FakeIntake intake;
  SourceConfig config;
  std::unique_ptr<Source> source;
};

}  // namespace

TEST_CASE("a page becomes submissions with the source's defaults") {
  Feed feed;
  feed.http.answer(page({item("a", R"(, "caption": "Hi")"), item("b")}));
  const PollReport report = feed.poll();
  CHECK(report.counts.added == 2);
  const FoundSubmission& found = feed.intake.items.at("a").submission;
  CHECK(found.manifest.caption == "Hi");
  CHECK(found.manifest.placement == "instagram-reel");
  REQUIRE(found.media.size() == 1);
  CHECK(found.media[0].locator == "https://cdn.example.net/a.jpg");
  CHECK(found.media[0].display_name == "a.jpg");
  CHECK(found.media[0].byte_size == 3);
  CHECK(feed.http.header(0, "Authorization") == "Bearer t0ken");
  CHECK(feed.http.requests[0].compressed);
  CHECK(feed.intake.polls == 1);
  CHECK(feed.intake.error.empty());
}

TEST_CASE("pages are followed by cursor and by address, and recorded one by one with their place") {
  Feed feed;
  SECTION("by cursor") {
    feed.http.answer(page({item("a")}, R"("next_cursor": "c 2&x")"));
    feed.http.answer(page({item("b")}, R"("next_cursor": "c3")"));
    feed.http.answer(page({item("c")}));
    CHECK(feed.poll().counts.added == 3);
    CHECK(feed.http.requests[1].url == "https://feed.example.com/items?limit=2&cursor=c+2%26x");
    CHECK(feed.http.requests[2].url == "https://feed.example.com/items?limit=2&cursor=c3");
  }
  SECTION("by address") {
    feed.http.answer(page({item("a")}, R"("next": "https://feed.example.com/items?page=2")"));
    feed.http.answer(page({item("b")}, R"("next": "/items?page=3")"));
    feed.http.answer(page({item("c")}));
    CHECK(feed.poll().counts.added == 3);
    CHECK(feed.http.requests[2].url == "https://feed.example.com/items?page=3");
  }
  CHECK(feed.intake.batches == std::vector<std::size_t>{1, 1, 1});
  REQUIRE(feed.intake.cursors.size() == 3);
  CHECK(feed.intake.cursors[0].position == feed.http.requests[1].url);
  CHECK(feed.intake.cursors[1].position == feed.http.requests[2].url);
  CHECK(feed.intake.cursors[2].position.empty());
}

TEST_CASE("an interrupted poll goes on where it stopped") {
  Feed feed;
  feed.http.answer(page({item("a")}, R"("next_cursor": "c2")"), {{"etag", "\"1\""}});
  CHECK_THROWS_AS(feed.poll(), TransientError);  // no answer to the second page
  feed.http.answer(page({item("b")}), {{"etag", "\"2\""}});
  feed.restart();
  CHECK(feed.poll().counts.added == 1);
  CHECK(feed.http.requests.back().url == "https://feed.example.com/items?limit=2&cursor=c2");
  CHECK(feed.intake.position->position.empty());
  CHECK(feed.intake.position->etag.empty());  // of another page than the first
}

TEST_CASE("a place that the server forgot is given up") {
  Feed feed;
  feed.intake.position = Cursor{"https://feed.example.com/items?cursor=old", "", ""};
  feed.http.answer_status(410);
  CHECK_THROWS_AS(feed.poll(), TransientError);
  feed.http.answer(page({item("a")}));
  feed.poll();
  CHECK(feed.http.requests.back().url == feed.config.url);
}

TEST_CASE("a stored place on another host is not gone to") {
  Feed feed;
  feed.intake.position = Cursor{"https://evil.example/items?cursor=2", "", ""};
  feed.http.answer(page({item("a")}));
  feed.poll();
  CHECK(feed.http.requests.back().url == feed.config.url);
}

TEST_CASE("an unchanged feed of one page is not read again") {
  Feed feed;
  feed.http.answer(page({item("a")}),
                   {{"etag", "\"v1\""}, {"last-modified", "Mon, 02 Mar 2026 10:00:00 GMT"}});
  feed.poll();
  feed.http.answer_status(304);
  const PollReport report = feed.poll();
  CHECK(feed.http.header(1, "If-None-Match") == "\"v1\"");
  CHECK(feed.http.header(1, "If-Modified-Since") == "Mon, 02 Mar 2026 10:00:00 GMT");
  CHECK(report.counts.added + report.counts.unchanged == 0);
  CHECK(feed.intake.error.empty());
  feed.http.answer(page({item("a"), item("b")}), {{"etag", "\"v2\""}});
  CHECK(feed.poll().counts.added == 1);
  CHECK(feed.intake.position->etag == "\"v2\"");
}

TEST_CASE("of a feed of several pages the first says nothing about the others") {
  Feed feed;
  feed.http.answer(page({item("a")}, R"("next_cursor": "2")"), {{"etag", "\"v1\""}});
  feed.http.answer(page({item("b")}), {{"etag", "\"p2\""}});
  feed.poll();
  CHECK(feed.intake.position->etag.empty());
}

TEST_CASE("a feed that asks to wait is left alone as long") {
  Feed feed;
  feed.http.answer_status(429, {{"retry-after", "120"}});
  CHECK(feed.poll().retry_after == 2min);
  CHECK(feed.intake.error.find("429") != std::string::npos);
  feed.http.answer(page({item("a")}, R"("next_cursor": "2")"));
  feed.http.answer_status(503, {{"retry-after", "9999999"}});
  const PollReport report = feed.poll();
  CHECK(report.retry_after == 24h);
  CHECK(report.counts.added == 1);  // what came before is kept
  feed.http.answer_status(503);
  CHECK_THROWS_AS(feed.poll(), TransientError);
}

TEST_CASE("statuses say what to do") {
  Feed feed;
  for (const int status : {500, 502, 504, 408}) {
    feed.http.answer_status(status);
    CHECK_THROWS_AS(feed.poll(), TransientError);
  }
  feed.http.answer_status(401);
  CHECK_THROWS_WITH(feed.poll(), Catch::Contains("token"));
  feed.http.answer_status(404);
  CHECK_THROWS_WITH(feed.poll(), Catch::Contains("url"));
  feed.http.answer("<html>");
  CHECK_THROWS_AS(feed.poll(), PermanentError);
  feed.http.answer(std::string(100'000, '['));
  CHECK_THROWS_AS(feed.poll(), PermanentError);
  CHECK(feed.intake.items.empty());
}

TEST_CASE("next leads neither to another host nor in a circle, nor on for ever") {
  Feed feed;
  SECTION("another host") {
    for (const char* next : {"https://evil.example/2",
                             "http://feed.example.com/2",
                             "https://feed.example.com:8443/2",
                             "//evil.example/",
                             "file:///etc/passwd",
                             "https://feed.example.com@evil.example/"}) {
      CAPTURE(next);
      feed.http.answer(page({item("a")}, R"("next": ")" + std::string(next) + "\""));
      const std::size_t before = feed.http.requests.size();
      CHECK_THROWS_AS(feed.poll(), PermanentError);
      CHECK(feed.http.requests.size() == before + 1);
    }
  }
  SECTION("the same page under the same address") {
    feed.http.answer(page({item("a")}, R"("next": "/items?page=2")"));
    feed.http.answer(page({item("b")}, R"("next": "/items?page=2")"));
    feed.http.answer(page({item("c")}, R"("next": "/items?page=2")"));
    CHECK_THROWS_WITH(feed.poll(), Catch::Contains("circle"));
    CHECK(feed.intake.items.size() == 2);
    CHECK(feed.intake.position->position.empty());
  }
  SECTION("the same page under ever new cursors") {
    feed.http.answer(page({item("a"), item("b")}, R"("next_cursor": "1")"));
    feed.http.answer(page({item("a"), item("b")}, R"("next_cursor": "2")"));
    CHECK_THROWS_WITH(feed.poll(), Catch::Contains("circle"));
  }
  SECTION("pages without end") {
    feed.config.max_pages = 3;
    feed.restart();
    for (int i = 0; i < 6; ++i) {
      feed.http.answer(page({item("id" + std::to_string(i))},
                            R"("next_cursor": "c)" + std::to_string(i) + "\""));
    }
    CHECK(feed.poll().counts.added == 3);
    CHECK(feed.poll().counts.added == 3);  // goes on at the fourth
    CHECK(feed.intake.items.size() == 6);
  }
}

TEST_CASE("an item that can't be read ends explained, and the others are taken") {
  Feed feed;
  feed.http.answer(
      page({item("good"),
            R"({"id": "bad-caption", "caption": 7, "media": [{"url": "https://c.example/x.jpg"}]})",
            R"({"id": "no-media"})",
            R"({"caption": "no id", "media": [{"url": "https://c.example/x.jpg"}]})",
            R"("text")",
            R"({"id": "bad-url", "media": [{"url": "file:///etc/passwd"}]})"}));
  const PollReport report = feed.poll();
  CHECK(report.counts.added == 4);
  CHECK(report.waiting == 2);
  for (const char* id : {"bad-caption", "no-media", "bad-url"}) {
    CAPTURE(id);
    REQUIRE(feed.intake.items.count(id) == 1);
    const FoundSubmission& found = feed.intake.items.at(id).submission;
    REQUIRE(found.intake_findings.size() == 1);
    CHECK(found.intake_findings[0].outcome == Outcome::fail);
    CHECK_FALSE(found.intake_findings[0].message.empty());
    CHECK_FALSE(found.intake_findings[0].place.document.empty());
    CHECK(found.media.empty());
  }
  CHECK(feed.intake.error.find("2 items") != std::string::npos);
  CHECK(feed.intake.items.at("good").submission.intake_findings.empty());
}

TEST_CASE("an item is a new revision when it changed, not when its links were signed anew") {
  Feed feed;
  const auto signed_item = [](const std::string& signature, const std::string& caption) {
    return page({R"({"id": "a", "caption": ")" + caption +
                 R"(", "media": [{"url": "https://c.example/x.jpg?sig=)" + signature + R"("}]})"});
  };
  feed.http.answer(signed_item("1", "one"));
  feed.poll();
  feed.http.answer(signed_item("2", "one"));
  CHECK(feed.poll().counts.unchanged == 1);
  feed.http.answer(signed_item("3", "two"));
  CHECK(feed.poll().counts.revised == 1);

  feed.http.answer(page({item("v", R"(, "version": "1", "caption": "x")")}));
  feed.poll();
  feed.http.answer(page({item("v", R"(, "version": "1", "caption": "y")")}));
  CHECK(feed.poll().counts.unchanged == 1);  // the feed says that it is the same
  feed.http.answer(page({item("v", R"(, "version": "2", "caption": "y")")}));
  CHECK(feed.poll().counts.revised == 1);
}

TEST_CASE("the token goes to the feed's own origin only") {
  Feed feed;
  feed.http.answer("abc");
  CHECK(feed.fetch("https://feed.example.com/media/a.jpg", 3) == "abc");
  CHECK(feed.http.header(0, "Authorization") == "Bearer t0ken");
  for (const char* url : {"https://cdn.example.net/a.jpg",
                          "https://feed.example.com:8443/a.jpg",
                          "https://feed.example.com.evil.example/a.jpg"}) {
    feed.http.answer("abc");
    feed.fetch(url, 3);
    CHECK(feed.http.requests.back().headers.empty());
  }
  CHECK_FALSE(feed.http.requests[0].compressed);
  CHECK(feed.http.requests[0].max_body_bytes == 1'000);
}

TEST_CASE("a configured port is open for the feed's host only") {
  Feed feed;
  feed.config.url = "https://feed.example.com:8443/items";
  feed.restart();
  feed.http.answer(page({}));
  feed.poll();
  CHECK(feed.http.requests.back().also_port == 8443);
  feed.http.answer("abc");
  feed.fetch("https://cdn.example.net:8443/a.jpg", 3);
  CHECK(feed.http.requests.back().also_port == 0);
}

TEST_CASE("a download that fails says whether to try again") {
  Feed feed;
  const std::string url = "https://cdn.example.net/a.jpg?sig=s3cret";
  for (const int status : {404, 410, 403, 301, 206}) {
    CAPTURE(status);
    feed.http.answer_status(status);
    CHECK_THROWS_AS(feed.fetch(url), PermanentError);
  }
  for (const int status : {429, 500, 503}) {
    CAPTURE(status);
    feed.http.answer_status(status);
    CHECK_THROWS_AS(feed.fetch(url), TransientError);
  }
  feed.http.answer("ab");
  CHECK_THROWS_AS(feed.fetch(url, 3), TransientError);
  feed.http.answer_status(404);
  CHECK_THROWS_WITH(feed.fetch(url),
                    Catch::Contains("not there any more") && !Catch::Contains("s3cret"));
  CHECK_THROWS_AS(feed.fetch("file:///etc/passwd"), PermanentError);
}

TEST_CASE("a feed with a bad address or without its token does not start") {
  Feed feed;
  for (const char* url : {"",
                          "feed.example.com/items",
                          "ftp://feed.example.com/",
                          "http://feed.example.com/items",
                          "https://user:pw@feed.example.com/"}) {
    CAPTURE(url);
    feed.config.url = url;
    CHECK_THROWS_AS(feed.restart(), ConfigError);
  }
  feed.config.url = "http://feed.example.com/items";
  feed.config.allow_http = true;
  CHECK_NOTHROW(feed.restart());
  feed.config.token_env = "MUSTER_TEST_NO_SUCH_TOKEN";
  unsetenv("MUSTER_TEST_NO_SUCH_TOKEN");
  CHECK_THROWS_AS(feed.restart(), ConfigError);
}

TEST_CASE("a feed is read over a real connection") {
  std::string base;
  FakeHttpServer server([&](const FakeRequest& request, FakeConnection& connection) {
    if (request.target == "/items") {
      connection.respond("200 OK",
                         "ETag: \"1\"\r\n",
                         page({R"({"id": "a", "media": [{"url": ")" + base + R"(/a.jpg"}]})"},
                              R"("next_cursor": "two")"));
    } else if (request.target == "/items?cursor=two") {
      connection.respond(
          "200 OK", "", page({R"({"id": "b", "media": [{"url": ")" + base + R"(/b.jpg"}]})"}));
    } else if (request.target == "/a.jpg") {
      connection.respond("200 OK", "", std::string(900, 'a'));
    } else {
      connection.send("HTTP/1.1 200 OK\r\n\r\n" + std::string(5'000, 'b'));
    }
  });
  base = server.url("");
  const auto http = make_curl_http_client();
  FakeClock clock;
  FakeIntake intake;
  SourceConfig config;
  config.name = "feed";
  config.kind = SourceKind::submission_feed;
  config.url = server.url("/items");
  config.allow_http = true;
  config.allow_private = true;
  const auto source = make_source(config, {clock, *http, 1'000});
  CHECK(source->poll(intake, {}).counts.added == 2);
  MemoryWriter first;
  source->fetch(intake.items.at("a").submission.media.at(0), first, {});
  CHECK(first.bytes.size() == 900);
  MemoryWriter second;
  CHECK_THROWS_AS(source->fetch(intake.items.at("b").submission.media.at(0), second, {}),
                  PermanentError);
  CHECK(second.bytes.size() <= 1'000);

  config.allow_private = false;
  const auto strict = make_source(config, {clock, *http, 1'000});
  CHECK_THROWS_AS(strict->poll(intake, {}), PermanentError);
}
