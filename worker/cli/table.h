#pragma once

#include "worker/cli/terminal.h"

#include <string>
#include <vector>

namespace muster {

enum class Format { table, json, csv };

// Rows for people (aligned, long cells cut to the terminal) or for machines (CSV).
class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::left;
    bool stretch = false;  // gives way when the terminal is narrow
  };

  explicit Table(std::vector<Column> columns);

  // One cell a column; untrusted text is made printable here.
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }

  // Cells that name an outcome or a state are coloured by style_of.
  std::string for_people() const;
  // RFC 4180 with a header; a cell that a spreadsheet would run as a formula gets a leading
  // apostrophe (OWASP, CSV injection).
  std::string as_csv() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace muster
