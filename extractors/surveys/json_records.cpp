#include "extractors/surveys/json_records.h"

#include "core/text.h"
#include "extractors/surveys/csv_survey.h"
#include "extractors/surveys/json_export.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

// Wider tables are a mistake: each new name in any record would add a column.
constexpr std::size_t kMaxColumns = 5000;

// Decodes RFC 4648 base64, line breaks between allowed. nullopt for anything else.
std::optional<std::string> from_base64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<int, 256> values;
  values.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int>(i);
  }
  std::string out;
  unsigned bits = 0;
  int count = 0;
  bool ended = false;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      continue;
    }
    const int value = values[static_cast<unsigned char>(c)];
    ended = ended || c == '=';
    if (c == '=') {
      continue;
    }
    if (value < 0 || ended) {
      return std::nullopt;
    }
    bits = bits << 6 | static_cast<unsigned>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xFF);
    }
  }
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

// Turns records into a table, and the places in the table back into places in the document.
class Table {
 public:
  void add(const dom::object& record, std::string place) {
    cells_.clear();
    add_members(record, "");
    rows_.push_back({std::move(cells_), std::move(place)});
  }

  bool empty() const { return rows_.empty() || names_.empty(); }
  bool too_wide() const { return too_wide_; }

  std::string text() {
    std::string out;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      out += i > 0 ? "," : "";
      write(names_[i], out);
    }
    out += '\n';
    std::size_t line = 2 + lines_in(out) - 1;
    std::vector<const std::string*> cells(names_.size());
    for (const Row& row : rows_) {
      std::fill(cells.begin(), cells.end(), nullptr);
      for (const auto& [column, value] : row.cells) {
        cells[column] = &value;
      }
      lines_.emplace(fmt::format("line {}", line), row.place);
      const std::size_t begin = out.size();
      for (std::size_t i = 0; i < cells.size(); ++i) {
        out += i > 0 ? "," : "";
        write(cells[i] != nullptr ? *cells[i] : std::string(), out);
      }
      out += '\n';
      line += lines_in(std::string_view(out).substr(begin));
    }
    return out;
  }

  void restore_places(ParsedExport& parsed) const {
    const auto restore = [&](std::string& where) {
      if (const auto found = lines_.find(where); found != lines_.end()) {
        where = found->second;
      }
    };
    for (auto& response : parsed.responses) {
      restore(response.where);
    }
    for (auto* rows : {&parsed.excluded, &parsed.rejected}) {
      for (auto& row : *rows) {
        restore(row.where);
      }
    }
  }

 private:
  struct Row {
    std::vector<std::pair<std::size_t, std::string>> cells;
    std::string place;
  };

  static std::size_t lines_in(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }

  static void write(std::string_view value, std::string& out) {
    out += '"';
    for (const char c : value) {
      if (c == '"') {
        out += '"';
      }
      if (c != '\r') {  // a lone one would end the row for some readers
        out += c;
      }
    }
    out += '"';
  }

  // Objects within become columns "outer/inner"; the recursion is bounded by the depth that the
  // document was parsed with.
  void add_members(const dom::object& record, const std::string& prefix) {
    for (const auto [key, value] : record) {
      const auto name = prefix + std::string(key);
      dom::object inner;
      dom::array list;
      if (!value.get(inner)) {
        add_members(inner, name + "/");
      } else if (!value.get(list)) {
        add_cell(name, list_text(list, value));
      } else {
        add_cell(name, scalar_text(value));
      }
    }
  }

  // Several choices, as a sheet writes them; lists of objects stay JSON.
  static std::string list_text(const dom::array& list, const dom::element& whole) {
    std::string text;
    for (const dom::element entry : list) {
      if (entry.is_array() || entry.is_object()) {
        return simdjson::minify(whole);
      }
      text += (text.empty() ? "" : ", ") + scalar_text(entry);
    }
    return text;
  }

  void add_cell(const std::string& name, std::string value) {
    const auto [entry, added] = columns_.emplace(name, names_.size());
    if (added) {
      if (names_.size() >= kMaxColumns) {
        columns_.erase(entry);
        too_wide_ = true;
        return;
      }
      names_.push_back(name);
    }
    cells_.emplace_back(entry->second, std::move(value));
  }

  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t> columns_;
  std::vector<Row> rows_;
  std::vector<std::pair<std::size_t, std::string>> cells_;
  std::unordered_map<std::string, std::string> lines_;
  bool too_wide_ = false;
};

Parsed<ParsedExport> read_table(Table& table, const SurveyContext& context) {
  if (table.too_wide()) {
    return parse_error("",
                       fmt::format("the records have more than {} different names", kMaxColumns));
  }
  if (table.empty()) {
    return parse_error("",
                       "is JSON, but holds no list of records: expected a list of objects, or an "
                       "object with one such list");
  }
  auto parsed = CsvSurveyParser().parse(table.text(), context);
  if (parsed) {
    table.restore_places(*parsed);
    parsed->definition.provider = "json";
    parsed->notes.insert(parsed->notes.begin(),
                         "records of JSON, read as a table with a column for each name");
  }
  return parsed;
}

// The list of records: the root, or the member that is one. LimeSurvey's older JSON has
// [{"1": {...}}, {"2": {...}}].
bool add_list(const dom::array& list, const std::string& place, Table& table) {
  std::size_t position = 0;
  for (const dom::element entry : list) {
    dom::object record;
    if (entry.get(record)) {
      return false;
    }
    auto where = fmt::format("{}/{}", place, position++);
    dom::object inner;
    if (record.size() == 1 && !(*record.begin()).value.get(inner)) {
      where += "/" + std::string((*record.begin()).key);
      record = inner;
    }
    table.add(record, std::move(where));
  }
  return true;
}

Parsed<ParsedExport> read_root(const dom::element& root, const SurveyContext& context) {
  Table table;
  dom::array list;
  dom::object object;
  if (!root.get(list)) {
    if (!add_list(list, "", table)) {
      return parse_error("", "is a list, but not of records (objects)");
    }
    return read_table(table, context);
  }
  if (root.get(object)) {
    return parse_error("", "is JSON, but neither a list of records nor an object that holds one");
  }
  // RemoteControl of LimeSurvey: {"id": 1, "result": "<base64>", "error": null}.
  if (const auto result = text_member(object, "result"); !result.empty()) {
    const auto decoded = from_base64(result);
    return decoded ? parse_survey_export(*decoded, context)
                   : parse_error("/result", "is no base64 of an export");
  }
  if (const auto result = object_member(object, "result")) {
    const auto status = text_member(*result, "status");
    return parse_error("/result",
                       "is an error message of LimeSurvey" +
                           (status.empty() ? std::string() : ": " + std::string(status)));
  }
  for (const auto [key, value] : object) {
    if (!value.get(list) && list.size() > 0 && add_list(list, "/" + std::string(key), table)) {
      return read_table(table, context);
    }
  }
  return read_table(table, context);
}

}  // namespace

bool JsonRecordsParser::recognizes(std::string_view head) const {
  return names_json_keys(head, {}) && !head.empty();
}

Parsed<ParsedExport> JsonRecordsParser::parse(std::string_view document,
                                              const SurveyContext& context) const {
  if (!looks_like_json_lines(document.substr(0, 64'000))) {
    return read_json_export(document,
                            [&](const dom::element& root) { return read_root(root, context); });
  }
  Table table;
  std::vector<SkippedRow> bad;
  read_json_lines(
      document,
      [&](const dom::element& root, std::size_t line) {
        dom::object record;
        if (root.get(record)) {
          bad.push_back({fmt::format("line {}", line), "is no record: an object is expected"});
        } else {
          table.add(record, fmt::format("line {} of the file", line));
        }
      },
      [&](std::string why, std::size_t line) {
        bad.push_back({fmt::format("line {}", line), std::move(why)});
      });
  auto parsed = read_table(table, context);
  if (parsed) {
    parsed->rows_seen += static_cast<std::int64_t>(bad.size());
    parsed->rejected.insert(parsed->rejected.end(), bad.begin(), bad.end());
  }
  return parsed;
}

}  // namespace muster
