#include "samples/render/survey_exports.h"

#include "samples/render/audience.h"
#include "samples/render/files.h"

#include <algorithm>
#include <array>
#include <vector>

namespace muster {

namespace {

std::string csv_cell(std::string_view cell) {
  if (cell.find_first_of(",;\"\n") == std::string_view::npos) {
    return std::string(cell);
  }
  std::string text = "\"";
  for (const char c : cell) {
    text += c == '"' ? "\"\"" : std::string(1, c);
  }
  return text + '"';
}

std::string row(const std::vector<std::string>& cells, char separator = ',') {
  std::string text;
  for (const auto& cell : cells) {
    text +=
        (text.empty() && &cell == &cells.front() ? "" : std::string(1, separator)) + csv_cell(cell);
  }
  return text + "\r\n";
}

std::string brands_of(const Person& person) {
  std::string text;
  for (const int i : person.aware) {
    text += (text.empty() ? "" : ",") + std::string(kAwarenessBrands[i]);
  }
  return text;
}

std::string import_id(std::string_view id) {
  return "{\"ImportId\":\"" + std::string(id) + "\"}";
}

std::vector<std::string> qualtrics_row(const Person& person,
                                       Random& random,
                                       bool preview,
                                       bool finished) {
  const std::string id = "R_" + random_id(random, 15);
  return {plain_time(person.started_s),
          plain_time(person.started_s + person.seconds_taken),
          preview ? "Survey Preview" : "IP Address",
          finished ? "100" : std::to_string(20 + random.below(50)),
          std::to_string(person.seconds_taken),
          finished ? "True" : "False",
          plain_time(person.started_s + person.seconds_taken + 1),
          id,
          preview ? "preview" : "anonymous",
          person.language == "pt" ? "PT-BR"
                                  : std::string(1, static_cast<char>(person.language[0] - 32)) +
                                        static_cast<char>(person.language[1] - 32),
          std::to_string(person.nps),
          person.nps >= 9 ? "Promoter" : (person.nps >= 7 ? "Passive" : "Detractor"),
          brands_of(person),
          person.recalls ? "Yes" : "No",
          finished ? kLikelihoods[person.likely - 1] : "",
          finished ? person.comment : "",
          person.creator.handle,
          std::string(kCampaign),
          person.wave};
}

}  // namespace

std::string qualtrics_csv(std::string_view creators_csv, std::uint64_t seed) {
  constexpr int kPeople = 280;
  Random random(seed + 2);
  const auto creators = sample_creators(creators_csv);
  std::string text = row({"StartDate",
                          "EndDate",
                          "Status",
                          "Progress",
                          "Duration (in seconds)",
                          "Finished",
                          "RecordedDate",
                          "ResponseId",
                          "DistributionChannel",
                          "UserLanguage",
                          "Q1",
                          "Q1_NPS_GROUP",
                          "Q2",
                          "Q3",
                          "Q4",
                          "Q5",
                          "creator",
                          "utm_campaign",
                          "wave"});
  text += row({"Start Date",
               "End Date",
               "Response Type",
               "Progress",
               "Duration (in seconds)",
               "Finished",
               "Recorded Date",
               "Response ID",
               "Distribution Channel",
               "User Language",
               "How likely are you to recommend Fizzolo\nto a friend or colleague?",
               "How likely are you to recommend Fizzolo\nto a friend or colleague? - Group",
               "Which of these sparkling drinks have you heard of? - Selected Choice",
               "In the last two weeks, did you see a post about Fizzolo?",
               "How likely are you to buy Fizzolo?",
               "What comes to mind when you think of Fizzolo?",
               "creator",
               "utm_campaign",
               "wave"});
  text += row({import_id("startDate"),
               import_id("endDate"),
               import_id("status"),
               import_id("progress"),
               import_id("duration"),
               import_id("finished"),
               import_id("recordedDate"),
               import_id("_recordId"),
               import_id("distributionChannel"),
               import_id("userLanguage"),
               import_id("QID1"),
               import_id("QID1_NPS_GROUP"),
               import_id("QID2"),
               import_id("QID3"),
               import_id("QID4"),
               import_id("QID5_TEXT"),
               import_id("creator"),
               import_id("utm_campaign"),
               import_id("wave")});
  std::string repeated;
  for (int i = 0; i < kPeople; ++i) {
    const bool preview = i < 4;
    const bool finished = i % 31 != 12;
    const std::string line = row(
        qualtrics_row(answer_survey(random, creators, kCampaignStart), random, preview, finished));
    repeated = i == 77 ? line : repeated;
    text += line;
  }
  return text + repeated;
}

std::string surveymonkey_csv(std::string_view creators_csv, std::uint64_t seed) {
  constexpr int kPeople = 230;
  Random random(seed + 3);
  const auto creators = sample_creators(creators_csv);
  std::string text = row({"Respondent ID",
                          "Collector ID",
                          "Start Date",
                          "End Date",
                          "IP Address",
                          "Email Address",
                          "First Name",
                          "Last Name",
                          "creator",
                          "utm_campaign",
                          "How would you rate the taste?",
                          "Which of these have you heard of?",
                          "",
                          "",
                          "",
                          "How likely are you to recommend Fizzolo to a friend?",
                          "Anything else?"});
  text += row({"",
               "",
               "",
               "",
               "",
               "",
               "",
               "",
               "",
               "",
               "Response",
               kAwarenessBrands[0],
               kAwarenessBrands[1],
               kAwarenessBrands[2],
               kAwarenessBrands[3],
               "Response",
               "Open-Ended Response"});
  std::int64_t id = 118'904'220'113;
  for (int i = 0; i < kPeople; ++i) {
    const Person person = answer_survey(random, creators, kCampaignStart);
    id += 1 + random.below(900);
    std::array<std::string, 4> aware;
    for (const int brand : person.aware) {
      aware[static_cast<std::size_t>(brand)] = kAwarenessBrands[brand];
    }
    text += row({std::to_string(id),
                 "460118822",
                 plain_time(person.started_s),
                 plain_time(person.started_s + person.seconds_taken),
                 "",
                 "",
                 "",
                 "",
                 person.creator.handle,
                 std::string(kCampaign),
                 std::to_string(person.taste),
                 aware[0],
                 aware[1],
                 aware[2],
                 aware[3],
                 std::to_string(person.nps),
                 person.comment});
    if (i == 101) {
      // Somebody's comment was pasted over the end of a row.
      text += std::to_string(id + 1) + ",460118822,2026-04-19 10:11:12\r\n";
    }
  }
  return text;
}

std::string plain_csv(std::string_view creators_csv, std::uint64_t seed) {
  constexpr int kPeople = 190;
  Random random(seed + 4);
  const auto creators = sample_creators(creators_csv);
  std::string text = "\xEF\xBB\xBF" + row({"id",
                                           "submitted_at",
                                           "creator",
                                           "utm_campaign",
                                           "wave",
                                           "Recommend (0-10)",
                                           "Satisfaction (1-5)",
                                           "Will buy again",
                                           "Comment"},
                                          ';');
  for (int i = 0; i < kPeople; ++i) {
    const Person person = answer_survey(random, creators, kCampaignStart);
    text += row({"poll-" + std::to_string(2000 + i),
                 plain_time(person.started_s),
                 person.creator.handle,
                 std::string(kCampaign),
                 person.wave,
                 std::to_string(person.nps),
                 std::to_string(person.taste),
                 person.likely >= 4 ? "yes" : "no",
                 person.comment},
                ';');
    if (i == 60) {
      text += "poll-2060b;2026-04-20 99:99:99;;;;eleven;;\r\n";
    }
  }
  return text;
}

void write_surveys(const std::filesystem::path& folder,
                   std::string_view creators_csv,
                   std::uint64_t seed) {
  write_file(folder / "spring-fizz-pulse-form.json", typeform_form());
  write_file(folder / "spring-fizz-pulse-responses.json", typeform_responses(creators_csv, seed));
  write_file(folder / "brand-tracker.csv", qualtrics_csv(creators_csv, seed));
  write_file(folder / "taste-panel.csv", surveymonkey_csv(creators_csv, seed));
  write_file(folder / "checkout-poll.csv", plain_csv(creators_csv, seed));
}

}  // namespace muster
