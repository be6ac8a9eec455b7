#include "extractors/surveys/google_forms.h"

#include "extractors/surveys/json_export.h"
#include "extractors/surveys/plain_text.h"
#include "extractors/surveys/survey_builder.h"

#include <string>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

class GoogleFormsReading {
 public:
  GoogleFormsReading(const SurveyContext& context, ResponseSink& sink)
      : builder_("google_forms", context, sink) {}

  Parsed<ExportFacts> run(JsonDocument& document) {
    const dom::element& root = document.root();
    dom::object object;
    if (root.get(object)) {
      return parse_error("", "is JSON, but no object: expected responses or a form");
    }
    if (const auto items = list_member(object, "items")) {
      read_form(object, *items);
      builder_.set_extent(ExportExtent::form);
      builder_.note("a form: questions and no responses");
    } else if (list_member(object, "responses")) {
      document.for_each("responses",
                        [&](const dom::element& entry, std::string place) { read(entry, place); });
      if (!text_member(object, "nextPageToken").empty()) {
        builder_.set_extent(ExportExtent::part);
        builder_.note("a page of several: more responses follow");
      }
    } else {
      builder_.set_extent(ExportExtent::part);
      read(root, "");
    }
    return builder_.finish();
  }

 private:
  void read_form(const dom::object& form, const dom::array& items) {
    builder_.start_definition();
    builder_.definition().external_id = text_member(form, "formId");
    if (const auto info = object_member(form, "info")) {
      builder_.definition().title = plain_title(text_member(*info, "title"), Markup::html);
    }
    for (const dom::element entry : items) {
      dom::object item;
      if (entry.get(item)) {
        continue;
      }
      const auto title = plain_title(text_member(item, "title"), Markup::html);
      if (const auto single = object_member(item, "questionItem")) {
        if (const auto question = object_member(*single, "question")) {
          define(*question, title);
        }
      } else if (const auto group = object_member(item, "questionGroupItem")) {
        define_grid(item, *group, title);
      }
    }
  }

  // A scale, a choice and so on each stand under their own name.
  void define(const dom::object& source, const std::string& title) {
    Question question;
    question.id = text_member(source, "questionId");
    question.title = title;
    if (question.id.empty()) {
      return;
    }
    if (const auto choice = object_member(source, "choiceQuestion")) {
      question.kind = add_options(*choice, question);
    } else if (const auto scale = object_member(source, "scaleQuestion")) {
      question.scale_min = number_member(*scale, "low").value_or(1);
      question.scale_max = number_member(*scale, "high").value_or(5);
      const bool nps =
          question.scale_min == 0 && question.scale_max == 10 && asks_recommendation(title);
      question.kind = nps ? QuestionKind::nps : QuestionKind::scale;
    } else if (const auto rating = object_member(source, "ratingQuestion")) {
      question.kind = QuestionKind::scale;
      question.scale_min = 1;
      question.scale_max = number_member(*rating, "ratingScaleLevel").value_or(5);
    } else if (object_member(source, "dateQuestion") || object_member(source, "timeQuestion")) {
      question.kind = QuestionKind::date;
    } else if (object_member(source, "fileUploadQuestion")) {
      question.kind = QuestionKind::file;
    }
    builder_.define(std::move(question));
  }

  // "Other" is an option without a value; what is typed there comes as an answer of its own.
  static QuestionKind add_options(const dom::object& choice, Question& question) {
    if (const auto options = list_member(choice, "options")) {
      for (const dom::element entry : *options) {
        dom::object option;
        if (entry.get(option)) {
          continue;
        }
        const auto value = text_member(option, "value");
        if (flag_member(option, "isOther")) {
          question.choices.push_back({"other", "Other"});
        } else if (!value.empty()) {
          question.choices.push_back({std::string(value), plain_title(value, Markup::html)});
        }
      }
    }
    return text_member(choice, "type") == "CHECKBOX" ? QuestionKind::multiple_choice
                                                     : QuestionKind::single_choice;
  }

  // Each row is a question with an id of its own; the grid is only known by its item.
  void define_grid(const dom::object& item, const dom::object& group, const std::string& title) {
    Question parent;
    parent.id = text_member(item, "itemId");
    parent.title = title;
    parent.kind = QuestionKind::matrix;
    QuestionKind kind = QuestionKind::single_choice;
    if (const auto grid = object_member(group, "grid")) {
      if (const auto columns = object_member(*grid, "columns")) {
        kind = add_options(*columns, parent);
      }
    }
    const auto rows = list_member(group, "questions");
    if (!rows || parent.id.empty()) {
      return;
    }
    builder_.define(parent);
    for (const dom::element entry : *rows) {
      dom::object row;
      if (entry.get(row)) {
        continue;
      }
      Question question = parent;
      question.id = text_member(row, "questionId");
      question.parent_id = parent.id;
      question.kind = kind;
      if (const auto text = object_member(row, "rowQuestion")) {
        question.title = title + ": " + plain_title(text_member(*text, "title"), Markup::html);
      }
      if (!question.id.empty()) {
        builder_.define(std::move(question));
      }
    }
  }

  void read(const dom::element& element, std::string_view place) {
    builder_.read_row(
        element, place, "a response", [&](const dom::object& object, Response& response) {
          return read_members(object, response);
        });
  }

  SurveyBuilder::Fault read_members(const dom::object& object, Response& response) {
    response.id = text_member(object, "responseId");
    response.started_at = builder_.time(text_member(object, "createTime"));
    response.submitted_at = builder_.time(text_member(object, "lastSubmittedTime"));
    response.updated_at = response.submitted_at;
    builder_.respondent("email", text_member(object, "respondentEmail"));
    if (builder_.definition().external_id.empty()) {
      builder_.definition().external_id = text_member(object, "formId");
    }
    if (const auto score = number_member(object, "totalScore")) {
      builder_.hidden("calculated.total_score", fmt::format("{}", *score));
    }
    if (const auto answers = object_member(object, "answers")) {
      for (const auto [key, value] : *answers) {
        if (dom::object answer; !value.get(answer)) {
          read_answer(key, answer);
        }
      }
    }
    return {};
  }

  void read_answer(std::string_view id, const dom::object& answer) {
    if (const auto files = object_member(answer, "fileUploadAnswers")) {
      const auto question = builder_.question(id, QuestionKind::file);
      for_each_answer(*files, [&](const dom::object& file) {
        auto& text = builder_.answer(question).text;
        text += (text.empty() ? "" : ", ") + std::string(text_member(file, "fileName"));
      });
      return;
    }
    const auto texts = object_member(answer, "textAnswers");
    if (!texts) {
      return;
    }
    const auto list = list_member(*texts, "answers");
    const bool several = list && list->size() > 1;
    const auto question =
        builder_.question(id, several ? QuestionKind::multiple_choice : QuestionKind::text);
    if (several && builder_.at(question).choices.empty()) {
      builder_.at(question).kind = QuestionKind::multiple_choice;
    }
    for_each_answer(*texts, [&](const dom::object& one) {
      add_value(question, text_member(one, "value"), one);
    });
  }

  void add_value(std::size_t question, std::string_view value, const dom::object& one) {
    const Question& asked = builder_.at(question);
    switch (asked.kind) {
      case QuestionKind::single_choice:
      case QuestionKind::multiple_choice:
        if (!builder_.has_choice(question, value) && builder_.has_choice(question, "other")) {
          return builder_.choose_other(question, value);
        }
        return builder_.choose(question, value);
      case QuestionKind::scale:
      case QuestionKind::nps:
      case QuestionKind::number:
        if (const auto number = number_member(one, "value")) {
          builder_.answer(question).number = number;
          return;
        }
        [[fallthrough]];
      default:
        builder_.answer(question).text = value;
    }
  }

  template <typename Visit>
  static void for_each_answer(const dom::object& holder, Visit visit) {
    if (const auto list = list_member(holder, "answers")) {
      for (const dom::element entry : *list) {
        if (dom::object one; !entry.get(one)) {
          visit(one);
        }
      }
    }
  }

  SurveyBuilder builder_;
};

}  // namespace

bool GoogleFormsParser::recognizes(std::string_view head) const {
  return names_json_keys(head, {"responseId", "lastSubmittedTime"}) ||
         names_json_keys(head, {"responseId", "textAnswers"}) ||
         names_json_keys(head, {"formId", "items", "itemId"});
}

Parsed<ExportFacts> GoogleFormsParser::parse(std::string_view document,
                                             const SurveyContext& context,
                                             ResponseSink& sink) const {
  return read_json_export(document, {"responses"}, sink, [&](JsonDocument& opened) {
    return GoogleFormsReading(context, sink).run(opened);
  });
}

}  // namespace muster
