// Acceptance tests about media, through the whole program.

#include "tests/support/program.h"
#include "tests/worker/campaign.h"

#include <string>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace muster;
using namespace muster::testing;
using namespace std::string_literals;

namespace {

// An EXIF block with a camera and a place in Berlin, put behind the first marker.
std::string with_camera_and_place(const std::string& jpeg) {
  const auto entry = [](const std::string& tag, char type, char count, const std::string& value) {
    return tag + "\0"s + type + "\0\0\0"s + count + value;
  };
  const auto rationals = [](char a, char b, char c) {
    std::string three;
    for (const char value : {a, b, c}) {
      three += "\0\0\0"s + value + "\0\0\0\x01"s;
    }
    return three;
  };
  // The first directory at 8 has two entries and ends at 38; the camera's name follows, 14 bytes;
  // the directory of the place at 52 has four entries and ends at 106.
  std::string tiff = "MM\0*\0\0\0\x08"s;
  tiff += "\0\x02"s + entry("\x01\x0F"s, 2, 14, "\0\0\0\x26"s) +
          entry("\x88\x25"s, 4, 1, "\0\0\0\x34"s) + "\0\0\0\0"s;
  tiff += "SECRET CAMERA\0"s;
  tiff += "\0\x04"s + entry("\0\x01"s, 2, 2, "N\0\0\0"s) + entry("\0\x02"s, 5, 3, "\0\0\0\x6A"s) +
          entry("\0\x03"s, 2, 2, "E\0\0\0"s) + entry("\0\x04"s, 5, 3, "\0\0\0\x82"s) + "\0\0\0\0"s;
  tiff += rationals(52, 31, 12) + rationals(13, 24, 18);
  const std::string payload = "Exif\0\0"s + tiff;
  const std::size_t length = payload.size() + 2;
  return jpeg.substr(0, 2) + "\xFF\xE1"s + static_cast<char>(length >> 8) +
         static_cast<char>(length & 0xFF) + payload + jpeg.substr(2);
}

}  // namespace

TEST_CASE("T5: broken files among a hundred are three explained failures, and the rest go on") {
  const Campaign campaign;
  for (int i = 0; i < 97; ++i) {
    campaign.drop(fmt::format("good-{:02}", i), make_photo(i, 90, 135), "#ad Fizzolo");
  }
  // Media data whose index was to come last, and did not.
  write_file(campaign.inbox() / "cut.mp4",
             "\0\0\0\x14"
             "ftypisom\0\0\0\x01isom\0\x10\0\0mdat"s +
                 std::string(5000, 'x'));
  write_file(campaign.inbox() / "empty.mp4", "");
  write_file(campaign.inbox() / "words.mp4", "this is no video\n");
  const Json identity = campaign.json({"run", "--once"}).at("submissions");
  CHECK(identity.at("holds") == true);
  CHECK(identity.at("seen") == 100);
  CHECK(identity.at("waiting") == 0);
  CHECK(identity.at("failed") == 0);
  int explained = 0;
  const Json listed = campaign.json({"queue", "list", "--limit", "500"});
  for (const Json& row : listed.at("submissions")) {
    const std::string name = row.at("external_id");
    if (!name.ends_with(".mp4")) {
      continue;
    }
    const Json detail = campaign.json({"queue", "show", row.at("id").dump()});
    for (const Json& finding : detail.at("findings")) {
      if (finding.at("check") == "media_integrity") {
        INFO(name << ": " << finding.dump());
        CHECK(finding.at("outcome") == "fail");
        CHECK_FALSE(finding.at("remedy").get<std::string>().empty());
        ++explained;
      }
    }
  }
  CHECK(explained == 3);
}

TEST_CASE("what a photo says of its maker and its place stays in no sidecar, list or export") {
  const Campaign campaign;
  campaign.drop("photo", with_camera_and_place(make_photo(1)), "#ad Fizzolo");
  campaign.json({"run", "--once"});
  const Json detail = campaign.json({"queue", "show", "1"});
  REQUIRE(detail.at("assets").at(0).at("facts").at("has_gps") == true);
  REQUIRE(detail.at("state") == "approved");
  const auto folder = campaign.folder() / "out";
  CHECK(campaign.muster({"assets", "export", "1", "--to", folder.string()}).status == 0);
  std::string all = detail.dump() + campaign.json({"queue", "list"}).dump() +
                    campaign.json({"assets", "search"}).dump() +
                    campaign.muster({"assets", "show", "1"}).out;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    all += read_file(entry.path());
  }
  CHECK(all.size() > 3000);
  for (const char* trace : {"SECRET", "CAMERA", "52.5", "13.40", "latitude", "camera_m"}) {
    CAPTURE(trace);
    CHECK(all.find(trace) == std::string::npos);
  }
  // Whoever needs the very bytes says so.
  const auto originals = campaign.folder() / "originals";
  CHECK(
      campaign.muster({"assets", "export", "1", "--original", "--to", originals.string()}).status ==
      0);
  std::string photo;
  for (const auto& entry : std::filesystem::directory_iterator(originals)) {
    photo += entry.path().extension() == ".json" ? "" : read_file(entry.path());
  }
  CHECK(photo == with_camera_and_place(make_photo(1)));
}
