#include "extractors/surveys/alchemer.h"

#include "core/text.h"
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

QuestionKind alchemer_kind(std::string_view type, bool options) {
  static constexpr std::pair<std::string_view, QuestionKind> kKinds[] = {
      {"RADIO", QuestionKind::single_choice},
      {"MENU", QuestionKind::single_choice},
      {"CHECKBOX", QuestionKind::multiple_choice},
      {"RANK", QuestionKind::ranking},
      {"NPS", QuestionKind::nps},
      {"RATING", QuestionKind::scale},
      {"SLIDER", QuestionKind::number},
      {"NUMBER", QuestionKind::number},
      {"DATE", QuestionKind::date},
      {"FILE", QuestionKind::file},
      {"TABLE", QuestionKind::matrix},
      {"HIDDEN", QuestionKind::other},
  };
  for (const auto& [name, kind] : kKinds) {
    if (name == type) {
      return kind;
    }
  }
  return options ? QuestionKind::multiple_choice : QuestionKind::text;
}

// Alchemer writes times in US Eastern time and names it: EST is -05:00, EDT is -04:00.
std::string with_offset(std::string_view time) {
  for (const auto& [name, offset] : {std::pair{" EST", "-05:00"}, std::pair{" EDT", "-04:00"}}) {
    if (time.ends_with(name)) {
      return std::string(time.substr(0, time.size() - 4)) + offset;
    }
  }
  return std::string(time);
}

class AlchemerReading {
 public:
  AlchemerReading(const SurveyContext& context, ResponseSink& sink)
      : builder_("alchemer", context, sink) {}

  Parsed<ExportFacts> run(JsonDocument& document) {
    const dom::element& root = document.root();
    dom::object object;
    if (root.get(object)) {
      return parse_error("", "is JSON, but no object: expected responses");
    }
    if (!object["result_ok"].error() && !flag_member(object, "result_ok")) {
      return parse_error("/result_ok",
                         "is false: the file is an error message of Alchemer, no export");
    }
    if (list_member(object, "data")) {
      document.for_each("data",
                        [&](const dom::element& entry, std::string place) { read(entry, place); });
      const auto total = number_member(object, "total_pages");
      if (total && *total > 1) {
        builder_.set_extent(ExportExtent::part);
        builder_.note(fmt::format(
            "page {:.0f} of {:.0f}", number_member(object, "page").value_or(0), *total));
      }
    } else if (object_member(object, "data")) {
      builder_.set_extent(ExportExtent::part);
      read(object["data"].value_unsafe(), "/data");
    } else {
      builder_.set_extent(ExportExtent::part);
      read(root, "");
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
    response.id = id_member(object, "id");
    response.started_at = builder_.time(with_offset(text_member(object, "date_started")));
    response.submitted_at = builder_.time(with_offset(text_member(object, "date_submitted")));
    response.language = text_member(object, "language");
    response.status = status_of(object);
    builder_.respondent("ip_address", text_member(object, "ip_address"));
    builder_.respondent("session_id", id_member(object, "session_id"));
    builder_.hidden("link_id", id_member(object, "link_id"));
    dom::element variables;
    if (!object["url_variables"].get(variables)) {  // [] where there are none
      for_each_entry(variables, [&](std::string_view key, const dom::element& value) {
        dom::object variable;
        builder_.hidden(key,
                        value.get(variable) ? scalar_text(value) : id_member(variable, "value"));
      });
    }
    dom::element answers;
    if (object["survey_data"].get(answers)) {
      return {"/survey_data", "is missing: the response has no answers"};
    }
    for_each_entry(answers, [&](std::string_view key, const dom::element& value) {
      if (dom::object answer; !value.get(answer)) {
        read_answer(key, answer, "");
      }
    });
    return {};
  }

  static ResponseStatus status_of(const dom::object& object) {
    const auto status = to_lower_ascii(text_member(object, "status"));
    if (id_member(object, "is_test_data") == "1") {
      return ResponseStatus::test;
    }
    return status == "partial"        ? ResponseStatus::partial
           : status == "disqualified" ? ResponseStatus::screened_out
           : status == "over quota"   ? ResponseStatus::over_quota
           : status == "deleted"      ? ResponseStatus::deleted
                                      : ResponseStatus::completed;
  }

  void read_answer(std::string_view key, const dom::object& answer, const std::string& parent) {
    const auto id = id_member(answer, "id");
    dom::element options;
    const bool has_options = !answer["options"].get(options) && !is_blank(options);
    const auto type = text_member(answer, "type");
    const auto question = builder_.question(
        id.empty() ? key : id, alchemer_kind(type, has_options), text_member(answer, "question"));
    auto above = parent.empty() ? id_member(answer, "parent") : parent;
    builder_.at(question).parent_id = std::move(above);
    dom::element rows;
    if (!answer["subquestions"].get(rows) && !is_blank(rows)) {
      const std::string own = builder_.at(question).id;
      builder_.at(question).kind = QuestionKind::matrix;
      for_each_entry(rows, [&](std::string_view row, const dom::element& value) {
        if (dom::object one; !value.get(one)) {
          read_answer(row, one, own);
        }
      });
      return;
    }
    if (!answer["shown"].error() && !flag_member(answer, "shown")) {
      builder_.answer(question).state = AnswerState::not_shown;
    } else if (has_options) {
      read_options(question, options);
    } else {
      read_value(question, answer);
    }
  }

  void read_options(std::size_t question, const dom::element& options) {
    for_each_entry(options, [&](std::string_view, const dom::element& value) {
      dom::object option;
      if (value.get(option)) {
        return;
      }
      const auto id = id_member(option, "id");
      const auto label = id_member(option, "option");
      const auto given = id_member(option, "answer");
      if (id.ends_with("-other")) {
        builder_.choose_other(question, given);
      } else if (!given.empty()) {
        builder_.choose(question, id, label.empty() ? given : label);
      }
    });
  }

  void read_value(std::size_t question, const dom::object& answer) {
    dom::element value;
    if (answer["answer"].get(value) || is_blank(value)) {
      builder_.answer(question).state = AnswerState::not_answered;
      return;
    }
    switch (builder_.at(question).kind) {
      case QuestionKind::single_choice: {
        const auto id = id_member(answer, "answer_id");
        const auto text = scalar_text(value);
        return builder_.choose(question, id.empty() ? text : id, text);
      }
      case QuestionKind::nps:
        builder_.at(question).scale_min = 0;
        builder_.at(question).scale_max = 10;
        [[fallthrough]];
      case QuestionKind::scale:
      case QuestionKind::number:
        builder_.answer(question).number = number_in(value);
        if (builder_.answer(question).number) {
          return;
        }
        [[fallthrough]];
      default:
        builder_.answer(question).text = scalar_text(value);
    }
  }

  SurveyBuilder builder_;
};

}  // namespace

bool AlchemerParser::recognizes(std::string_view head) const {
  return names_json_keys(head, {"survey_data"}) || names_json_keys(head, {"result_ok"}) ||
         names_json_keys(head, {"section_id", "question", "shown"});
}

Parsed<ExportFacts> AlchemerParser::parse(std::string_view document,
                                          const SurveyContext& context,
                                          ResponseSink& sink) const {
  return read_json_export(document, {"data"}, sink, [&](JsonDocument& opened) {
    return AlchemerReading(context, sink).run(opened);
  });
}

}  // namespace muster
