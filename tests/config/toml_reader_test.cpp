#include "config/toml_reader.h"

#include "config/toml_text.h"
#include "tests/config/support.h"

#include <functional>

#include <catch2/catch.hpp>

using namespace muster;
using muster::testing::problems_of;
using Lines = std::vector<std::string>;

namespace {

enum class Fruit { apple, pear };

// Reads `text` with `ask` and gives the problems.
Lines read(std::string_view text, const std::function<void(TomlTable&)>& ask) {
  return problems_of([&] {
    Problems problems;
    TomlDocument document(text, "f.toml", problems);
    TomlTable root = document.root();
    ask(root);
    document.finish();
    problems.throw_if_any();
  });
}

}  // namespace

template <>
inline constexpr auto muster::kEnumNames<Fruit> =
    muster::enum_names<Fruit>({{Fruit::apple, "apple"}, {Fruit::pear, "pear"}});

TEST_CASE("Values of every type are read, and missing keys leave the default") {
  std::string text = "default";
  std::string other = "default";
  bool flag = false;
  int count = 0;
  std::uint64_t bytes = 0;
  double share = 0;
  Milliseconds time{};
  Fruit fruit = Fruit::apple;
  std::vector<std::string> list;
  CHECK(read("text = \"x\"\nflag = true\ncount = -3\nbytes = 5_000_000_000\nshare = 1\ntime = "
             "\"1h30m\"\n"
             "fruit = \"pear\"\nlist = [\"a\", 'b']",
             [&](TomlTable& root) {
               root.text("text", text);
               root.text("other", other);
               root.flag("flag", flag);
               root.integer("count", count, -5, 5);
               root.integer("bytes", bytes, 0, 10'000'000'000);
               root.number("share", share, 0, 1);
               root.duration("time", time, Milliseconds(0), std::chrono::hours(2));
               root.word("fruit", fruit);
               root.texts("list", list);
             }) == Lines{});
  CHECK(text == "x");
  CHECK(other == "default");
  CHECK(flag);
  CHECK(count == -3);
  CHECK(bytes == 5'000'000'000);
  CHECK(share == 1.0);
  CHECK(time == std::chrono::minutes(90));
  CHECK(fruit == Fruit::pear);
  CHECK(list == Lines{"a", "b"});
}

TEST_CASE("A value of another type is reported at its place and leaves the default") {
  int count = 7;
  std::string text = "default";
  CHECK(
      read(
          "count = \"7\"\n  text = 5\nflag = 1\nshare = \"half\"\ntime = 30\nlist = \"a\"\n[fruit]",
          [&](TomlTable& root) {
            root.integer("count", count, 0, 9);
            root.text("text", text);
            bool flag = false;
            root.flag("flag", flag);
            double share = 0;
            root.number("share", share, 0, 1);
            Milliseconds time{};
            root.duration("time", time, Milliseconds(0), Milliseconds(9));
            std::vector<std::string> list;
            root.texts("list", list);
            Fruit fruit{};
            root.word("fruit", fruit);
          }) == Lines{"f.toml:1:9: count: must be a whole number, not text",
                      "f.toml:2:10: text: must be text in quotes, not a whole number",
                      "f.toml:3:8: flag: must be true or false, not a whole number",
                      "f.toml:4:9: share: must be a number, not text",
                      "f.toml:5:8: time: must be a duration such as \"500ms\", \"30s\", \"5m\", "
                      "\"2h\" or \"1d\", not a whole "
                      "number",
                      "f.toml:6:8: list: must be a list of texts ([\"a\", \"b\"]), not text",
                      "f.toml:7:1: fruit: must be text in quotes, not a table"});
  CHECK(count == 7);
  CHECK(text == "default");
}

TEST_CASE("A value out of range names the range") {
  int count = 7;
  double share = 0.5;
  Milliseconds time(5);
  CHECK(read("count = 10\nshare = 1.5\ntime = \"2h\"\nnan = nan\ninf = inf",
             [&](TomlTable& root) {
               root.integer("count", count, 0, 9);
               root.number("share", share, 0, 1);
               root.duration("time", time, Milliseconds(1), std::chrono::hours(1));
               root.number("nan", share, 0, 1);
               root.number("inf", share, 0, 1);
             }) == Lines{"f.toml:1:9: count: 10 is out of range; allowed: 0 to 9",
                         "f.toml:2:9: share: 1.5 is out of range; allowed: 0 to 1",
                         "f.toml:3:8: time: 2h is out of range; allowed: 1ms to 1h",
                         "f.toml:4:7: nan: must be a finite number",
                         "f.toml:5:7: inf: must be a finite number"});
  CHECK(count == 7);
  CHECK(share == 0.5);
  CHECK(time == Milliseconds(5));
}

TEST_CASE("A whole number beyond 64 bits is a syntax error with its place") {
  const Lines lines = read("a = 1\nb = 99999999999999999999", [](TomlTable&) {});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("f.toml:2:"));
  CHECK(lines[0].find("not valid TOML") != std::string::npos);
}

TEST_CASE("An unknown word and a bad duration say what would be right") {
  CHECK(read("fruit = \"peer\"\ntime = \"30 sec\"\nempty = \"\"",
             [](TomlTable& root) {
               Fruit fruit{};
               Milliseconds time{};
               root.word("fruit", fruit);
               root.duration("time", time, Milliseconds(0), Milliseconds(9));
               root.word("empty", fruit);
             }) == Lines{"f.toml:1:9: fruit: 'peer' is not known; did you mean 'pear'?",
                         "f.toml:2:8: time: '30 sec' is not a duration such as \"500ms\", \"30s\", "
                         "\"5m\", \"2h\" or \"1d\"",
                         "f.toml:3:9: empty: '' is not known; known: apple, pear"});
}

TEST_CASE("Unknown keys at every level name the nearest known one") {
  CHECK(read("nme = 1\n[jobs]\nruners = 2\n[[source]]\nname = \"a\"\n[[source]]\nnam = "
             "\"b\"\n[zzz]\nx = 1",
             [](TomlTable& root) {
               std::string name;
               root.text("name", name);
               TomlTable jobs = root.table("jobs");
               int runners = 0;
               jobs.integer("runners", runners, 0, 9);
               for (TomlTable& source : root.tables("source")) {
                 source.text("name", name);
               }
             }) == Lines{"f.toml:1:1: nme: unknown key; did you mean 'name'?",
                         "f.toml:3:1: jobs.runers: unknown key; did you mean 'runners'?",
                         "f.toml:7:1: source[2].nam: unknown key; did you mean 'name'?",
                         "f.toml:8:2: zzz: unknown key; known: name, jobs, source"});
}

TEST_CASE("A missing key is reported at the table that should have it") {
  CHECK(read("[a]\n\n[[b]]\n",
             [](TomlTable& root) {
               root.table("a").require("name", "write it");
               root.tables("b").front().require("name", "write it");
               root.table("c").require("name", "write it");
             }) == Lines{"f.toml: c.name: is missing; write it",
                         "f.toml:1:1: a.name: is missing; write it",
                         "f.toml:3:1: b[1].name: is missing; write it"});
}

TEST_CASE("What stands in the place of a table is reported once, not for each key that it lacks") {
  CHECK(read("a = 5\nb = [1]\nc = 2",
             [](TomlTable& root) {
               TomlTable a = root.table("a");
               a.require("name", "write it");
               a.table("deep").require("name", "write it");
               CHECK(root.tables("b").empty());
               CHECK(root.tables("c").empty());
             }) == Lines{"f.toml:1:5: a: must be a table ([a]), not a whole number",
                         "f.toml:2:6: b[1]: must be a table, not a whole number",
                         "f.toml:3:5: c: must be a list of tables ([[c]]), not a whole number"});
}

TEST_CASE("Control characters in texts are refused and shown safely") {
  CHECK(read("a = \"x\\u0000y\"\nb = [\"ok\", \"\\u001b[2J\"]\n\"k\\ney\" = 1",
             [](TomlTable& root) {
               std::string text;
               root.text("a", text);
               std::vector<std::string> list;
               root.texts("b", list);
             }) == Lines{"f.toml:1:5: a: a control character (\\x00) is not allowed in a text",
                         "f.toml:2:12: b[2]: a control character (\\x1b) is not allowed in a text",
                         "f.toml:3:1: k\\ney: unknown key; known: a, b"});
}

TEST_CASE("Syntax errors come with line and column") {
  const auto nothing = [](TomlTable& root) {
    root.require("name", "not asked for when the text is no TOML");
  };
  for (const auto& [text, place] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"a = 1\nb 2\n", "f.toml:2:3:"},
           {"a = \n", "f.toml:1:5:"},
           {"[a\n", "f.toml:1:3:"},
           {"a = 1\na = 2\n", "f.toml:2:"},
           {"a = \"x\n\"", "f.toml:1:7:"},
           {"a = [1, 2\n", "f.toml:"},
           {"[]\n", "f.toml:1:2:"},
           {"[.a]\n", "f.toml:1:2:"},
           {"[\\]\n", "f.toml:1:2:"},
           {"a = 2026-13-40\n", "f.toml:1:"}}) {
    const Lines lines = read(text, nothing);
    INFO(text);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].starts_with(place));
    CHECK(lines[0].find("not valid TOML: ") != std::string::npos);
  }
}

TEST_CASE("Invalid UTF-8 is reported with its place, counted in characters") {
  const auto nothing = [](TomlTable&) {};
  CHECK(read("a = 1\nb = \"\xC3\xA9\xFF\"\n", nothing) ==
        Lines{"f.toml:2:7: the byte 0xff is not valid UTF-8; save the file as UTF-8"});
  CHECK(read("\x80", nothing) ==
        Lines{"f.toml:1:1: the byte 0x80 is not valid UTF-8; save the file as UTF-8"});
}

TEST_CASE("A byte order mark and CRLF are taken as they come") {
  CHECK(read("\xEF\xBB\xBF"
             "a = 1\r\nb = 2\r\n",
             [](TomlTable& root) {
               int value = 0;
               root.integer("a", value, 1, 1);
               root.integer("b", value, 2, 2);
             }) == Lines{});
}

TEST_CASE("Nesting that would overflow the stack is refused before it is parsed") {
  const auto nothing = [](TomlTable&) {};
  const auto repeated = [](std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) {
      all += text;
    }
    return all;
  };
  CHECK(read(repeated("a.", 100'000) + "a = 1", nothing) ==
        Lines{"f.toml:1:64: nested deeper than 32 levels"});
  CHECK(read("x = " + repeated("[", 100'000), nothing) ==
        Lines{"f.toml:1:37: nested deeper than 32 levels"});
  CHECK(read("[" + repeated("\"a\".", 50'000) + "a]", nothing).size() == 1);
  CHECK(read("x = " + repeated("{a = ", 50'000), nothing).size() == 1);
  // Dots and brackets in strings, comments and numbers are none.
  for (const std::string& text : {"x = \"" + repeated("[.", 500) + "\"",
                                  "x = '" + repeated("[.", 500) + "'",
                                  "x = \"\"\"\n" + repeated("[.\n", 500) + "\"\"\"",
                                  "x = 1 #" + repeated("[.", 500),
                                  "x = [" + repeated("1.5, ", 500) + "]",
                                  "x = \"\\\"" + repeated("[.", 500) + "\"",
                                  "x = '''" + repeated("'.[", 500) + "'''"}) {
    CHECK_FALSE(find_too_deep(text));
  }
}

TEST_CASE("A text of more than a megabyte is refused") {
  CHECK(read("# " + std::string(1'000'000, 'x'), [](TomlTable&) {}) ==
        Lines{"f.toml: is 1.0 MB long; at most 1.0 MB are read"});
}

TEST_CASE("Very long keys and words are shortened in messages") {
  const std::string key(5000, 'k');
  const Lines lines = read(key + " = 1\nfruit = \"" + key + "\"", [](TomlTable& root) {
    Fruit fruit{};
    root.word("fruit", fruit);
  });
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].size() < 200);
  CHECK(lines[1].size() < 200);
}

TEST_CASE("After two hundred problems the rest is counted") {
  std::string text;
  for (int i = 0; i < 500; ++i) {
    text += "key" + std::to_string(i) + " = 1\n";
  }
  const Lines lines = read(text, [](TomlTable& root) { root.has("x"); });
  REQUIRE(lines.size() == 201);
  CHECK(lines[0].starts_with("f.toml:1:1: key0: unknown key"));
  CHECK(lines[199].starts_with("f.toml:200:1: "));
  CHECK(lines[200] == "f.toml: and 300 more problems");
}
