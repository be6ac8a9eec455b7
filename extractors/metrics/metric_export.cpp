#include "extractors/metrics/metric_export.h"

#include "core/text.h"
#include "extractors/metrics/metric_rows.h"
#include "extractors/surveys/csv_encoding.h"
#include "extractors/surveys/csv_reader.h"
#include "extractors/surveys/json_export.h"
#include "extractors/text/json_place.h"

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

Parsed<ParsedMetrics> read_csv_metrics(std::string_view text, const MetricContext& context) {
  const char separator = detect_separator(text);
  MetricRows rows(context);
  std::optional<ParseError> fault;
  std::size_t columns = 0;
  // Twice over the text: dates are judged over their whole column.
  for (const bool reading : {false, true}) {
    bool is_header = true;
    const auto totals = read_csv(text, separator, [&](const CsvRow& row) {
      if (std::exchange(is_header, false)) {
        if (!reading) {
          columns = row.fields.size();
          const std::vector<std::string> names(row.fields.begin(), row.fields.end());
          fault = columns > kMaxMetricColumns
                      ? ParseError{"header",
                                   fmt::format("has {} columns; at most {} are read",
                                               columns,
                                               kMaxMetricColumns)}
                      : rows.take_header(names);
        }
        return !fault;
      }
      const auto where = fmt::format("line {}", row.line);
      if (!reading) {
        rows.see(row.fields);
      } else if (!row.problem.empty()) {
        rows.reject(where, std::string(row.problem));
      } else if (row.fields.size() > columns) {
        rows.reject(where, fmt::format("has {} fields, the header {}", row.fields.size(), columns));
      } else {
        rows.read(row.fields, where);
      }
      return true;
    });
    if (!totals) {
      return tl::unexpected(totals.error());
    }
    if (fault) {
      return tl::unexpected(*fault);
    }
  }
  if (columns == 0) {
    return parse_error("", "is empty");
  }
  return rows.finish();
}

// The last name of a path: {"metrics": {"likes": 3}} says likes.
void flatten(const dom::object& record,
             const std::function<void(std::string_view, std::string)>& use) {
  for (const auto [key, value] : record) {
    dom::object inner;
    if (!value.get(inner)) {
      flatten(inner, use);  // bounded by the depth that the document was parsed with
    } else {
      use(key, scalar_text(value));
    }
  }
}

// Records with names of their own, as a table.
class JsonTable {
 public:
  void add(const dom::object& record, std::string where) {
    std::vector<std::string>& fields = rows_.emplace_back(Row{{}, std::move(where)}).fields;
    flatten(record, [&](std::string_view name, std::string value) {
      const auto [column, is_new] = columns_.emplace(name, names_.size());
      if (is_new) {
        names_.emplace_back(name);
      }
      fields.resize(std::max(fields.size(), column->second + 1));
      fields[column->second] = std::move(value);
    });
  }

  Parsed<ParsedMetrics> read(const MetricContext& context,
                             const std::vector<SkippedRow>& bad) const {
    if (names_.size() > kMaxMetricColumns) {
      return parse_error(
          "", fmt::format("the records have more than {} different names", kMaxMetricColumns));
    }
    if (rows_.empty()) {
      return parse_error("", "holds no record");
    }
    MetricRows rows(context);
    if (auto fault = rows.take_header(names_)) {
      return parse_error(fault->where == "header" ? "" : fault->where, fault->what);
    }
    for (const bool reading : {false, true}) {
      for (const Row& row : rows_) {
        const std::vector<std::string_view> fields(row.fields.begin(), row.fields.end());
        reading ? rows.read(fields, row.where) : rows.see(fields);
      }
    }
    for (const SkippedRow& row : bad) {
      rows.reject(row.where, row.why);
    }
    return rows.finish();
  }

 private:
  struct Row {
    std::vector<std::string> fields;
    std::string where;
  };
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t> columns_;
  std::vector<Row> rows_;
};

void add_records(const dom::array& list,
                 const std::string& place,
                 JsonTable& table,
                 std::vector<SkippedRow>& bad) {
  std::size_t position = 0;
  for (const dom::element entry : list) {
    const auto where = fmt::format("{}/{}", place, position++);
    dom::object record;
    if (entry.get(record)) {
      bad.push_back({where, "is no record: an object is expected"});
    } else {
      table.add(record, where);
    }
  }
}

// Deepest nesting of a record; the limit bounds the walk that recurses.
constexpr int kMaxMetricDepth = 16;

// Parses a document or a line; what is wrong with it, with line and column, or nullopt.
std::optional<ParseError> parse_json(dom::parser& parser,
                                     std::string_view text,
                                     dom::element& root) {
  auto error = parser.allocate(text.size(), kMaxMetricDepth);
  // simdjson would copy from where there is nothing.
  error = error ? error : parser.parse(text.empty() ? "" : text.data(), text.size()).get(root);
  if (!error) {
    return std::nullopt;
  }
  if (const auto problem = find_json_problem(text, kMaxMetricDepth)) {
    return ParseError{line_and_column(text, problem->offset), "not valid JSON: " + problem->what};
  }
  return ParseError{"", std::string("not readable as JSON: ") + simdjson::error_message(error)};
}

Parsed<ParsedMetrics> read_json_metrics(std::string_view document, const MetricContext& context) {
  dom::parser parser;
  dom::element root;
  if (auto fault = parse_json(parser, document, root)) {
    return tl::unexpected(std::move(*fault));
  }
  JsonTable table;
  std::vector<SkippedRow> bad;
  dom::array list;
  dom::object object;
  if (!root.get(list)) {
    add_records(list, "", table, bad);
    return table.read(context, bad);
  }
  if (root.get(object)) {
    return parse_error("", "is JSON, but neither a list of records nor an object");
  }
  for (const auto [key, value] : object) {
    if (!value.get(list)) {
      add_records(list, "/" + std::string(key), table, bad);
      return table.read(context, bad);
    }
  }
  table.add(object, "");
  return table.read(context, bad);
}

Parsed<ParsedMetrics> read_json_line_metrics(std::string_view document,
                                             const MetricContext& context) {
  dom::parser parser;
  JsonTable table;
  std::vector<SkippedRow> bad;
  std::size_t number = 0;
  while (!document.empty()) {
    const auto where = fmt::format("line {}", ++number);
    const auto end = std::min(document.find('\n'), document.size());
    const auto line = trim(document.substr(0, end));
    document.remove_prefix(std::min(end + 1, document.size()));
    dom::element root;
    dom::object record;
    if (line.empty()) {
      continue;
    }
    if (const auto fault = parse_json(parser, line, root)) {
      bad.push_back({where, to_string(*fault)});
    } else if (root.get(record)) {
      bad.push_back({where, "is no record: an object is expected"});
    } else {
      table.add(record, where);
    }
  }
  return table.read(context, bad);
}

}  // namespace

Parsed<ParsedMetrics> parse_metric_export(std::string_view document, const MetricContext& context) {
  const auto decoded = decode_text(document);
  if (!decoded) {
    return tl::unexpected(decoded.error());
  }
  const std::string_view text = decoded->text();
  const auto begin = trim(text.substr(0, 4096));
  if (begin.empty()) {
    return parse_error("", "is empty");
  }
  if (looks_like_json_lines(text.substr(0, 64'000))) {
    return read_json_line_metrics(text, context);
  }
  if (begin.front() == '{' || begin.front() == '[') {
    return read_json_metrics(text, context);
  }
  return read_csv_metrics(text, context);
}

}  // namespace muster
