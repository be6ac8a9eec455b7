#include "extractors/text/json_place.h"
#include "extractors/text/json_value.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

namespace muster {
namespace {

std::string error_of(std::string_view document, JsonLimits limits = {}) {
  const Parsed<JsonValue> value = read_json(document, limits);
  return value ? "no error" : to_string(value.error());
}

TEST_CASE("JSON is read with keys in order, repeated keys and long whole numbers kept") {
  const Parsed<JsonValue> value = read_json(
      "\xEF\xBB\xBF{\"b\": 18446744073709551615, \"a\": [true, null, \"x\\u00e9\", -3, 1.5], "
      "\"b\": 2}",
      {});
  REQUIRE(value);
  REQUIRE(value->members.size() == 3);
  CHECK(value->members[0].name == "b");
  CHECK(value->members[0].value.text == "18446744073709551615");
  CHECK(value->members[1].value.items[2].text == "xé");
  CHECK(value->members[1].value.items[3].text == "-3");
  CHECK(value->members[1].value.items[4].kind == JsonKind::decimal);
  CHECK(value->members[2].name == "b");
}

TEST_CASE("faults of JSON are told in words, with line and column") {
  CHECK(error_of("") == "line 1, column 1: is empty; it should hold an object in braces");
  CHECK(error_of("{\n  \"a\": 1,\n}") == "line 2, column 9: a comma too many: nothing follows it");
  CHECK(error_of("{\"é\": tru}") ==
        "line 1, column 7: expected a value (text in double quotation marks, a number, "
        "true, false, null, [ or {), found 't'");
  CHECK(error_of("{'a': 1}") ==
        "line 1, column 2: single quotation marks; JSON needs double ones (\")");
  CHECK(error_of("{“a”: 1}") ==
        "line 1, column 2: curly quotation marks; JSON needs straight ones (\")");
  CHECK(error_of("{\"a\": 1 // one\n}") == "line 1, column 9: JSON has no comments; remove it");
  CHECK(error_of("{\"a\": \"x\ny\"}") ==
        "line 1, column 9: a line break within a text; write it as \\n");
  CHECK(error_of("{\"a\": \"x}") ==
        "line 1, column 7: this text is not closed by a quotation mark");
  CHECK(error_of("{\"a\" 1}") == "line 1, column 6: expected ':' after the key, found '1'");
  CHECK(error_of("{\"a\": [1 2]}") ==
        "line 1, column 10: expected ',' or ']' after the value, found '2'");
  CHECK(error_of("{\"a\": 1") ==
        "line 1, column 8: ends too early: expected ',' or '}' after the value");
  CHECK(error_of("{} {}") == "line 1, column 4: there is something after the end of the document");
  CHECK(error_of("{\"a\": 007}") ==
        "line 1, column 7: a number may not begin with 0; write an id as text in quotation marks");
  CHECK(error_of("{\"a\": 123456789012345678901234}") ==
        "line 1, column 7: the number is too large; write an id as text in quotation marks");
  CHECK(error_of("{\"a\": 1e999}") ==
        "line 1, column 7: the number is too large; write an id as text in quotation marks");
  CHECK(error_of("{\"a\": \"C:\\x\"}") ==
        "line 1, column 10: not an escape of JSON; a backslash itself is written \\\\");
  CHECK(
      error_of("{\"a\": \"\\ud83d\"}") ==
      "line 1, column 8: half a character: the first half of a surrogate pair without the second");
}

TEST_CASE("other encodings, NUL, size and depth are refused in words") {
  CHECK(error_of(std::string_view("{\0\"\0a\0", 6)) ==
        "is written in UTF-16 or UTF-32; save it as UTF-8");
  CHECK(error_of("\xFF\xFE{") == "is written in UTF-16 or UTF-32; save it as UTF-8");
  CHECK(error_of("\xFE\xFF") == "is written in UTF-16 or UTF-32; save it as UTF-8");
  CHECK(error_of("{\"a\":\n\"caf\xE9\"}") ==
        "line 2, column 5: is not UTF-8 (byte 0xe9); save the file as UTF-8");
  CHECK(error_of(std::string_view("{\"a\": \"\0\"}", 10)) ==
        "line 1, column 8: there is a NUL byte");
  CHECK(error_of("{\"a\": 1}", {.max_bytes = 5}) == "has 8 bytes; at most 5 bytes are read");
  CHECK(error_of("[[1]]", {.max_depth = 2}) == "no error");
  CHECK(error_of("[[[1]]]", {.max_depth = 2}) ==
        "line 1, column 3: more than 2 lists and objects within each other");
  CHECK(error_of("[\"[[[[\\\"[[\"]", {.max_depth = 1}) == "no error");
  const std::string deep(500'000, '[');
  CHECK(error_of(deep) == "line 1, column 33: more than 32 lists and objects within each other");
}

TEST_CASE("a JSON pointer leads to its value") {
  const std::string_view json = "{\"a\": {\"b/c\": [1, {\"d\": 2}]}, \"a~\": 3}";
  CHECK(find_json_pointer(json, "/a/b~1c/1/d") == json.find('2'));
  CHECK(find_json_pointer(json, "/a~0") == json.find('3'));
  CHECK(find_json_pointer(json, "") == 0);
  CHECK(find_json_pointer(json, "/a/x") == std::nullopt);
  CHECK(line_and_column("a\nbé c", 6) == "line 2, column 4");
}

// The scanner that explains must agree with the parser that decides.
void check_agreement(const std::string& json) {
  CAPTURE(json);
  const bool parsed = read_json(json, {.max_bytes = 10'000'000, .max_depth = 500}).has_value();
  const bool fits = !find_json_problem(json, 500).has_value();
  CHECK(parsed == fits);
}

TEST_CASE("the explaining scanner and the parser agree about cut and changed documents") {
  const std::string whole =
      R"({"id":"a-1","n":[-0,1.5e+3,0.1E-2,12],"s":"\u00e9\ud83d\ude00\n\\","t":true,"f":false,"z":null,"o":{"":{}}, "l":[[],[{}]]})";
  check_agreement(whole);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    check_agreement(whole.substr(0, i));
    check_agreement(whole.substr(0, i) + whole.substr(i + 1));
    for (const char c : {'"', '}', ']', ',', '0', '-', '\\', 'e', '\x01', ' '}) {
      std::string changed = whole;
      changed[i] = c;
      check_agreement(changed);
    }
  }
}

TEST_CASE("the explaining scanner and the parser agree about a public test suite", "[data]") {
  const char* data = std::getenv("MUSTER_TEST_DATA");
  if (data == nullptr || *data == '\0') {
    return;
  }
  const std::filesystem::path folder =
      std::filesystem::path(data) / "hostile/json-testsuite/test_parsing";
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json" || entry.file_size() > 1'000'000) {
      continue;
    }
    std::ifstream stream(entry.path(), std::ios::binary);
    std::stringstream text;
    text << stream.rdbuf();
    const std::string name = entry.path().filename().string();
    const Parsed<JsonValue> value =
        read_json(text.str(), {.max_bytes = 10'000'000, .max_depth = 500});
    CAPTURE(name);
    if (name[0] != 'i') {
      CHECK(value.has_value() == (name[0] == 'y'));
    }
    if (!value) {
      CHECK_FALSE(value.error().what.starts_with("is not JSON that can be read"));
    }
    ++files;
  }
  CHECK(files > 200);
}

}  // namespace
}  // namespace muster
