#include "samples/render/audience.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <sstream>

namespace muster {

namespace {

struct Comment {
  const char* language;
  int mood;  // -1, 0, 1
  const char* text;
};

constexpr Comment kComments[] = {
    {"en", 1, "Tastes like the first warm day of the year ☀️"},
    {"en", 1, "Bought two four-packs after her video, the mint one is gone already"},
    {"en", 1, "finally a soda that isn't syrup. citrus > everything 🍊🍊"},
    {"en", 0, "Nice can. A bit pricey for 330 ml, \"treat yourself\" only goes so far"},
    {"en", 0, "ok I guess, couldn't find it in my store though"},
    {"en", 0, "I remember the orange slices in the logo, not the name"},
    {"en", -1, "Too sweet for me, and the ad was everywhere 🙄"},
    {"en", -1, "Another celebrity selling me a drink; I scrolled on"},
    {"de", 1, "Schmeckt wie Limonade bei Oma, nur mit mehr Blubber 🫧"},
    {"de", 0, "Ganz nett, aber das Pfand, na ja"},
    {"de", -1, "Zu süß; außerdem sah man die Dose kaum"},
    {"es", 1, "¡Riquísima! La de menta con mucho hielo es otra cosa 🧊"},
    {"es", 0, "Está bien, pero prefiero el agua con gas"},
    {"fr", 1, "Très rafraîchissant, l'étiquette est magnifique 💛"},
    {"fr", -1, "Trop de publicité, pas assez de citron"},
    {"ja", 1, "オレンジの香りがすごくいい😊また買います"},
    {"ja", 0, "缶がかわいいけど少し高いです"},
    {"pt", 1, "Gostei demais! Perfeita para a praia 🏖️"},
    {"pt", 0, "Boa, mas some rápido da prateleira"},
};

struct Habits {
  const char* tier;
  float nps;
  float taste;
  float recall;
  float aware;
};

constexpr Habits kHabits[] = {{"micro", 8.5F, 4.2F, 0.66F, 0.81F},
                              {"macro", 7.7F, 3.9F, 0.55F, 0.72F},
                              {"mega", 6.9F, 3.6F, 0.49F, 0.69F},
                              {"control", 6.4F, 3.4F, 0.17F, 0.42F}};

const Habits& habits_of(const std::string& tier) {
  return *std::find_if(
      std::begin(kHabits), std::end(kHabits) - 1, [&](const Habits& h) { return tier == h.tier; });
}

int rounded(float value, int low, int high) {
  return std::clamp(static_cast<int>(std::lround(value)), low, high);
}

std::vector<int> awareness(Random& random, float ours) {
  std::vector<int> aware;
  if (random.chance(ours)) {
    aware.push_back(0);
  }
  if (random.chance(0.58F)) {
    aware.push_back(1);
  }
  if (random.chance(0.24F)) {
    aware.push_back(2);
  }
  if (aware.empty()) {
    aware.push_back(3);
  }
  return aware;
}

void comment_on(Person& person, Random& random) {
  static constexpr std::array<const char*, 10> kLanguages = {
      "en", "en", "en", "en", "en", "de", "es", "fr", "ja", "pt"};
  person.language = kLanguages[static_cast<std::size_t>(random.below(10))];
  if (!random.chance(0.46F)) {
    return;
  }
  const int mood = person.nps >= 9 ? 1 : (person.nps >= 7 ? 0 : -1);
  std::vector<const char*> fitting;
  for (const auto& comment : kComments) {
    if (person.language == comment.language && comment.mood == mood) {
      fitting.push_back(comment.text);
    }
  }
  if (!fitting.empty()) {
    person.comment =
        fitting[static_cast<std::size_t>(random.below(static_cast<int>(fitting.size())))];
  }
}

std::string formatted(std::int64_t seconds, const char* pattern) {
  const std::chrono::sys_seconds at{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  std::array<char, 40> text{};
  std::snprintf(text.data(),
                text.size(),
                pattern,
                static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

}  // namespace

Person answer_survey(Random& random,
                     const std::vector<SampleCreator>& creators,
                     std::int64_t from_s) {
  Person person;
  person.creator =
      random.chance(0.24F)
          ? SampleCreator{"", "control"}
          : creators[static_cast<std::size_t>(random.below(static_cast<int>(creators.size())))];
  const Habits& habits = habits_of(person.creator.tier);
  const float warmth = random.normal();
  person.started_s = from_s + random.below(21 * 24 * 3600);
  person.seconds_taken = 45 + random.below(260);
  person.nps = rounded(habits.nps + 1.7F * warmth + 0.6F * random.normal(), 0, 10);
  person.taste = rounded(habits.taste + 0.7F * warmth + 0.4F * random.normal(), 1, 5);
  person.likely = rounded(habits.taste - 0.4F + 0.8F * warmth + 0.6F * random.normal(), 1, 5);
  person.recalls = random.chance(habits.recall);
  person.aware = awareness(random, habits.aware);
  person.wave = person.creator.tier == "control" && random.chance(0.5F) ? "before" : "after";
  comment_on(person, random);
  return person;
}

std::vector<SampleCreator> sample_creators(std::string_view creators_csv) {
  std::vector<SampleCreator> creators;
  std::istringstream lines{std::string(creators_csv)};
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    const auto comma = line.find(',');
    const std::string followers = line.substr(comma + 1, line.find(',', comma + 1) - comma - 1);
    const double count = std::stod(followers) * (followers.back() == 'M' ? 1e6 : 1);
    creators.push_back(
        {line.substr(0, comma), count >= 1e6 ? "mega" : (count >= 1e5 ? "macro" : "micro")});
  }
  return creators;
}

std::string iso_time(std::int64_t seconds) {
  return formatted(seconds, "%04d-%02u-%02uT%02d:%02d:%02dZ");
}
std::string plain_time(std::int64_t seconds) {
  return formatted(seconds, "%04d-%02u-%02u %02d:%02d:%02d");
}

std::string random_id(Random& random, int length) {
  static constexpr char kLetters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string id;
  for (int i = 0; i < length; ++i) {
    id += kLetters[random.below(36)];
  }
  return id;
}

}  // namespace muster
