#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace muster {

// Writes survey exports as the tools of the trade shape them, with invented answers:
//   spring-fizz-pulse-form.json, spring-fizz-pulse-responses.json   Typeform's API
//   brand-tracker.csv      Qualtrics, three header rows
//   taste-panel.csv        SurveyMonkey, two header rows
//   checkout-poll.csv      a plain list with ';' and a byte order mark
void write_surveys(const std::filesystem::path& folder,
                   std::string_view creators_csv,
                   std::uint64_t seed);

// The parts, for tests.
std::string typeform_form();
std::string typeform_responses(std::string_view creators_csv, std::uint64_t seed);
std::string qualtrics_csv(std::string_view creators_csv, std::uint64_t seed);
std::string surveymonkey_csv(std::string_view creators_csv, std::uint64_t seed);
std::string plain_csv(std::string_view creators_csv, std::uint64_t seed);

}  // namespace muster
