#include "extractors/metrics/metric_rows.h"

#include "core/creator.h"
#include "core/text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr MetricColumn kTimeColumns[] = {MetricColumn::date,
                                         MetricColumn::week,
                                         MetricColumn::from,
                                         MetricColumn::until,
                                         MetricColumn::as_of};

// Counts beyond 2^53 are no counts any more.
constexpr double kLargest = 9'007'199'254'740'992.0;

std::string objective_words() {
  std::string words;
  for (const auto& [value, name] : kEnumNames<Objective>) {
    words += (words.empty() ? "" : ", ") + std::string(name);
  }
  return words;
}

// ISO 4217: three letters.
bool is_currency(std::string_view text) {
  return text.size() == 3 && std::ranges::all_of(text, [](unsigned char c) {
           return c < 0x80 && std::isupper(c) != 0;
         });
}

// "2026-04" -> its first day at midnight, and that of the next month.
std::optional<std::pair<Timestamp, Timestamp>> month_span(std::string_view text,
                                                          const std::string& zone) {
  int year = 0;
  int month = 0;
  if (text.size() != 7 || text[4] != '-' ||
      std::from_chars(text.data(), text.data() + 4, year).ptr != text.data() + 4 ||
      std::from_chars(text.data() + 5, text.data() + 7, month).ptr != text.data() + 7 ||
      month < 1 || month > 12) {
    return std::nullopt;
  }
  const auto first = [&](int y, int m) {
    return parse_local_time(fmt::format("{:04}-{:02}-01", y, m), zone);
  };
  const auto from = first(year, month);
  const auto until = month == 12 ? first(year + 1, 1) : first(year, month + 1);
  return from && until ? std::optional(std::pair(*from, *until)) : std::nullopt;
}

// The local date of an instant, moved by days, at midnight: a day has 23 to 25 hours.
std::optional<Timestamp> move_days(std::string_view date_text, int days, const std::string& zone) {
  const auto midnight = parse_local_time(date_text.substr(0, 10), "UTC");
  if (!midnight) {
    return std::nullopt;
  }
  const auto moved = *midnight + std::chrono::days(days);
  return parse_local_time(to_iso8601(moved).substr(0, 10), zone);
}

bool has_clock(std::string_view text) {
  return text.find(':') != std::string_view::npos;
}

}  // namespace

std::optional<MetricNumber> parse_metric_number(std::string_view text) {
  text = trim(text);
  MetricNumber number;
  if (text.ends_with('%')) {
    number.is_percent = true;
    text = trim(text.substr(0, text.size() - 1));
  }
  std::string plain;
  if (const std::size_t comma = text.find(','); comma != std::string_view::npos) {
    // Commas only where they part thousands: "12,5" may mean twelve and a half.
    const std::size_t sign = text.starts_with('-') ? 1 : 0;
    const std::size_t end = std::min(text.find('.'), text.size());
    if (text.rfind(',') > end) {
      return std::nullopt;  // "1.234,5": the comma is the decimal one
    }
    for (std::size_t i = sign; i < end; ++i) {
      const bool parts = (end - i) % 4 == 0 && i > sign;
      if ((text[i] == ',') != parts) {
        return std::nullopt;
      }
    }
    std::ranges::copy_if(text, std::back_inserter(plain), [](char c) { return c != ','; });
    text = plain;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number.value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() ||
      !std::isfinite(number.value) || std::abs(number.value) > kLargest) {
    return std::nullopt;
  }
  number.value = number.is_percent ? number.value / 100 : number.value;
  return number;
}

std::optional<ParseError> MetricRows::take_header(std::span<const std::string> names) {
  std::vector<std::string> normalized;
  for (const std::string& name : names) {
    normalized.push_back(normalize_metric_name(name));
  }
  for (std::size_t i = 0; i < normalized.size(); ++i) {
    if (const auto column = find_metric_column(normalized[i])) {
      columns_.emplace(*column, i);
    }
  }
  const bool named = columns_.contains(MetricColumn::metric);
  if (named != columns_.contains(MetricColumn::value)) {
    return ParseError{"header",
                      named ? "it has a column 'metric' but none 'value'"
                            : "it has a column 'value' but none 'metric' that says what it is"};
  }
  for (std::size_t i = 0; i < normalized.size() && !named; ++i) {
    if (find_metric_column(normalized[i]) || normalized[i].empty()) {
      continue;
    }
    auto known = find_metric(normalized[i]);
    // 'orders' are conversions, unless there is another column for those.
    const bool taken = known && known->name != normalized[i] &&
                       (std::ranges::find(normalized, known->name) != normalized.end() ||
                        std::ranges::find(metrics_, known->name, &Metric::name) != metrics_.end());
    if (known) {
      metrics_.push_back({i,
                          taken ? normalized[i] : std::string(known->name),
                          known->objective,
                          std::string(known->unit)});
    } else if (context_.objective) {
      metrics_.push_back({i, normalized[i], *context_.objective, "count"});
    } else {
      ignored_.insert(printable(sanitize_utf8(names[i])));
    }
  }
  if (!named && metrics_.empty()) {
    return ParseError{"header",
                      "no column is a metric that we know (likes, comments, shares, saves, views, "
                      "clicks, conversions, revenue, signups, ...); name the objective of the "
                      "others, or give columns 'metric' and 'value'"};
  }
  if (!columns_.contains(MetricColumn::creator) && context_.creator.empty()) {
    return ParseError{"header", "no column names the creator (creator, handle or username)"};
  }
  for (const MetricColumn column : kTimeColumns) {
    if (columns_.contains(column)) {
      times_.emplace(column, TimeColumn(context_.zone));
    }
  }
  return std::nullopt;
}

std::string_view MetricRows::field(std::span<const std::string_view> fields,
                                   MetricColumn column) const {
  const auto found = columns_.find(column);
  return found != columns_.end() && found->second < fields.size() ? trim(fields[found->second])
                                                                  : std::string_view();
}

void MetricRows::see(std::span<const std::string_view> fields) {
  for (auto& [column, times] : times_) {
    if (const auto text = field(fields, column); !text.empty()) {
      times.see(text);
    }
  }
}

std::optional<std::string> MetricRows::read_subject(std::span<const std::string_view> fields,
                                                    MetricRow& row) const {
  const auto text = [&](MetricColumn column, const std::string& otherwise) {
    const auto found = field(fields, column);
    return found.empty() ? otherwise : sanitize_utf8(found);
  };
  row.creator = normalize_handle(text(MetricColumn::creator, context_.creator));
  row.platform = to_lower_ascii(text(MetricColumn::platform, context_.platform));
  row.post = text(MetricColumn::post, "");
  row.campaign = text(MetricColumn::campaign, context_.campaign);
  return row.creator.empty() ? std::optional<std::string>("names no creator") : std::nullopt;
}

std::optional<Timestamp> MetricRows::day(MetricColumn column,
                                         std::string_view text,
                                         int later) const {
  const auto time = times_.at(column).parse(text);
  if (!time || (later == 0 && !has_clock(text))) {
    return time;
  }
  if (has_clock(text)) {
    return time;
  }
  // The date as it was written, whichever way: found again from the instant in the zone.
  for (const int shift : {0, 1, -1}) {
    const auto date =
        to_iso8601(*time + std::chrono::hours(12) + std::chrono::days(shift)).substr(0, 10);
    if (parse_local_time(date, context_.zone) == time) {
      return move_days(date, later, context_.zone);
    }
  }
  return std::nullopt;
}

std::optional<std::string> MetricRows::read_period(std::span<const std::string_view> fields,
                                                   MetricRow& row) const {
  const auto unreadable = [](std::string_view text) {
    return fmt::format("'{}' is no date", printable(sanitize_utf8(text)));
  };
  if (const auto text = field(fields, MetricColumn::month); !text.empty()) {
    const auto span = month_span(text, context_.zone);
    if (!span) {
      return fmt::format("'{}' is no month (2026-04)", printable(sanitize_utf8(text)));
    }
    row.from = span->first;
    row.until = span->second;
    return std::nullopt;
  }
  for (const auto& [column, days] :
       {std::pair(MetricColumn::date, 1), std::pair(MetricColumn::week, 7)}) {
    if (const auto text = field(fields, column); !text.empty()) {
      row.from = day(column, text, 0);
      row.until = has_clock(text) ? std::optional<Timestamp>() : day(column, text, days);
      if (row.from && has_clock(text)) {
        row.until = *row.from + std::chrono::hours(24 * days);
      }
      return row.from && row.until ? std::nullopt : std::optional(unreadable(text));
    }
  }
  const auto from = field(fields, MetricColumn::from);
  const auto until = field(fields, MetricColumn::until);
  if (from.empty() != until.empty()) {
    return std::string("names only one end of its period");
  }
  if (!from.empty()) {
    row.from = day(MetricColumn::from, from, 0);
    row.until = day(MetricColumn::until, until, 1);
    if (!row.from || !row.until) {
      return unreadable(row.from ? until : from);
    }
    return *row.from < *row.until ? std::nullopt
                                  : std::optional<std::string>("its period ends before it begins");
  }
  if (const auto text = field(fields, MetricColumn::as_of); !text.empty()) {
    row.as_of = times_.at(MetricColumn::as_of).parse(text);
    return row.as_of ? std::nullopt : std::optional(unreadable(text));
  }
  return std::nullopt;
}

std::optional<std::string> MetricRows::add_reading(const Metric& metric,
                                                   std::string_view text,
                                                   std::string_view unit,
                                                   MetricRow& row) const {
  const auto number = parse_metric_number(text);
  if (!number) {
    return fmt::format(
        "{}: '{}' is no number (1234, 1,234 or 12.5)", metric.name, printable(sanitize_utf8(text)));
  }
  MetricReading reading{metric.name, metric.objective, metric.unit, number->value};
  if (!unit.empty()) {
    reading.unit = is_currency(unit) ? std::string(unit) : to_lower_ascii(sanitize_utf8(unit));
  } else if (reading.unit == "currency") {
    reading.unit = context_.currency;
  }
  if (number->is_percent) {
    reading.unit = "share";
  }
  if (reading.unit.empty() || reading.unit == "currency") {
    return fmt::format("{}: is money without a currency", metric.name);
  }
  if (reading.unit == "count" && reading.value < 0) {
    return fmt::format("{}: {} is below 0, and counts are not", metric.name, text);
  }
  row.readings.push_back(std::move(reading));
  return std::nullopt;
}

std::optional<std::string> MetricRows::read_long(std::span<const std::string_view> fields,
                                                 MetricRow& row) const {
  const auto text = field(fields, MetricColumn::value);
  if (text.empty()) {
    return std::nullopt;
  }
  Metric metric;
  metric.name = normalize_metric_name(field(fields, MetricColumn::metric));
  if (metric.name.empty()) {
    return std::string("names no metric");
  }
  const auto known = find_metric(metric.name);
  const auto word = field(fields, MetricColumn::objective);
  const auto told = parse_enum<Objective>(to_lower_ascii(word));
  if (!word.empty() && !told) {
    return fmt::format(
        "'{}' is no objective; known: {}", printable(sanitize_utf8(word)), objective_words());
  }
  if (!known && !told && !context_.objective) {
    return fmt::format("'{}' is no metric that we know; name its objective: {}",
                       printable(sanitize_utf8(metric.name)),
                       objective_words());
  }
  metric.objective = told ? *told : known ? known->objective : *context_.objective;
  metric.unit = known ? known->unit : "count";
  metric.name = known ? std::string(known->name) : sanitize_utf8(metric.name);
  return add_reading(metric, text, field(fields, MetricColumn::unit), row);
}

std::optional<std::string> MetricRows::read_wide(std::span<const std::string_view> fields,
                                                 MetricRow& row) const {
  for (const Metric& metric : metrics_) {
    const auto text =
        metric.column < fields.size() ? trim(fields[metric.column]) : std::string_view();
    // A unit column of a wide table can only be the currency of its money.
    const auto unit =
        metric.unit == "currency" ? field(fields, MetricColumn::unit) : std::string_view();
    if (text.empty()) {
      continue;
    }
    if (auto fault = add_reading(metric, text, unit, row)) {
      return fault;
    }
  }
  return std::nullopt;
}

void MetricRows::reject(std::string where, std::string why) {
  ++parsed_.rows_seen;
  parsed_.rejected.push_back({std::move(where), std::move(why)});
}

void MetricRows::read(std::span<const std::string_view> fields, std::string where) {
  MetricRow row;
  auto fault = read_subject(fields, row);
  fault = fault ? fault : read_period(fields, row);
  if (!fault) {
    fault =
        columns_.contains(MetricColumn::metric) ? read_long(fields, row) : read_wide(fields, row);
  }
  if (fault) {
    return reject(std::move(where), std::move(*fault));
  }
  ++parsed_.rows_seen;
  if (row.readings.empty()) {
    parsed_.excluded.push_back({std::move(where), "holds no value"});
    return;
  }
  const auto at = [](const std::optional<Timestamp>& time) {
    return time ? time->time_since_epoch().count() : 0;
  };
  for (const MetricReading& reading : row.readings) {
    const auto key = fmt::format("{}\n{}\n{}\n{}\n{}\n{}",
                                 row.creator,
                                 row.platform,
                                 row.post,
                                 row.campaign,
                                 reading.metric,
                                 row.from ? at(row.from) : -1 - at(row.as_of));
    const auto [first, is_new] = first_.emplace(key, where);
    if (!is_new && first->second != where) {
      parsed_.rejected.push_back(
          {where, fmt::format("says {} once more, after {}", reading.metric, first->second)});
      return;
    }
  }
  row.where = std::move(where);
  parsed_.rows.push_back(std::move(row));
}

ParsedMetrics MetricRows::finish() {
  if (!ignored_.empty()) {
    const std::vector<std::string> names(ignored_.begin(), ignored_.end());
    parsed_.notes.push_back("columns left out, they are no metric that we know: " +
                            join(names, ", "));
  }
  for (const auto& [column, times] : times_) {
    if (times.is_ambiguous()) {
      parsed_.notes.push_back("dates such as 3/4/2026 were read with the month first");
      break;
    }
  }
  for (const auto& [column, times] : times_) {
    if (times.is_local()) {
      parsed_.notes.push_back("dates without a zone were read in " + context_.zone);
      break;
    }
  }
  return std::move(parsed_);
}

}  // namespace muster
