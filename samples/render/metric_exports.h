#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace muster {

// Writes what platforms, a shop and a mail tool export about the sample campaign, with invented
// numbers:
//   posts.csv         likes, comments, shares, saves, views and link clicks of each post by day,
//                     with a row that holds "n/a"
//   shop.json         orders and revenue of each creator, as of a day
//   newsletter.csv    sign-ups of each creator, with ';'
void write_metrics(const std::filesystem::path& folder,
                   std::string_view creators_csv,
                   std::uint64_t seed);

// The parts, for tests.
std::string posts_csv(std::string_view creators_csv, std::uint64_t seed);
std::string shop_json(std::string_view creators_csv, std::uint64_t seed);
std::string newsletter_csv(std::string_view creators_csv, std::uint64_t seed);

}  // namespace muster
