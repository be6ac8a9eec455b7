#include "extractors/surveys/typeform.h"

#include "core/text.h"
#include "extractors/surveys/typeform_form.h"
#include "extractors/surveys/typeform_responses.h"
#include "extractors/text/json_place.h"
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

// Deepest nesting that an export may have. Typeform's deepest are about 10; the limit bounds every
// walk that recurses.
constexpr int kMaxTypeformDepth = 32;

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
  TypeformReading(const SurveyContext& context, bool check_nul)
      : context_(context), form_(start(context)), responses_(form_, export_, check_nul) {}

  Parsed<ParsedExport> run(const dom::element& root) {
    if (auto error = read_root(root); !error.what.empty()) {
      return tl::unexpected(std::move(error));
    }
    finish();
    return std::move(export_);
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

  ParseError read_root(const dom::element& root) {
    dom::array list;
    if (!root.get(list)) {
      read_items(list, "");
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
      responses_.read(root, "");
      return {};
    }
    if (is_list(object, "items")) {
      return read_page(object, "");
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
      export_.notes.push_back("a form definition: questions and no responses");
      return {};
    }
    if (!typeform_text(object, "token").empty()) {
      responses_.read(root, "");
      return {};
    }
    return {"",
            "is JSON, but has none of \"items\", \"form_response\" and \"fields\": expected "
            "Typeform responses or a form"};
  }

  // {"total_items", "page_count", "items": [...]}
  ParseError read_page(const dom::object& page, const std::string& place) {
    dom::array items;
    if (page["items"].get(items)) {
      return {place + "/items", "is not a list"};
    }
    if (is_list_of_forms(items)) {
      return {place + "/items", "holds forms, not responses: export the responses of one form"};
    }
    read_items(items, place + "/items");
    std::int64_t total = 0;
    const auto count = static_cast<std::int64_t>(items.size());
    if (!page["total_items"].get(total) && total != count) {
      export_.notes.push_back(fmt::format("this page holds {} of {} responses", count, total));
    }
    return {};
  }

  static bool is_list_of_forms(const dom::array& items) {
    for (const dom::element item : items) {
      dom::object object;
      return !item.get(object) && typeform_text(object, "token").empty() &&
             object["landing_id"].error() && !object["title"].error() && !object["_links"].error();
    }
    return false;
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
      export_.notes.push_back(
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
      ++export_.rows_seen;
      export_.excluded.push_back({place + "/items/" + std::to_string(i), why});
    }
  }

  void read_items(const dom::array& items, const std::string& place) {
    responses_.expect(items.size());
    std::size_t position = 0;
    for (const dom::element item : items) {
      responses_.read(item, place + "/" + std::to_string(position++));
    }
  }

  void finish() {
    auto& definition = form_.definition();
    if (definition.external_id.empty()) {
      definition.external_id = context_.survey;
    }
    if (form_.unknown_fields() > 0) {
      export_.notes.push_back(
          fmt::format("{} questions are known only from their answers: add the form definition for "
                      "titles and kinds",
                      form_.unknown_fields()));
    }
    responses_.add_notes();
    export_.definition = std::move(definition);
  }

  const SurveyContext& context_;
  ParsedExport export_;
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
  const bool responses =
      names("\"landed_at\"") || names("\"submitted_at\"") || names("\"form_response\"");
  // In a form's JSON the fields may come behind more logic than the head holds.
  const bool form = (names("\"fields\"") || names("\"logic\"")) &&
                    (names("\"properties\"") || names("\"ref\"") || names("\"thankyou_screens\"") ||
                     names("api.typeform.com"));
  return page || responses || form;
}

Parsed<ParsedExport> TypeformParser::parse(std::string_view document,
                                           const SurveyContext& context) const {
  document = without_bom(document);
  dom::parser parser;
  dom::element root;
  auto error = parser.allocate(document.size(), kMaxTypeformDepth);
  if (!error) {
    error = parser.parse(document.data(), document.size()).get(root);
  }
  if (error) {
    if (const auto bad = find_invalid_utf8(document)) {
      return parse_error(line_and_column(document, *bad), "not UTF-8; save the file as UTF-8");
    }
    // The fast parser only says that something is wrong; this finds the place.
    const auto problem = find_json_problem(document, kMaxTypeformDepth);
    if (!problem) {
      return parse_error("",
                         std::string("not readable as JSON: ") + simdjson::error_message(error));
    }
    return parse_error(line_and_column(document, problem->offset),
                       "not valid JSON: " + problem->what);
  }
  const bool check_nul = document.find("\\u0000") != std::string_view::npos;
  return TypeformReading(context, check_nul).run(root);
}

}  // namespace muster
