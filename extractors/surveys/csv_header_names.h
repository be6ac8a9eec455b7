#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muster {

// "QID2_TEXT" of {"ImportId":"QID2_TEXT","timeZone":"..."}, also as {'ImportId': 'QID2-TEXT'};
// dashes become underscores.
std::optional<std::string> import_id(std::string_view cell);

// "QID2_3_TEXT" is part 3 of QID2, and the text typed beside it.
struct QualtricsName {
  std::string group;
  std::string part;
  bool is_text = false;
};
QualtricsName split_qualtrics(std::string_view name);

// "Q2[SQ001]. Which of these? [Apples]": code "Q2", part "SQ001", title "Which of these?",
// part_title "Apples". Also the code alone,
// "._." as separator and two parts ("Q3[SQ001][1]" gives part "SQ001/1"). nullopt where no code
// begins the header.
struct LimeSurveyName {
  std::string code;
  std::string part;
  std::string title;
  std::string part_title;
  bool has_separator = false;
};
std::optional<LimeSurveyName> split_limesurvey(std::string_view header);

}  // namespace muster
