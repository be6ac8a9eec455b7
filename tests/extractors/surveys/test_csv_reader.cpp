#include "extractors/surveys/csv_encoding.h"
#include "extractors/surveys/csv_reader.h"

#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

using Table = std::vector<std::vector<std::string>>;

Table read_all(std::string_view text, char separator = ',') {
  Table table;
  const auto totals = read_csv(text, separator, [&](const CsvRow& row) {
    CHECK(row.problem.empty());
    table.emplace_back(row.fields.begin(), row.fields.end());
    return true;
  });
  INFO(text);
  REQUIRE(totals);
  CHECK(totals->records == table.size());
  return table;
}

// A record of `count` times the character, and one more record.
std::string filled(std::size_t count, char character) {
  std::string text(count, character);
  text.append("\na");
  return text;
}

std::string in_quotes(const std::string& field) {
  std::string out = "\"";
  for (const char c : field) {
    out += c;
    if (c == '"') {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

TEST_CASE("records end with LF, CRLF or CR, and the last one needs no end") {
  const Table expected = {{"a", "b"}, {"c", "d"}};
  CHECK(read_all("a,b\nc,d\n") == expected);
  CHECK(read_all("a,b\r\nc,d") == expected);
  CHECK(read_all("a,b\rc,d\r") == expected);
  CHECK(read_all("a,b\n\n\r\n\nc,d\n\n") == expected);
  CHECK(read_all("").empty());
  CHECK(read_all("\n\r\n").empty());
}

TEST_CASE("empty fields count") {
  CHECK(read_all(",,\n") == Table{{"", "", ""}});
  CHECK(read_all("a,") == Table{{"a", ""}});
  CHECK(read_all("\"\",\"\"") == Table{{"", ""}});
}

TEST_CASE("quoted fields hold separators, line ends and doubled quotes") {
  CHECK(read_all("\"a,b\",\"c\nd\r\ne\",\"say \"\"hi\"\"\",\"\"\"\"\n") ==
        Table{{"a,b", "c\nd\r\ne", "say \"hi\"", "\""}});
}

TEST_CASE("the line of a record counts the line ends inside of fields before it") {
  std::vector<std::size_t> lines;
  const auto read = read_csv("h\n\"a\nb\r\nc\rd\"\nx\r\n\ny", ',', [&](const CsvRow& row) {
    lines.push_back(row.line);
    return true;
  });
  REQUIRE(read);
  CHECK(lines == std::vector<std::size_t>{1, 2, 6, 8});
}

TEST_CASE("quotes where none may stand are kept as text and counted") {
  CHECK(read_all("5\" wide,b") == Table{{"5\" wide", "b"}});
  CHECK(read_all("\"a\"b,c") == Table{{"ab", "c"}});
  CHECK(read_all(" \"a\",b") == Table{{" \"a\"", "b"}});
  const auto totals = read_csv("5\" wide,\"a\"b\n", ',', [](const CsvRow&) { return true; });
  CHECK(totals->stray_quotes == 2);
}

TEST_CASE("a quote that is never closed is an error at the line where it opens") {
  const auto read = read_csv("a,b\nc,\"d\ne,f\ng,h\n", ',', [](const CsvRow&) { return true; });
  REQUIRE_FALSE(read);
  CHECK(read.error().where == "line 2");
}

TEST_CASE("NUL, too many columns and too large a cell make a bad row, and the next row is fine") {
  const auto problems = [](const std::string& text) {
    std::vector<std::string> out;
    const auto read = read_csv(text, ',', [&](const CsvRow& row) {
      out.emplace_back(row.problem);
      return true;
    });
    REQUIRE(read);
    return out;
  };
  CHECK(problems(std::string("a,b\nc\0,d\n\"e\0\",f\ng,h", 18)) ==
        std::vector<std::string>{"", "holds a NUL character", "holds a NUL character", ""});
  CHECK(problems(filled(kMaxCsvColumns, ',')) ==
        std::vector<std::string>{"has more than 10,000 columns", ""});
  CHECK(problems(filled(kMaxCsvColumns - 1, ',')) == std::vector<std::string>{"", ""});
  CHECK(problems(filled(kMaxCsvCellBytes + 1, 'x')) ==
        std::vector<std::string>{"has a cell of more than 16 MB", ""});
}

TEST_CASE("reading stops when the callback says so") {
  int rows = 0;
  const auto read =
      read_csv("a\nb\nc\n\"never closed", ',', [&](const CsvRow&) { return ++rows < 2; });
  REQUIRE(read);
  CHECK(read->records == 2);
}

TEST_CASE("what is written by the rules is read back, whatever the fields hold") {
  std::mt19937 random(20260301);
  const std::string alphabet = "ab,;\"\n\r\t |é";
  for (int round = 0; round < 3000; ++round) {
    const char separator = ",;\t|"[random() % 4];
    Table table(1 + random() % 4);
    std::string text;
    const std::size_t columns = 2 + random() % 5;
    for (auto& record : table) {
      for (std::size_t i = 0; i < columns; ++i) {
        std::string field;
        for (auto n = random() % 12; n > 0; --n) {
          field += alphabet[random() % alphabet.size()];
        }
        const bool needs_quotes =
            field.find_first_of(std::string("\"\n\r") + separator) != std::string::npos;
        text += (i > 0 ? std::string(1, separator) : "") +
                (needs_quotes || random() % 3 == 0 ? in_quotes(field) : field);
        record.push_back(field);
      }
      text += random() % 2 == 0 ? "\n" : "\r\n";
    }
    REQUIRE(read_all(text, separator) == table);
  }
}

TEST_CASE("any bytes are read without harm, and no byte is read twice") {
  std::mt19937 random(7);
  const std::string alphabet("a,\"\n\r\0;", 7);
  for (int round = 0; round < 5000; ++round) {
    std::string text;
    for (auto n = random() % 40; n > 0; --n) {
      text += alphabet[random() % alphabet.size()];
    }
    std::size_t bytes = 0;
    std::size_t line = 0;
    const auto read = read_csv(text, ',', [&](const CsvRow& row) {
      CHECK(row.line > line);
      line = row.line;
      for (const auto field : row.fields) {
        bytes += field.size();
      }
      return true;
    });
    CHECK(bytes <= text.size());
    CHECK((read || read.error().where.starts_with("line ")));
  }
}

TEST_CASE("the separator is the one that splits the records evenly") {
  CHECK(detect_separator("a,b,c\n1,2,3\n") == ',');
  CHECK(detect_separator("a;b\n1,5;2,5\n3,5;4\n") == ';');
  CHECK(detect_separator("a\tb, c\td\n1\t2\t3\n") == '\t');
  CHECK(detect_separator("a|b\n1|2\n") == '|');
  CHECK(detect_separator("\"x, y\";\"z, w\"\n\"1, 2, 3\";\"4\"\n") == ';');
  CHECK(detect_separator("no separator here") == ',');
  CHECK(detect_separator("") == ',');
}

TEST_CASE("the separator is found under a header longer than a read buffer") {
  std::string header;
  for (int i = 0; i < 3000; ++i) {
    header += "\"Q" + std::to_string(i) + ". A long question, with commas, and more of them\";";
  }
  CHECK(detect_separator(header + "\"end\"\n") == ';');
}

TEST_CASE("encodings are told by marks and by their letters") {
  const auto decode = [](std::string_view bytes) {
    const auto decoded = decode_text(bytes);
    REQUIRE(decoded);
    return std::pair(decoded->encoding, std::string(decoded->text()));
  };
  CHECK(decode("\xEF\xBB\xBFna\xC3\xAFve") == std::pair(TextEncoding::utf8, std::string("naïve")));
  CHECK(decode("plain") == std::pair(TextEncoding::utf8, std::string("plain")));
  CHECK(decode("caf\xE9 cr\xE8me, it\x92s M\xFCnchen") ==
        std::pair(TextEncoding::windows_1252, std::string("café crème, it’s München")));
  CHECK(decode("caf\x8E cr\x8Fme, it\xD5s M\x9Fnchen") ==
        std::pair(TextEncoding::mac_roman, std::string("café crème, it’s München")));
  CHECK(decode("knowledge\xCAof cuisines") ==
        std::pair(TextEncoding::mac_roman, std::string("knowledge\xC2\xA0of cuisines")));
  CHECK(decode(std::string_view("\xFF\xFE"
                                "a\0\xE9\0",
                                6)) ==
        std::pair(TextEncoding::utf16_little_endian, std::string("aé")));
  CHECK(decode(std::string_view("\xFE\xFF\xD8\x3D\xDE\x00\0a", 8)) ==
        std::pair(TextEncoding::utf16_big_endian, std::string("😀a")));
}

TEST_CASE("UTF-8 is not copied") {
  const std::string text = "a,b\n";
  CHECK(decode_text(text)->text().data() == text.data());
}

TEST_CASE("broken UTF-16 is an error with its place") {
  CHECK(decode_text(std::string_view("\xFF\xFE"
                                     "a",
                                     3))
            .error()
            .where == "byte 3");
  CHECK(decode_text(std::string_view("\xFF\xFE\x00\xDC", 4)).error().where == "byte 2");
  CHECK_FALSE(decode_text(std::string_view("\xFF\xFE\x3D\xD8", 4)));
}
