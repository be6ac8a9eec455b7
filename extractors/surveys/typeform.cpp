#include "extractors/surveys/typeform.h"

#include "core/text.h"
#include "extractors/surveys/json_export.h"
#include "extractors/surveys/typeform_form.h"
#include "extractors/surveys/typeform_responses.h"
#include "extractors/text/json_value.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

std::string_view typeform_text(const dom::object& object, std::string_view key) {
  std::string_view value;
  return object[key].get(value) ? std::string_view() : value;
}

bool is_list(const dom::object& object, std::string_view key) {
  dom::array list;
  return !object[key].get(list);
}

// One reading of one document.
class TypeformReading {
 public:
  TypeformReading(const SurveyContext& context, ResponseSink& sink)
      : context_(context), sink_(sink), form_(start(context)), responses_(form_, sink) {}

  Parsed<ExportFacts> run(JsonDocument& document) {
    if (auto error = read_root(document); !error.what.empty()) {
      return tl::unexpected(std::move(error));
    }
    finish();
    return std::move(facts_);
  }

 private:
  static SurveyDefinition start(const SurveyContext& context) {
    SurveyDefinition definition;
    if (context.definition && context.definition->provider == "typeform") {
      definition = *context.definition;
    }
    definition.provider = "typeform";
    return definition;
  }

  ParseError read_root(JsonDocument& document) {
    const dom::element& root = document.root();
    dom::array list;
    if (!root.get(list)) {
      document.for_each(
          "", [&](const dom::element& item, std::string place) { responses_.read(item, place); });
      return {};
    }
    dom::object object;
    if (root.get(object)) {
      return {"",
              "is JSON, but neither an object nor a list: expected Typeform responses or a form "
              "definition"};
    }
    dom::object body;
    if (!object["form_response"].get(body)) {
      facts_.extent = ExportExtent::part;
      responses_.read(root, "");
      return {};
    }
    if (is_list(object, "items")) {
      return read_page(object, document);
    }
    if (is_list(object, "form_response")) {
      return read_archive(object);
    }
    if (is_list(object, "fields")) {
      if (typeform_text(object, "id").empty()) {
        return {"/id",
                "is missing: fields without the id of their form (a translation?); export the form "
                "itself"};
      }
      form_.add_form(object);
      facts_.extent = ExportExtent::form;
      facts_.notes.push_back("a form definition: questions and no responses");
      return {};
    }
    if (!typeform_text(object, "token").empty()) {
      facts_.extent = ExportExtent::part;
      responses_.read(root, "");
      return {};
    }
    return {"",
            "is JSON, but has none of \"items\", \"form_response\" and \"fields\": expected "
            "Typeform responses or a form"};
  }

  // {"total_items", "page_count", "items": [...]}
  ParseError read_page(const dom::object& page, JsonDocument& document) {
    std::size_t count = 0;
    document.for_each("items", [&](const dom::element& item, std::string place) {
      if (count++ == 0 && is_form(item)) {
        return document.fail(
            {"/items", "holds forms, not responses: export the responses of one form"});
      }
      responses_.read(item, place);
    });
    note_total(page, count);
    return {};
  }

  // A page within an archive.
  ParseError read_page(const dom::object& page, const std::string& place) {
    dom::array items;
    if (page["items"].get(items)) {
      return {place + "/items", "is not a list"};
    }
    std::size_t position = 0;
    for (const dom::element item : items) {
      responses_.read(item, fmt::format("{}/items/{}", place, position++));
    }
    note_total(page, position);
    return {};
  }

  void note_total(const dom::object& page, std::size_t count) {
    std::uint64_t total = 0;
    if (!page["total_items"].get(total) && total != count) {
      facts_.extent = ExportExtent::part;
      facts_.notes.push_back(fmt::format("this page holds {} of {} responses", count, total));
    }
  }

  static bool is_form(const dom::element& item) {
    dom::object object;
    return !item.get(object) && typeform_text(object, "token").empty() &&
           object["landing_id"].error() && !object["title"].error() && !object["_links"].error();
  }

  // A backup of several forms: {"form_field": [definitions], "form_response": [pages with "id" of
  // their form]}.
  ParseError read_archive(const dom::object& archive) {
    dom::array forms;
    if (!archive["form_field"].get(forms)) {
      for (const dom::element entry : forms) {
        dom::object form;
        if (!entry.get(form) && (context_.survey.empty() || !names_survey(archive) ||
                                 typeform_text(form, "id") == context_.survey)) {
          form_.add_form(form);
        }
      }
    }
    const bool one_only = names_survey(archive);
    dom::array pages;
    if (archive["form_response"].get(pages)) {
      return {"/form_response", "is not a list of pages"};
    }
    std::size_t position = 0;
    std::size_t read = 0;
    for (const dom::element entry : pages) {
      const std::string place = "/form_response/" + std::to_string(position++);
      dom::object page;
      if (entry.get(page)) {
        return {place, "is not a page of responses"};
      }
      if (one_only && typeform_text(page, "id") != context_.survey) {
        exclude_page(page, place);
        continue;
      }
      ++read;
      if (auto error = read_page(page, place); !error.what.empty()) {
        return error;
      }
    }
    if (read > 1) {
      form_.definition().external_id.clear();
      form_.definition().title.clear();
      facts_.notes.push_back(
          fmt::format("holds responses of {} forms, read as one survey: name the survey as one of "
                      "the forms to read only that",
                      read));
    }
    return {};
  }

  // Does the archive hold the survey that the source asks for?
  bool names_survey(const dom::object& archive) const {
    dom::array pages;
    if (context_.survey.empty() || archive["form_response"].get(pages)) {
      return false;
    }
    for (const dom::element entry : pages) {
      dom::object page;
      if (!entry.get(page) && typeform_text(page, "id") == context_.survey) {
        return true;
      }
    }
    return false;
  }

  void exclude_page(const dom::object& page, const std::string& place) {
    dom::array items;
    if (page["items"].get(items)) {
      return;
    }
    const std::string why = "belongs to the form " + std::string(typeform_text(page, "id"));
    for (std::size_t i = 0; i < items.size(); ++i) {
      ++skipped_;
      sink_.exclude({place + "/items/" + std::to_string(i), why});
    }
  }

  void finish() {
    auto& definition = form_.definition();
    if (definition.external_id.empty()) {
      definition.external_id = context_.survey;
    }
    if (form_.unknown_fields() > 0) {
      facts_.notes.push_back(
          fmt::format("{} questions are known only from their answers: add the form definition for "
                      "titles and kinds",
                      form_.unknown_fields()));
    }
    responses_.add_notes(facts_.notes);
    facts_.rows_seen = responses_.rows() + skipped_;
    facts_.definition = std::move(definition);
  }

  const SurveyContext& context_;
  ResponseSink& sink_;
  ExportFacts facts_;
  std::int64_t skipped_ = 0;  // of other forms
  TypeformForm form_;
  TypeformResponses responses_;
};

}  // namespace

bool TypeformParser::recognizes(std::string_view head) const {
  head = trim(without_bom(head));
  if (head.empty() || (head.front() != '{' && head.front() != '[')) {
    return false;
  }
  const auto names = [&](std::string_view key) { return head.find(key) != std::string_view::npos; };
  const bool page = names("\"items\"") && names("\"total_items\"");
  // Others call a time "submitted_at" too.
  const bool identified = names("\"token\"") || names("\"landing_id\"");
  const bool responses = names("\"landed_at\"") || names("\"form_response\"") ||
                         (names("\"submitted_at\"") && identified);
  // In a form's JSON the fields may come behind more logic than the head holds.
  const bool form = (names("\"fields\"") || names("\"logic\"")) &&
                    (names("\"properties\"") || names("\"ref\"") || names("\"thankyou_screens\"") ||
                     names("api.typeform.com"));
  return page || responses || form;
}

Parsed<ExportFacts> TypeformParser::parse(std::string_view document,
                                          const SurveyContext& context,
                                          ResponseSink& sink) const {
  return read_json_export(document, {"", "items"}, sink, [&](JsonDocument& opened) {
    return TypeformReading(context, sink).run(opened);
  });
}

}  // namespace muster
