#include "worker/sources/address_guard.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

namespace muster {
namespace {

using Ipv6 = std::array<std::uint8_t, 16>;

constexpr std::uint32_t ipv4(unsigned a, unsigned b, unsigned c, unsigned d) {
  return a << 24 | b << 16 | c << 8 | d;
}

struct Ipv4Block {
  std::uint32_t base;
  int prefix;
  AddressClass kind;
};

// The first block that holds an address decides.
constexpr Ipv4Block kIpv4Blocks[] = {
    {ipv4(100, 100, 100, 200), 32, AddressClass::forbidden},  // Alibaba Cloud metadata
    {ipv4(168, 63, 129, 16), 32, AddressClass::forbidden},    // Azure's host, inside every machine
    {ipv4(0, 0, 0, 0), 8, AddressClass::forbidden},           // "this network"; Linux: loopback
    {ipv4(10, 0, 0, 0), 8, AddressClass::private_use},        // RFC 1918
    {ipv4(100, 64, 0, 0), 10, AddressClass::private_use},     // carrier-grade NAT, RFC 6598
    {ipv4(127, 0, 0, 0), 8, AddressClass::private_use},       // loopback
    {ipv4(169, 254, 0, 0), 16, AddressClass::forbidden},      // link-local, cloud metadata
    {ipv4(172, 16, 0, 0), 12, AddressClass::private_use},     // RFC 1918
    {ipv4(192, 0, 0, 0), 24, AddressClass::forbidden},        // protocol assignments
    {ipv4(192, 0, 2, 0), 24, AddressClass::forbidden},        // documentation
    {ipv4(192, 88, 99, 0), 24, AddressClass::forbidden},      // 6to4 relay anycast
    {ipv4(192, 168, 0, 0), 16, AddressClass::private_use},    // RFC 1918
    {ipv4(198, 18, 0, 0), 15, AddressClass::forbidden},       // benchmarking
    {ipv4(198, 51, 100, 0), 24, AddressClass::forbidden},     // documentation
    {ipv4(203, 0, 113, 0), 24, AddressClass::forbidden},      // documentation
    {ipv4(224, 0, 0, 0), 4, AddressClass::forbidden},         // multicast
    {ipv4(240, 0, 0, 0), 4, AddressClass::forbidden},         // reserved, broadcast
};

struct Ipv6Block {
  Ipv6 base;
  int prefix;
  AddressClass kind;
};

constexpr Ipv6Block kIpv6Blocks[] = {
    {{0xfd, 0x00, 0x0e, 0xc2}, 32, AddressClass::forbidden},  // AWS metadata
    {{0xfd, 0x20, 0x00, 0xce}, 32, AddressClass::forbidden},  // Google Cloud metadata
    {{0xfc}, 7, AddressClass::private_use},                   // unique local, RFC 4193
    {{0x20, 0x01, 0x00, 0x00}, 23, AddressClass::forbidden},  // protocol assignments, Teredo
    {{0x20, 0x01, 0x0d, 0xb8}, 32, AddressClass::forbidden},  // documentation
    {{0x20, 0x02}, 16, AddressClass::forbidden},              // 6to4: carries an IPv4 address
    {{0x3f, 0xff}, 20, AddressClass::forbidden},              // documentation, RFC 9637
    {{0x20}, 3, AddressClass::global},                        // global unicast
};

AddressClass classify_ipv4(std::uint32_t address) {
  for (const Ipv4Block& block : kIpv4Blocks) {
    const std::uint32_t mask = ~std::uint32_t{0} << (32 - block.prefix);
    if ((address & mask) == block.base) {
      return block.kind;
    }
  }
  return AddressClass::global;
}

bool within(const Ipv6& address, const Ipv6Block& block) {
  for (int bit = 0; bit < block.prefix; ++bit) {
    const auto index = static_cast<std::size_t>(bit / 8);
    const int mask = 0x80 >> (bit % 8);
    if ((address[index] & mask) != (block.base[index] & mask)) {
      return false;
    }
  }
  return true;
}

// ISATAP (RFC 5214) interface ids, 0000:5efe and 0200:5efe, carry an IPv4 address within any
// prefix.
bool is_isatap(const Ipv6& address) {
  return (address[8] & ~0x02) == 0 && address[9] == 0 && address[10] == 0x5e && address[11] == 0xfe;
}

AddressClass classify_ipv6(const Ipv6& address) {
  Ipv6 loopback{};
  loopback[15] = 1;
  if (address == loopback) {
    return AddressClass::private_use;
  }
  if (is_isatap(address)) {
    return AddressClass::forbidden;
  }
  for (const Ipv6Block& block : kIpv6Blocks) {
    if (within(address, block)) {
      return block.kind;
    }
  }
  return AddressClass::forbidden;
}

Ipv6 bytes_of(const in6_addr& address) {
  Ipv6 bytes;
  std::memcpy(bytes.data(), &address, bytes.size());
  return bytes;
}

bool same_host(const sockaddr& a, const sockaddr& b) {
  if (a.sa_family != b.sa_family) {
    return false;
  }
  if (a.sa_family == AF_INET) {
    return reinterpret_cast<const sockaddr_in&>(a).sin_addr.s_addr ==
           reinterpret_cast<const sockaddr_in&>(b).sin_addr.s_addr;
  }
  return a.sa_family == AF_INET6 &&
         bytes_of(reinterpret_cast<const sockaddr_in6&>(a).sin6_addr) ==
             bytes_of(reinterpret_cast<const sockaddr_in6&>(b).sin6_addr);
}

// Asked anew for each connection: addresses come and go. On failure nothing is known, so everything
// counts as our own.
bool is_own_address(const sockaddr& address) {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) {
    return true;
  }
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> list(first, freeifaddrs);
  for (const ifaddrs* entry = list.get(); entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr != nullptr && same_host(*entry->ifa_addr, address)) {
      return true;
    }
  }
  return false;
}

}  // namespace

AddressClass classify_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    return classify_ipv4(ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    return classify_ipv6(bytes_of(reinterpret_cast<const sockaddr_in6&>(address).sin6_addr));
  }
  return AddressClass::forbidden;
}

AddressClass classify_address(std::string_view text) {
  const std::string address(text.substr(0, text.find('%')));
  in_addr v4{};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) {
    return classify_ipv4(ntohl(v4.s_addr));
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, address.c_str(), &v6) == 1) {
    return classify_ipv6(bytes_of(v6));
  }
  return AddressClass::forbidden;
}

AddressClass classify_connection(const sockaddr& address) {
  const AddressClass kind = classify_address(address);
  return kind == AddressClass::global && is_own_address(address) ? AddressClass::private_use : kind;
}

std::uint16_t port_of(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  }
  if (address.sa_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  }
  return 0;
}

}  // namespace muster
