#include "extractors/surveys/json_split.h"
#include "tests/extractors/surveys/parse_helpers.h"

#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace muster;

namespace {

std::optional<std::vector<JsonList>> lists_in(std::string_view document) {
  return find_json_lists(document, [](std::size_t) {});
}

std::vector<std::string> entries_of(std::string_view list) {
  std::vector<std::string> entries;
  const auto wrong = split_json_list(list, [&](std::string_view entry, std::size_t offset) {
    CHECK(list.substr(offset, entry.size()) == entry);
    entries.emplace_back(entry);
    return true;
  });
  CHECK_FALSE(wrong);
  return entries;
}

// Spaces behind a document make it one that is read record by record.
std::string large(std::string document) {
  return document + std::string(100'000, ' ');
}

}  // namespace

TEST_CASE("lists of a document are found at its root and below its root, and nowhere else") {
  const std::string root = R"([{"a": [1]}, [2]])";
  auto found = lists_in(root);
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(found->front().name.empty());
  CHECK(root.substr(found->front().begin, found->front().end - found->front().begin) ==
        R"({"a": [1]}, [2])");

  const std::string object = R"({"x": {"items": [1]}, "items" : [{"b": "]["}], "n": 1, "more":[]})";
  found = lists_in(object);
  REQUIRE(found);
  REQUIRE(found->size() == 2);
  CHECK(found->at(0).name == "items");
  CHECK(object.substr(found->at(0).begin, found->at(0).end - found->at(0).begin) ==
        R"({"b": "]["})");
  CHECK(found->at(1).name == "more");
}

TEST_CASE("what is never closed, or goes on behind its end, has no lists") {
  for (const auto* document : {"[", "[1", "{\"a\": [1}", "[]]", "[][]", "{}}", "[\"a]", "", "1"}) {
    INFO(document);
    CHECK_FALSE(lists_in(document));
  }
}

TEST_CASE("entries of a list are split at its commas only") {
  CHECK(entries_of(R"({"a": ","}, [1, 2], "x,\"y", 3)") ==
        std::vector<std::string>{R"({"a": ","})", "[1, 2]", R"("x,\"y")", "3"});
  CHECK(entries_of("  ").empty());
  CHECK(entries_of(R"("\\", {"b": "\\\""})") ==
        std::vector<std::string>{R"("\\")", R"({"b": "\\\""})"});
}

TEST_CASE("entries that nothing or too much stands between are told by their offset") {
  const auto wrong = [](std::string_view list) {
    return split_json_list(list, [](std::string_view, std::size_t) { return true; });
  };
  CHECK(wrong("{} {}") == 3);
  CHECK(wrong("{},") == 3);
  CHECK(wrong(",{}") == 0);
  CHECK(wrong("{},,{}") == 3);
  CHECK(wrong("{}, {}") == std::nullopt);
}

TEST_CASE("brackets and quotes count the same wherever the blocks of 64 bytes begin") {
  std::mt19937 random(7);
  constexpr const char* kPieces[] = {R"({"a":"[\\"})", R"(["\"",{}])", R"("\\\"]")", "17", "{}"};
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> expected;
    std::string list;
    for (int i = 0; i < 20; ++i) {
      list += i > 0 ? "," : "";
      list += std::string(random() % 40, ' ');
      expected.emplace_back(kPieces[random() % std::size(kPieces)]);
      list += expected.back();
    }
    CHECK(entries_of(list) == expected);
    CHECK(lists_in("[" + list + "]"));
  }
}

TEST_CASE("a large document gives what a small one gives, with the same places") {
  std::string items;
  for (int i = 0; i < 3; ++i) {
    items +=
        std::string(i > 0 ? "," : "") + R"({"token":"t)" + std::to_string(i) +
        R"(","submitted_at":"2026-03-01T12:00:00Z","answers":[{"field":{"id":"f","type":"number"},"type":"number","number":)" +
        std::to_string(i) + "}]}";
  }
  items += R"(, 5, {"token":"bad","submitted_at":"2026-03-01T12:00:00Z","answers":[1]})";
  for (const auto& document : {R"({"total_items":9,"items":[)" + items + "]}", "[" + items + "]"}) {
    const auto small = parse_good(document);
    const auto big = parse_good(large(document));
    CHECK(small.responses == big.responses);
    CHECK(small.rejected == big.rejected);
    CHECK(small.definition == big.definition);
    CHECK(small.notes == big.notes);
    CHECK(small.responses.size() == 3);
    REQUIRE(small.rejected.size() == 2);
  }
}

TEST_CASE("a large document with one record that is no JSON is refused with line and column") {
  const auto error =
      parse_bad(large("{\"total_items\":2,\"items\":[{\"token\":\"a\"},\n{\"token\":tru}]}"));
  CHECK(error.where.starts_with("line 2, column 1"));
  const auto half = parse_bad("{\"total_items\":2,\"items\":[" + std::string(100'000, ' ') +
                              "{\"token\":\"a\"},");
  CHECK(half.what.starts_with("not valid JSON"));
}

TEST_CASE("records in lines may be of any number; a cut last line refuses the whole") {
  std::string lines;
  for (int i = 0; i < 2000; ++i) {
    lines += R"({"id":"r)" + std::to_string(i) + R"(","Why?":"because )" + std::to_string(i) +
             R"(","score":)" + std::to_string(i % 5) + "}\n";
  }
  const auto parsed = parse_good(lines);
  CHECK(parsed.responses.size() == 2000);
  CHECK(parsed.responses[1999].where == "line 2000");
  const auto error = parse_bad(lines + R"({"id":"r2000","Wh)");
  CHECK(error.where == "line 2001");
  CHECK(error.what.find("half-written") != std::string::npos);
  const auto bad_line = parse_good("{\"id\":1,\"a\":2}\n{\"id\":tru}\n{\"id\":3,\"a\":4}\n");
  REQUIRE(bad_line.rejected.size() == 1);
  CHECK(bad_line.rejected[0].where == "line 2");
}

TEST_CASE("a table that ends within a row is half an export; a whole last row needs no line end") {
  const auto error = parse_bad("id,Why?,Where?\n1,a,b\n2,c");
  CHECK(error.where == "line 3");
  CHECK(error.what.find("half-written") != std::string::npos);
  CHECK(parse_good("id,Why?,Where?\n1,a,b\n2,c,d").responses.size() == 2);
  const auto short_row = parse_good("id,Why?,Where?\n1,a,b\n2,c\n");
  REQUIRE(short_row.rejected.size() == 1);
  CHECK(short_row.rejected[0].where == "line 3");
}
