#include "extractors/surveys/json_records.h"

#include "core/text.h"
#include "extractors/surveys/csv_reader.h"
#include "extractors/surveys/csv_survey.h"
#include "extractors/surveys/json_export.h"
#include "extractors/surveys/table_reading.h"
#include "extractors/text/json_place.h"

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
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

// Walks over the records of a document. `record` gets each with what its place is made from; `bad`
// what is none. The same in every pass.
struct RecordWalk {
  std::function<Parsed<std::size_t>(
      ReadingPass pass,
      const std::function<bool(const dom::object& record, std::size_t number)>& record,
      const std::function<void(std::string why, std::size_t number)>& bad)>
      run;
  std::function<std::string(std::size_t number)> place;
};

// Records as the rows of a table with a column for each name.
class RecordTable final : public TableRows {
 public:
  explicit RecordTable(const RecordWalk& walk) : walk_(walk) {}

  // Learns the names, and what is no record.
  ParseError find_columns() {
    const auto read = walk_.run(
        {1, 3},
        [&](const dom::object& record, std::size_t) {
          add_names(record);
          ++records_;
          return true;
        },
        [&](std::string why, std::size_t number) {
          bad_.push_back({walk_.place(number), std::move(why)});
        });
    if (!read) {
      return read.error();
    }
    if (names_.size() > kMaxColumns) {
      return {"", fmt::format("the records have more than {} different names", kMaxColumns)};
    }
    if (records_ == 0 || names_.empty()) {
      return {"",
              "is JSON, but holds no list of records: expected a list of objects, or an object "
              "with one such list"};
    }
    return {};
  }

  const std::vector<SkippedRow>& bad() const { return bad_; }

  Parsed<std::size_t> for_each(ReadingPass pass,
                               const std::function<bool(const TableRow& row)>& visit) override {
    cells_.assign(names_.begin(), names_.end());
    if (!visit({cells_, 0, {}})) {
      return std::size_t{1};
    }
    return walk_.run(
        {pass.number + 1, 3},
        [&](const dom::object& record, std::size_t number) {
          std::fill(cells_.begin(), cells_.end(), std::string_view());
          made_texts_ = 0;
          next_ = 0;
          problem_ = {};
          add_cells(record, "");
          return visit({cells_, number, problem_});
        },
        [](const std::string&, std::size_t) {});
  }

  std::string place(const TableRow& row) const override { return walk_.place(row.number); }
  bool lacks_empty_columns() const override { return true; }

 private:
  // Calls `use(name, value)` for the members of a record. Objects within become "outer/inner"; the
  // recursion is bounded by the depth that the document was parsed with.
  template <typename Use>
  static void for_each_member(const dom::object& record, const std::string& prefix, Use& use) {
    for (const auto [key, value] : record) {
      dom::object inner;
      if (value.is_object() && !value.get(inner)) {
        for_each_member(inner, prefix + std::string(key) + "/", use);
      } else if (prefix.empty()) {
        use(key, value);
      } else {
        use(std::string_view(prefix + std::string(key)), value);
      }
    }
  }

  void add_names(const dom::object& record) {
    next_ = 0;
    const auto add = [&](std::string_view name, const dom::element&) {
      if (!column_of(name) && names_.size() <= kMaxColumns) {
        columns_.emplace(name, names_.size());
        names_.emplace_back(name);
        next_ = names_.size();
      }
    };
    for_each_member(record, "", add);
  }

  // Records name their members in the same order, so it is most often the next one.
  std::optional<std::size_t> column_of(std::string_view name) {
    if (next_ < names_.size() && names_[next_] == name) {
      return next_++;
    }
    const auto found = columns_.find(name);
    if (found == columns_.end()) {
      return std::nullopt;
    }
    next_ = found->second + 1;
    return found->second;
  }

  void add_cells(const dom::object& record, const std::string& prefix) {
    const auto add = [&](std::string_view name, const dom::element& value) {
      if (const auto column = column_of(name)) {
        const auto cell = text_of(value);
        if (cell.size() > kMaxCsvCellBytes) {
          problem_ = "has a cell of more than 16 MB";
        } else if (cell.find('\0') != std::string_view::npos) {
          problem_ = "holds a NUL character";
        } else if (!cells_[*column].empty()) {
          problem_ = "gives a name twice: it could be read as either";
        } else {
          cells_[*column] = cell;
        }
      }
    };
    for_each_member(record, prefix, add);
  }

  std::string_view text_of(const dom::element& value) {
    switch (value.type()) {
      case dom::element_type::STRING:
        return value.get_string().value_unsafe();
      case dom::element_type::BOOL:
        return value.get_bool().value_unsafe() ? "true" : "false";
      case dom::element_type::NULL_VALUE:
        return {};
      case dom::element_type::ARRAY:
        return made(list_text(value.get_array().value_unsafe(), value));
      default:
        return made(scalar_text(value));
    }
  }

  std::string_view made(std::string text) {
    if (made_texts_ == texts_.size()) {
      texts_.emplace_back();
    }
    return texts_[made_texts_++] = std::move(text);
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

  const RecordWalk& walk_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> columns_;
  std::vector<SkippedRow> bad_;
  std::size_t records_ = 0;
  // Of the record at hand:
  std::vector<std::string_view> cells_;
  std::deque<std::string>
      texts_;  // cells that are no texts in the document; a deque stays in place
  std::size_t made_texts_ = 0;
  std::size_t next_ = 0;  // the column that is expected
  std::string_view problem_;
};

Parsed<ExportFacts> read_table(const RecordWalk& walk,
                               const SurveyContext& context,
                               ResponseSink& sink,
                               const TableUse& use) {
  RecordTable table(walk);
  if (auto error = table.find_columns(); !error.what.empty()) {
    return tl::unexpected(std::move(error));
  }
  TableReading reading(table, context, sink);
  if (auto error = reading.learn(use.all_columns); !error.what.empty()) {
    return tl::unexpected(std::move(error));
  }
  auto facts =
      use.run(reading, "json", {"records of JSON, read as a table with a column for each name"});
  for (const SkippedRow& row : table.bad()) {
    ++facts.rows_seen;
    sink.reject(row);
  }
  return facts;
}

// The entries of a list. LimeSurvey's older JSON has [{"1": {...}}, {"2": {...}}].
RecordWalk walk_list(JsonDocument& document, std::string name) {
  const auto prefix = (name.empty() ? "" : "/" + pointer_part(name)) + "/";
  return {[&document, name](
              ReadingPass pass, const auto& record, const auto& bad) -> Parsed<std::size_t> {
            std::size_t number = 0;
            document.for_each(name,
                              [&](const dom::element& entry, const std::string&) {
                                dom::object object;
                                dom::object inner;
                                ++number;
                                if (entry.get(object)) {
                                  return bad("is no record: an object is expected", number - 1);
                                }
                                const bool wrapped =
                                    object.size() == 1 && !(*object.begin()).value.get(inner);
                                if (!record(wrapped ? inner : object, number - 1)) {
                                  document.stop();
                                }
                              },
                              {pass.number + 1, pass.of + 1});
            return number;
          },
          [prefix](std::size_t number) { return prefix + std::to_string(number); }};
}

bool holds_records(JsonDocument& document, const std::string& name) {
  bool first = false;
  document.for_each(name, [&](const dom::element& entry, const std::string&) {
    first = entry.is_object();
    document.stop();
  });
  return first;
}

Parsed<ExportFacts> read_document(JsonDocument& document,
                                  const SurveyContext& context,
                                  ResponseSink& sink,
                                  const TableUse& use) {
  const dom::element& root = document.root();
  dom::array list;
  dom::object object;
  if (!root.get(list)) {
    if (!holds_records(document, "")) {
      return parse_error("", "is a list, but not of records (objects)");
    }
    return read_table(walk_list(document, ""), context, sink, use);
  }
  if (root.get(object)) {
    return parse_error("", "is JSON, but neither a list of records nor an object that holds one");
  }
  // RemoteControl of LimeSurvey: {"id": 1, "result": "<base64>", "error": null}.
  if (const auto result = text_member(object, "result"); !result.empty()) {
    const auto decoded = from_base64(result);
    if (!decoded) {
      return parse_error("/result", "is no base64 of an export");
    }
    const std::string_view head = std::string_view(*decoded).substr(0, 64'000);
    if (CsvSurveyParser().recognizes(head)) {
      return read_csv_table(*decoded, context, sink, use);
    }
    return JsonRecordsParser().recognizes(head)
               ? read_json_records(*decoded, context, sink, use)
               : parse_error("/result", "is base64 of something that is neither a table nor JSON");
  }
  if (const auto result = object_member(object, "result")) {
    const auto status = text_member(*result, "status");
    return parse_error("/result",
                       "is an error message of LimeSurvey" +
                           (status.empty() ? std::string() : ": " + std::string(status)));
  }
  for (const auto [key, value] : object) {
    if (value.is_array() && holds_records(document, std::string(key))) {
      return read_table(walk_list(document, std::string(key)), context, sink, use);
    }
  }
  return parse_error("",
                     "is JSON, but holds no list of records: expected a list of objects, or an "
                     "object with one such list");
}

RecordWalk walk_lines(std::string_view document, ResponseSink& sink) {
  return {[document, &sink](ReadingPass pass, const auto& record, const auto& bad) {
            return read_json_lines(
                document,
                pass,
                sink,
                [&](const dom::element& root, std::size_t line) {
                  dom::object object;
                  if (!root.get(object)) {
                    return record(object, line);
                  }
                  bad("is no record: an object is expected", line);
                  return true;
                },
                [&](std::string why, std::size_t line) {
                  bad(std::move(why), line);
                  return true;
                });
          },
          [](std::size_t line) { return fmt::format("line {}", line); }};
}

}  // namespace

bool JsonRecordsParser::recognizes(std::string_view head) const {
  return names_json_keys(head, {}) && !head.empty();
}

Parsed<ExportFacts> JsonRecordsParser::parse(std::string_view document,
                                             const SurveyContext& context,
                                             ResponseSink& sink) const {
  return read_json_records(document, context, sink, build_responses());
}

Parsed<ExportFacts> read_json_records(std::string_view document,
                                      const SurveyContext& context,
                                      ResponseSink& sink,
                                      const TableUse& use) {
  if (looks_like_json_lines(document.substr(0, 64'000))) {
    return read_table(walk_lines(document, sink), context, sink, use);
  }
  return read_json_export(document, {"", "*"}, sink, [&](JsonDocument& opened) {
    return read_document(opened, context, sink, use);
  });
}

}  // namespace muster
