#include "extractors/surveys/tally.h"

#include "extractors/surveys/json_export.h"
#include "extractors/surveys/plain_text.h"
#include "extractors/surveys/survey_builder.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

QuestionKind tally_kind(std::string_view type) {
  static constexpr std::pair<std::string_view, QuestionKind> kKinds[] = {
      {"MULTIPLE_CHOICE", QuestionKind::single_choice},
      {"DROPDOWN", QuestionKind::single_choice},
      {"CHECKBOXES", QuestionKind::multiple_choice},
      {"MULTI_SELECT", QuestionKind::multiple_choice},
      {"LINEAR_SCALE", QuestionKind::scale},
      {"RATING", QuestionKind::scale},
      {"INPUT_NUMBER", QuestionKind::number},
      {"PAYMENT", QuestionKind::number},
      {"INPUT_DATE", QuestionKind::date},
      {"INPUT_TIME", QuestionKind::date},
      {"FILE_UPLOAD", QuestionKind::file},
      {"SIGNATURE", QuestionKind::file},
      {"MATRIX", QuestionKind::matrix},
      {"RANKING", QuestionKind::ranking},
      {"INPUT_TEXT", QuestionKind::text},
      {"TEXTAREA", QuestionKind::text},
      {"INPUT_LINK", QuestionKind::text},
  };
  for (const auto& [name, kind] : kKinds) {
    if (name == type) {
      return kind;
    }
  }
  return QuestionKind::other;
}

// Answers that point to a person go to the respondent, not to the answers.
bool is_personal_tally(std::string_view type) {
  return type == "INPUT_EMAIL" || type == "INPUT_PHONE_NUMBER" || type == "RESPONDENT_COUNTRY";
}

class TallyReading {
 public:
  TallyReading(const SurveyContext& context, ResponseSink& sink)
      : builder_("tally", context, sink) {}

  Parsed<ExportFacts> run(JsonDocument& document) {
    const dom::element& root = document.root();
    dom::array list;
    if (!root.get(list)) {
      builder_.set_extent(ExportExtent::part);
      document.for_each(
          "", [&](const dom::element& entry, std::string place) { read_event(entry, place); });
      return builder_.finish();
    }
    dom::object object;
    if (root.get(object)) {
      return parse_error("", "is JSON, but neither an object nor a list");
    }
    if (!list_member(object, "submissions")) {
      builder_.set_extent(ExportExtent::part);
      read_event(root, "");
      return builder_.finish();
    }
    define_all(object);
    document.for_each("submissions", [&](const dom::element& entry, std::string place) {
      read_submission(entry, place);
    });
    if (number_member(object, "page").value_or(1) > 1) {
      builder_.set_extent(ExportExtent::part);
    }
    if (flag_member(object, "hasMore")) {
      builder_.set_extent(ExportExtent::part);
      builder_.note("a page of several: more submissions follow");
    }
    return builder_.finish();
  }

 private:
  void define_all(const dom::object& page) {
    const auto questions = list_member(page, "questions");
    if (!questions) {
      return;
    }
    for (const dom::element entry : *questions) {
      dom::object source;
      if (entry.get(source)) {
        continue;
      }
      Question question;
      question.id = text_member(source, "id");
      question.title = plain_title(text_member(source, "title"), Markup::html);
      const auto type = text_member(source, "type");
      question.kind = tally_kind(type);
      if (is_personal_tally(type)) {
        personal_.push_back(question.id);
      } else if (!question.id.empty()) {
        builder_.define(std::move(question));
      }
    }
  }

  void read_event(const dom::element& element, std::string_view place) {
    builder_.read_row(
        element, place, "a webhook body", [&](const dom::object& event, Response& response) {
          return read_submitted(event, response);
        });
  }

  SurveyBuilder::Fault read_submitted(const dom::object& event, Response& response) {
    const auto data = object_member(event, "data");
    if (!data) {
      return {"/data", "is missing: the webhook holds no submission"};
    }
    response.id = text_member(*data, "submissionId").empty() ? id_member(*data, "responseId")
                                                             : id_member(*data, "submissionId");
    response.submitted_at = builder_.time(text_member(*data, "createdAt"));
    builder_.respondent("respondent_id", text_member(*data, "respondentId"));
    if (builder_.definition().external_id.empty()) {
      builder_.definition().external_id = id_member(*data, "formId");
      builder_.definition().title = plain_title(text_member(*data, "formName"), Markup::html);
    }
    if (const auto fields = list_member(*data, "fields")) {
      for (const dom::element entry : *fields) {
        if (dom::object field; !entry.get(field)) {
          read_field(field);
        }
      }
    }
    return {};
  }

  void read_field(const dom::object& field) {
    const auto key = text_member(field, "key");
    const auto type = text_member(field, "type");
    const auto label = text_member(field, "label");
    dom::element value;
    if (key.empty() || field["value"].get(value)) {
      return;
    }
    if (type == "HIDDEN_FIELDS" || type == "CALCULATED_FIELDS") {
      return builder_.hidden(
          (type == "CALCULATED_FIELDS" ? "calculated." : "") + std::string(label),
          scalar_text(value));
    }
    if (is_personal_tally(type)) {
      return builder_.respondent(label, scalar_text(value));
    }
    // Checkboxes come once more as a flag for each option, "question_x_optionid".
    const auto parent = key.substr(0, key.rfind('_'));
    if (value.is_bool() && type == "CHECKBOXES" && builder_.find_question(parent)) {
      return;
    }
    const auto question = define(field, std::string(key), type);
    if (is_blank(value)) {
      builder_.answer(question).state = AnswerState::not_answered;
      return;
    }
    read_value(question, value, field);
  }

  std::size_t define(const dom::object& field, std::string key, std::string_view type) {
    const auto question = builder_.question(key, tally_kind(type), text_member(field, "label"));
    for (const auto* member : {"options", "columns"}) {
      if (const auto options = list_member(field, member)) {
        for (const dom::element entry : *options) {
          if (dom::object option; !entry.get(option)) {
            builder_.choice(question, id_member(option, "id"), text_member(option, "text"));
          }
        }
      }
    }
    return question;
  }

  void read_value(std::size_t question, const dom::element& value, const dom::object& field) {
    dom::array list;
    dom::object rows;
    if (!value.get(list)) {
      return read_list(question, list);
    }
    if (!value.get(rows)) {
      return read_rows(question, rows, field);
    }
    const auto number = value.is_bool() ? std::optional(bool(value.get_bool()) ? 1.0 : 0.0)
                        : value.is_string() && builder_.at(question).kind != QuestionKind::number
                            ? std::nullopt
                            : number_in(value);
    if (number) {
      builder_.answer(question).number = number;
    } else {
      builder_.answer(question).text = scalar_text(value);
    }
  }

  // Ids of options; what is no option was typed beside "other". Files come as objects.
  void read_list(std::size_t question, const dom::array& list) {
    for (const dom::element entry : list) {
      dom::object file;
      if (!entry.get(file)) {
        auto& text = builder_.answer(question).text;
        text += (text.empty() ? "" : ", ") + std::string(text_member(file, "url"));
        continue;
      }
      const auto id = scalar_text(entry);
      if (!builder_.at(question).choices.empty() && !builder_.has_choice(question, id)) {
        builder_.choose_other(question, id);
      } else {
        builder_.choose(question, id);
      }
    }
  }

  // A matrix: {row id: [column ids]}.
  void read_rows(std::size_t parent, const dom::object& rows, const dom::object& field) {
    for (const auto [row, columns] : rows) {
      const Question& asked = builder_.at(parent);
      const auto question = builder_.row(parent,
                                         asked.id + "/" + std::string(row),
                                         QuestionKind::single_choice,
                                         asked.title + ": " + row_title(field, row));
      dom::array list;
      if (!columns.get(list)) {
        if (list.size() > 1) {
          builder_.at(question).kind = QuestionKind::multiple_choice;
        }
        read_list(question, list);
      }
    }
  }

  static std::string row_title(const dom::object& field, std::string_view row) {
    if (const auto rows = list_member(field, "rows")) {
      for (const dom::element entry : *rows) {
        dom::object one;
        if (!entry.get(one) && text_member(one, "id") == row) {
          return plain_title(text_member(one, "text"), Markup::html);
        }
      }
    }
    return std::string(row);
  }

  void read_submission(const dom::element& element, std::string_view place) {
    builder_.read_row(
        element, place, "a submission", [&](const dom::object& object, Response& response) {
          return read_members(object, response);
        });
  }

  SurveyBuilder::Fault read_members(const dom::object& object, Response& response) {
    response.id = id_member(object, "id");
    response.submitted_at = builder_.time(text_member(object, "submittedAt"));
    response.status =
        flag_member(object, "isCompleted") ? ResponseStatus::completed : ResponseStatus::partial;
    builder_.respondent("respondent_id", text_member(object, "respondentId"));
    if (builder_.definition().external_id.empty()) {
      builder_.definition().external_id = id_member(object, "formId");
    }
    if (const auto answers = list_member(object, "responses")) {
      for (const dom::element entry : *answers) {
        if (dom::object answer; !entry.get(answer)) {
          read_answer(answer);
        }
      }
    }
    return {};
  }

  void read_answer(const dom::object& answer) {
    const auto id = id_member(answer, "questionId");
    dom::element value;
    if (id.empty()) {
      return;
    }
    const bool given = !answer["answer"].get(value) && !is_blank(value);
    if (std::find(personal_.begin(), personal_.end(), id) != personal_.end()) {
      return builder_.respondent(id, given ? scalar_text(value) : "");
    }
    const auto question = builder_.question(id, QuestionKind::text);
    if (!given) {
      builder_.answer(question).state = AnswerState::not_answered;
      return;
    }
    read_value(question, value, answer);
  }

  SurveyBuilder builder_;
  std::vector<std::string> personal_;  // questions whose answers point to a person
};

}  // namespace

bool TallyParser::recognizes(std::string_view head) const {
  return names_json_keys(head, {"FORM_RESPONSE", "fields"}) ||
         names_json_keys(head, {"submissions", "respondentId"}) ||
         names_json_keys(head, {"totalNumberOfSubmissionsPerFilter"});
}

Parsed<ExportFacts> TallyParser::parse(std::string_view document,
                                       const SurveyContext& context,
                                       ResponseSink& sink) const {
  return read_json_export(document, {"", "submissions"}, sink, [&](JsonDocument& opened) {
    return TallyReading(context, sink).run(opened);
  });
}

}  // namespace muster
