#include "extractors/surveys/csv_reader.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <deque>
#include <vector>

namespace muster {
namespace {

constexpr std::uint64_t repeat(unsigned char byte) {
  return 0x0101010101010101ULL * byte;
}

// 0x80 in every byte of `word` that equals the byte `pattern` is made of; exact, without carries
// between bytes (Warren, Hacker's Delight, 6-1).
constexpr std::uint64_t equal_bytes(std::uint64_t word, std::uint64_t pattern) {
  constexpr std::uint64_t low = repeat(0x7F);
  const std::uint64_t difference = word ^ pattern;
  return ~(((difference & low) + low) | difference | low);
}

// Walks over the bytes that mean something: separator, quote, LF, CR and NUL. Eight bytes are
// looked at together.
class Marks {
 public:
  Marks(std::string_view text, char separator)
      : text_(text), separator_(repeat(static_cast<unsigned char>(separator))) {}

  // Offset of the next mark, or the size of the text.
  std::size_t next() {
    while (found_ == 0) {
      if (block_ >= text_.size()) {
        return text_.size();
      }
      load();
    }
    const auto offset = static_cast<std::size_t>(std::countr_zero(found_)) / 8;
    found_ &= found_ - 1;
    return block_ - 8 + offset;
  }

 private:
  void load() {
    std::uint64_t word = 0;
    const std::size_t left = text_.size() - block_;
    if (left >= 8) {
      std::memcpy(&word, text_.data() + block_, 8);
    } else {
      // Filled up with a byte that is no mark.
      std::array<char, 8> tail;
      tail.fill('_');
      std::memcpy(tail.data(), text_.data() + block_, left);
      std::memcpy(&word, tail.data(), 8);
    }
    if constexpr (std::endian::native == std::endian::big) {
      word = __builtin_bswap64(word);
    }
    found_ = equal_bytes(word, separator_) | equal_bytes(word, repeat('"')) |
             equal_bytes(word, repeat('\n')) | equal_bytes(word, repeat('\r')) |
             equal_bytes(word, 0);
    block_ += 8;
  }

  std::string_view text_;
  std::uint64_t separator_;
  std::size_t block_ = 0;    // offset of the next eight bytes
  std::uint64_t found_ = 0;  // marks left in the eight bytes before it
};

class Reader {
 public:
  Reader(std::string_view text, char separator, const std::function<bool(const CsvRow&)>& row)
      : text_(text), separator_(separator), row_(row), marks_(text, separator) {}

  Parsed<CsvTotals> run() {
    while (!stopped_ && position_ < text_.size()) {
      if (!record()) {
        return parse_error("line " + std::to_string(quote_line_),
                           "the quote that opens here is never closed");
      }
    }
    return totals_;
  }

 private:
  // One record up to and with its line end. False where a quoted field has no end.
  bool record() {
    const std::size_t first_line = line_;
    fields_.clear();
    scratch_.clear();
    problem_ = {};
    bool more = true;
    while (more) {
      if (position_ < text_.size() && text_[position_] == '"') {
        if (!quoted_field(more)) {
          return false;
        }
      } else {
        plain_field(more);
      }
    }
    const bool blank = fields_.size() == 1 && fields_[0].empty() && problem_.empty();
    if (!blank) {
      ++totals_.records;
      stopped_ = !row_({fields_, first_line, problem_});
    }
    return true;
  }

  void add(std::string_view field) {
    if (field.size() > kMaxCsvCellBytes) {
      problem_ = "has a cell of more than 16 MB";
      field = {};
    }
    if (fields_.size() == kMaxCsvColumns) {
      problem_ = "has more than 10,000 columns";
      return;
    }
    fields_.push_back(field);
  }

  // Ends the record at the line end at `at`, which `end_of_field` found.
  void end_line(std::size_t at) {
    position_ = at + 1;
    if (at < text_.size() && text_[at] == '\r' && position_ < text_.size() &&
        text_[position_] == '\n') {
      marks_.next();
      ++position_;
    }
    ++line_;
  }

  // Consumes the mark at `at` that ends a field. False where it ends none.
  bool ends_field(std::size_t at, bool& more) {
    if (at >= text_.size()) {
      position_ = text_.size();
      more = false;
      return true;
    }
    if (text_[at] == separator_) {
      position_ = at + 1;
      more = true;
      return true;
    }
    if (text_[at] == '\n' || text_[at] == '\r') {
      end_line(at);
      more = false;
      return true;
    }
    return false;
  }

  void note_mark(std::size_t at) {
    if (text_[at] == '"') {
      ++totals_.stray_quotes;
    } else if (text_[at] == '\0') {
      problem_ = "holds a NUL character";
    }
  }

  void plain_field(bool& more) {
    const std::size_t begin = position_;
    std::size_t at = marks_.next();
    while (!ends_field(at, more)) {
      note_mark(at);
      at = marks_.next();
    }
    add(text_.substr(begin, at - begin));
  }

  bool quoted_field(bool& more) {
    quote_line_ = line_;
    marks_.next();  // the opening quote
    std::size_t begin = position_ + 1;
    std::string* unescaped = nullptr;
    for (;;) {
      const std::size_t at = marks_.next();
      if (at >= text_.size()) {
        return false;
      }
      if (text_[at] == '\n' ||
          (text_[at] == '\r' && !(at + 1 < text_.size() && text_[at + 1] == '\n'))) {
        ++line_;
      } else if (text_[at] == '\0') {
        problem_ = "holds a NUL character";
      } else if (text_[at] == '"') {
        if (at + 1 < text_.size() && text_[at + 1] == '"') {
          unescaped = unescaped != nullptr ? unescaped : &scratch_.emplace_back();
          unescaped->append(text_.substr(begin, at + 1 - begin));
          marks_.next();
          begin = at + 2;
          continue;
        }
        after_quote(begin, at, unescaped, more);
        return true;
      }
    }
  }

  // The closing quote stands at `quote`. Whatever follows it up to the separator is text that
  // should not be there.
  void after_quote(std::size_t begin, std::size_t quote, std::string* unescaped, bool& more) {
    std::size_t at = marks_.next();
    while (!ends_field(at, more)) {
      note_mark(at);
      at = marks_.next();
    }
    const auto rest = text_.substr(quote + 1, at - quote - 1);
    if (unescaped == nullptr && rest.empty()) {
      return add(text_.substr(begin, quote - begin));
    }
    unescaped = unescaped != nullptr ? unescaped : &scratch_.emplace_back();
    unescaped->append(text_.substr(begin, quote - begin)).append(rest);
    totals_.stray_quotes += rest.empty() ? 0 : 1;
    add(*unescaped);
  }

  std::string_view text_;
  const char separator_;
  const std::function<bool(const CsvRow&)>& row_;
  Marks marks_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  std::size_t quote_line_ = 0;
  bool stopped_ = false;
  std::vector<std::string_view> fields_;
  std::deque<std::string> scratch_;  // fields that had doubled quotes; a deque keeps them in place
  std::string_view problem_;
  CsvTotals totals_;
};

// How well `separator` splits the first records: the share of them that have the most frequent
// number of columns, less the stray quotes a record (a wrong separator makes many), and that
// number. Nothing where no record has two columns.
std::pair<double, std::size_t> evenness(std::string_view head, char separator) {
  constexpr std::size_t kRecords = 40;
  constexpr std::pair<double, std::size_t> kUnfit{-1e9, 0};
  std::vector<std::size_t> columns;
  const auto totals = read_csv(head, separator, [&](const CsvRow& row) {
    columns.push_back(row.fields.size());
    return columns.size() < kRecords;
  });
  if (!totals || columns.empty()) {
    return kUnfit;
  }
  const auto records = static_cast<double>(columns.size());
  const auto stray = static_cast<double>(totals->stray_quotes);
  auto best = kUnfit;
  for (const auto count : columns) {
    const auto same = static_cast<double>(std::count(columns.begin(), columns.end(), count));
    if (count > 1) {
      best = std::max(best, std::pair((same - stray) / records, count));
    }
  }
  return best;
}

}  // namespace

char detect_separator(std::string_view text) {
  // Headers alone may have tens of kilobytes; the reading stops after 40 records.
  constexpr std::size_t kHeadBytes = 1'000'000;
  const auto head = text.substr(0, kHeadBytes);
  char best = ',';
  auto most = evenness(head, ',');
  for (const char candidate : {';', '\t', '|'}) {
    const auto found = evenness(head, candidate);
    if (found > most) {
      most = found;
      best = candidate;
    }
  }
  return best;
}

Parsed<CsvTotals> read_csv(std::string_view text,
                           char separator,
                           const std::function<bool(const CsvRow&)>& row) {
  return Reader(text, separator, row).run();
}

}  // namespace muster
