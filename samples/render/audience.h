#pragma once

#include "samples/render/noise.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Who posted, as the surveys see it: their followers answer differently.
struct SampleCreator {
  std::string handle;  // "" for people who saw no post
  std::string tier;    // "mega", "macro", "micro" or "control"
};

// One person's answers, before a survey tool gives them its shape.
struct Person {
  SampleCreator creator;
  std::int64_t started_s = 0;  // Unix time
  int seconds_taken = 0;
  int nps = 0;             // 0..10
  int taste = 0;           // 1..5
  int likely = 0;          // 1..5: would buy
  bool recalls = false;    // says that they saw advertising
  std::vector<int> aware;  // positions in kAwarenessBrands
  std::string language;    // "en", "de", "es", "fr", "ja", "pt"
  std::string comment;     // may be empty
  std::string wave;        // "before" or "after"
};

// When people start to answer, and for which campaign.
inline constexpr std::int64_t kCampaignStart = 1'775'606'400;  // 2026-04-08T00:00:00Z
inline constexpr std::string_view kCampaign = "spring-fizz";

inline constexpr const char* kAwarenessBrands[] = {
    "Fizzolo", "Quellino", "Brunnel Tonic", "None of these"};
inline constexpr const char* kLikelihoods[] = {
    "Definitely not", "Probably not", "Might or might not", "Probably", "Definitely"};

// Followers of small creators know them: they recommend more, recall more and buy more than
// followers of stars; people who saw no post are the control group.
Person answer_survey(Random& random,
                     const std::vector<SampleCreator>& creators,
                     std::int64_t from_s);

// The creators of creators.csv with their tier by followers.
std::vector<SampleCreator> sample_creators(std::string_view creators_csv);

// "2026-04-12T18:03:22Z" and "2026-04-12 18:03:22" of Unix time, in UTC.
std::string iso_time(std::int64_t seconds);
std::string plain_time(std::int64_t seconds);
// Letters and digits, for ids.
std::string random_id(Random& random, int length);

}  // namespace muster
