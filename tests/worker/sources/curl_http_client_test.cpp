#include "worker/curl_http_client.h"

#include "core/error.h"
#include "tests/support/fake_http_server.h"

#include <atomic>
#include <cstdlib>
#include <future>
#include <string>
#include <thread>

#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <zlib.h>

using namespace muster;
using namespace std::chrono_literals;

namespace {

HttpRequest request_to(const std::string& url) {
  HttpRequest request;
  request.url = url;
  request.allow_http = true;
  request.allow_private = true;
  request.total_timeout = 20s;
  return request;
}

struct Received {
  HttpResponse response;
  std::string bytes;
  std::string error;  // what() of what was thrown
  bool transient = false;
  bool permanent = false;
};

Received download(HttpClient& client, const HttpRequest& request, std::stop_token stop = {}) {
  Received received;
  try {
    received.response = client.download(
        request,
        [&](std::span<const std::byte> piece) {
          received.bytes.append(reinterpret_cast<const char*>(piece.data()), piece.size());
        },
        stop);
  } catch (const TransientError& error) {
    received.transient = true;
    received.error = error.what();
  } catch (const PermanentError& error) {
    received.permanent = true;
    received.error = error.what();
  }
  return received;
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  std::string in(text);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string chunk(std::string_view bytes) {
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + std::string(bytes) + "\r\n";
}

// Treats one port of 127.0.0.1 as a public address, so that the rules for public ones can be tried
// without any.
AddressGuard pretend_public(std::uint16_t port) {
  return [port](const sockaddr& address) {
    const bool pretended =
        address.sa_family == AF_INET &&
        reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr == htonl(INADDR_LOOPBACK) &&
        port_of(address) == port;
    return pretended ? AddressClass::global : classify_connection(address);
  };
}

HttpRequest public_request_to(const FakeHttpServer& server, std::string_view path) {
  HttpRequest request = request_to(server.url(path));
  request.allow_private = false;
  request.also_port = server.port();
  return request;
}

}  // namespace

TEST_CASE("a body comes with status and headers") {
  FakeHttpServer server([](const FakeRequest&, FakeConnection& connection) {
    connection.respond("200 OK", "ETag: \"v1\"\r\nX-Odd:  spaced  \r\n", "hello");
  });
  const auto client = make_curl_http_client();
  HttpRequest request = request_to(server.url("/a?b=c"));
  request.headers = {{"If-None-Match", "\"v0\""}, {"Authorization", "Bearer t0ken"}};
  const HttpResponse response = client->get(request, {});
  CHECK(response.status == 200);
  CHECK(response.body == "hello");
  CHECK(response.header("etag") == "\"v1\"");
  CHECK(response.header("x-odd") == "spaced");
  REQUIRE(server.requests().size() == 1);
  const FakeRequest seen = server.requests().front();
  CHECK(seen.target == "/a?b=c");
  CHECK(seen.headers.at("if-none-match") == "\"v0\"");
  CHECK(seen.headers.at("authorization") == "Bearer t0ken");
  CHECK(seen.headers.count("accept-encoding") == 0);
  CHECK(seen.headers.count("cookie") == 0);
}

TEST_CASE("any status is a response, and only the body of a 200 goes to the sink") {
  FakeHttpServer server([](const FakeRequest&, FakeConnection& connection) {
    connection.respond("404 Not Found", "", "no such file");
  });
  const auto client = make_curl_http_client();
  const Received received = download(*client, request_to(server.url("/x")));
  CHECK(received.response.status == 404);
  CHECK(received.response.body == "no such file");
  CHECK(received.bytes.empty());
}

TEST_CASE("never more than the cap is delivered") {
  constexpr std::uint64_t kCap = 1'000'000;
  const std::string block(65'536, 'x');
  const auto endless = [&](FakeConnection& connection, bool chunked) {
    for (int i = 0; i < 4'000 && connection.send(chunked ? chunk(block) : block); ++i) {
    }
  };
  FakeHttpServer server([&](const FakeRequest& request, FakeConnection& connection) {
    if (request.target == "/chunked") {
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      endless(connection, true);
    } else if (request.target == "/no-length") {
      connection.send("HTTP/1.1 200 OK\r\n\r\n");
      endless(connection, false);
    } else if (request.target == "/long-length") {
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n");
      endless(connection, false);
    } else if (request.target == "/huge-length") {
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n");
      endless(connection, false);
    }
  });
  const auto client = make_curl_http_client();
  for (const char* path : {"/chunked", "/no-length", "/long-length", "/huge-length"}) {
    CAPTURE(path);
    HttpRequest request = request_to(server.url(path));
    request.max_body_bytes = kCap;
    const Received received = download(*client, request);
    CHECK((received.permanent || received.transient));
    CHECK(received.bytes.size() <= kCap);
    if (std::string_view(path) != "/huge-length") {
      CHECK(received.permanent);
      CHECK(received.error.find("larger than 1.0 MB") != std::string::npos);
    }
  }
  SECTION("a body of exactly the cap is fine") {
    FakeHttpServer exact([&](const FakeRequest&, FakeConnection& connection) {
      connection.respond("200 OK", "", std::string(kCap, 'y'));
    });
    HttpRequest request = request_to(exact.url("/"));
    request.max_body_bytes = kCap;
    CHECK(download(*client, request).bytes.size() == kCap);
  }
  SECTION("the body of an error is cut off, not an error") {
    FakeHttpServer error([&](const FakeRequest&, FakeConnection& connection) {
      connection.respond("500 Oops", "", std::string(300'000, 'y'));
    });
    HttpRequest request = request_to(error.url("/"));
    request.max_body_bytes = kCap;
    const Received received = download(*client, request);
    CHECK(received.response.status == 500);
    CHECK(received.response.body.size() <= 64'000);
  }
}

TEST_CASE("compressed bodies are bounded by what they inflate to") {
  const std::string bomb = gzip(std::string(60'000'000, '\0'));
  const std::string page = gzip("{\"items\": []}");
  FakeHttpServer server([&](const FakeRequest& request, FakeConnection& connection) {
    const std::string headers = request.target == "/double" ? "Content-Encoding: gzip, gzip\r\n"
                                                            : "Content-Encoding: gzip\r\n";
    const std::string body = request.target == "/page"     ? page
                             : request.target == "/double" ? gzip(bomb)
                                                           : bomb;
    connection.respond("200 OK", headers, body);
  });
  const auto client = make_curl_http_client();
  SECTION("an honest page is inflated") {
    HttpRequest request = request_to(server.url("/page"));
    request.compressed = true;
    CHECK(client->get(request, {}).body == "{\"items\": []}");
    CHECK(server.requests().front().headers.at("accept-encoding") == "gzip");
  }
  SECTION("a bomb is stopped by its ratio, long before the cap") {
    for (const char* path : {"/bomb", "/double"}) {
      HttpRequest request = request_to(server.url(path));
      request.compressed = true;
      request.max_body_bytes = 100'000'000;
      const Received received = download(*client, request);
      CHECK(received.permanent);
      CHECK(received.error.find("inflates") != std::string::npos);
      CHECK(received.bytes.size() < 10'000'000);
    }
  }
  SECTION("and by the cap") {
    HttpRequest request = request_to(server.url("/bomb"));
    request.compressed = true;
    request.max_body_bytes = 500'000;
    const Received received = download(*client, request);
    CHECK(received.permanent);
    CHECK(received.bytes.size() <= 500'000);
  }
  SECTION("a compressed body that was not asked for is refused") {
    const Received received = download(*client, request_to(server.url("/page")));
    CHECK(received.permanent);
    CHECK(received.error.find("not asked") != std::string::npos);
  }
}

TEST_CASE("a body that ends too early is a reason to try again") {
  FakeHttpServer server([](const FakeRequest& request, FakeConnection& connection) {
    if (request.target == "/short") {
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this");
    } else if (request.target == "/chunk") {
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nhalf");
    } else if (request.target == "/nothing") {
      // closes at once
    } else {
      connection.send("\x16\x03\x01 not http at all\r\n\r\n");
    }
  });
  const auto client = make_curl_http_client();
  for (const char* path : {"/short", "/chunk", "/nothing", "/garbage"}) {
    CAPTURE(path);
    CHECK(download(*client, request_to(server.url(path))).transient);
  }
}

TEST_CASE("slow and endless answers end at the deadline") {
  FakeHttpServer server([](const FakeRequest& request, FakeConnection& connection) {
    if (request.target == "/drip") {
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
      while (connection.send("x") && connection.wait(50ms)) {
      }
    } else if (request.target == "/stalled-headers") {
      connection.send("HTTP/1.1 200 OK\r\nX-Begun: ");
      connection.wait(30s);
    } else if (request.target == "/silence") {
      connection.wait(30s);
    }
  });
  const auto client = make_curl_http_client();
  for (const char* path : {"/drip", "/stalled-headers", "/silence"}) {
    CAPTURE(path);
    HttpRequest request = request_to(server.url(path));
    request.total_timeout = 300ms;
    const auto begun = std::chrono::steady_clock::now();
    const Received received = download(*client, request);
    CHECK(received.transient);
    CHECK(received.error.find("too slow") != std::string::npos);
    CHECK(std::chrono::steady_clock::now() - begun < 10s);  // far from the 30 s of the server
  }
}

TEST_CASE("headers without end are cut off") {
  FakeHttpServer server([](const FakeRequest& request, FakeConnection& connection) {
    connection.send(request.target == "/interim" ? "HTTP/1.1 100 Continue\r\n"
                                                 : "HTTP/1.1 200 OK\r\n");
    if (request.target == "/many") {
      for (int i = 0; i < 100'000 && connection.send("X-A: b\r\n"); ++i) {
      }
    } else if (request.target == "/long") {
      const std::string line = "X-A: " + std::string(20'000, 'b') + "\r\n";
      for (int i = 0; i < 1'000 && connection.send(line); ++i) {
      }
    } else {
      for (int i = 0; i < 100'000 && connection.send("\r\nHTTP/1.1 100 Continue\r\n"); ++i) {
      }
    }
  });
  const auto client = make_curl_http_client();
  for (const char* path : {"/many", "/long", "/interim"}) {
    CAPTURE(path);
    const Received received = download(*client, request_to(server.url(path)));
    CHECK((received.permanent || received.transient));
    CHECK(received.bytes.empty());
  }
}

TEST_CASE("a stop ends a transfer") {
  FakeHttpServer server([](const FakeRequest&, FakeConnection& connection) {
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nx");
    connection.wait(30s);
  });
  const auto client = make_curl_http_client();
  std::stop_source stop;
  auto transfer = std::async(std::launch::async, [&] {
    return client->get(request_to(server.url("/")), stop.get_token());
  });
  while (server.requests().empty()) {
    std::this_thread::yield();
  }
  stop.request_stop();
  CHECK_THROWS_AS(transfer.get(), Interrupted);
}

TEST_CASE("what the sink throws comes out of the download") {
  FakeHttpServer server([](const FakeRequest&, FakeConnection& connection) {
    connection.respond("200 OK", "", "bytes");
  });
  const auto client = make_curl_http_client();
  const auto full = [](std::span<const std::byte>) { throw TransientError("disk full"); };
  CHECK_THROWS_WITH(client->download(request_to(server.url("/")), full, {}), "disk full");
}

TEST_CASE("private addresses are refused before a connection is made") {
  FakeHttpServer v4([](const FakeRequest&, FakeConnection& connection) {
    connection.respond("200 OK", "", "secret");
  });
  const auto client = make_curl_http_client();
  for (std::string host : {"127.0.0.1",
                           "127.1",
                           "2130706433",
                           "0x7f.1",
                           "0177.0.0.1",
                           "localhost",
                           "LOCALHOST.",
                           "0",
                           "0.0.0.0",
                           "[::1]",
                           "[::ffff:127.0.0.1]",
                           "[::ffff:7f00:1]",
                           "%31%32%37.0.0.1",
                           "a.localhost"}) {
    CAPTURE(host);
    HttpRequest request = request_to("http://" + host + ":" + std::to_string(v4.port()) + "/");
    request.allow_private = false;
    request.also_port = v4.port();
    const Received received = download(*client, request);
    CHECK((received.permanent || received.error.find("resolve") != std::string::npos));
    CHECK(received.bytes.empty());
  }
  CHECK(v4.connections() == 0);
}

TEST_CASE("metadata addresses are refused even where private ones are allowed") {
  const auto client = make_curl_http_client();
  for (const char* url : {"http://169.254.169.254/latest/meta-data/",
                          "http://[fe80::1]/",
                          "http://[fd00:ec2::254]/",
                          "http://100.100.100.200/",
                          "http://0.0.0.0/",
                          "http://[64:ff9b::7f00:1]/",
                          "http://224.0.0.1/"}) {
    CAPTURE(url);
    CHECK(download(*client, request_to(url)).permanent);
  }
}

TEST_CASE("a connection that private requests use does not serve others") {
  FakeHttpServer server([](const FakeRequest&, FakeConnection& connection) {
    connection.respond("200 OK", "", "secret");
    connection.keep_open();
  });
  const auto client = make_curl_http_client();
  REQUIRE(client->get(request_to(server.url("/")), {}).body == "secret");
  REQUIRE(client->get(request_to(server.url("/")), {}).body == "secret");
  CHECK(server.connections() == 1);  // it was kept and used again
  HttpRequest request = request_to(server.url("/"));
  request.allow_private = false;
  request.also_port = server.port();
  CHECK(download(*client, request).permanent);
  CHECK(server.requests().size() == 2);
}

TEST_CASE("a reused connection is judged again") {
  FakeHttpServer server([](const FakeRequest&, FakeConnection& connection) {
    connection.respond("200 OK", "", "bytes");
    connection.keep_open();
  });
  std::atomic<bool> open = true;
  const auto client = make_curl_http_client(
      [&](const sockaddr&) { return open ? AddressClass::global : AddressClass::forbidden; });
  REQUIRE(client->get(public_request_to(server, "/"), {}).body == "bytes");
  open = false;
  CHECK(download(*client, public_request_to(server, "/")).permanent);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("only the ports 80, 443 and the configured one are open") {
  FakeHttpServer server([](const FakeRequest&, FakeConnection& connection) {
    connection.respond("200 OK", "", "bytes");
  });
  const auto client = make_curl_http_client(pretend_public(server.port()));
  CHECK(client->get(public_request_to(server, "/"), {}).body == "bytes");
  HttpRequest request = public_request_to(server, "/");
  request.also_port = 0;
  CHECK(download(*client, request).permanent);
  CHECK(server.connections() == 1);
}

TEST_CASE("redirects are followed hop by hop under the same rules") {
  FakeHttpServer canary_v4(
      [](const FakeRequest&, FakeConnection& connection) { connection.respond("200 OK", "", "!"); },
      "127.0.0.2");
  FakeHttpServer canary_same_host([](const FakeRequest&, FakeConnection& connection) {
    connection.respond("200 OK", "", "!");
  });
  std::string target;
  FakeHttpServer server([&](const FakeRequest& request, FakeConnection& connection) {
    if (request.target == "/file") {
      connection.respond("200 OK", "", "arrived");
    } else if (request.target.starts_with("/loop")) {
      connection.respond("302 Found", "Location: /loop" + std::to_string(rand()) + "\r\n", "");
    } else if (request.target == "/hop1") {
      connection.respond("301 Moved", "Location: hop2\r\n", "ignored body");
    } else if (request.target == "/hop2") {
      connection.respond(
          "307 Moved",
          "Location: //127.0.0.1:" + request.headers.at("host").substr(10) + "/file\r\n",
          "");
    } else {
      connection.respond("302 Found", "Location: " + target + "\r\n", "");
    }
  });
  const auto client = make_curl_http_client(pretend_public(server.port()));
  SECTION("within the limit") {
    const Received received = download(*client, public_request_to(server, "/hop1"));
    CHECK(received.bytes == "arrived");
    CHECK(received.response.final_url == server.url("/file"));
  }
  SECTION("a chain without end is given up") {
    const Received received = download(*client, public_request_to(server, "/loop"));
    CHECK(received.permanent);
    CHECK(received.error.find("redirects") != std::string::npos);
    CHECK(server.requests().size() == 4);
  }
  SECTION("nowhere that the first request could not have gone") {
    for (const std::string& place : {canary_v4.url("/"),
                                     canary_same_host.url("/"),
                                     std::string("http://[::1]:") + std::to_string(server.port()),
                                     std::string("http://169.254.169.254/latest/meta-data/"),
                                     std::string("http://10.0.0.1/"),
                                     std::string("file:///etc/passwd"),
                                     std::string("gopher://127.0.0.1/"),
                                     std::string("dict://127.0.0.1/"),
                                     std::string("http://user:pw@127.0.0.1/"),
                                     std::string("http:///etc/passwd"),
                                     std::string("javascript:alert(1)"),
                                     std::string("http://127.0.0.1\\@example.com/")}) {
      CAPTURE(place);
      target = place;
      const Received received = download(*client, public_request_to(server, "/away"));
      CHECK(received.permanent);
      CHECK(received.bytes.empty());
    }
    CHECK(canary_v4.connections() == 0);
    CHECK(canary_same_host.connections() == 0);
  }
  SECTION("a redirect without a place is a response") {
    target = "";
    FakeHttpServer odd([](const FakeRequest&, FakeConnection& connection) {
      connection.respond("302 Found", "", "");
    });
    CHECK(client->get(request_to(odd.url("/")), {}).status == 302);
  }
}

TEST_CASE("credentials do not cross to another origin, and an https page may not lead to http") {
  FakeHttpServer other([](const FakeRequest&, FakeConnection& connection) {
    connection.respond("200 OK", "", "arrived");
  });
  FakeHttpServer server([&](const FakeRequest& request, FakeConnection& connection) {
    const std::string place = request.target == "/same" ? "/second" : other.url("/");
    if (request.target == "/second") {
      connection.respond("200 OK", "", "arrived");
    } else {
      connection.respond("302 Found", "Location: " + place + "\r\nSet-Cookie: a=b\r\n", "");
    }
  });
  const auto client = make_curl_http_client();
  HttpRequest request = request_to(server.url("/other"));
  request.headers = {{"Authorization", "Bearer t0ken"}, {"X-Api-Key", "k3y"}, {"Accept", "a/b"}};
  REQUIRE(client->get(request, {}).body == "arrived");
  const FakeRequest seen = other.requests().at(0);
  CHECK(seen.headers.count("authorization") == 0);
  CHECK(seen.headers.count("x-api-key") == 0);
  CHECK(seen.headers.count("cookie") == 0);
  CHECK(seen.headers.at("accept") == "a/b");

  request.url = server.url("/same");
  REQUIRE(client->get(request, {}).body == "arrived");
  CHECK(server.requests().back().headers.at("authorization") == "Bearer t0ken");
  CHECK(server.requests().back().headers.count("cookie") == 0);

  request.allow_http = false;
  CHECK_THROWS_AS(client->get(request, {}), PermanentError);
}

TEST_CASE("messages hold no query and no token") {
  FakeHttpServer server([](const FakeRequest&, FakeConnection& connection) {
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx");
  });
  const auto client = make_curl_http_client();
  HttpRequest request = request_to(server.url("/file.jpg?signature=s3cret"));
  request.headers = {{"Authorization", "Bearer t0ken"}};
  const Received received = download(*client, request);
  CHECK(received.error.find("/file.jpg") != std::string::npos);
  CHECK(received.error.find("s3cret") == std::string::npos);
  CHECK(received.error.find("t0ken") == std::string::npos);
}

TEST_CASE("a header with a line break is not sent") {
  FakeHttpServer server(
      [](const FakeRequest&, FakeConnection& connection) { connection.respond("200 OK", "", ""); });
  const auto client = make_curl_http_client();
  HttpRequest request = request_to(server.url("/"));
  request.headers = {{"Authorization", "Bearer t0ken\r\nX-Evil: 1"}};
  const Received received = download(*client, request);
  CHECK(received.permanent);
  CHECK(received.error.find("t0ken") == std::string::npos);
  CHECK(server.connections() == 0);
}

TEST_CASE("proxies of the environment are not used") {
  FakeHttpServer proxy([](const FakeRequest&, FakeConnection& connection) {
    connection.respond("200 OK", "", "from the proxy");
  });
  FakeHttpServer server([](const FakeRequest&, FakeConnection& connection) {
    connection.respond("200 OK", "", "direct");
  });
  setenv("http_proxy", proxy.url("").c_str(), 1);
  setenv("ALL_PROXY", proxy.url("").c_str(), 1);
  const auto client = make_curl_http_client();
  const std::string body = client->get(request_to(server.url("/")), {}).body;
  unsetenv("http_proxy");
  unsetenv("ALL_PROXY");
  CHECK(body == "direct");
  CHECK(proxy.connections() == 0);
}

TEST_CASE("a refused connection is a reason to try again") {
  std::string url;
  {
    FakeHttpServer server([](const FakeRequest&, FakeConnection&) {});
    url = server.url("/");
  }
  const auto client = make_curl_http_client();
  CHECK(download(*client, request_to(url)).transient);
}

TEST_CASE("one client serves several threads") {
  FakeHttpServer server([](const FakeRequest& request, FakeConnection& connection) {
    connection.respond("200 OK", "", request.target);
    connection.keep_open();
  });
  const auto client = make_curl_http_client();
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 20; ++i) {
          const std::string path = "/" + std::to_string(t) + "/" + std::to_string(i);
          right += client->get(request_to(server.url(path)), {}).body == path ? 1 : 0;
        }
      });
    }
  }
  CHECK(right == 120);
}
