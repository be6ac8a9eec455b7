#include "config/csv.h"

namespace muster {
namespace {

class CsvReader {
 public:
  CsvReader(std::string_view text, char separator, std::string_view file, Problems& problems)
      : text_(text), separator_(separator), file_(file), problems_(problems) {}

  std::vector<CsvRow> read() {
    std::vector<CsvRow> rows;
    while (at_ < text_.size()) {
      CsvRow row;
      do {
        row.push_back(read_field());
      } while (take(separator_));
      end_line();
      const bool blank = row.size() == 1 && row.front().text.empty();
      if (!blank) {
        rows.push_back(std::move(row));
      }
    }
    return rows;
  }

 private:
  bool at_line_end() const {
    return at_ >= text_.size() || text_[at_] == '\n' || text_.substr(at_).starts_with("\r\n");
  }

  // Moves over one byte, counting lines and characters.
  void advance() {
    const char c = text_[at_++];
    if (c == '\n') {
      ++line_;
      column_ = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++column_;
    }
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) {
      return false;
    }
    advance();
    return true;
  }

  void end_line() {
    take('\r');
    take('\n');
  }

  CsvField read_field() {
    CsvField field{"", line_, column_};
    if (take('"')) {
      read_quoted(field);
    }
    while (!at_line_end() && text_[at_] != separator_) {
      if (text_[at_] == '"') {
        report(line_,
               column_,
               "a quote within a field; put the whole field in quotes and write the quote twice");
        skip_line();
        break;
      }
      field.text += text_[at_];
      advance();
    }
    return field;
  }

  // Behind the opening quote, up to behind the closing one.
  void read_quoted(CsvField& field) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      advance();
      if (c == '"' && !take('"')) {
        if (!at_line_end() && text_[at_] != separator_) {
          report(line_, column_, "text behind the closing quote of a field");
          skip_line();
        }
        return;
      }
      field.text += c;
    }
    report(field.line, field.column, "this quote is never closed");
  }

  void skip_line() {
    while (!at_line_end()) {
      advance();
    }
  }

  void report(int line, int column, std::string what) {
    problems_.add({std::string(file_), line, column, "", std::move(what)});
  }

  std::string_view text_;
  char separator_;
  std::string_view file_;
  Problems& problems_;
  std::size_t at_ = 0;
  int line_ = 1;
  int column_ = 1;
};

}  // namespace

std::vector<CsvRow> read_csv(std::string_view text,
                             char separator,
                             std::string_view file,
                             Problems& problems) {
  return CsvReader(text, separator, file, problems).read();
}

}  // namespace muster
