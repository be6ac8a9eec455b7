#include "worker/sources/address_guard.h"

#include "worker/url.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <netinet/in.h>

using namespace muster;

namespace {

struct Row {
  const char* address;
  AddressClass expected;
};

constexpr auto kGlobal = AddressClass::global;
constexpr auto kPrivate = AddressClass::private_use;
constexpr auto kForbidden = AddressClass::forbidden;

// Both ends of each block and the addresses next to it.
const Row kRows[] = {
    {"8.8.8.8", kGlobal},
    {"1.1.1.1", kGlobal},
    {"223.255.255.255", kGlobal},
    {"0.0.0.0", kForbidden},
    {"0.255.255.255", kForbidden},
    {"1.0.0.0", kGlobal},
    {"9.255.255.255", kGlobal},
    {"10.0.0.0", kPrivate},
    {"10.255.255.255", kPrivate},
    {"11.0.0.0", kGlobal},
    {"100.63.255.255", kGlobal},
    {"100.64.0.0", kPrivate},
    {"100.127.255.255", kPrivate},
    {"100.128.0.0", kGlobal},
    {"100.100.100.200", kForbidden},  // metadata of Alibaba Cloud
    {"100.100.100.199", kPrivate},
    {"126.255.255.255", kGlobal},
    {"127.0.0.1", kPrivate},
    {"127.255.255.255", kPrivate},
    {"128.0.0.0", kGlobal},
    {"168.63.129.16", kForbidden},  // the host of Azure machines
    {"168.63.129.17", kGlobal},
    {"169.253.255.255", kGlobal},
    {"169.254.0.0", kForbidden},
    {"169.254.169.254", kForbidden},
    {"169.254.170.2", kForbidden},
    {"169.255.0.0", kGlobal},
    {"172.15.255.255", kGlobal},
    {"172.16.0.0", kPrivate},
    {"172.31.255.255", kPrivate},
    {"172.32.0.0", kGlobal},
    {"191.255.255.255", kGlobal},
    {"192.0.0.1", kForbidden},
    {"192.0.0.192", kForbidden},  // metadata of Oracle Cloud
    {"192.0.1.0", kGlobal},
    {"192.0.2.1", kForbidden},
    {"192.0.3.0", kGlobal},
    {"192.88.98.255", kGlobal},
    {"192.88.99.1", kForbidden},
    {"192.88.100.0", kGlobal},
    {"192.167.255.255", kGlobal},
    {"192.168.0.1", kPrivate},
    {"192.168.255.255", kPrivate},
    {"192.169.0.0", kGlobal},
    {"198.17.255.255", kGlobal},
    {"198.18.0.1", kForbidden},
    {"198.19.255.255", kForbidden},
    {"198.20.0.0", kGlobal},
    {"198.51.99.255", kGlobal},
    {"198.51.100.1", kForbidden},
    {"198.51.101.0", kGlobal},
    {"203.0.112.255", kGlobal},
    {"203.0.113.255", kForbidden},
    {"203.0.114.0", kGlobal},
    {"224.0.0.1", kForbidden},
    {"239.255.255.255", kForbidden},
    {"240.0.0.1", kForbidden},
    {"255.255.255.255", kForbidden},

    {"2001:4860:4860::8888", kGlobal},
    {"2606:4700:4700::1111", kGlobal},
    {"2a00:1450:4001::1", kGlobal},
    {"3ffe:ffff::1", kGlobal},
    {"2001:200::1", kGlobal},
    {"::", kForbidden},
    {"::1", kPrivate},
    {"::2", kForbidden},
    {"::127.0.0.1", kForbidden},         // IPv4-compatible
    {"::ffff:127.0.0.1", kForbidden},    // IPv4-mapped
    {"::ffff:8.8.8.8", kForbidden},      // even of a public one: nobody needs it
    {"::ffff:0:127.0.0.1", kForbidden},  // IPv4-translated
    {"64:ff9b::7f00:1", kForbidden},     // NAT64
    {"64:ff9b:1::7f00:1", kForbidden},   // NAT64, local
    {"100::1", kForbidden},              // discard-only
    {"1fff:ffff::1", kForbidden},
    {"2001::1", kForbidden},  // Teredo
    {"2001:0:4136:e378:8000:63bf:3fff:fdd2", kForbidden},
    {"2001:10::1", kForbidden},  // ORCHID
    {"2001:1ff:ffff::1", kForbidden},
    {"2001:db8::1", kForbidden},  // documentation
    {"2001:db9::1", kGlobal},
    {"2002:7f00:1::1", kForbidden},  // 6to4 of 127.0.0.1
    {"2002:808:808::1", kForbidden},
    {"2003::1", kGlobal},
    {"3fff::1", kForbidden},  // documentation
    {"3fff:1000::1", kGlobal},
    {"4000::1", kForbidden},
    {"2a00::5efe:7f00:1", kForbidden},  // ISATAP within a public prefix
    {"2a00::200:5efe:7f00:1", kForbidden},
    {"2a00::100:5efe:7f00:1", kGlobal},
    {"5f00::1", kForbidden},
    {"fc00::1", kPrivate},
    {"fdff:ffff::1", kPrivate},
    {"fd00:ec2::254", kForbidden},  // metadata of AWS
    {"fd20:ce::254", kForbidden},   // metadata of Google Cloud
    {"fe00::1", kForbidden},
    {"fe80::1", kForbidden},
    {"fe80::1%lo", kForbidden},
    {"fec0::1", kForbidden},  // site-local
    {"ff02::1", kForbidden},
    {"", kForbidden},
    {"localhost", kForbidden},
    {"127.1", kForbidden},
    {"8.8.8.8 ", kForbidden},
};

}  // namespace

TEST_CASE("addresses are classified by block") {
  for (const Row& row : kRows) {
    CAPTURE(row.address);
    CHECK(classify_address(std::string_view(row.address)) == row.expected);
  }
}

TEST_CASE("the own addresses of this machine are private, whatever they look like") {
  // Loopback is certain to be there; another family never is.
  sockaddr_in loopback{};
  loopback.sin_family = AF_INET;
  loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  loopback.sin_port = htons(8080);
  CHECK(classify_connection(reinterpret_cast<const sockaddr&>(loopback)) == kPrivate);
  CHECK(port_of(reinterpret_cast<const sockaddr&>(loopback)) == 8080);
  sockaddr unix_socket{};
  unix_socket.sa_family = AF_UNIX;
  CHECK(classify_connection(unix_socket) == kForbidden);
  CHECK(port_of(unix_socket) == 0);
}

TEST_CASE("odd spellings of an address in a URL name the plain address") {
  for (const char* url : {"http://127.1/",
                          "http://2130706433/",
                          "http://0x7f000001/",
                          "http://0177.0.0.1/",
                          "http://0x7f.1/",
                          "http://%31%32%37.0.0.1/"}) {
    CAPTURE(url);
    const auto parsed = parse_url(url);
    REQUIRE(parsed);
    CHECK(parsed->host == "127.0.0.1");
  }
}

TEST_CASE("the hostile and the public addresses of the test data are told apart") {
  const char* data = std::getenv("MUSTER_TEST_DATA");
  const std::filesystem::path folder =
      std::filesystem::path(data == nullptr ? "" : data) / "hostile/generated/text";
  std::ifstream denied(folder / "ssrf_urls_deny.txt");
  std::ifstream allowed(folder / "ssrf_ips_allow.txt");
  if (data == nullptr || !denied || !allowed) {
    return;  // optional data
  }
  std::string line;
  int rows = 0;
  while (std::getline(denied, line)) {
    if (line == "http://a.b") {  // half of a URL with a line break in it; harmless by itself
      continue;
    }
    CAPTURE(line);
    ++rows;
    const auto url = parse_url(line);
    if (!url || url->host.starts_with("localhost")) {  // libcurl makes loopback of every localhost
      continue;
    }
    const std::string_view host = url->host;
    const std::string_view address = host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
    const bool closed_port = url->port != 80 && url->port != 443;
    CHECK((closed_port || classify_address(address) != kGlobal));
  }
  CHECK(rows > 70);
  while (std::getline(allowed, line)) {
    CAPTURE(line);
    CHECK(classify_address(std::string_view(line)) == kGlobal);
  }
}
