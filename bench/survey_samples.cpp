#include "bench/survey_samples.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr std::array<std::string_view, 24> kNames = {"id",
                                                     "submitted_at",
                                                     "utm_source",
                                                     "creator",
                                                     "How likely are you to recommend us?",
                                                     "Rate the taste",
                                                     "Rate the price",
                                                     "Rate the look",
                                                     "Rate the video",
                                                     "Rate the creator",
                                                     "Rate the shop",
                                                     "Rate the delivery",
                                                     "Rate the service",
                                                     "Rate the offer",
                                                     "Rate the brand",
                                                     "Where did you see it?",
                                                     "Age",
                                                     "Region",
                                                     "Colour",
                                                     "Orders a year",
                                                     "Spent",
                                                     "When did you buy?",
                                                     "Would you buy again?",
                                                     "Why?"};
constexpr std::string_view kPlaces[] = {"Reel", "Story", "Post", "In a shop", "At a friend's"};
constexpr std::string_view kAges[] = {"18-24", "25-34", "35-44", "45-54", "55 and more"};
constexpr std::string_view kRegions[] = {
    "North", "South", "East", "West", "Centre", "Coast", "Hills", "Isles", "Border", "Abroad"};
constexpr std::string_view kColours[] = {"Red", "Blue", "Green", "Black"};
constexpr std::string_view kWords[] = {"it",    "looked", "really", "good",   "in",    "the",
                                       "video", "and",    "we",     "wanted", "one",   "at",
                                       "once",  "price",  "is",     "too",    "high",  "Größe",
                                       "passt", "würde",  "again",  "buy",    "tasty", "noodle",
                                       "fresh", "spicy",  "colour", "friend", "had",   "already"};

// Small and the same everywhere (Steele and others' SplitMix64).
class Numbers {
 public:
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }
  template <std::size_t N>
  std::string_view one_of(const std::string_view (&list)[N]) {
    return list[below(N)];
  }

 private:
  std::uint64_t state_ = 20260301;
};

std::string comment(Numbers& numbers) {
  std::string text;
  if (numbers.below(10) < 6) {
    return text;
  }
  const auto words = 3 + numbers.below(12);
  for (std::uint64_t i = 0; i < words; ++i) {
    text += text.empty() ? "" : " ";
    text += numbers.one_of(kWords);
  }
  return text;
}

using Cells = std::array<std::string, kNames.size()>;

void fill(Cells& cells, std::size_t row, Numbers& numbers) {
  std::size_t i = 0;
  cells[i++] = fmt::format("r{:08}{:08x}", row, numbers.next() & 0xFFFFFFFF);
  cells[i++] = fmt::format("2026-03-{:02}T{:02}:{:02}:{:02}Z",
                           1 + row % 28,
                           numbers.below(24),
                           row % 60,
                           numbers.below(60));
  cells[i++] = "instagram";
  cells[i++] = fmt::format("creator_{}", numbers.below(500));
  cells[i++] = std::to_string(numbers.below(11));
  for (int rating = 0; rating < 10; ++rating) {
    cells[i++] = std::to_string(1 + numbers.below(5));
  }
  cells[i++] = numbers.one_of(kPlaces);
  cells[i++] = numbers.one_of(kAges);
  cells[i++] = numbers.one_of(kRegions);
  cells[i++] = numbers.one_of(kColours);
  cells[i++] = std::to_string(numbers.below(40));
  cells[i++] = fmt::format("{}.{:02}", numbers.below(90), numbers.below(100));
  cells[i++] = fmt::format("2026-02-{:02}", 1 + numbers.below(28));
  cells[i++] = numbers.below(2) == 0 ? "No" : "Yes";
  cells[i] = comment(numbers);
}

void write_rows(const std::filesystem::path& file,
                std::size_t rows,
                std::string_view head,
                const std::function<void(const Cells& cells, std::string& out)>& write) {
  std::ofstream stream(file, std::ios::binary);
  Numbers numbers;
  Cells cells;
  std::string out(head);
  for (std::size_t row = 0; row < rows; ++row) {
    fill(cells, row, numbers);
    write(cells, out);
    if (out.size() > 1'000'000) {
      stream << out;
      out.clear();
    }
  }
  stream << out;
  if (!stream.flush()) {
    throw std::runtime_error("write " + file.native() + " failed");
  }
}

bool is_number(std::size_t column) {
  return (column >= 4 && column <= 14) || column == 19 || column == 20;
}

}  // namespace

void write_sample_csv(const std::filesystem::path& file, std::size_t rows) {
  std::string head;
  for (const auto name : kNames) {
    head += head.empty() ? "" : ",";
    head += name;
  }
  head += '\n';
  write_rows(file, rows, head, [](const Cells& cells, std::string& out) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out += i > 0 ? "," : "";
      out += cells[i];
    }
    out += '\n';
  });
}

void write_sample_ndjson(const std::filesystem::path& file, std::size_t rows) {
  write_rows(file, rows, "", [](const Cells& cells, std::string& out) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out += i > 0 ? ",\"" : "{\"";
      out += kNames[i];
      out += is_number(i) ? "\":" : "\":\"";
      out += cells[i];
      out += is_number(i) ? "" : "\"";
    }
    out += "}\n";
  });
}

}  // namespace muster
