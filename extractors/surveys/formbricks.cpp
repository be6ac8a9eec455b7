#include "extractors/surveys/formbricks.h"

#include "extractors/surveys/json_export.h"
#include "extractors/surveys/plain_text.h"
#include "extractors/surveys/survey_builder.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

QuestionKind formbricks_kind(std::string_view type) {
  static constexpr std::pair<std::string_view, QuestionKind> kKinds[] = {
      {"multipleChoiceSingle", QuestionKind::single_choice},
      {"multipleChoiceMulti", QuestionKind::multiple_choice},
      {"pictureSelection", QuestionKind::multiple_choice},
      {"nps", QuestionKind::nps},
      {"rating", QuestionKind::scale},
      {"csat", QuestionKind::scale},
      {"ces", QuestionKind::scale},
      {"cta", QuestionKind::boolean},
      {"consent", QuestionKind::boolean},
      {"cal", QuestionKind::boolean},
      {"date", QuestionKind::date},
      {"fileUpload", QuestionKind::file},
      {"matrix", QuestionKind::matrix},
      {"ranking", QuestionKind::ranking},
      {"openText", QuestionKind::text},
      {"address", QuestionKind::text},
      {"contactInfo", QuestionKind::text},
  };
  for (const auto& [name, kind] : kKinds) {
    if (name == type) {
      return kind;
    }
  }
  return QuestionKind::other;
}

class FormbricksReading {
 public:
  FormbricksReading(const SurveyContext& context, ResponseSink& sink)
      : builder_("formbricks", context, sink) {}

  Parsed<ExportFacts> run(JsonDocument& document) {
    const dom::element& root = document.root();
    dom::object object;
    if (root.get(object)) {
      return parse_error("", "is JSON, but no object: expected responses, a webhook or a survey");
    }
    if (list_member(object, "data")) {
      document.for_each("data", [&](const dom::element& entry, std::string place) {
        dom::object one;
        if (!entry.get(one) && is_survey(one)) {
          return document.fail(
              {std::move(place), "is a survey in a list of them: export the survey itself"});
        }
        read(entry, place);
      });
      return builder_.finish();
    }
    dom::element body = root;
    std::string place;
    if (const auto inner = object_member(object, "data");
        inner && (is_survey(*inner) || !id_member(*inner, "surveyId").empty())) {
      body = object["data"].value_unsafe();
      object = *inner;
      place = "/data";
    }
    if (is_survey(object)) {
      read_survey(object);
      builder_.set_extent(ExportExtent::form);
      builder_.note("a survey: questions and no responses");
      return builder_.finish();
    }
    if (id_member(object, "surveyId").empty()) {
      return parse_error("/data", "holds neither responses nor a survey with questions");
    }
    builder_.set_extent(ExportExtent::part);
    read(body, place);
    return builder_.finish();
  }

 private:
  static bool is_survey(const dom::object& object) {
    return list_member(object, "questions") || list_member(object, "blocks");
  }

  void read_survey(const dom::object& survey) {
    builder_.start_definition();
    builder_.definition().external_id = id_member(survey, "id");
    builder_.definition().title = plain_title(text_member(survey, "name"), Markup::html);
    if (const auto hidden = object_member(survey, "hiddenFields")) {
      if (const auto ids = list_member(*hidden, "fieldIds")) {
        for (const dom::element id : *ids) {
          builder_.definition().hidden_fields.push_back(scalar_text(id));
        }
      }
    }
    if (const auto questions = list_member(survey, "questions")) {
      define_all(*questions);
    }
    // Since 2025 the questions stand in blocks; both may be given.
    if (const auto blocks = list_member(survey, "blocks")) {
      for (const dom::element entry : *blocks) {
        dom::object block;
        if (!entry.get(block)) {
          if (const auto elements = list_member(block, "elements")) {
            define_all(*elements);
          }
        }
      }
    }
  }

  void define_all(const dom::array& questions) {
    for (const dom::element entry : questions) {
      if (dom::object question; !entry.get(question)) {
        define(question);
      }
    }
  }

  void define(const dom::object& source) {
    Question question;
    question.id = id_member(source, "id");
    const auto type = text_member(source, "type");
    if (question.id.empty()) {
      return;
    }
    question.title = title_member(source, "headline");
    question.kind = formbricks_kind(type);
    if (question.kind == QuestionKind::nps) {
      question.scale_min = 0;
      question.scale_max = 10;
    } else if (question.kind == QuestionKind::scale) {
      question.scale_min = 1;
      question.scale_max = number_member(source, "range").value_or(5);
    } else if (question.kind == QuestionKind::boolean) {
      question.choices = {{"true", "Yes"}, {"false", "No"}};
    }
    add_choices(source, "choices", question);
    if (question.kind == QuestionKind::matrix) {
      add_choices(source, "columns", question);
    }
    builder_.define(std::move(question));
  }

  static void add_choices(const dom::object& source, std::string_view member, Question& question) {
    const auto choices = list_member(source, member);
    if (!choices) {
      return;
    }
    for (const dom::element entry : *choices) {
      dom::object choice;
      if (entry.get(choice)) {
        continue;
      }
      auto label = choice["label"].error()
                       ? plain_title(text_member(choice, "default"), Markup::html)
                       : title_member(choice, "label");
      auto id = id_member(choice, "id");
      question.choices.push_back({id.empty() ? label : std::move(id), std::move(label)});
    }
  }

  void read(const dom::element& element, std::string_view place) {
    builder_.read_row(
        element, place, "a response", [&](const dom::object& object, Response& response) {
          return read_members(object, response);
        });
  }

  SurveyBuilder::Fault read_members(const dom::object& object, Response& response) {
    response.id = id_member(object, "id");
    response.started_at = builder_.time(text_member(object, "createdAt"));
    response.updated_at = builder_.time(text_member(object, "updatedAt"));
    response.status =
        flag_member(object, "finished") ? ResponseStatus::completed : ResponseStatus::partial;
    response.submitted_at = response.updated_at;
    response.language = text_member(object, "language");
    if (builder_.definition().external_id.empty()) {
      builder_.definition().external_id = id_member(object, "surveyId");
    }
    read_about(object);
    const auto data = object_member(object, "data");
    if (!data) {
      return {"/data", "is missing: the response has no answers"};
    }
    for (const auto [key, value] : *data) {
      read_answer(key, value);
    }
    return {};
  }

  // Variables and the address of the page group answers; person, contact and browser point to one.
  void read_about(const dom::object& object) {
    if (const auto variables = object_member(object, "variables")) {
      for (const auto [key, value] : *variables) {
        builder_.hidden("variable." + std::string(key), scalar_text(value));
      }
    }
    if (const auto meta = object_member(object, "meta")) {
      builder_.hidden("source", text_member(*meta, "source"));
      builder_.hidden("url", text_member(*meta, "url"));
      builder_.respondent("country", text_member(*meta, "country"));
    }
    for (const auto* name : {"person", "contact"}) {
      if (const auto person = object_member(object, name)) {
        builder_.respondent(std::string(name) + "_id", id_member(*person, "id"));
        builder_.respondent("user_id", id_member(*person, "userId"));
      }
    }
    if (const auto tags = list_member(object, "tags")) {
      std::string all;
      for (const dom::element tag : *tags) {
        dom::object one;
        const auto name = tag.get(one) ? scalar_text(tag) : std::string(text_member(one, "name"));
        all += (all.empty() ? "" : ", ") + name;
      }
      builder_.hidden("tags", all);
    }
  }

  void read_answer(std::string_view key, const dom::element& value) {
    const auto& hidden = builder_.definition().hidden_fields;
    if (!builder_.find_question(key) &&
        std::find(hidden.begin(), hidden.end(), key) != hidden.end()) {
      return builder_.hidden(key, scalar_text(value));
    }
    dom::array list;
    dom::object rows;
    if (!value.get(rows)) {
      return read_matrix(key, rows);
    }
    const bool several = !value.get(list);
    const auto question = builder_.question(key, kind_from(value));
    if (is_blank(value)) {  // "" says that the question was passed over
      builder_.answer(question).state = AnswerState::not_answered;
      return;
    }
    if (several) {
      return read_list(question, list);
    }
    read_scalar(question, value);
  }

  static QuestionKind kind_from(const dom::element& value) {
    return value.is_array()    ? QuestionKind::multiple_choice
           : value.is_string() ? QuestionKind::text
                               : QuestionKind::number;
  }

  void read_list(std::size_t question, const dom::array& list) {
    const auto kind = builder_.at(question).kind;
    for (const dom::element entry : list) {
      const auto text = scalar_text(entry);
      if (kind == QuestionKind::text || kind == QuestionKind::file) {
        auto& joined = builder_.answer(question).text;
        joined += (joined.empty() || text.empty() ? "" : ", ") + text;
      } else {
        choose(question, text);
      }
    }
  }

  // Answers carry the label, in the language of the response.
  void choose(std::size_t question, const std::string& label) {
    if (!builder_.has_choice(question, label) && builder_.has_choice(question, "other")) {
      return builder_.choose_other(question, label);
    }
    builder_.choose(question, label);
  }

  void read_scalar(std::size_t question, const dom::element& value) {
    const auto text = scalar_text(value);
    switch (builder_.at(question).kind) {
      case QuestionKind::single_choice:
      case QuestionKind::multiple_choice:
        return choose(question, text);
      case QuestionKind::boolean: {
        const bool yes =
            text == "clicked" || text == "accepted" || text == "booked" || text == "true";
        builder_.answer(question).number = yes ? 1 : 0;
        return builder_.choose(question, yes ? "true" : "false", yes ? "Yes" : "No");
      }
      case QuestionKind::scale:
      case QuestionKind::nps:
      case QuestionKind::number:
        if (const auto number = number_in(value)) {
          builder_.answer(question).number = number;
          return;
        }
        [[fallthrough]];
      default:
        builder_.answer(question).text = text;
    }
  }

  void read_matrix(std::string_view key, const dom::object& rows) {
    const auto parent = builder_.question(key, QuestionKind::matrix);
    for (const auto [row, value] : rows) {
      const Question& asked = builder_.at(parent);
      const auto question = builder_.row(parent,
                                         asked.id + "/" + std::string(row),
                                         QuestionKind::single_choice,
                                         asked.title + ": " + plain_title(row, Markup::html));
      if (is_blank(value)) {
        builder_.answer(question).state = AnswerState::not_answered;
      } else {
        builder_.choose(question, scalar_text(value));
      }
    }
  }

  SurveyBuilder builder_;
};

}  // namespace

bool FormbricksParser::recognizes(std::string_view head) const {
  return names_json_keys(head, {"surveyId", "finished", "data"}) ||
         names_json_keys(head, {"headline", "questions", "endings"}) ||
         names_json_keys(head, {"headline", "elements", "blocks"});
}

Parsed<ExportFacts> FormbricksParser::parse(std::string_view document,
                                            const SurveyContext& context,
                                            ResponseSink& sink) const {
  return read_json_export(document, {"data"}, sink, [&](JsonDocument& opened) {
    return FormbricksReading(context, sink).run(opened);
  });
}

}  // namespace muster
