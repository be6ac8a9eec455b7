#include "config/config.h"
#include "config/csv.h"
#include "config/text_file.h"
#include "core/text.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr std::uint64_t kMaxCreatorsBytes = 256'000'000;
constexpr std::size_t kMaxFieldBytes = 500;

const std::vector<std::string>& known_columns() {
  static const std::vector<std::string> kColumns = {
      "handle", "followers", "platform", "name", "country", "tier"};
  return kColumns;
}

// "12500", "12.5K", "1.2M": a whole number of people. nullopt for anything that can be read in two
// ways ("12,500" and "12.500" are twelve thousand in one country and twelve in the next).
std::optional<std::int64_t> parse_followers(std::string_view text) {
  int zeros = 0;
  if (text.ends_with('K') || text.ends_with('k')) {
    zeros = 3;
  } else if (text.ends_with('M') || text.ends_with('m')) {
    zeros = 6;
  }
  if (zeros > 0) {
    text.remove_suffix(1);
  }
  std::string digits(text);
  if (const std::size_t point = text.find('.'); point != std::string_view::npos) {
    const int decimals = static_cast<int>(text.size() - point - 1);
    // "1.234K" would be either 1,234 or 1,234,000.
    if (zeros == 0 || point == 0 || decimals < 1 || decimals > 2) {
      return std::nullopt;
    }
    digits.erase(point, 1);
    zeros -= decimals;
  }
  digits.append(static_cast<std::size_t>(zeros), '0');
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool plain = text.find_first_not_of("0123456789.") == std::string_view::npos;
  if (text.empty() || !plain || fault != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return value;
}

class CreatorsReader {
 public:
  CreatorsReader(std::string file, const TierThresholds& tiers, Problems& problems)
      : file_(std::move(file)), tiers_(tiers), problems_(problems) {}

  std::vector<Creator> read(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) {
      text.remove_prefix(3);
    }
    if (const auto offset = find_invalid_utf8(text)) {
      const TextPlace place = place_of(text, *offset);
      report(place.line,
             place.column,
             "",
             "is not UTF-8 here; save the list as UTF-8 (in Excel: \"CSV UTF-8\")");
      return {};
    }
    const std::string_view first_line = text.substr(0, text.find('\n'));
    const bool semicolons = first_line.find(',') == std::string_view::npos &&
                            first_line.find(';') != std::string_view::npos;
    const std::vector<CsvRow> rows = read_csv(text, semicolons ? ';' : ',', file_, problems_);
    if (rows.empty()) {
      report(1, 1, "", "is empty; the first line must name the columns: handle,followers");
      return {};
    }
    read_header(rows.front());
    if (!columns_.contains("handle") || !columns_.contains("followers")) {
      return {};
    }
    std::vector<Creator> creators;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      read_row(rows[i], rows.front().size(), creators);
    }
    return creators;
  }

 private:
  void report(int line, int column, std::string key, std::string what) {
    problems_.add({file_, line, column, std::move(key), std::move(what)});
  }

  void report(const CsvField& field, std::string key, std::string what) {
    report(field.line, field.column, std::move(key), std::move(what));
  }

  void read_header(const CsvRow& header) {
    for (std::size_t i = 0; i < header.size(); ++i) {
      const std::string name = to_lower_ascii(trim(header[i].text));
      if (std::ranges::find(known_columns(), name) != known_columns().end()) {
        if (!columns_.try_emplace(name, i).second) {
          report(header[i], shown(name), "this column is there twice");
        }
        continue;
      }
      // Lists from other tools have columns of their own, which do no harm; a misspelled one would
      // be lost silently.
      const auto nearest =
          name.size() > 3 && name.size() < 40 ? nearest_name(name, known_columns()) : std::nullopt;
      if (nearest) {
        report(header[i], shown(name), fmt::format("unknown column; did you mean '{}'?", *nearest));
      }
    }
    for (const std::string_view required : {"handle", "followers"}) {
      if (!columns_.contains(std::string(required))) {
        report(1, 1, std::string(required), "this column is missing; the first line must name it");
      }
    }
  }

  const CsvField* field(const CsvRow& row, const std::string& column) const {
    const auto found = columns_.find(column);
    return found == columns_.end() ? nullptr : &row[found->second];
  }

  // The text of a field that fits into one line and is not overly long; "" with a report for one
  // that does not.
  std::string text(const CsvRow& row, const std::string& column) {
    const CsvField* found = field(row, column);
    if (found == nullptr) {
      return "";
    }
    const std::string_view value = trim(found->text);
    if (value.size() > kMaxFieldBytes) {
      report(*found, column, fmt::format("is longer than {} bytes", kMaxFieldBytes));
      return "";
    }
    if (std::ranges::any_of(value, [](unsigned char c) { return c < 0x20 || c == 0x7F; })) {
      report(*found, column, "holds a line break or another control character");
      return "";
    }
    return std::string(value);
  }

  void read_row(const CsvRow& row, std::size_t width, std::vector<Creator>& creators) {
    if (row.size() != width) {
      report(
          row.front(), "", fmt::format("has {} fields where the header has {}", row.size(), width));
      return;
    }
    Creator creator;
    creator.handle = read_handle(row);
    creator.platform = to_lower_ascii(text(row, "platform"));
    creator.name = text(row, "name");
    creator.followers = read_followers(row);
    creator.country = read_country(row);
    creator.tier = read_tier(row).value_or(tier_of(creator.followers, tiers_));
    if (creator.handle.empty()) {
      return;
    }
    const int line = row.front().line;
    const auto [first, is_new] = lines_.try_emplace({creator.handle, creator.platform}, line);
    if (!is_new) {
      report(*field(row, "handle"),
             "handle",
             fmt::format("'{}' is already in line {}{}",
                         creator.handle,
                         first->second,
                         creator.platform.empty() ? "" : " for " + shown(creator.platform)));
      return;
    }
    creators.push_back(std::move(creator));
  }

  std::string read_handle(const CsvRow& row) {
    const std::string handle = normalize_handle(text(row, "handle"));
    if (handle.empty()) {
      report(*field(row, "handle"), "handle", "is missing");
    } else if (handle.find_first_of(" \t") != std::string::npos) {
      report(*field(row, "handle"),
             "handle",
             fmt::format("'{}' is no handle: it has a space in it", shown(handle)));
    }
    return handle;
  }

  std::optional<std::int64_t> read_followers(const CsvRow& row) {
    const std::string followers = text(row, "followers");
    if (followers.empty()) {
      return std::nullopt;
    }
    const auto count = parse_followers(followers);
    if (!count) {
      report(*field(row, "followers"),
             "followers",
             fmt::format("'{}' is no clear number; write 12500, 12.5K or 1.2M", shown(followers)));
    }
    return count;
  }

  std::string read_country(const CsvRow& row) {
    std::string country = text(row, "country");
    std::ranges::transform(country, country.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    });
    const bool fits = country.size() == 2 &&
                      std::ranges::all_of(country, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!country.empty() && !fits) {
      report(*field(row, "country"),
             "country",
             fmt::format("'{}' is no country code; write two letters such as US or DE",
                         shown(country)));
      return "";
    }
    if (country == "UK") {
      report(*field(row, "country"), "country", "the code of the United Kingdom is GB");
      return "";
    }
    return country;
  }

  std::optional<Tier> read_tier(const CsvRow& row) {
    const std::string word = to_lower_ascii(text(row, "tier"));
    if (word.empty()) {
      return std::nullopt;
    }
    const auto tier = parse_enum<Tier>(word);
    if (!tier) {
      report(*field(row, "tier"),
             "tier",
             fmt::format("'{}' is no tier; write micro, macro or mega", shown(word)));
    }
    return tier;
  }

  std::string file_;
  TierThresholds tiers_;
  Problems& problems_;
  std::map<std::string, std::size_t> columns_;                // position by name
  std::map<std::pair<std::string, std::string>, int> lines_;  // line by handle and platform
};

}  // namespace

std::vector<Creator> load_creators(const std::filesystem::path& file, const TierThresholds& tiers) {
  Problems problems;
  const std::string text = read_config_file(file, kMaxCreatorsBytes);
  std::vector<Creator> creators = CreatorsReader(file.string(), tiers, problems).read(text);
  problems.throw_if_any();
  return creators;
}

}  // namespace muster
