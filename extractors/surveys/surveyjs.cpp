#include "extractors/surveys/surveyjs.h"

#include "core/hash.h"
#include "extractors/surveys/json_export.h"
#include "extractors/surveys/plain_text.h"
#include "extractors/surveys/survey_builder.h"

#include <string>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

QuestionKind surveyjs_kind(std::string_view type) {
  static constexpr std::pair<std::string_view, QuestionKind> kKinds[] = {
      {"radiogroup", QuestionKind::single_choice},
      {"dropdown", QuestionKind::single_choice},
      {"imagepicker", QuestionKind::single_choice},
      {"checkbox", QuestionKind::multiple_choice},
      {"tagbox", QuestionKind::multiple_choice},
      {"ranking", QuestionKind::ranking},
      {"rating", QuestionKind::scale},
      {"slider", QuestionKind::number},
      {"boolean", QuestionKind::boolean},
      {"matrix", QuestionKind::matrix},
      {"matrixdropdown", QuestionKind::matrix},
      {"matrixdynamic", QuestionKind::matrix},
      {"paneldynamic", QuestionKind::matrix},
      {"multipletext", QuestionKind::matrix},
      {"file", QuestionKind::file},
      {"signaturepad", QuestionKind::file},
      {"text", QuestionKind::text},
      {"comment", QuestionKind::text},
  };
  for (const auto& [name, kind] : kKinds) {
    if (name == type) {
      return kind;
    }
  }
  return QuestionKind::other;
}

class SurveyjsReading {
 public:
  SurveyjsReading(const SurveyContext& context, ResponseSink& sink)
      : builder_("surveyjs", context, sink) {}

  Parsed<ExportFacts> run(JsonDocument& document) {
    const dom::element& root = document.root();
    dom::object object;
    dom::array list;
    if (!root.get(list)) {
      read_all(document, "");
    } else if (root.get(object)) {
      return parse_error("", "is JSON, but neither an object nor a list");
    } else if (list_member(object, "pages") || list_member(object, "elements")) {
      builder_.start_definition();
      builder_.definition().title = title_member(object, "title");
      define_all(root, "");
      builder_.set_extent(ExportExtent::form);
      builder_.note("a survey model: questions and no results");
    } else if (const auto* name = object["Data"].error() ? "results" : "Data";
               list_member(object, name)) {
      read_all(document, name);
    } else {
      builder_.set_extent(ExportExtent::part);
      read(root, "");
    }
    return builder_.finish();
  }

 private:
  // Pages and panels hold elements; recursion is bounded by the depth that the document was parsed
  // with.
  void define_all(const dom::element& holder, const std::string& parent) {
    dom::object object;
    if (holder.get(object)) {
      return;
    }
    for (const auto* name : {"pages", "elements", "templateElements"}) {
      if (const auto members = list_member(object, name)) {
        for (const dom::element member : *members) {
          define(member, parent);
        }
      }
    }
  }

  void define(const dom::element& element, const std::string& parent) {
    dom::object source;
    if (element.get(source)) {
      return;
    }
    const auto type = text_member(source, "type");
    if (type.empty() || type == "panel" || type == "page") {
      return define_all(element, parent);
    }
    Question question;
    question.id = text_member(source, "name");
    if (question.id.empty() || type == "html" || type == "image" || type == "expression") {
      return;
    }
    question.title = title_member(source, "title");
    question.title = question.title.empty() ? question.id : question.title;
    question.kind = surveyjs_kind(type);
    question.parent_id = parent;
    if (text_member(source, "inputType") == "number") {
      question.kind = QuestionKind::number;
    } else if (text_member(source, "inputType") == "date") {
      question.kind = QuestionKind::date;
    }
    set_scale(source, question);
    add_choices(source, question.kind == QuestionKind::matrix ? "columns" : "choices", question);
    builder_.define(std::move(question));
  }

  static void set_scale(const dom::object& source, Question& question) {
    if (question.kind == QuestionKind::boolean) {
      question.choices = {{"true", "Yes"}, {"false", "No"}};
    }
    if (question.kind != QuestionKind::scale) {
      return;
    }
    question.scale_min = number_member(source, "rateMin").value_or(1);
    question.scale_max = number_member(source, "rateMax").value_or(5);
    if (question.scale_min == 0 && question.scale_max == 10 &&
        asks_recommendation(question.title)) {
      question.kind = QuestionKind::nps;
    }
  }

  // Choices are bare values, or values with a text.
  static void add_choices(const dom::object& source, std::string_view member, Question& question) {
    const auto choices = list_member(source, member);
    if (!choices) {
      return;
    }
    for (const dom::element entry : *choices) {
      dom::object choice;
      if (entry.get(choice)) {
        question.choices.push_back({scalar_text(entry), scalar_text(entry)});
        continue;
      }
      const auto id = id_member(choice, choice["value"].error() ? "name" : "value");
      const auto text = title_member(choice, choice["text"].error() ? "title" : "text");
      question.choices.push_back({id, text.empty() ? id : text});
    }
  }

  void read_all(JsonDocument& document, std::string_view name) {
    document.for_each(name,
                      [&](const dom::element& entry, std::string place) { read(entry, place); });
  }

  void read(const dom::element& element, std::string_view place) {
    builder_.read_row(
        element, place, "a result", [&](const dom::object& object, Response& response) {
          return read_members(object, response);
        });
  }

  SurveyBuilder::Fault read_members(const dom::object& object, Response& response) {
    for (const auto* name : {"id", "instanceId", "resultId"}) {
      if (response.id.empty() && !builder_.find_question(name)) {
        response.id = id_member(object, name);
      }
    }
    if (response.id.empty()) {
      response.id = made_id(object);
    }
    for (const auto* name : {"submittedAt", "createdAt", "HappendAt"}) {
      if (!response.submitted_at && !builder_.find_question(name)) {
        response.submitted_at = builder_.time(text_member(object, name));
      }
    }
    for (const auto [key, value] : object) {
      read_member(key, value);
    }
    return {};
  }

  // The same result gives the same id; equal results are numbered.
  std::string made_id(const dom::object& object) {
    constexpr std::size_t kDigits = 16;
    const auto hash = sha256(simdjson::minify(object)).hex().substr(0, kDigits);
    return fmt::format("result-{}-{}", hash, ++made_[hash]);
  }

  void read_member(std::string_view key, const dom::element& value) {
    constexpr std::string_view kComment = "-Comment";
    if (key.ends_with(kComment)) {
      const auto parent = builder_.find_question(key.substr(0, key.size() - kComment.size()));
      if (parent) {
        builder_.answer(*parent).other_text = scalar_text(value);
        return;
      }
    }
    if (!builder_.find_question(key) &&
        (key == "id" || key == "instanceId" || key == "resultId" || key == "submittedAt" ||
         key == "createdAt" || key == "HappendAt")) {
      return;
    }
    const auto question = builder_.question(key, kind_from(value));
    if (is_blank(value)) {
      builder_.answer(question).state = AnswerState::empty;
      return;
    }
    read_value(question, value);
  }

  static QuestionKind kind_from(const dom::element& value) {
    return value.is_array()    ? QuestionKind::multiple_choice
           : value.is_object() ? QuestionKind::matrix
           : value.is_bool()   ? QuestionKind::boolean
           : value.is_string() ? QuestionKind::text
                               : QuestionKind::number;
  }

  void read_value(std::size_t question, const dom::element& value) {
    dom::array list;
    dom::object rows;
    if (!value.get(list)) {
      return read_list(question, list);
    }
    if (!value.get(rows)) {
      return read_rows(question, rows);
    }
    switch (builder_.at(question).kind) {
      case QuestionKind::single_choice:
      case QuestionKind::multiple_choice:
        return choose(question, scalar_text(value));
      case QuestionKind::boolean: {
        const auto text = scalar_text(value);
        const bool yes = text == "true" || text == "Yes" || text == "yes" || text == "1";
        builder_.answer(question).number = yes ? 1 : 0;
        return builder_.choose(question, yes ? "true" : "false", yes ? "Yes" : "No");
      }
      case QuestionKind::text:
      case QuestionKind::file:
      case QuestionKind::date:
        builder_.answer(question).text = scalar_text(value);
        return;
      default:
        builder_.answer(question).number = number_in(value);
        if (!builder_.answer(question).number) {
          builder_.answer(question).text = scalar_text(value);
        }
    }
  }

  void choose(std::size_t question, const std::string& value) {
    if (value == "other" && !builder_.has_choice(question, value)) {
      return builder_.choose_other(question, "");
    }
    builder_.choose(question, value);
  }

  // Files lie in the result whole, as data: URLs; their names are kept.
  void read_list(std::size_t question, const dom::array& list) {
    std::size_t position = 0;
    for (const dom::element entry : list) {
      dom::object object;
      ++position;
      if (entry.get(object)) {
        choose(question, scalar_text(entry));
      } else if (builder_.at(question).kind == QuestionKind::file) {
        auto& text = builder_.answer(question).text;
        text += (text.empty() ? "" : ", ") + std::string(text_member(object, "name"));
      } else {
        for (const auto [column, cell] : object) {
          add_cell(question, std::to_string(position), column, cell);
        }
      }
    }
  }

  // {row: value}, {row: {column: value}} or {item: value}. Values may be numbers where the model
  // says texts.
  void read_rows(std::size_t question, const dom::object& rows) {
    for (const auto [row, value] : rows) {
      dom::object cells;
      if (value.get(cells)) {
        add_cell(question, row, "", value);
        continue;
      }
      for (const auto [column, cell] : cells) {
        add_cell(question, row, column, cell);
      }
    }
  }

  void add_cell(std::size_t parent,
                std::string_view row,
                std::string_view column,
                const dom::element& value) {
    const Question& asked = builder_.at(parent);
    const auto below = std::string(row) + (column.empty() ? "" : "/" + std::string(column));
    const auto kind =
        column.empty() && !asked.choices.empty() ? QuestionKind::single_choice : kind_from(value);
    const auto question =
        builder_.row(parent, asked.id + "/" + below, kind, asked.title + ": " + below);
    if (is_blank(value)) {
      builder_.answer(question).state = AnswerState::empty;
    } else if (value.is_object() || value.is_array()) {
      builder_.answer(question).text = scalar_text(value);
    } else {
      read_value(question, value);
    }
  }

  SurveyBuilder builder_;
  std::unordered_map<std::string, std::size_t> made_;
};

}  // namespace

bool SurveyJsParser::recognizes(std::string_view head) const {
  return names_json_keys(head, {"pages", "elements", "type", "name"});
}

Parsed<ExportFacts> SurveyJsParser::parse(std::string_view document,
                                          const SurveyContext& context,
                                          ResponseSink& sink) const {
  return read_json_export(document, {"", "Data", "results"}, sink, [&](JsonDocument& opened) {
    return SurveyjsReading(context, sink).run(opened);
  });
}

}  // namespace muster
