#include "extractors/surveys/qualtrics.h"

#include "core/text.h"
#include "extractors/surveys/json_export.h"
#include "extractors/surveys/plain_text.h"
#include "extractors/surveys/qualtrics_definition.h"
#include "extractors/surveys/survey_builder.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

constexpr auto kPersonal = std::to_array<std::string_view>({"ipAddress",
                                                            "locationLatitude",
                                                            "locationLongitude",
                                                            "recipientEmail",
                                                            "recipientFirstName",
                                                            "recipientLastName",
                                                            "externalDataReference"});
constexpr auto kMeta = std::to_array<std::string_view>({"startDate",
                                                        "endDate",
                                                        "status",
                                                        "progress",
                                                        "duration",
                                                        "finished",
                                                        "recordedDate",
                                                        "_recordId",
                                                        "userLanguage"});

template <typename List>
bool is_listed_by_qualtrics(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

// "QID3", "QID4_1", and with a loop's number before it "2_QID31".
bool names_question(std::string_view key) {
  const auto at = key.find("QID");
  return at == 0 ||
         (at != std::string_view::npos && at > 1 && key[at - 1] == '_' &&
          key.substr(0, at - 1).find_first_not_of("0123456789") == std::string_view::npos);
}

// Display orders and what else is said about an answer beside it.
bool is_beside_answer(std::string_view key) {
  return key.ends_with("_DO") || key.find("_DO_") != std::string_view::npos ||
         key.ends_with("_NPS_GROUP") || key.ends_with("_FILE_ID") || key.ends_with("_FILE_SIZE") ||
         key.ends_with("_FILE_TYPE");
}

ResponseStatus status_of(double status, bool finished) {
  switch (static_cast<int>(status)) {
    case 1:
    case 17:
      return ResponseStatus::preview;
    case 2:
      return ResponseStatus::test;
    case 8:
    case 9:
      return ResponseStatus::spam;
    default:
      return finished ? ResponseStatus::completed : ResponseStatus::partial;
  }
}

class QualtricsReading {
 public:
  QualtricsReading(const SurveyContext& context, ResponseSink& sink)
      : builder_("qualtrics", context, sink) {}

  Parsed<ExportFacts> run(JsonDocument& document) {
    const dom::element& root = document.root();
    dom::object object;
    if (root.get(object)) {
      return parse_error("",
                         "is JSON, but no object: expected an export of responses or a QSF file");
    }
    if (read_qualtrics_definition(object, builder_)) {
      builder_.set_extent(ExportExtent::form);
      builder_.note("a survey definition: questions and no responses");
    } else if (list_member(object, "responses")) {
      document.for_each("responses",
                        [&](const dom::element& entry, std::string place) { read(entry, place); });
    } else if (object_member(object, "values")) {
      builder_.set_extent(ExportExtent::part);
      read(root, "");
    } else {
      return parse_error("/responses", "is missing: neither responses nor a survey definition");
    }
    return builder_.finish();
  }

  Parsed<ExportFacts> run_lines(std::string_view document, ResponseSink& sink) {
    const auto lines = read_json_lines(
        document,
        {},
        sink,
        [&](const dom::element& root, std::size_t line) {
          read(root, fmt::format("line {}", line));
          return true;
        },
        [&](std::string why, std::size_t line) {
          builder_.reject_row(fmt::format("line {}", line), std::move(why));
          return true;
        });
    if (!lines) {
      return tl::unexpected(lines.error());
    }
    if (builder_.rows() == 0) {
      return parse_error("", "holds no responses");
    }
    return builder_.finish();
  }

 private:
  void read(const dom::element& element, std::string_view place) {
    builder_.read_row(
        element, place, "a response", [&](const dom::object& object, Response& response) {
          return read_members(object, response);
        });
  }

  SurveyBuilder::Fault read_members(const dom::object& object, Response& response) {
    const auto values = object_member(object, "values");
    if (!values) {
      return {"/values", "is missing: the response has no answers"};
    }
    response.id = id_member(object, "responseId");
    response.started_at = builder_.time(text_member(*values, "startDate"));
    response.submitted_at = builder_.time(text_member(*values, "endDate"));
    response.updated_at = builder_.time(text_member(*values, "recordedDate"));
    response.language = text_member(*values, "userLanguage");
    response.status = status_of(number_member(*values, "status").value_or(0),
                                number_member(*values, "finished").value_or(1) != 0);
    labels_ = object_member(object, "labels");
    values_ = object_member(object, "values");
    for (const auto [key, value] : *values) {
      read_value(key, value);
    }
    note_unanswered(object);
    return {};
  }

  void read_value(std::string_view key, const dom::element& value) {
    if (is_listed_by_qualtrics(kMeta, key)) {
      return;
    }
    if (is_listed_by_qualtrics(kPersonal, key)) {
      return builder_.respondent(key, scalar_text(value));
    }
    if (!names_question(key)) {
      return builder_.hidden(key, scalar_text(value));
    }
    if (is_beside_answer(key) || value.is_null()) {
      return;
    }
    if (key.ends_with("_FILE_NAME")) {
      const auto id = key.substr(0, key.size() - 10);
      builder_.answer(builder_.question(id, QuestionKind::file)).text = scalar_text(value);
      return;
    }
    if (key.ends_with("_TEXT")) {
      return read_text(key.substr(0, key.size() - 5), value);
    }
    read_choice(key, value);
  }

  // "QID1_TEXT" answers a text question, "QID7_4_TEXT" is what was typed beside choice 4 of QID7.
  void read_text(std::string_view base, const dom::element& value) {
    const auto text = scalar_text(value);
    const auto cut = base.rfind('_');
    if (!builder_.find_question(base) && cut != std::string_view::npos) {
      const auto parent = builder_.find_question(base.substr(0, cut));
      if (parent && builder_.at(*parent).kind != QuestionKind::text) {
        builder_.answer(*parent).other_text = text;
        return;
      }
      if (!parent && object_has(base.substr(0, cut))) {
        builder_.answer(builder_.question(base.substr(0, cut), kind_from(base.substr(0, cut))))
            .other_text = text;
        return;
      }
    }
    builder_.answer(builder_.question(base, QuestionKind::text)).text = text;
  }

  bool object_has(std::string_view key) const { return !(*values_)[key].error(); }

  QuestionKind kind_from(std::string_view key) const {
    return !(*values_)[key].get_array().error() ? QuestionKind::multiple_choice
                                                : QuestionKind::single_choice;
  }

  void read_choice(std::string_view key, const dom::element& value) {
    dom::array list;
    if (!value.get(list)) {
      const auto question = builder_.question(key, QuestionKind::multiple_choice);
      std::size_t position = 0;
      for (const dom::element entry : list) {
        builder_.choose(question, scalar_text(entry), label_of(key, position++));
      }
      return;
    }
    const auto label = label_of(key, std::nullopt);
    const bool nps = object_has(std::string(key) + "_NPS_GROUP");
    const auto number = number_in(value);
    const auto kind = nps              ? QuestionKind::nps
                      : !label.empty() ? QuestionKind::single_choice
                      : number         ? QuestionKind::number
                                       : QuestionKind::text;
    const auto question = builder_.question(key, kind);
    Question& asked = builder_.at(question);
    if (nps && !asked.scale_max) {
      asked.kind = QuestionKind::nps;
      asked.scale_min = 0;
      asked.scale_max = 10;
    }
    const bool seen_only = number && (*number == -99);
    if (seen_only && !builder_.has_choice(question, "-99")) {
      builder_.answer(question).state = AnswerState::not_answered;
      return;
    }
    switch (asked.kind) {
      case QuestionKind::single_choice:
      case QuestionKind::multiple_choice:
        return builder_.choose(question, scalar_text(value), label);
      case QuestionKind::text:
      case QuestionKind::file:
      case QuestionKind::date:
        builder_.answer(question).text = scalar_text(value);
        return;
      default:
        builder_.answer(question).number = number;
        if (!number) {
          builder_.answer(question).text = scalar_text(value);
        }
    }
  }

  std::string label_of(std::string_view key, std::optional<std::size_t> position) const {
    dom::element label;
    if (!labels_ || (*labels_)[key].get(label)) {
      return {};
    }
    dom::array list;
    if (!position) {
      return scalar_text(label);
    }
    dom::element one;
    return label.get(list) || list.at(*position).get(one) ? std::string() : scalar_text(one);
  }

  // "displayedFields" tells what was shown: shown without an answer was skipped, the rest of the
  // questionnaire was never asked.
  void note_unanswered(const dom::object& response) {
    const auto fields = list_member(response, "displayedFields");
    if (!fields) {
      return;
    }
    std::unordered_set<std::size_t> shown;
    for (const dom::element field : *fields) {
      std::string_view name;
      if (field.get(name) || !names_question(name)) {
        continue;
      }
      name = name.ends_with("_TEXT") ? name.substr(0, name.size() - 5) : name;
      const auto question = builder_.find_question(name);
      const auto known =
          question ? *question : builder_.question(name, QuestionKind::single_choice);
      shown.insert(known);
      if (!builder_.has_answer(known)) {
        builder_.answer(known).state = AnswerState::not_answered;
      }
    }
    const std::size_t count = builder_.definition().questions.size();
    for (std::size_t i = 0; i < count; ++i) {
      const bool asked = builder_.at(i).kind != QuestionKind::matrix;
      if (asked && !shown.contains(i) && !builder_.has_answer(i)) {
        builder_.answer(i).state = AnswerState::not_shown;
      }
    }
  }

  SurveyBuilder builder_;
  std::optional<dom::object> labels_;
  std::optional<dom::object> values_;  // of the response at hand
};

}  // namespace

bool QualtricsParser::recognizes(std::string_view head) const {
  return names_json_keys(head, {"responseId", "values"}) ||
         names_json_keys(head, {"SurveyEntry", "SurveyElements"}) ||
         names_json_keys(head, {"SurveyID", "Questions", "QuestionType"});
}

Parsed<ExportFacts> QualtricsParser::parse(std::string_view document,
                                           const SurveyContext& context,
                                           ResponseSink& sink) const {
  if (looks_like_json_lines(document.substr(0, 64'000))) {
    return QualtricsReading(context, sink).run_lines(document, sink);
  }
  return read_json_export(document, {"responses"}, sink, [&](JsonDocument& opened) {
    return QualtricsReading(context, sink).run(opened);
  });
}

}  // namespace muster
