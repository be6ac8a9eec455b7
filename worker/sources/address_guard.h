#pragma once

#include <cstdint>
#include <string_view>

#include <sys/socket.h>

namespace muster {

// What may be connected to on behalf of an untrusted URL. Judged on the address of the connection
// itself, never on the text of a URL: names, rebinding resolvers and odd spellings of numbers then
// make no difference.
enum class AddressClass {
  global,       // anybody's server on the internet
  private_use,  // loopback, private and shared address space, our own addresses: only where the
                // operator allows it
  forbidden,  // never: link-local (cloud metadata), multicast, reserved, and IPv6 forms that carry
              // another address
};

// IPv4 by the IANA special-purpose registry (RFC 6890 and successors). IPv6: only 2000::/3 can be
// global, less the blocks in it that are documentation, tunnels or protocol assignments. Anything
// but IPv4 and IPv6 is forbidden.
AddressClass classify_address(const sockaddr& address);

// The same for an address as text ("10.0.0.1", "fe80::1%eth0"); forbidden where it is none.
AddressClass classify_address(std::string_view text);

// classify_address, and `private_use` for the addresses of this machine's own interfaces. A
// connection to one of these reaches our own services although the address looks public.
AddressClass classify_connection(const sockaddr& address);

// The port in host byte order; 0 for another family.
std::uint16_t port_of(const sockaddr& address);

}  // namespace muster
