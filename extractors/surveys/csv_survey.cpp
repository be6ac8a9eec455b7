#include "extractors/surveys/csv_survey.h"

#include "core/text.h"
#include "extractors/surveys/csv_encoding.h"
#include "extractors/surveys/csv_reader.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace muster {
namespace {

std::string_view separator_name(char separator) {
  switch (separator) {
    case ';':
      return "semicolon";
    case '\t':
      return "tab";
    case '|':
      return "bar";
    default:
      return "comma";
  }
}

// The rows of a text as CSV.
class CsvRows final : public TableRows {
 public:
  CsvRows(std::string_view text, char separator, ResponseSink& sink)
      : text_(text), separator_(separator), sink_(sink) {}

  Parsed<std::size_t> for_each(ReadingPass pass,
                               const std::function<bool(const TableRow& row)>& visit) override {
    ProgressReport progress(sink_, {pass.number + 1, pass.of + 1}, text_.size());
    bool stopped = false;
    std::size_t cells = 0;  // of the row that came last
    const auto read = read_csv(text_, separator_, [&](const CsvRow& row) {
      cells = row.fields.size();
      // The rows before this one lie before its first field, wherever the text has them.
      if (!row.fields.empty() && is_inside(row.fields.front())) {
        progress.at(static_cast<std::size_t>(row.fields.front().data() - text_.data()));
      }
      stopped = !visit({row.fields, row.line, row.problem});
      return !stopped;
    });
    if (!read) {
      return tl::unexpected(read.error());
    }
    stray_quotes_ = read->stray_quotes;
    last_cells_ = stopped ? 0 : cells;
    return read->records;
  }

  std::string place(const TableRow& row) const override {
    return "line " + std::to_string(row.number);
  }

  std::size_t stray_quotes() const { return stray_quotes_; }
  // Did the last row end without a line end, and with fewer cells than the header has? Then the
  // file is the first part of another.
  bool ends_within_a_row(std::size_t columns) const {
    return last_cells_ > 0 && last_cells_ < columns && !text_.ends_with('\n') &&
           !text_.ends_with('\r');
  }

 private:
  bool is_inside(std::string_view field) const {
    return std::less_equal<>()(text_.data(), field.data()) &&
           std::less<>()(field.data(), text_.data() + text_.size());
  }

  std::string_view text_;
  char separator_;
  ResponseSink& sink_;
  std::size_t stray_quotes_ = 0;
  std::size_t last_cells_ = 0;
};

}  // namespace

bool CsvSurveyParser::recognizes(std::string_view head) const {
  constexpr std::size_t kEnough = 64'000;
  head = head.substr(0, kEnough);
  const bool utf16 = head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF");
  if (utf16) {
    head = head.substr(0, head.size() / 2 * 2);
  } else if (head.find('\0') != std::string_view::npos) {
    return false;
  }
  const auto decoded = decode_text(head);
  if (!decoded) {
    return utf16;
  }
  const auto text = trim(decoded->text());
  static constexpr std::string_view kOthers[] = {"{", "[", "<", "%PDF", "PK\x03\x04"};
  if (text.empty() || std::any_of(std::begin(kOthers), std::end(kOthers), [&](auto start) {
        return text.starts_with(start);
      })) {
    return false;
  }
  std::size_t columns = 0;
  const auto read = read_csv(text, detect_separator(text), [&](const CsvRow& row) {
    columns = row.fields.size();
    return false;
  });
  // A header longer than the head can't be read to its end.
  const bool cut =
      !read && head.size() == kEnough && text.find_first_of(",;\t|") != std::string_view::npos;
  return (read && columns > 1) || cut;
}

Parsed<ExportFacts> CsvSurveyParser::parse(std::string_view document,
                                           const SurveyContext& context,
                                           ResponseSink& sink) const {
  return read_csv_table(document, context, sink, build_responses());
}

Parsed<ExportFacts> read_csv_table(std::string_view document,
                                   const SurveyContext& context,
                                   ResponseSink& sink,
                                   const TableUse& use) {
  ProgressReport progress(sink, {1, 3}, document.size());
  const auto decoded = decode_text(document, [&](std::size_t offset) { progress.at(offset); });
  if (!decoded) {
    return tl::unexpected(decoded.error());
  }
  const auto text = decoded->text();
  const char separator = detect_separator(text);
  CsvRows rows(text, separator, sink);
  TableReading reading(rows, context, sink);
  if (auto error = reading.learn(use.all_columns); !error.what.empty()) {
    return tl::unexpected(std::move(error));
  }
  if (rows.ends_within_a_row(reading.layout().columns.size())) {
    const auto line = 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    return parse_error(fmt::format("line {}", line),
                       "ends in the middle of a row: the file is half-written");
  }
  const auto& layout = reading.layout();
  std::vector<std::string> notes{
      fmt::format("{}, {} header row{}, separated by {}, {}{}",
                  name_of(layout.dialect),
                  layout.header_rows,
                  layout.header_rows == 1 ? "" : "s",
                  separator_name(separator),
                  name_of(decoded->encoding),
                  decoded->byte_order_mark ? " with a byte order mark" : "")};
  if (rows.stray_quotes() > 0) {
    notes.push_back(
        fmt::format("{} quotes stand where none may and were read as text", rows.stray_quotes()));
  }
  return use.run(reading, "csv", std::move(notes));
}

}  // namespace muster
