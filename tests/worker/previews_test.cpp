// What reviewers look at, through the whole program.

#include "tests/support/program.h"
#include "tests/worker/campaign.h"

#include <array>
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace muster;
using namespace muster::testing;

namespace {

// What a photo says of itself: an EXIF block with a camera, which no reader needs to know.
std::string with_camera(const std::string& jpeg) {
  using namespace std::string_literals;
  const std::string payload =
      "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x0F\0\x02\0\0\0\x0E\0\0\0\x1A\0\0\0\0SECRET CAMERA\0"s;
  const std::size_t length = payload.size() + 2;
  return jpeg.substr(0, 2) + "\xFF\xE1"s + static_cast<char>(length >> 8) +
         static_cast<char>(length & 0xFF) + payload + jpeg.substr(2);
}

Json listed(const Campaign& campaign, const std::string& submission) {
  return campaign.json({"assets", "previews", "--submission", submission}).at("previews");
}

// Sends a request to the daemon and gives all that comes until it hangs up.
std::string ask_socket(const std::filesystem::path& path, const std::string& request) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.native().copy(address.sun_path, sizeof address.sun_path - 1) ==
          path.native().size());
  REQUIRE(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size()));
  std::string answer;
  std::array<char, 4096> piece{};
  for (ssize_t got = 0; (got = ::read(fd, piece.data(), piece.size())) > 0;) {
    answer.append(piece.data(), static_cast<std::size_t>(got));
  }
  ::close(fd);
  return answer;
}

}  // namespace

TEST_CASE("reviewers see a thumbnail of a photo, and nothing that the photo says of itself") {
  const Campaign campaign;
  campaign.drop("photo", with_camera(make_photo(1)), "#ad Fizzolo");
  campaign.json({"run", "--once"});
  const Json previews = campaign.json({"assets", "previews", "1"}).at("previews");
  REQUIRE(previews.size() == 1);
  CHECK(previews[0].at("kind") == "thumbnail");
  CHECK(previews[0].at("state") == "made");
  CHECK(previews[0].at("width") == 384);
  CHECK(previews[0].at("height") == 480);

  const auto folder = campaign.folder() / "look";
  campaign.json({"assets", "previews", "1", "--to", folder.string()});
  const std::string bytes = read_file(folder / "assets-1-thumbnail.jpg");
  REQUIRE(bytes.starts_with("\xFF\xD8\xFF\xE0"));
  CHECK(bytes.find("Exif") == std::string::npos);
  CHECK(bytes.find("SECRET") == std::string::npos);
  CHECK(campaign.muster({"verify"}).status == 0);
}

TEST_CASE(
    "a submission of several files has one contact sheet; a broken file says why it has none") {
  const Campaign campaign;
  std::vector<std::string> submit = {"submit"};
  for (int i = 0; i < 3; ++i) {
    const auto file = campaign.folder() / fmt::format("photo-{}.jpg", i);
    write_file(file, i == 1 ? "no photo" : make_photo(i));
    submit.push_back(file.string());
  }
  for (const char* word :
       {"--campaign", "spring", "--creator", "mia", "--caption", "#ad Fizzolo"}) {
    submit.push_back(word);
  }
  campaign.json(submit);
  campaign.json({"run", "--once"});
  const Json previews = listed(campaign, "1");
  REQUIRE(previews.size() == 4);
  CHECK(previews[0].at("of") == "submissions/1");
  CHECK(previews[0].at("kind") == "contact_sheet");
  CHECK(previews[0].at("state") == "made");
  CHECK(previews[2].at("state") == "missing");
  CHECK(previews[2].at("why").get<std::string>().find("can't be shown") != std::string::npos);

  const auto folder = campaign.folder() / "look";
  const Finished shown =
      campaign.muster({"assets", "previews", "--submission", "1", "--to", folder.string()});
  CHECK(shown.status == 0);
  CHECK(shown.out.find("submissions-1-contact_sheet.jpg") != std::string::npos);
  CHECK(read_file(folder / "submissions-1-contact_sheet.jpg").starts_with("\xFF\xD8"));
}

TEST_CASE("previews are made once for the same bytes, and not at all where nobody wants them") {
  const Campaign campaign;
  campaign.drop("one", make_photo(1), "#ad Fizzolo");
  campaign.drop("two", make_photo(1), "#ad Fizzolo, again");
  campaign.json({"run", "--once"});
  CHECK(listed(campaign, "1")[0].at("byte_size") == listed(campaign, "2")[0].at("byte_size"));

  const Campaign without("\n[decode]\npreviews = false\n");
  without.drop("one", make_photo(1), "#ad Fizzolo");
  without.json({"run", "--once"});
  CHECK(listed(without, "1").empty());
  const Finished none = without.muster({"assets", "previews", "9"});
  CHECK(none.status == 1);
  CHECK(none.err.find("there is no asset 9") != std::string::npos);
}

TEST_CASE("the daemon serves a preview to be shown, and never as a page") {
  const Campaign campaign;
  campaign.drop("photo", make_photo(1), "#ad Fizzolo");
  RunningMuster daemon(campaign.with_config({"run"}), campaign.folder() / "log");
  campaign.await_daemon();
  for (int i = 0; i < 300 && campaign.json({"status"}).at("submissions").at("seen") != 1; ++i) {
  }
  for (int i = 0; i < 300 && campaign.json({"status"}).at("submissions").at("waiting") != 0; ++i) {
  }
  const std::string answer =
      ask_socket(campaign.folder() / "data/muster.sock",
                 "GET /api/v1/assets/1/previews/thumbnail HTTP/1.1\r\nHost: muster\r\n"
                 "Connection: close\r\n\r\n");
  const std::string headers = answer.substr(0, answer.find("\r\n\r\n"));
  INFO(headers);
  CHECK(headers.starts_with("HTTP/1.1 200"));
  CHECK(headers.find("Content-Type: image/jpeg") != std::string::npos);
  CHECK(headers.find("X-Content-Type-Options: nosniff") != std::string::npos);
  CHECK(headers.find("Content-Security-Policy: default-src 'none'; sandbox") != std::string::npos);
  CHECK(headers.find("inline; filename=\"assets-1-thumbnail.jpg\"") != std::string::npos);
  const std::string refused = ask_socket(campaign.folder() / "data/muster.sock",
                                         "GET /api/v1/assets/1/previews/clip HTTP/1.1\r\n"
                                         "Host: muster\r\nConnection: close\r\n\r\n");
  CHECK(refused.starts_with("HTTP/1.1 404"));
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
}
