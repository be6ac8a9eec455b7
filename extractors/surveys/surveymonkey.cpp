#include "extractors/surveys/surveymonkey.h"

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

// A question with rows becomes a parent and one question a row, "1234/5678": each row is answered
// on its own.
std::string row_id(std::string_view question, std::string_view row) {
  return fmt::format("{}/{}", question, row);
}

QuestionKind surveymonkey_kind(std::string_view family, std::string_view subtype) {
  if (family == "single_choice") {
    return QuestionKind::single_choice;
  }
  if (family == "multiple_choice") {
    return QuestionKind::multiple_choice;
  }
  if (family == "matrix") {
    return subtype == "ranking" ? QuestionKind::ranking : QuestionKind::matrix;
  }
  if (family == "open_ended") {
    return subtype == "numerical" ? QuestionKind::number : QuestionKind::text;
  }
  if (family == "datetime") {
    return QuestionKind::date;
  }
  if (family == "file_upload") {
    return QuestionKind::file;
  }
  return family == "presentation" ? QuestionKind::other : QuestionKind::text;
}

// The points of a rating, which its labels must say: where the author gave words other weights, the
// rows are choices.
std::optional<double> points_of(const dom::object& choice) {
  dom::element text;
  return choice["text"].get(text) ? std::nullopt : number_in(text);
}

class SurveymonkeyReading {
 public:
  SurveymonkeyReading(const SurveyContext& context, ResponseSink& sink)
      : builder_("surveymonkey", context, sink) {}

  Parsed<ExportFacts> run(JsonDocument& document) {
    const dom::element& root = document.root();
    dom::object object;
    if (root.get(object)) {
      return parse_error("", "is JSON, but no object: expected survey details or responses");
    }
    if (text_member(object, "event_type") == "response_deleted") {
      read_deletion(root);
      return finish();
    }
    if (object_member(object, "resources") || !text_member(object, "event_type").empty()) {
      return parse_error("/resources",
                         "is a webhook, which names a response but holds no answers: fetch "
                         "/surveys/{id}/responses/bulk");
    }
    if (list_member(object, "data")) {
      return read_page(object, document);
    }
    const auto pages = list_member(object, "pages");
    if (!pages) {
      return parse_error("/pages",
                         "is missing: neither survey details nor responses with answers; fetch "
                         "/surveys/{id}/details and /surveys/{id}/responses/bulk");
    }
    if (text_member(object, "response_status").empty()) {
      read_details(object, *pages);
      builder_.set_extent(ExportExtent::form);
      builder_.note("survey details: questions and no responses");
    } else {
      builder_.set_extent(ExportExtent::part);
      read_response(root, "");
    }
    return finish();
  }

 private:
  // {"event_type": "response_deleted", "object_type": "response", "object_id": "123",
  // "event_datetime": "...", "resources": {"survey_id": "456", ...}}
  void read_deletion(const dom::element& root) {
    builder_.set_extent(ExportExtent::part);
    builder_.read_row(root, "", "a webhook", [&](const dom::object& event, Response& response) {
      response.id = id_member(event, "object_id");
      response.status = ResponseStatus::deleted;
      response.updated_at = builder_.time(text_member(event, "event_datetime"));
      const auto resources = object_member(event, "resources");
      if (resources && builder_.definition().external_id.empty()) {
        builder_.definition().external_id = id_member(*resources, "survey_id");
      }
      return SurveyBuilder::Fault{};
    });
  }

  Parsed<ExportFacts> finish() {
    if (weights_ > 0) {
      builder_.note(
          fmt::format("{} choices of ratings are words with weights: their rows are read as "
                      "choices, and have shares instead of a mean",
                      weights_));
    }
    if (missing_ > 0) {
      builder_.note(
          fmt::format("{} answers name choices that the details lack (deleted since?): their ids "
                      "stand for them",
                      missing_));
    }
    return builder_.finish();
  }

  Parsed<ExportFacts> read_page(const dom::object& page, JsonDocument& document) {
    const auto count = document.for_each("data", [&](const dom::element& entry, std::string place) {
      dom::object response;
      if (!entry.get(response) && !list_member(response, "pages")) {
        return document.fail({place + "/pages",
                              "is missing: the list names responses or surveys without their "
                              "answers; fetch /surveys/{id}/responses/bulk"});
      }
      read_response(entry, place);
    });
    if (const auto total = number_member(page, "total");
        total && static_cast<std::size_t>(*total) != count) {
      builder_.set_extent(ExportExtent::part);
      builder_.note(fmt::format("this page holds {} of {:.0f} responses", count, *total));
    }
    return finish();
  }

  void read_details(const dom::object& survey, const dom::array& pages) {
    builder_.start_definition();
    builder_.definition().external_id = id_member(survey, "id");
    builder_.definition().title = plain_title(text_member(survey, "title"), Markup::html);
    std::size_t count = 0;
    for (const dom::element entry : pages) {
      dom::object page;
      ++count;
      if (entry.get(page)) {
        continue;
      }
      if (const auto questions = list_member(page, "questions")) {
        for (const dom::element question : *questions) {
          if (dom::object object; !question.get(object)) {
            define(object);
          }
        }
      }
    }
    if (number_member(survey, "page_count").value_or(0) > static_cast<double>(count)) {
      builder_.note("the details hold fewer pages than the survey has: questions are missing");
    }
    if (const auto variables = object_member(survey, "custom_variables")) {
      for (const auto field : *variables) {
        builder_.definition().hidden_fields.emplace_back(field.key);
      }
    }
  }

  void define(const dom::object& source) {
    const auto family = text_member(source, "family");
    const auto subtype = text_member(source, "subtype");
    Question question;
    question.id = id_member(source, "id");
    if (question.id.empty() || family == "presentation") {
      return;
    }
    if (const auto headings = list_member(source, "headings")) {
      for (const dom::element heading : *headings) {
        if (dom::object object; !heading.get(object) && question.title.empty()) {
          question.title = plain_title(text_member(object, "heading"), Markup::html);
        }
      }
    }
    question.kind = surveymonkey_kind(family, subtype);
    std::vector<std::optional<double>> points;
    std::vector<std::pair<std::string, std::string>> rows;
    if (const auto answers = object_member(source, "answers")) {
      read_choices(*answers, question, points);
      for_each_in(*answers, "rows", [&](const dom::object& row) {
        rows.emplace_back(id_member(row, "id"),
                          plain_title(text_member(row, "text"), Markup::html));
      });
      for_each_in(
          *answers, "cols", [&](const dom::object& column) { add_column(column, question); });
    }
    const bool rated =
        subtype == "rating" && !points.empty() &&
        std::all_of(points.begin(), points.end(), [](auto p) { return p.has_value(); });
    set_scale(question, rated, points, rows.size());
    const Question parent = question;
    builder_.define(std::move(question));
    if (!(rated && rows.size() == 1)) {
      define_rows(parent, rated, rows);
    }
  }

  template <typename Visit>
  static void for_each_in(const dom::object& object, std::string_view key, Visit visit) {
    if (const auto list = list_member(object, key)) {
      for (const dom::element entry : *list) {
        if (dom::object member; !entry.get(member)) {
          visit(member);
        }
      }
    }
  }

  void read_choices(const dom::object& answers,
                    Question& question,
                    std::vector<std::optional<double>>& points) {
    for_each_in(answers, "choices", [&](const dom::object& choice) {
      const auto id = id_member(choice, "id");
      question.choices.push_back({id, plain_title(text_member(choice, "text"), Markup::html)});
      if (!flag_member(choice, "is_na")) {
        points.push_back(points_of(choice));
        weights_ += choice["weight"].error() || points.back() ? 0 : 1;
      }
    });
  }

  static void add_column(const dom::object& column, Question& question) {
    for_each_in(column, "choices", [&](const dom::object& choice) {
      question.choices.push_back({id_member(choice, "id"),
                                  plain_title(text_member(column, "text"), Markup::html) + ": " +
                                      plain_title(text_member(choice, "text"), Markup::html)});
    });
  }

  // SurveyMonkey has no NPS kind: a rating of one row with the points 0 to 10 that asks for a
  // recommendation is one.
  void set_scale(Question& question,
                 bool rated,
                 const std::vector<std::optional<double>>& points,
                 std::size_t rows) {
    if (!rated) {
      return;
    }
    question.scale_min = **std::min_element(points.begin(), points.end());
    question.scale_max = **std::max_element(points.begin(), points.end());
    if (rows <= 1) {
      const bool nps = *question.scale_min == 0 && *question.scale_max == 10 &&
                       points.size() == 11 && asks_recommendation(question.title);
      question.kind = nps ? QuestionKind::nps : QuestionKind::scale;
    }
  }

  void define_rows(const Question& parent,
                   bool rated,
                   const std::vector<std::pair<std::string, std::string>>& rows) {
    // The rows of a ranking hold their rank.
    const auto kind = parent.kind == QuestionKind::ranking  ? QuestionKind::number
                      : parent.kind != QuestionKind::matrix ? parent.kind
                      : rated                               ? QuestionKind::scale
                                                            : QuestionKind::single_choice;
    const auto whole = *builder_.find_question(parent.id);
    for (const auto& [id, text] : rows) {
      builder_.row(whole,
                   row_id(parent.id, id),
                   kind,
                   text.empty() ? parent.title : parent.title + ": " + text);
    }
  }

  void read_response(const dom::element& element, std::string_view place) {
    builder_.read_row(
        element, place, "a response", [&](const dom::object& object, Response& response) {
          return read_members(object, response);
        });
  }

  SurveyBuilder::Fault read_members(const dom::object& object, Response& response) {
    response.id = id_member(object, "id");
    response.status = status_of(text_member(object, "response_status"));
    response.submitted_at = builder_.time(text_member(object, "date_modified"));
    response.updated_at = response.submitted_at;
    response.started_at = builder_.time(text_member(object, "date_created"));
    if (builder_.definition().external_id.empty()) {
      builder_.definition().external_id = id_member(object, "survey_id");
    }
    if (const auto variables = object_member(object, "custom_variables")) {
      for (const auto field : *variables) {
        builder_.hidden(field.key, scalar_text(field.value));
      }
    }
    builder_.hidden("custom_value", text_member(object, "custom_value"));
    builder_.hidden("collector_id", id_member(object, "collector_id"));
    builder_.respondent("ip_address", text_member(object, "ip_address"));
    if (const auto recipient = id_member(object, "recipient_id"); recipient != "0") {
      builder_.respondent("recipient_id", recipient);
    }
    for_each_in(object, "pages", [&](const dom::object& page) {
      for_each_in(page, "questions", [&](const dom::object& question) { read_question(question); });
    });
    return {};
  }

  static ResponseStatus status_of(std::string_view status) {
    if (status == "partial") {
      return ResponseStatus::partial;
    }
    if (status == "overquota") {
      return ResponseStatus::over_quota;
    }
    return status == "disqualified" ? ResponseStatus::screened_out : ResponseStatus::completed;
  }

  void read_question(const dom::object& question) {
    const auto id = id_member(question, "id");
    if (id.empty()) {
      return;
    }
    for_each_in(question, "answers", [&](const dom::object& answer) { read_answer(id, answer); });
  }

  void read_answer(const std::string& question, const dom::object& answer) {
    const auto row = id_member(answer, "row_id");
    const auto choice = id_member(answer, "choice_id");
    const auto text = text_member(answer, "text");
    const auto known = builder_.find_question(question);
    const bool by_row = !row.empty() && !(known && builder_.at(*known).scale_max &&
                                          builder_.at(*known).kind != QuestionKind::matrix);
    const auto target =
        builder_.question(by_row ? row_id(question, row) : question,
                          choice.empty() ? QuestionKind::text : QuestionKind::multiple_choice);
    if (by_row && builder_.at(target).parent_id.empty()) {
      builder_.question(question, QuestionKind::matrix);
      builder_.at(target).parent_id = question;
    }
    if (!id_member(answer, "other_id").empty()) {
      return builder_.choose_other(target, text);
    }
    if (!choice.empty()) {
      return choose(target, choice);
    }
    Answer& given = builder_.answer(target);
    if (!text.empty()) {
      given.text = text;
      if (builder_.at(target).kind == QuestionKind::number) {
        dom::element value;
        given.number = answer["text"].get(value) ? std::nullopt : number_in(value);
      }
    } else {
      given.text = text_member(answer, "download_url");
    }
  }

  void choose(std::size_t question, const std::string& choice) {
    missing_ += builder_.has_choice(question, choice) ? 0 : 1;
    builder_.choose(question, choice);
  }

  SurveyBuilder builder_;
  std::size_t weights_ = 0;  // choices whose points their labels don't say
  std::size_t missing_ = 0;  // choices that the details lack
};

}  // namespace

bool SurveyMonkeyParser::recognizes(std::string_view head) const {
  return names_json_keys(head, {"response_status", "pages"}) ||
         names_json_keys(head, {"family", "headings"}) ||
         names_json_keys(head, {"event_type", "resources", "object_type"}) ||
         (names_json_keys(head, {"data", "per_page"}) &&
          head.find("surveymonkey") != std::string_view::npos);
}

Parsed<ExportFacts> SurveyMonkeyParser::parse(std::string_view document,
                                              const SurveyContext& context,
                                              ResponseSink& sink) const {
  return read_json_export(document, {"data"}, sink, [&](JsonDocument& opened) {
    return SurveymonkeyReading(context, sink).run(opened);
  });
}

}  // namespace muster
