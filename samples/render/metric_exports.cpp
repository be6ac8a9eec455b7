#include "samples/render/metric_exports.h"

#include "samples/render/audience.h"
#include "samples/render/files.h"

#include <cmath>

namespace muster {

namespace {

constexpr int kDays = 7;
constexpr std::int64_t kDay = 86'400;

// Followers of small creators act more often than followers of stars.
struct Response {
  const char* tier;
  float views;    // a day, of the first day
  float engaged;  // of those who saw it
  float clicked;
  float bought;  // of those who clicked
  float signed_up;
};

constexpr Response kResponses[] = {{"micro", 2'600, 0.071F, 0.0210F, 0.061F, 0.030F},
                                   {"macro", 38'000, 0.038F, 0.0098F, 0.043F, 0.017F},
                                   {"mega", 410'000, 0.019F, 0.0041F, 0.026F, 0.008F}};

const Response& response_of(const std::string& tier) {
  for (const Response& response : kResponses) {
    if (tier == response.tier) {
      return response;
    }
  }
  return kResponses[0];
}

int drawn(Random& random, float expected) {
  return std::max(0, static_cast<int>(std::lround(expected * (1 + 0.25F * random.normal()))));
}

float week_of(const Response& response) {
  float views = 0;
  for (int day = 0; day < kDays; ++day) {
    views += response.views * std::pow(0.72F, static_cast<float>(day));
  }
  return views;
}

}  // namespace

std::string posts_csv(std::string_view creators_csv, std::uint64_t seed) {
  Random random(seed + 11);
  std::string text =
      "Creator,Platform,Post URL,Campaign,Date,Views,Likes,Comments,Shares,Saves,Link "
      "clicks,Sentiment\r\n";
  bool broken = false;
  for (const SampleCreator& creator : sample_creators(creators_csv)) {
    const Response& response = response_of(creator.tier);
    const std::string post = "https://posts.example/" + creator.handle + "/spring";
    for (int day = 0; day < kDays; ++day) {
      const float views = response.views * std::pow(0.72F, static_cast<float>(day));
      const int seen = drawn(random, views);
      const auto part = [&](float share) {
        return std::to_string(drawn(random, views * response.engaged * share));
      };
      // The platform had no views for one day: a person has to ask for that row again.
      const bool missing = !broken && day == 3;
      broken = broken || missing;
      text += "@" + creator.handle + ",Instagram," + post + "," + std::string(kCampaign) + "," +
              plain_time(kCampaignStart + day * kDay).substr(0, 10) + "," +
              (missing ? "n/a" : std::to_string(seen)) + "," + part(0.86F) + "," + part(0.06F) +
              "," + part(0.03F) + "," + part(0.05F) + "," +
              std::to_string(drawn(random, views * response.clicked)) + ",good\r\n";
    }
  }
  return text;
}

std::string shop_json(std::string_view creators_csv, std::uint64_t seed) {
  Random random(seed + 12);
  std::string text = "{\"shop\": \"fizzolo.example\", \"rows\": [";
  bool first = true;
  for (const SampleCreator& creator : sample_creators(creators_csv)) {
    const Response& response = response_of(creator.tier);
    const int orders = drawn(random, week_of(response) * response.clicked * response.bought);
    const int cents = orders * 1190 + drawn(random, 400.0F);
    text += std::string(first ? "" : ",") + "\n  {\"creator\": \"" + creator.handle +
            "\", \"campaign\": \"" + std::string(kCampaign) +
            "\", \"metrics\": {\"orders\": " + std::to_string(orders) +
            ", \"revenue\": " + std::to_string(cents / 100) + "." +
            std::to_string(100 + cents % 100).substr(1) +
            "}, \"currency\": \"USD\", \"as_of\": \"" + iso_time(kCampaignStart + kDays * kDay) +
            "\"}";
    first = false;
  }
  return text + "\n]}\n";
}

std::string newsletter_csv(std::string_view creators_csv, std::uint64_t seed) {
  Random random(seed + 13);
  std::string text = "Handle;Campaign;E-mail sign-ups;Exported at\n";
  for (const SampleCreator& creator : sample_creators(creators_csv)) {
    const Response& response = response_of(creator.tier);
    text +=
        creator.handle + ";" + std::string(kCampaign) + ";" +
        std::to_string(drawn(random, week_of(response) * response.clicked * response.signed_up)) +
        ";" + plain_time(kCampaignStart + kDays * kDay) + "\n";
  }
  return text;
}

void write_metrics(const std::filesystem::path& folder,
                   std::string_view creators_csv,
                   std::uint64_t seed) {
  write_file(folder / "posts.csv", posts_csv(creators_csv, seed));
  write_file(folder / "shop.json", shop_json(creators_csv, seed));
  write_file(folder / "newsletter.csv", newsletter_csv(creators_csv, seed));
}

}  // namespace muster
