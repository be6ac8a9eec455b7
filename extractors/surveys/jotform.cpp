#include "extractors/surveys/jotform.h"

#include "core/text.h"
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

bool is_layout(std::string_view type) {
  return type == "control_text" || type == "control_head" || type == "control_button" ||
         type == "control_pagebreak" || type == "control_image" || type == "control_divider" ||
         type == "control_collapse" || type == "control_captcha";
}

// Answers that point to a person go to the respondent, not to the answers.
bool is_personal_jotform(std::string_view type) {
  return type == "control_fullname" || type == "control_email" || type == "control_phone" ||
         type == "control_address" || type == "control_signature";
}

QuestionKind jotform_kind(std::string_view type) {
  static constexpr std::pair<std::string_view, QuestionKind> kKinds[] = {
      {"control_radio", QuestionKind::single_choice},
      {"control_dropdown", QuestionKind::single_choice},
      {"control_checkbox", QuestionKind::multiple_choice},
      {"control_scale", QuestionKind::scale},
      {"control_rating", QuestionKind::scale},
      {"control_number", QuestionKind::number},
      {"control_spinner", QuestionKind::number},
      {"control_datetime", QuestionKind::date},
      {"control_time", QuestionKind::date},
      {"control_fileupload", QuestionKind::file},
      {"control_matrix", QuestionKind::matrix},
      {"control_inputtable", QuestionKind::matrix},
  };
  for (const auto& [name, kind] : kKinds) {
    if (name == type) {
      return kind;
    }
  }
  return QuestionKind::text;
}

// Jotform escapes answers as it does titles ("I&#039;ll"); line breaks stay.
std::string answer_text(std::string_view text) {
  std::string out;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const auto end = std::min(text.find('\n', begin), text.size());
    if (begin > 0) {
      out += '\n';
    }
    out += plain_title(text.substr(begin, end - begin), Markup::html);
    begin = end + 1;
  }
  return out;
}

class JotformReading {
 public:
  JotformReading(const SurveyContext& context, ResponseSink& sink)
      : builder_("jotform", context, sink) {}

  Parsed<ExportFacts> run(JsonDocument& document) {
    const dom::element& root = document.root();
    dom::object object;
    if (root.get(object)) {
      return parse_error("", "is JSON, but no object: expected submissions");
    }
    for (const auto* name : {"content", "submissions"}) {
      if (list_member(object, name)) {
        document.for_each(
            name, [&](const dom::element& entry, std::string place) { read(entry, place); });
        if (is_page(object)) {
          builder_.set_extent(ExportExtent::part);
        }
        return builder_.finish();
      }
    }
    builder_.set_extent(ExportExtent::part);
    if (object_member(object, "content")) {
      read(object["content"].value_unsafe(), "/content");
    } else if (object_member(object, "answers")) {
      read(root, "");
    } else {
      return parse_error("/answers",
                         "is missing: bare answers name no submission; export the submissions of "
                         "the form");
    }
    return builder_.finish();
  }

 private:
  // {"resultSet": {"offset": 0, "limit": 1000, "count": 1000}}: one as large as it may be is
  // followed by another.
  static bool is_page(const dom::object& answer) {
    const auto set = object_member(answer, "resultSet");
    const auto limit = set ? number_member(*set, "limit") : std::nullopt;
    return set && (number_member(*set, "offset").value_or(0) > 0 ||
                   (limit && number_member(*set, "count").value_or(0) >= *limit));
  }

  void read(const dom::element& element, std::string_view place) {
    builder_.read_row(
        element, place, "a submission", [&](const dom::object& object, Response& response) {
          return read_members(object, response);
        });
  }

  SurveyBuilder::Fault read_members(const dom::object& object, Response& response) {
    response.id = id_member(object, "id");
    response.submitted_at = builder_.time(text_member(object, "created_at"));
    response.updated_at = builder_.time(text_member(object, "updated_at"));
    const auto status = text_member(object, "status");
    response.status = status == "DELETED"     ? ResponseStatus::deleted
                      : status == "OVERQUOTA" ? ResponseStatus::over_quota
                                              : ResponseStatus::completed;
    builder_.respondent("ip", text_member(object, "ip"));
    if (builder_.definition().external_id.empty()) {
      builder_.definition().external_id = id_member(object, "form_id");
    }
    dom::element answers;
    if (object["answers"].get(answers)) {
      return {"/answers", "is missing: the submission has no answers"};
    }
    for_each_entry(answers, [&](std::string_view key, const dom::element& value) {
      if (dom::object answer; !value.get(answer)) {
        read_answer(key, answer);
      }
    });
    return {};
  }

  void read_answer(std::string_view key, const dom::object& answer) {
    const auto type = text_member(answer, "type");
    if (is_layout(type)) {
      return;
    }
    dom::element value;
    const bool given = !answer["answer"].get(value) && !is_blank(value);
    const auto title = text_member(answer, "text");
    if (is_personal_jotform(type)) {
      const auto pretty = text_member(answer, "prettyFormat");
      const auto text = !given           ? std::string()
                        : pretty.empty() ? joined(value)
                                         : answer_text(pretty);
      return builder_.respondent(title.empty() ? key : title, text);
    }
    const auto question = builder_.question(
        key, jotform_kind(type), title.empty() ? text_member(answer, "name") : title);
    if (builder_.at(question).ref.empty()) {
      builder_.at(question).ref = text_member(answer, "name");
    }
    if (!given) {
      builder_.answer(question).state = AnswerState::not_answered;
      return;
    }
    read_value(question, value, text_member(answer, "prettyFormat"));
  }

  void read_value(std::size_t question, const dom::element& value, std::string_view pretty) {
    dom::array list;
    dom::object parts;
    const auto kind = builder_.at(question).kind;
    if (kind == QuestionKind::matrix) {
      return read_matrix(question, value);
    }
    if (!value.get(list)) {
      for (const dom::element entry : list) {
        add_entry(question, scalar_text(entry));
      }
      return;
    }
    if (!value.get(parts)) {
      if (kind == QuestionKind::multiple_choice || kind == QuestionKind::single_choice) {
        return read_choices(question, parts);
      }
      builder_.answer(question).text =
          kind == QuestionKind::date ? date_text(parts, pretty) : joined(value);
      return;
    }
    if (kind == QuestionKind::single_choice) {
      return builder_.choose(question, answer_text(scalar_text(value)));
    }
    if (const auto number = number_in(value);
        number && (kind == QuestionKind::number || kind == QuestionKind::scale)) {
      builder_.answer(question).number = number;
      return;
    }
    builder_.answer(question).text = answer_text(scalar_text(value));
  }

  void add_entry(std::size_t question, const std::string& entry) {
    if (builder_.at(question).kind == QuestionKind::multiple_choice) {
      return builder_.choose(question, answer_text(entry));
    }
    auto& text = builder_.answer(question).text;
    text += (text.empty() ? "" : ", ") + answer_text(entry);
  }

  // {"0": "Red", "other": "Mauve"}
  void read_choices(std::size_t question, const dom::object& parts) {
    for (const auto [key, value] : parts) {
      if (key == "other") {
        builder_.choose_other(question, answer_text(scalar_text(value)));
      } else if (!is_blank(value)) {
        builder_.choose(question, answer_text(scalar_text(value)));
      }
    }
  }

  // {"year", "month", "day", ...} in ISO order; else as Jotform shows it.
  static std::string date_text(const dom::object& parts, std::string_view pretty) {
    const auto year = text_member(parts, "year");
    const auto month = text_member(parts, "month");
    const auto day = text_member(parts, "day");
    if (year.size() == 4 && !month.empty() && !day.empty()) {
      return fmt::format("{}-{:0>2}-{:0>2}", year, month, day);
    }
    const auto hour = text_member(parts, "hourSelect");
    return hour.empty() ? std::string(pretty)
                        : fmt::format("{:0>2}:{:0>2}", hour, text_member(parts, "minuteSelect"));
  }

  static std::string joined(const dom::element& value) {
    std::string text;
    for_each_entry(value, [&](std::string_view, const dom::element& part) {
      const auto one = scalar_text(part);
      text += (text.empty() || one.empty() ? "" : " ") + one;
    });
    return text.empty() ? scalar_text(value) : answer_text(text);
  }

  // Row labels are marked up and end in tabs; a row holds one answer, or a list as JSON in a text.
  void read_matrix(std::size_t parent, const dom::element& value) {
    for_each_entry(value, [&](std::string_view key, const dom::element& cell) {
      const auto row = plain_title(key, Markup::html);
      const std::string id = builder_.at(parent).id + "/" + row;
      const auto question = builder_.question(
          id, QuestionKind::single_choice, builder_.at(parent).title + ": " + row);
      builder_.at(question).parent_id = builder_.at(parent).id;
      read_cell(question, cell);
    });
  }

  void read_cell(std::size_t question, const dom::element& cell) {
    const auto text = scalar_text(cell);
    dom::parser parser;
    dom::array list;
    if (text.starts_with('[') && !parser.parse(text).get(list)) {
      builder_.at(question).kind = QuestionKind::multiple_choice;
      for (const dom::element entry : list) {
        if (!is_blank(entry)) {
          builder_.choose(question, answer_text(scalar_text(entry)));
        }
      }
      if (!builder_.has_answer(question)) {
        builder_.answer(question).state = AnswerState::not_answered;
      }
      return;
    }
    if (text.empty()) {
      builder_.answer(question).state = AnswerState::not_answered;
    } else {
      builder_.choose(question, answer_text(text));
    }
  }

  SurveyBuilder builder_;
};

}  // namespace

bool JotformParser::recognizes(std::string_view head) const {
  return head.find("\"control_") != std::string_view::npos ||
         names_json_keys(head, {"form_id", "answers", "created_at"});
}

Parsed<ExportFacts> JotformParser::parse(std::string_view document,
                                         const SurveyContext& context,
                                         ResponseSink& sink) const {
  return read_json_export(document, {"content", "submissions"}, sink, [&](JsonDocument& opened) {
    return JotformReading(context, sink).run(opened);
  });
}

}  // namespace muster
