#include "extractors/surveys/qualtrics_definition.h"

#include "extractors/surveys/json_export.h"
#include "extractors/surveys/plain_text.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

bool is_multiple(std::string_view selector) {
  return selector == "MAVR" || selector == "MACOL" || selector == "MAHR" || selector == "MSB";
}

QuestionKind qualtrics_kind(std::string_view type, std::string_view selector) {
  if (type == "MC") {
    return selector == "NPS"       ? QuestionKind::nps
           : is_multiple(selector) ? QuestionKind::multiple_choice
                                   : QuestionKind::single_choice;
  }
  if (type == "Matrix" || type == "SBS") {
    return QuestionKind::matrix;
  }
  if (type == "TE") {
    return selector == "FORM" ? QuestionKind::matrix : QuestionKind::text;
  }
  if (type == "Slider" || type == "CS") {
    return QuestionKind::matrix;
  }
  if (type == "RO") {
    return QuestionKind::ranking;
  }
  return type == "FileUpload" ? QuestionKind::file : QuestionKind::other;
}

// The kind of the rows of a question that has some.
QuestionKind row_kind(std::string_view type, std::string_view selector, std::string_view sub) {
  if (type == "Matrix" && selector != "TE") {
    return sub == "MultipleAnswer" ? QuestionKind::multiple_choice : QuestionKind::single_choice;
  }
  return type == "Slider" || type == "CS" || type == "RO" ? QuestionKind::number
                                                          : QuestionKind::text;
}

std::string display_of(const dom::element& choice) {
  dom::object object;
  return plain_title(choice.get(object) ? scalar_text(choice) : text_member(object, "Display"),
                     Markup::html);
}

// Exports carry the recoded value where the author recoded a choice. `choices` may be a map, a list
// or an empty list; ids are numbers or texts.
void add_choices(const dom::object& payload, std::string_view member, Question& question) {
  dom::element choices;
  if (payload[member].get(choices)) {
    return;
  }
  const auto recodes = object_member(payload, "RecodeValues");
  for_each_entry(choices, [&](std::string_view key, const dom::element& choice) {
    const auto recoded = recodes ? id_member(*recodes, key) : std::string();
    const std::string id = recoded.empty() ? std::string(key) : recoded;
    question.choices.push_back({id, display_of(choice)});
  });
}

void define(const dom::object& payload, SurveyBuilder& builder) {
  const auto type = text_member(payload, "QuestionType");
  const auto selector = text_member(payload, "Selector");
  Question question;
  question.id = text_member(payload, "QuestionID");
  if (question.id.empty() || type == "DB" || type == "Timing" || type == "Meta") {
    return;
  }
  question.ref = text_member(payload, "DataExportTag");
  question.title = plain_title(text_member(payload, "QuestionText"), Markup::html);
  question.kind = qualtrics_kind(type, selector);
  if (question.kind == QuestionKind::nps) {
    question.scale_min = 0;
    question.scale_max = 10;
  }
  const bool rows = question.kind == QuestionKind::matrix;
  if (!rows && question.kind != QuestionKind::text) {
    add_choices(payload, "Choices", question);
  }
  if (rows) {
    add_choices(payload, "Answers", question);
  }
  const Question parent = question;
  builder.define(std::move(question));
  dom::element choices;
  if (!rows || payload["Choices"].get(choices)) {
    return;
  }
  const auto whole = *builder.find_question(parent.id);
  const auto kind = row_kind(type, selector, text_member(payload, "SubSelector"));
  for_each_entry(choices, [&](std::string_view key, const dom::element& choice) {
    builder.row(whole,
                fmt::format("{}_{}", parent.id, key),
                kind,
                parent.title + ": " + display_of(choice),
                fmt::format("{}_{}", parent.ref, key));
  });
}

// Embedded data of the survey flow; recursion is bounded by the depth that the document was parsed
// with.
void add_embedded_data(const dom::element& flow, SurveyBuilder& builder) {
  dom::object object;
  if (flow.get(object)) {
    return;
  }
  if (const auto fields = list_member(object, "EmbeddedData")) {
    for (const dom::element field : *fields) {
      dom::object one;
      if (!field.get(one) && !text_member(one, "Field").empty()) {
        builder.definition().hidden_fields.emplace_back(text_member(one, "Field"));
      }
    }
  }
  if (const auto members = list_member(object, "Flow")) {
    for (const dom::element member : *members) {
      add_embedded_data(member, builder);
    }
  }
}

std::size_t count_trash(const dom::element& blocks) {
  std::size_t count = 0;
  for_each_entry(blocks, [&](std::string_view, const dom::element& block) {
    dom::object object;
    if (!block.get(object) && text_member(object, "Type") == "Trash") {
      const auto members = list_member(object, "BlockElements");
      count += members ? members->size() : 0;
    }
  });
  return count;
}

void read_elements(const dom::array& elements, SurveyBuilder& builder) {
  for (const dom::element entry : elements) {
    dom::object element;
    dom::element payload;
    if (entry.get(element) || element["Payload"].get(payload)) {
      continue;
    }
    const auto kind = text_member(element, "Element");
    dom::object question;
    if (kind == "SQ" && !payload.get(question)) {
      define(question, builder);
    } else if (kind == "FL") {
      add_embedded_data(payload, builder);
    } else if (kind == "BL") {
      if (const auto trash = count_trash(payload); trash > 0) {
        builder.note(fmt::format(
            "{} deleted questions are kept in the definition: exports may still hold answers",
            trash));
      }
    }
  }
}

}  // namespace

bool read_qualtrics_definition(const dom::object& document, SurveyBuilder& builder) {
  const auto elements = list_member(document, "SurveyElements");
  auto survey = object_member(document, "result").value_or(document);
  dom::element questions;
  if (!elements && survey["Questions"].get(questions)) {
    return false;
  }
  builder.start_definition();
  if (elements) {
    if (const auto entry = object_member(document, "SurveyEntry")) {
      builder.definition().external_id = text_member(*entry, "SurveyID");
      builder.definition().title = plain_title(text_member(*entry, "SurveyName"), Markup::html);
    }
    read_elements(*elements, builder);
    return true;
  }
  builder.definition().external_id = text_member(survey, "SurveyID");
  builder.definition().title = plain_title(text_member(survey, "SurveyName"), Markup::html);
  for_each_entry(questions, [&](std::string_view, const dom::element& entry) {
    dom::object question;
    if (!entry.get(question)) {
      define(question, builder);
    }
  });
  return true;
}

}  // namespace muster
