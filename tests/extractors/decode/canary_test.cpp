// Files that point elsewhere: nothing may be fetched, and nothing of this machine shown.

#include "decode_fixture.h"
#include "media_maker.h"
#include "tests/support/temporary_folder.h"

#include <cerrno>
#include <fstream>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace muster;
using namespace muster::test;
using namespace std::string_literals;

namespace {

// Listens on this machine; nobody has a reason to call.
class Canary {
 public:
  Canary() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(socket_, 16) == 0);
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~Canary() { ::close(socket_); }
  Canary(const Canary&) = delete;
  Canary& operator=(const Canary&) = delete;

  int port() const { return port_; }
  bool was_called() const { return ::accept(socket_, nullptr, nullptr) >= 0 || errno != EAGAIN; }

 private:
  int socket_;
  int port_ = 0;
};

// A MOV whose samples are said to lie in another file.
std::string mov_elsewhere() {
  VideoSpec spec;
  spec.extension = ".mov";
  spec.times_ms = steady_times(4, 100);
  std::string bytes = make_video(spec);
  const std::size_t dref = bytes.find("dref");
  REQUIRE(dref != std::string::npos);
  bytes[dref + 4 + 8 + 11] = 0;  // the entry's flag "in this file"
  return bytes;
}

}  // namespace

TEST_CASE("playlists and references reach neither the network nor a file") {
  const Canary canary;
  const TemporaryFolder folder;
  const std::string file = folder / "canary.jpg";
  std::ofstream(file, std::ios::binary) << encode_still(test_picture(64, 48), ".jpg");
  const std::string url = fmt::format("http://127.0.0.1:{}/x", canary.port());

  std::vector<std::string> bodies;
  for (const std::string& target : {url, "file://" + file, file, "concat:" + file}) {
    bodies.push_back("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + target +
                     "\n#EXT-X-ENDLIST\n");
    bodies.push_back("ffconcat version 1.0\nfile '" + target + "'\n");
    bodies.push_back("<?xml version=\"1.0\"?><MPD><Period><BaseURL>" + target +
                     "</BaseURL></Period></MPD>");
    bodies.push_back("<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"" + target +
                     "\"/></svg>");
    bodies.push_back("[playlist]\nFile1=" + target + "\n");
  }
  bodies.push_back(
      fmt::format("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
                  "m=video {} RTP/AVP 96\na=rtpmap:96 H264/90000\n",
                  canary.port()));
  for (const std::string& body : bodies) {
    // As it is, and behind the first bytes of media.
    for (const std::string& head : {""s,
                                    "\0\0\0\x10"
                                    "ftypisom\0\0\0\0"s,
                                    "\x1A\x45\xDF\xA3\x80"s,
                                    "\xFF\xD8\xFF"s}) {
      const DecodedMedia media = decode(head + body);
      CAPTURE(head, body);
      CHECK(media.facts.integrity != Integrity::whole);
      CHECK(media.facts.integrity != Integrity::crashed);
      CHECK(media.frames.empty());
    }
  }
  CHECK(decode(mov_elsewhere()).facts.integrity != Integrity::crashed);
  CHECK_FALSE(canary.was_called());
}
