#include "extractors/surveys/weight_targets.h"

#include "core/text.h"
#include "extractors/surveys/csv_encoding.h"
#include "extractors/surveys/csv_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr std::string_view kTargetColumns[] = {"field", "value", "share"};

class TargetReader {
 public:
  // False ends the reading: the header is wrong.
  bool take(const CsvRow& row) {
    const auto where = fmt::format("line {}", row.line);
    if (!has_header_) {
      has_header_ = true;
      return take_header(row, where);
    }
    if (row.fields.size() < last_of(columns_) + 1) {
      return fail(
          where,
          fmt::format("has {} fields; field, value and share are needed", row.fields.size()));
    }
    const std::string field(trim(row.fields[columns_[0]]));
    const std::string value(trim(row.fields[columns_[1]]));
    const std::string_view number = trim(row.fields[columns_[2]]);
    double share = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), share);
    if (error != std::errc() || end != number.data() + number.size() ||
        !(share > 0 && share <= 1)) {
      return fail(where,
                  fmt::format("share '{}' must be a number above 0 and up to 1 (0.25 for 25 %)",
                              printable(sanitize_utf8(number))));
    }
    if (field.empty() || value.empty()) {
      return fail(where, field.empty() ? "names no field" : "names no value");
    }
    auto margin = std::ranges::find(margins_, field, &Margin::name);
    if (margin == margins_.end()) {
      margin = margins_.insert(margin, Margin{field, {}});
    }
    return margin->targets.emplace(value, share).second ||
           fail(where, fmt::format("'{}' of {} has a target already", value, field));
  }

  Parsed<std::vector<Margin>> finish() {
    if (!fault_.what.empty()) {
      return tl::unexpected(fault_);
    }
    if (margins_.empty()) {
      return parse_error("", "holds no target");
    }
    for (const Margin& margin : margins_) {
      double sum = 0;
      for (const auto& [value, share] : margin.targets) {
        sum += share;
      }
      constexpr double kRounded = 1e-6;
      if (std::abs(sum - 1) > kRounded) {
        return parse_error(margin.name, fmt::format("its shares add up to {:g}, not to 1", sum));
      }
    }
    return std::move(margins_);
  }

 private:
  static std::size_t last_of(const std::array<std::size_t, 3>& columns) {
    return *std::ranges::max_element(columns);
  }

  bool take_header(const CsvRow& row, const std::string& where) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto found = std::ranges::find_if(row.fields, [&](std::string_view name) {
        return equals_ignoring_case_ascii(trim(name), kTargetColumns[i]);
      });
      if (found == row.fields.end()) {
        return fail(where,
                    fmt::format("has no column '{}'; the header must name field, value and share",
                                kTargetColumns[i]));
      }
      columns_[i] = static_cast<std::size_t>(found - row.fields.begin());
    }
    return true;
  }

  bool fail(std::string where, std::string what) {
    fault_ = {std::move(where), std::move(what)};
    return false;
  }

  bool has_header_ = false;
  std::array<std::size_t, 3> columns_{};
  std::vector<Margin> margins_;
  ParseError fault_;
};

}  // namespace

Parsed<std::vector<Margin>> read_weight_targets(std::string_view bytes) {
  const auto decoded = decode_text(bytes);
  if (!decoded) {
    return tl::unexpected(decoded.error());
  }
  const std::string_view text = decoded->text();
  TargetReader reader;
  const auto totals =
      read_csv(text, detect_separator(text), [&](const CsvRow& row) { return reader.take(row); });
  if (!totals) {
    return tl::unexpected(totals.error());
  }
  return reader.finish();
}

}  // namespace muster
