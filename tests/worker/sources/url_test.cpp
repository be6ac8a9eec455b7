#include "worker/url.h"

#include <catch2/catch.hpp>

using namespace muster;

TEST_CASE("only plain absolute http and https URLs are URLs") {
  for (const std::string url : {"file:///etc/passwd",
                                "FILE:/etc/passwd",
                                "gopher://127.0.0.1:6379/_INFO",
                                "dict://127.0.0.1:11211/stat",
                                "ftp://127.0.0.1/",
                                "data:text/html,x",
                                "javascript:alert(1)",
                                "ws://127.0.0.1/",
                                "//127.0.0.1/",
                                "127.0.0.1/",
                                "http://",
                                "http:///",
                                "http:///etc/passwd",
                                "http://[",
                                "http://[::1",
                                "http://user:pw@127.0.0.1/",
                                "http://example.com@127.0.0.1/",
                                "http://127.0.0.1\\@example.com/",
                                "http://a.b\r\nHost: x/",
                                "http://a b/",
                                "http://example.com:0/",
                                "http://example.com:99999/",
                                "unix:///var/run/docker.sock",
                                ""}) {
    CAPTURE(url);
    CHECK_FALSE(parse_url(url));
  }
  CHECK_FALSE(parse_url("https://example.com/" + std::string(9'000, 'a')));
  CHECK_FALSE(parse_url(std::string("https://example.com/\0x", 22)));
}

TEST_CASE("a URL is taken apart") {
  const auto url = parse_url("https://Media.Example.COM/a/b.jpg?signature=s3cret#part");
  REQUIRE(url);
  CHECK(url->host == "media.example.com");
  CHECK(url->port == 443);
  CHECK(url->path == "/a/b.jpg");
  CHECK(url->text.find("#part") == std::string::npos);
  CHECK(url->shown() == "https://media.example.com/a/b.jpg");
  CHECK(parse_url("http://example.com:8080/x")->shown() == "http://example.com:8080/x");
}

TEST_CASE("what follows # is no user name") {
  const auto url = parse_url("http://127.0.0.1#@example.com/");
  REQUIRE(url);
  CHECK(url->host == "127.0.0.1");
}

TEST_CASE("references are read within a page") {
  const Url base = *parse_url("https://feed.example.com/v1/items?page=1");
  CHECK(resolve_url(base, "?page=2")->text == "https://feed.example.com/v1/items?page=2");
  CHECK(resolve_url(base, "/media/a.jpg")->text == "https://feed.example.com/media/a.jpg");
  CHECK(resolve_url(base, "//cdn.example.net/a.jpg")->text == "https://cdn.example.net/a.jpg");
  CHECK(resolve_url(base, "http://cdn.example.net/a.jpg")->scheme == "http");
  CHECK_FALSE(resolve_url(base, "file:///etc/passwd"));
  CHECK_FALSE(resolve_url(base, "gopher://127.0.0.1/"));
  CHECK_FALSE(resolve_url(base, "https://user@feed.example.com/"));
}

TEST_CASE("the origin is scheme, host and port") {
  const Url base = *parse_url("https://feed.example.com/a");
  CHECK(base.same_origin(*parse_url("https://FEED.example.com:443/b")));
  CHECK_FALSE(base.same_origin(*parse_url("http://feed.example.com/a")));
  CHECK_FALSE(base.same_origin(*parse_url("https://feed.example.com:8443/a")));
  CHECK_FALSE(base.same_origin(*parse_url("https://feed.example.com.evil.example/a")));
}

TEST_CASE("a cursor is escaped into the query") {
  const Url base = *parse_url("https://feed.example.com/items?limit=50");
  const auto next = with_query(base, "cursor", "a b&x=1#?/%");
  REQUIRE(next);
  CHECK(next->text == "https://feed.example.com/items?limit=50&cursor=a+b%26x%3d1%23%3f%2f%25");
  CHECK(next->same_origin(base));
}
