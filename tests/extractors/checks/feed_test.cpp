#include "extractors/text/manifest_reader.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

FeedPage must_read_feed(std::string_view json) {
  const Parsed<FeedPage> page = read_feed_page(json);
  INFO((page ? std::string() : to_string(page.error())));
  REQUIRE(page.has_value());
  return *page;
}

std::string feed_error(std::string_view json) {
  const Parsed<FeedPage> page = read_feed_page(json);
  return page ? "no error" : to_string(page.error());
}

TEST_CASE("a file of a feed may have a transcript with an address of its own") {
  const FeedPage page = must_read_feed(R"({"items": [{"id": "p", "media": [
      {"url": "https://cdn.example/a.mp4", "transcript": {"url": "https://cdn.example/a.srt?x=1", "bytes": 7}},
      {"url": "https://cdn.example/b.mp4", "transcript": null}]}]})");
  REQUIRE(page.items.size() == 1);
  CHECK(page.items[0].media[0].transcript ==
        TranscriptRef{"https://cdn.example/a.srt?x=1", "a.srt", 7});
  CHECK_FALSE(page.items[0].media[1].transcript);
  const FeedPage bad = must_read_feed(R"({"items": [{"id": "p", "media": [
      {"url": "https://cdn.example/a.mp4", "transcript": {"url": "../a.srt"}}]}]})");
  REQUIRE(bad.rejected.size() == 1);
  CHECK(bad.rejected[0].where == "/items/0/media/0/transcript/url");
}

TEST_CASE("a feed page is read with its items, media and the next page") {
  const FeedPage page = must_read_feed(R"({"items": [
      {"id": "p-1", "creator": "@mia", "caption": "#ad", "updated_at": "2026-01-01T00:00:00Z", "likes": 3,
       "media": [{"url": "https://cdn.example/a/b.mp4?token=1", "bytes": 12},
                 {"url": "https://cdn.example/x", "name": "../..\\evil\u001b.jpg"}]},
      {"id": 77, "version": 4, "media": [{"url": "http://cdn.example/c.jpg"}]}],
    "next": "https://feed.example/?page=2"})");
  REQUIRE(page.items.size() == 2);
  CHECK(page.rejected.empty());
  const FeedItem& first = page.items[0];
  CHECK(first.manifest.external_id == "p-1");
  CHECK(first.manifest.creator == "mia");
  CHECK(first.version == "2026-01-01T00:00:00Z");
  REQUIRE(first.media.size() == 2);
  CHECK(first.media[1].display_name == "evil\\x1b.jpg");
  CHECK(first.media[0] == MediaRef{"https://cdn.example/a/b.mp4?token=1", "b.mp4", 12});
  CHECK(page.items[1].manifest.external_id == "77");
  CHECK(page.items[1].version == "4");
  CHECK(page.next == "https://feed.example/?page=2");
  CHECK_FALSE(page.next_is_cursor);
}

TEST_CASE("names of files are for people only") {
  const FeedPage page = must_read_feed(
      R"({"items": [{"id": "1", "media": [{"url": "https://c.example/a", "name": "..\\..\\e\u202evil.jpg"},
                                           {"url": "https://c.example/"}]}]})");
  REQUIRE(page.items.size() == 1);
  CHECK(page.items[0].media[0].display_name == "e\\u202evil.jpg");
  CHECK(page.items[0].media[1].display_name == "file");
}

TEST_CASE("one bad item does not stop the others") {
  const FeedPage page = must_read_feed(R"({"items": [
      {"creator": "mia", "media": [{"url": "https://c.example/a"}]},
      {"id": "2", "media": []},
      {"id": "3", "media": [{"url": "file:///etc/passwd"}]},
      {"id": "4", "media": [{"url": "https://c.example/a", "bytes": -1}]},
      "text",
      {"id": "6", "caption": 6, "media": [{"url": "https://c.example/a"}]},
      {"id": "7", "id": "8", "media": [{"url": "https://c.example/a"}]},
      {"id": "9", "media": [{"url": "https://c.example/a b"}]},
      {"id": "good", "media": [{"url": "https://c.example/a"}]}]})");
  REQUIRE(page.items.size() == 1);
  CHECK(page.items[0].manifest.external_id == "good");
  REQUIRE(page.rejected.size() == 8);
  CHECK(to_string(page.rejected[0]) ==
        "/items/0/id: is missing; every item needs an id of its own");
  CHECK(to_string(page.rejected[1]) == "/items/1/media: expected a list of at least one file");
  CHECK(to_string(page.rejected[2]) ==
        "/items/2/media/0/url: expected an address that begins with https://");
  CHECK(to_string(page.rejected[3]) == "/items/3/media/0/bytes: expected a whole number from 0 on");
  CHECK(to_string(page.rejected[4]) == "/items/4: expected an object in braces, found text");
  CHECK(to_string(page.rejected[5]) ==
        "/items/5/caption: expected text in quotation marks, found a number");
  CHECK(to_string(page.rejected[6]) == "/items/6/id: 'id' is there twice; leave one out");
  CHECK(page.rejected[7].where == "/items/7/media/0/url");
}

TEST_CASE("the last page has no next, and a cursor is told from an address") {
  CHECK(must_read_feed(R"({"items": [], "next": null})").next.empty());
  const FeedPage page = must_read_feed(R"({"items": [], "next_cursor": "abc="})");
  CHECK(page.next == "abc=");
  CHECK(page.next_is_cursor);
}

TEST_CASE("a page that is no feed is refused as a whole") {
  CHECK(feed_error("{}") == "/items: expected a list of items");
  CHECK(feed_error("[]") == "expected an object in braces, found a list");
  CHECK(feed_error("<html>").starts_with("line 1, column 1: expected a value"));
  CHECK(feed_error(R"({"items": {}})") == "/items: expected a list in brackets, found an object");
  CHECK(feed_error(R"({"items": [], "next": ["x"]})").starts_with("/next"));
}

}  // namespace
}  // namespace muster
