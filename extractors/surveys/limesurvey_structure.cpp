#include "extractors/surveys/limesurvey_structure.h"

#include "config/problems.h"
#include "core/text.h"
#include "extractors/surveys/limesurvey_types.h"
#include "extractors/surveys/plain_text.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <pugixml.hpp>

namespace muster {
namespace {

// document / section / rows / row / field / text.
constexpr int kMaxStructureDepth = 12;
// A hostile file could ask for rows times columns of a matrix.
constexpr std::size_t kMostQuestions = 20'000;

// One <row>, fields by name.
class StructureRow {
 public:
  explicit StructureRow(pugi::xml_node node) : node_(node) {}
  std::string text(const char* field) const {
    return sanitize_utf8(trim(std::string_view(node_.child(field).text().get())));
  }
  int number(const char* field) const {
    const std::string digits = text(field);
    int value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }

 private:
  pugi::xml_node node_;
};

std::vector<StructureRow> rows_of(pugi::xml_node root, const char* section) {
  std::vector<StructureRow> rows;
  for (const pugi::xml_node row : root.child(section).child("rows").children("row")) {
    rows.emplace_back(row);
  }
  return rows;
}

struct AskedQuestion {
  std::string id;  // qid, the database's
  std::string code;
  std::string title;
  char type = 'T';
  bool other = false;
  int order = 0;
  int scale = 0;  // 1: a column of an array
};

using Placed = std::pair<std::string, AskedQuestion>;  // under its group or parent question
using Texts = std::map<std::string, std::string>;      // of the base language, by qid or aid

class Structure {
 public:
  explicit Structure(pugi::xml_node root) : root_(root) {}

  Parsed<SurveyDefinition> read() {
    read_survey();
    read_translations();
    read_answers();
    auto questions = read_questions("questions", false);
    sort_by_group(questions);
    for (auto& [parent, rows] : by_parent(read_questions("subquestions", true))) {
      subquestions_[parent] = std::move(rows);
    }
    for (const auto& [group, asked] : questions) {
      add(asked);
      if (definition_.questions.size() > kMostQuestions) {
        return parse_error("", fmt::format("has more than {} questions and rows", kMostQuestions));
      }
    }
    if (definition_.questions.empty()) {
      return parse_error("", "is a LimeSurvey structure without a question");
    }
    return std::move(definition_);
  }

 private:
  void read_survey() {
    definition_.provider = "limesurvey";
    for (const StructureRow& row : rows_of(root_, "surveys")) {
      definition_.external_id = row.text("sid");
      language_ = row.text("language");
    }
    for (const StructureRow& row : rows_of(root_, "surveys_languagesettings")) {
      if (is_base(row.text("surveyls_language")) && definition_.title.empty()) {
        definition_.title = plain_title(row.text("surveyls_title"), Markup::html);
      }
    }
    for (const StructureRow& row : rows_of(root_, "groups")) {
      group_order_.emplace(row.text("gid"), row.number("group_order"));
    }
  }

  bool is_base(const std::string& language) const {
    return language_.empty() || language.empty() || language == language_;
  }

  // Since version 4 the texts stand apart from the questions.
  void read_translations() {
    for (const StructureRow& row : rows_of(root_, "question_l10ns")) {
      if (is_base(row.text("language"))) {
        question_texts_.emplace(row.text("qid"), row.text("question"));
      }
    }
    for (const StructureRow& row : rows_of(root_, "answer_l10ns")) {
      if (is_base(row.text("language"))) {
        answer_texts_.emplace(row.text("aid"), row.text("answer"));
      }
    }
  }

  void read_answers() {
    struct Ordered {
      int order;
      Choice choice;
    };
    std::map<std::string, std::vector<Ordered>> found;
    for (const StructureRow& row : rows_of(root_, "answers")) {
      if (!is_base(row.text("language")) || row.number("scale_id") != 0) {
        continue;
      }
      const auto translated = answer_texts_.find(row.text("aid"));
      const std::string label =
          translated == answer_texts_.end() ? row.text("answer") : translated->second;
      found[row.text("qid")].push_back(
          {row.number("sortorder"), {row.text("code"), plain_title(label, Markup::html)}});
    }
    for (auto& [qid, choices] : found) {
      std::stable_sort(choices.begin(), choices.end(), [](const Ordered& a, const Ordered& b) {
        return a.order < b.order;
      });
      for (Ordered& entry : choices) {
        answers_[qid].push_back(std::move(entry.choice));
      }
    }
  }

  std::vector<Placed> read_questions(const char* section, bool sub) {
    std::vector<Placed> found;
    for (const StructureRow& row : rows_of(root_, section)) {
      if (!is_base(row.text("language"))) {
        continue;
      }
      AskedQuestion asked;
      asked.id = row.text("qid");
      asked.code = row.text("title");
      const auto translated = question_texts_.find(asked.id);
      asked.title = plain_title(
          translated == question_texts_.end() ? row.text("question") : translated->second,
          Markup::html);
      const std::string type = row.text("type");
      asked.type = type.empty() ? 'T' : type.front();
      asked.other = row.text("other") == "Y";
      asked.order = row.number("question_order");
      asked.scale = row.number("scale_id");
      found.emplace_back(row.text(sub ? "parent_qid" : "gid"), std::move(asked));
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return a.second.order < b.second.order;
    });
    return found;
  }

  // Within a group they are in order already.
  void sort_by_group(std::vector<Placed>& questions) const {
    const auto order = [&](const Placed& placed) {
      const auto known = group_order_.find(placed.first);
      return known == group_order_.end() ? 0 : known->second;
    };
    std::stable_sort(questions.begin(), questions.end(), [&](const Placed& a, const Placed& b) {
      return order(a) < order(b);
    });
  }

  static std::map<std::string, std::vector<AskedQuestion>> by_parent(std::vector<Placed> rows) {
    std::map<std::string, std::vector<AskedQuestion>> found;
    for (auto& [parent, row] : rows) {
      found[parent].push_back(std::move(row));
    }
    return found;
  }

  void add(const AskedQuestion& asked) {
    const auto& types = limesurvey_types();
    const auto type = std::find_if(
        types.begin(), types.end(), [&](const auto& t) { return t.type == asked.type; });
    if (type == types.end()) {  // texts that only tell something
      return;
    }
    Question question;
    question.id = asked.code;
    question.title = asked.title.empty() ? asked.code : asked.title;
    question.kind = type->kind;
    question.scale_min = type->scale_min;
    question.scale_max = type->scale_max;
    const auto& subs = subquestions_[asked.id];
    if (type->kind == QuestionKind::multiple_choice) {
      for (const AskedQuestion& sub : subs) {
        question.choices.push_back({sub.code, sub.title.empty() ? sub.code : sub.title});
      }
    } else if (type->kind == QuestionKind::boolean) {
      question.choices = {{"true", "Yes"}, {"false", "No"}};
    } else {
      question.choices = choices_of(asked);
    }
    if (asked.other && !question.choices.empty()) {
      question.choices.push_back({"other", "Other"});
    }
    const bool has_rows = type->row != QuestionKind::other;
    if (has_rows) {
      question.scale_min.reset();
      question.scale_max.reset();
    }
    definition_.questions.push_back(question);
    if (has_rows) {
      add_rows(asked, *type, subs, question);
    }
  }

  std::vector<Choice> choices_of(const AskedQuestion& asked) {
    switch (asked.type) {
      case 'C':
        return {{"Y", "Yes"}, {"U", "Uncertain"}, {"N", "No"}};
      case 'E':
        return {{"I", "Increase"}, {"S", "Same"}, {"D", "Decrease"}};
      case 'G':
        return {{"F", "Female"}, {"M", "Male"}};
      default:
        return answers_[asked.id];
    }
  }

  // Rows of an array; with columns of their own (scale 1) each cell answers apart, and an array of
  // two scales has every row twice.
  void add_rows(const AskedQuestion& asked,
                const LimeSurveyType& type,
                const std::vector<AskedQuestion>& subs,
                const Question& whole) {
    const auto add_row = [&](const std::string& part, const std::string& title) {
      Question row = whole;
      row.id = fmt::format("{}[{}]", asked.code, part);
      row.title = title.empty() ? part : title;
      row.parent_id = whole.id;
      row.kind = type.row;
      row.scale_min = type.scale_min;
      row.scale_max = type.scale_max;
      if (type.row != QuestionKind::single_choice) {
        row.choices.clear();
      }
      definition_.questions.push_back(std::move(row));
    };
    for (const AskedQuestion& sub : subs) {
      if (sub.scale != 0 || definition_.questions.size() > kMostQuestions) {
        continue;
      }
      if (asked.type == '1') {
        add_row(sub.code + "/1", sub.title);
        add_row(sub.code + "/2", sub.title);
      } else if (asked.type == ':' || asked.type == ';') {
        for (const AskedQuestion& column : subs) {
          if (column.scale == 1 && definition_.questions.size() <= kMostQuestions) {
            add_row(sub.code + "_" + column.code, sub.title + ", " + column.title);
          }
        }
      } else {
        add_row(sub.code, sub.title);
      }
    }
  }

  pugi::xml_node root_;
  SurveyDefinition definition_;
  std::string language_;
  Texts question_texts_;
  Texts answer_texts_;
  std::map<std::string, int> group_order_;
  std::map<std::string, std::vector<Choice>> answers_;
  std::map<std::string, std::vector<AskedQuestion>> subquestions_;
};

// Offset of a document type before the root element: entities declared there could name files or
// grow without end. The parser would not expand them; no structure has any.
std::optional<std::size_t> find_document_type(std::string_view document) {
  std::size_t at = document.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (true) {
    at = document.find('<', at);
    if (at == std::string_view::npos) {
      return std::nullopt;
    }
    const auto rest = document.substr(at);
    const bool comment = rest.starts_with("<!--");
    if (!comment && !rest.starts_with("<?")) {
      return rest.starts_with("<!") ? std::optional(at) : std::nullopt;
    }
    const auto end = document.find(comment ? "-->" : "?>", at);
    if (end == std::string_view::npos) {
      return std::nullopt;
    }
    at = end + 2;
  }
}

// Walks without recursion: depth is what the sender says it is.
class DepthWalker final : public pugi::xml_tree_walker {
 public:
  bool for_each(pugi::xml_node&) override {
    deepest = std::max(deepest, depth());
    return deepest <= kMaxStructureDepth;
  }
  int deepest = 0;
};

}  // namespace

Parsed<SurveyDefinition> read_limesurvey_structure(std::string_view document) {
  if (document.size() > kMaxStructureBytes) {
    return parse_error("",
                       fmt::format("has {}; a LimeSurvey structure may have {}",
                                   format_bytes(document.size()),
                                   format_bytes(kMaxStructureBytes)));
  }
  if (const auto at = find_document_type(document)) {
    return parse_error(fmt::format("line {}", place_of(document, *at).line),
                       "declares a document type, which no LimeSurvey structure does: refused");
  }
  pugi::xml_document xml;
  const auto parsed = xml.load_buffer(document.data(), document.size(), pugi::parse_default);
  if (!parsed) {
    const auto at = std::min(static_cast<std::size_t>(parsed.offset), document.size());
    const auto line = 1 + std::count(document.begin(), document.begin() + std::ptrdiff_t(at), '\n');
    return parse_error(fmt::format("line {}", line),
                       std::string("is no well-formed XML: ") + parsed.description());
  }
  DepthWalker walker;
  if (!xml.traverse(walker)) {
    return parse_error("", fmt::format("is nested deeper than {} levels", kMaxStructureDepth));
  }
  const pugi::xml_node root = xml.child("document");
  if (std::string_view(root.child("LimeSurveyDocType").text().get()) != "Survey") {
    return parse_error("",
                       "is XML, but no LimeSurvey survey structure (LimeSurveyDocType is not "
                       "'Survey'): export the survey, not a group or a question");
  }
  return Structure(root).read();
}

bool LimeSurveyStructureParser::recognizes(std::string_view head) const {
  const auto text = trim(head.starts_with("\xEF\xBB\xBF") ? head.substr(3) : head);
  return text.starts_with("<") && text.find("<LimeSurveyDocType>") != std::string_view::npos;
}

Parsed<ExportFacts> LimeSurveyStructureParser::parse(std::string_view document,
                                                     const SurveyContext& context,
                                                     ResponseSink&) const {
  auto definition = read_limesurvey_structure(document);
  if (!definition) {
    return tl::unexpected(definition.error());
  }
  ExportFacts facts;
  facts.extent = ExportExtent::form;
  facts.definition = std::move(*definition);
  if (context.definition && context.definition->provider == "csv") {
    facts.definition.provider = "csv";
  }
  facts.notes.push_back("a LimeSurvey structure: the questionnaire, without responses");
  return facts;
}

}  // namespace muster
