#include "config/config.h"
#include "tests/config/support.h"

#include <catch2/catch.hpp>

using namespace muster;
using muster::testing::problems_of;
using muster::testing::TemporaryFolder;
using Lines = std::vector<std::string>;

namespace {

std::vector<Creator> load(std::string_view text) {
  const TemporaryFolder folder;
  return load_creators(folder.write("c.csv", text), TierThresholds());
}

// The problems, without the folder's name.
Lines problems_in_creators(std::string_view text) {
  const TemporaryFolder folder;
  const std::string prefix = folder.path().string() + "/";
  Lines lines = problems_of([&] { load_creators(folder.write("c.csv", text), TierThresholds()); });
  for (std::string& line : lines) {
    line.erase(0, prefix.size());
  }
  return lines;
}

std::optional<std::int64_t> followers(const std::string& text) {
  return load("handle,followers\na,\"" + text + "\"\n").at(0).followers;
}

}  // namespace

TEST_CASE("A list of creators is read with all its columns in any order") {
  const auto creators = load(
      "Platform,handle,Followers,name,country,tier,e-mail\r\n"
      "Instagram, @Mia.Cooks ,12500,\"Mia \"\"the cook\"\", M.\",de,,mia@example.org\r\n"
      "tiktok,joe,1.2M,Joe,US,macro,\r\n");
  REQUIRE(creators.size() == 2);
  CHECK(creators[0] ==
        Creator{"mia.cooks", "instagram", "Mia \"the cook\", M.", 12'500, Tier::micro, "DE"});
  CHECK(creators[1] == Creator{"joe", "tiktok", "Joe", 1'200'000, Tier::macro, "US"});
}

TEST_CASE("A byte order mark, semicolons, blank lines and a missing last line break are taken") {
  const auto creators = load("\xEF\xBB\xBFhandle;followers\n\na;5\n\nb;6");
  REQUIRE(creators.size() == 2);
  CHECK(creators[0].handle == "a");
  CHECK(creators[1].followers == 6);
}

TEST_CASE("Tiers come from the thresholds unless the list says otherwise") {
  const auto creators = load("handle,followers,tier\na,99999,\nb,100000,\nc,1M,\nd,,\ne,5,mega\n");
  std::vector<Tier> tiers;
  for (const Creator& creator : creators) {
    tiers.push_back(creator.tier);
  }
  CHECK(tiers == std::vector{Tier::micro, Tier::macro, Tier::mega, Tier::unknown, Tier::mega});
}

TEST_CASE("Followers are taken where they can be read in one way only") {
  CHECK(followers("0") == 0);
  CHECK(followers("12500") == 12'500);
  CHECK(followers("12K") == 12'000);
  CHECK(followers("12.5k") == 12'500);
  CHECK(followers("1.25M") == 1'250'000);
  CHECK(followers("3m") == 3'000'000);
  CHECK_FALSE(followers(""));
  for (const std::string text : {"12,500",
                                 "12.500",
                                 "1.234K",
                                 "1.5",
                                 "-5",
                                 "+5",
                                 "1e6",
                                 "12 500",
                                 ".5K",
                                 "5.K",
                                 "K",
                                 "1.2.3M",
                                 "99999999999999999999",
                                 "9999999999999999M",
                                 "0x10",
                                 "1B",
                                 "many"}) {
    INFO(text);
    CHECK(problems_in_creators("handle,followers\na,\"" + text + "\"\n") ==
          Lines{"c.csv:2:3: followers: '" + text +
                "' is no clear number; write 12500, 12.5K or 1.2M"});
  }
}

TEST_CASE("The header must be there and spelled right") {
  CHECK(problems_in_creators("") ==
        Lines{"c.csv:1:1: is empty; the first line must name the columns: handle,followers"});
  CHECK(problems_in_creators("mia,500\n") ==
        Lines{"c.csv:1:1: handle: this column is missing; the first line must name it",
              "c.csv:1:1: followers: this column is missing; the first line must name it"});
  CHECK(problems_in_creators("handle,folowers\nmia,500\n") ==
        Lines{"c.csv:1:1: followers: this column is missing; the first line must name it",
              "c.csv:1:8: folowers: unknown column; did you mean 'followers'?"});
  CHECK(problems_in_creators("handle,followers,handle\na,1,b\n") ==
        Lines{"c.csv:1:18: handle: this column is there twice"});
}

TEST_CASE("Every bad row is reported with its line, also behind fields of several lines") {
  CHECK(problems_in_creators("handle,followers,country,tier,platform\n"
                             "a,x,US,,\n"
                             "\"b\nb\",1,US,,\n"
                             ",1,US,,\n"
                             "c,1,USA,giant,\n"
                             "d,1\n"
                             "e e,1,UK,,\n"
                             "@A,2,us,,\n"
                             "A,2,us,,tiktok\n"
                             "f,1,US,,,\n") ==
        Lines{"c.csv:2:3: followers: 'x' is no clear number; write 12500, 12.5K or 1.2M",
              "c.csv:3:1: handle: holds a line break or another control character",
              "c.csv:3:1: handle: is missing",
              "c.csv:5:1: handle: is missing",
              "c.csv:6:5: country: 'USA' is no country code; write two letters such as US or DE",
              "c.csv:6:9: tier: 'giant' is no tier; write micro, macro or mega",
              "c.csv:7:1: has 2 fields where the header has 5",
              "c.csv:8:1: handle: 'e e' is no handle: it has a space in it",
              "c.csv:8:7: country: the code of the United Kingdom is GB",
              "c.csv:9:1: handle: 'a' is already in line 2",
              "c.csv:11:1: has 6 fields where the header has 5"});
}

TEST_CASE("The same handle on another platform is another creator, on the same one a repetition") {
  CHECK(load("handle,followers,platform\nmia,1,instagram\nmia,2,tiktok\n").size() == 2);
  CHECK(problems_in_creators("handle,followers,platform\nmia,1,instagram\n@MIA,2,Instagram\n") ==
        Lines{"c.csv:3:1: handle: 'mia' is already in line 2 for instagram"});
}

TEST_CASE("Broken quoting is reported and the rows behind it are still read") {
  CHECK(problems_in_creators("handle,followers\na\"b,1\n\"c\"d,2\ne,x\n") ==
        Lines{"c.csv:2:1: has 1 fields where the header has 2",
              "c.csv:2:2: a quote within a field; put the whole field in quotes and write the "
              "quote twice",
              "c.csv:3:1: has 1 fields where the header has 2",
              "c.csv:3:4: text behind the closing quote of a field",
              "c.csv:4:3: followers: 'x' is no clear number; write 12500, 12.5K or 1.2M"});
  CHECK(problems_in_creators("handle,followers\na,\"1\nb,2\n") ==
        Lines{"c.csv:2:3: this quote is never closed",
              "c.csv:2:3: followers: holds a line break or another control character"});
}

TEST_CASE("A list that is not UTF-8 says how to save it") {
  CHECK(problems_in_creators("handle,followers\nm\xC3\xBC,1\nm\xFC,2\n") ==
        Lines{"c.csv:3:2: is not UTF-8 here; save the list as UTF-8 (in Excel: \"CSV UTF-8\")"});
}

TEST_CASE("A huge list of wrong rows ends in a count, not in a huge message") {
  std::string text = "handle,followers\n";
  for (int i = 0; i < 5000; ++i) {
    text += "a,x\n";
  }
  const Lines lines = problems_in_creators(text);
  CHECK(lines.size() == 201);
}
