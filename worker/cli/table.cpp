#include "worker/cli/table.h"

#include "core/csv_cell.h"
#include "core/text.h"

#include <algorithm>

namespace muster {
namespace {

// At most `width` columns, with an ellipsis where something was cut; whole code points.
std::string cut(const std::string& text, std::size_t width) {
  if (display_width(text) <= width) {
    return text;
  }
  std::string kept;
  std::size_t i = 0;
  while (i < text.size()) {
    std::size_t end = i + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
      ++end;
    }
    if (display_width(kept) + display_width(text.substr(i, end - i)) + 1 > width) {
      break;
    }
    kept += text.substr(i, end - i);
    i = end;
  }
  return kept + "…";
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

void Table::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

std::string Table::for_people() const {
  constexpr std::size_t kGap = 2;
  constexpr std::size_t kNarrowest = 12;
  std::vector<std::vector<std::string>> cells = rows_;
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) {
    widths.push_back(display_width(column.title));
  }
  for (auto& row : cells) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = printable(row[i]);
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  }
  std::size_t total = 0;
  for (const std::size_t width : widths) {
    total += width + kGap;
  }
  // Stretching columns give way, the widest first, until the table fits.
  while (total > terminal_width() + kGap) {
    std::size_t widest = columns_.size();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].stretch && widths[i] > kNarrowest &&
          (widest == columns_.size() || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    if (widest == columns_.size()) {
      break;
    }
    --widths[widest];
    --total;
  }

  std::string text;
  const auto put = [&](const std::string& cell, std::size_t i, Style style) {
    const std::string shown = cut(cell, widths[i]);
    const std::string padding(widths[i] - std::min(widths[i], display_width(shown)), ' ');
    const bool last = i + 1 == columns_.size();
    if (columns_[i].align == Align::right) {
      text += padding + styled(shown, style);
    } else {
      text += styled(shown, style) + (last ? "" : padding);
    }
    text += last ? "\n" : std::string(kGap, ' ');
  };
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    put(columns_[i].title, i, Style::bold);
  }
  for (const auto& row : cells) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      put(row[i], i, style_of(row[i]));
    }
  }
  return text;
}

std::string Table::as_csv() const {
  std::string text;
  const auto line = [&](const auto& cells, auto get) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      text += (i == 0 ? "" : ",") + csv_cell(get(cells[i]));
    }
    text += "\r\n";
  };
  line(columns_, [](const Column& column) { return column.title; });
  for (const auto& row : rows_) {
    line(row, [](const std::string& cell) { return cell; });
  }
  return text;
}

}  // namespace muster
