#include "extractors/surveys/kobo.h"

#include "core/text.h"
#include "extractors/surveys/json_export.h"
#include "extractors/surveys/plain_text.h"
#include "extractors/surveys/survey_builder.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

// Members that every submission carries beside its answers.
bool is_system(std::string_view key) {
  return key.starts_with('_') || key.starts_with("meta/") || key.starts_with("formhub/") ||
         key == "start" || key == "end" || key == "today" || key == "instanceID";
}

bool is_personal_kobo(std::string_view key) {
  return key == "deviceid" || key == "username" || key == "phonenumber" || key == "subscriberid" ||
         key == "simserial" || key == "email";
}

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// Labels are a text, or a list with one text a language, of which null stands for none.
std::string kobo_label(const dom::object& row) {
  dom::element label;
  dom::array list;
  if (row["label"].get(label)) {
    return {};
  }
  if (label.get(list)) {
    return plain_title(scalar_text(label), Markup::html);
  }
  for (const dom::element one : list) {
    if (!is_blank(one)) {
      return plain_title(scalar_text(one), Markup::html);
    }
  }
  return {};
}

class KoboReading {
 public:
  KoboReading(const SurveyContext& context, ResponseSink& sink) : builder_("kobo", context, sink) {}

  Parsed<ExportFacts> run(JsonDocument& document) {
    const dom::element& root = document.root();
    dom::array list;
    if (!root.get(list)) {
      read_all(document, "");
      return finish();
    }
    dom::object object;
    if (root.get(object)) {
      return parse_error("", "is JSON, but neither an object nor a list");
    }
    const auto content = object_member(object, "content");
    if (content && list_member(*content, "survey")) {
      read_form(*content);
      builder_.definition().external_id =
          id_member(object, object["uid"].error() ? "id_string" : "uid");
      builder_.definition().title =
          plain_title(text_member(object, object["name"].error() ? "title" : "name"), Markup::html);
    }
    for (const auto* name : {"results", "submissions", "value"}) {
      if (list_member(object, name)) {
        read_all(document, name);
        for (const auto* more : {"next", "previous", "@odata.nextLink"}) {
          if (!text_member(object, more).empty()) {
            builder_.set_extent(ExportExtent::part);
          }
        }
        return finish();
      }
    }
    if (!content) {
      builder_.set_extent(ExportExtent::part);
      read(root, "");
    } else {
      builder_.set_extent(ExportExtent::form);
      builder_.note("a form: questions and no submissions");
    }
    return finish();
  }

 private:
  Parsed<ExportFacts> finish() {
    if (repeats_ > 0) {
      builder_.note(
          fmt::format("{} groups were answered several times in one submission: the answers "
                      "of all rounds stand in one, numbers apart",
                      repeats_));
    }
    return builder_.finish();
  }

  void read_all(JsonDocument& document, std::string_view name) {
    document.for_each(name,
                      [&](const dom::element& entry, std::string place) { read(entry, place); });
  }

  // The rows of an XLSForm: groups open and close, questions stand between.
  void read_form(const dom::object& content) {
    builder_.start_definition();
    std::map<std::string, std::vector<Choice>> lists;
    if (const auto choices = list_member(content, "choices")) {
      for (const dom::element entry : *choices) {
        dom::object choice;
        if (!entry.get(choice)) {
          const auto name = id_member(choice, "name");
          const auto label = kobo_label(choice);
          lists[std::string(text_member(choice, "list_name"))].push_back(
              {name, label.empty() ? name : label});
        }
      }
    }
    std::vector<std::string> groups;
    const auto survey = list_member(content, "survey");
    for (const dom::element entry : *survey) {
      if (dom::object row; !entry.get(row)) {
        read_row(row, lists, groups);
      }
    }
  }

  void read_row(const dom::object& row,
                const std::map<std::string, std::vector<Choice>>& lists,
                std::vector<std::string>& groups) {
    const std::string type(text_member(row, "type"));
    auto name = id_member(row, "name");
    if (name.empty()) {
      name = text_member(row, "$autoname");
    }
    if (type.starts_with("begin")) {
      groups.push_back(name);
      return;
    }
    if (type.starts_with("end") && type != "end") {
      if (!groups.empty()) {
        groups.pop_back();
      }
      return;
    }
    const auto words = split(type, ' ');
    const auto kind = kind_of(words.empty() ? "" : words.front());
    if (name.empty() || !kind) {
      return;
    }
    Question question;
    question.id = groups.empty() ? name : join(groups, "/") + "/" + name;
    question.ref = name;
    const auto label = kobo_label(row);
    question.title = label.empty() ? name : label;
    question.kind = *kind;
    std::string list = words.size() > 1 ? words[1] : "";
    if (list.empty()) {
      list = text_member(row, "select_from_list_name");
    }
    if (const auto choices = lists.find(list); choices != lists.end()) {
      question.choices = choices->second;
    }
    builder_.define(std::move(question));
  }

  // nullopt for what asks nothing: notes, times, calculations' companions.
  static std::optional<QuestionKind> kind_of(std::string_view type) {
    static constexpr std::pair<std::string_view, QuestionKind> kKinds[] = {
        {"select_one", QuestionKind::single_choice},
        {"select_multiple", QuestionKind::multiple_choice},
        {"rank", QuestionKind::ranking},
        {"integer", QuestionKind::number},
        {"decimal", QuestionKind::number},
        {"range", QuestionKind::number},
        {"text", QuestionKind::text},
        {"date", QuestionKind::date},
        {"time", QuestionKind::date},
        {"datetime", QuestionKind::date},
        {"image", QuestionKind::file},
        {"audio", QuestionKind::file},
        {"video", QuestionKind::file},
        {"file", QuestionKind::file},
        {"geopoint", QuestionKind::other},
        {"geotrace", QuestionKind::other},
        {"geoshape", QuestionKind::other},
        {"barcode", QuestionKind::text},
        {"acknowledge", QuestionKind::boolean},
        {"calculate", QuestionKind::text},
    };
    for (const auto& [name, kind] : kKinds) {
      if (name == type) {
        return kind;
      }
    }
    return std::nullopt;
  }

  // An edit changes _uuid and instanceID; _id and rootUuid stay.
  static std::string id_of(const dom::object& object) {
    for (const auto* name : {"meta/rootUuid", "_id", "__id", "_uuid", "meta/instanceID"}) {
      auto id = id_member(object, name);
      if (!id.empty()) {
        return id.starts_with("uuid:") ? id.substr(5) : id;
      }
    }
    return {};
  }

  void read(const dom::element& element, std::string place) {
    builder_.read_row(element,
                      place,
                      "a submission (XML instances are not read)",
                      [&](const dom::object& object, Response& response) -> SurveyBuilder::Fault {
                        response.id = id_of(object);
                        read_times(object, response);
                        for (const auto [key, value] : object) {
                          read_member(key, value, 0);
                        }
                        return {};
                      });
  }

  // _submission_time is UTC without saying so, and does not move with an edit.
  void read_times(const dom::object& object, Response& response) {
    std::string submitted(text_member(object, "_submission_time"));
    if (!submitted.empty() && !parse_iso8601(submitted)) {
      submitted += 'Z';
    }
    response.submitted_at = builder_.time(submitted);
    response.started_at = builder_.time(text_member(object, "start"));
    if (const auto system = object_member(object, "__system")) {
      response.submitted_at = builder_.time(text_member(*system, "submissionDate"));
      response.updated_at = builder_.time(text_member(*system, "updatedAt"));
      if (!text_member(*system, "deletedAt").empty()) {
        response.status = ResponseStatus::deleted;
      }
    }
    if (!response.submitted_at) {
      response.submitted_at = builder_.time(text_member(object, "end"));
    }
  }

  void read_member(std::string_view key, const dom::element& value, int round) {
    if (is_personal_kobo(key) || key == "_submitted_by") {
      return builder_.respondent(key, scalar_text(value));
    }
    if (is_system(key)) {
      return;
    }
    dom::array list;
    dom::object object;
    if (!value.get(list)) {
      int next = 0;
      for (const dom::element entry : list) {
        dom::object member;
        if (!entry.get(member)) {
          repeats_ += next == 1 ? 1 : 0;
          for (const auto [name, inner] : member) {
            read_member(name, inner, next);
          }
          ++next;
        }
      }
      return;
    }
    if (!value.get(object)) {
      for (const auto [name, inner] : object) {  // ODK: groups are objects
        read_member(std::string(key) + "/" + std::string(name), inner, round);
      }
      return;
    }
    read_answer(key, value, round);
  }

  // Names of choices stand apart by spaces; "other" brings a question of its own, "q_other".
  void read_answer(std::string_view key, const dom::element& value, int round) {
    if (key.ends_with("_other")) {
      const auto parent = find(key.substr(0, key.size() - 6));
      if (parent && !find(key)) {
        builder_.answer(*parent).other_text = scalar_text(value);
        return;
      }
    }
    const auto known = find(key);
    // Rounds of a repeat beyond the first are questions of their own: "members/age#2".
    std::size_t question = known ? *known : builder_.question(key, QuestionKind::text);
    if (round > 0) {
      const Question& first = builder_.at(question);
      const auto id = first.id + fmt::format("#{}", round + 1);
      question = builder_.row(question, id, first.kind, first.title, first.ref);
    }
    const auto text = scalar_text(value);
    if (text.empty()) {
      builder_.answer(question).state = AnswerState::empty;
      return;
    }
    switch (builder_.at(question).kind) {
      case QuestionKind::single_choice:
        return choose(question, text);
      case QuestionKind::multiple_choice:
      case QuestionKind::ranking:
        for (const auto& name : split(text, ' ')) {
          if (!name.empty()) {
            choose(question, name);
          }
        }
        return;
      case QuestionKind::number:
        builder_.answer(question).number = number_in(value);
        if (builder_.answer(question).number) {
          return;
        }
        [[fallthrough]];
      default:
        builder_.answer(question).text = text;
    }
  }

  void choose(std::size_t question, std::string_view name) {
    if (name == "other" && !builder_.has_choice(question, name)) {
      builder_.choose_other(question, "");
    } else {
      builder_.choose(question, name);
    }
  }

  std::optional<std::size_t> find(std::string_view key) const {
    const auto exact = builder_.find_question(key);
    return exact ? exact : builder_.find_question(last_part(key));
  }

  SurveyBuilder builder_;
  std::size_t repeats_ = 0;
};

}  // namespace

bool KoboParser::recognizes(std::string_view head) const {
  return names_json_keys(head, {"_submission_time"}) ||
         names_json_keys(head, {"meta/instanceID"}) || names_json_keys(head, {"formhub/uuid"}) ||
         names_json_keys(head, {"__id", "__system"}) ||
         names_json_keys(head, {"content", "survey", "type"});
}

Parsed<ExportFacts> KoboParser::parse(std::string_view document,
                                      const SurveyContext& context,
                                      ResponseSink& sink) const {
  return read_json_export(
      document, {"", "results", "submissions", "value"}, sink, [&](JsonDocument& opened) {
        return KoboReading(context, sink).run(opened);
      });
}

}  // namespace muster
