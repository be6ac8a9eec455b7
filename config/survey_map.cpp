#include "config/survey_map.h"

#include "config/text_file.h"
#include "config/toml_reader.h"
#include "core/text.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace muster {
namespace {

using Role = SurveyMap::Role;

// Does the key take a list of columns?
bool takes_many(Role role) {
  return role == Role::hidden || role == Role::respondent || role == Role::ignored;
}

void read_columns(TomlTable table, SurveyMap& map) {
  for (const auto& [role, key] : kEnumNames<Role>) {
    std::vector<std::string> names;
    if (takes_many(role)) {
      table.texts(key, names);
    } else if (const auto name = table.text(key)) {
      names.push_back(*name);
    }
    for (std::string& name : names) {
      map.columns.push_back({std::move(name), role});
    }
  }
}

void read_choices(TomlTable& table, SurveyMap::MappedQuestion& question) {
  std::set<std::string> ids;
  for (TomlTable& entry : table.tables("choices")) {
    entry.require("id", "write what stands in the cells");
    Choice choice;
    entry.text("id", choice.id);
    entry.text("label", choice.label);
    if (choice.label.empty()) {
      choice.label = choice.id;
    }
    if (!choice.id.empty() && !ids.insert(choice.id).second) {
      entry.problem("id",
                    fmt::format("'{}' is already a choice of this question", shown(choice.id)));
    }
    question.choices.push_back(std::move(choice));
  }
}

bool has_scale(QuestionKind kind) {
  return kind == QuestionKind::scale || kind == QuestionKind::nps || kind == QuestionKind::number ||
         kind == QuestionKind::matrix;
}

void check_scale(TomlTable& table, const SurveyMap::MappedQuestion& question) {
  for (const char* key : {"scale_min", "scale_max"}) {
    if (table.has(key) && !has_scale(question.kind)) {
      table.problem(key, "only scale, nps, number and matrix have a scale");
    }
  }
  if (question.scale_min && question.scale_max && *question.scale_min >= *question.scale_max) {
    table.problem("scale_max", "must be above scale_min");
  }
  const bool open = !question.scale_min || !question.scale_max;
  if ((question.kind == QuestionKind::nps || question.kind == QuestionKind::scale) && open) {
    table.problem("kind",
                  fmt::format("a question of kind {} needs scale_min and scale_max: which points "
                              "could be chosen can't be told from the answers",
                              to_string(question.kind)));
  }
  if (question.kind == QuestionKind::nps && !open &&
      (*question.scale_min != 0 || *question.scale_max != 10)) {
    table.problem("scale_min",
                  "a net promoter question goes from 0 to 10; map any other as kind = \"scale\", "
                  "whose mean and top boxes are sound");
  }
}

// What a kind of question never looks at is refused, so that nobody believes it does something.
void check_options(TomlTable& table, const SurveyMap::MappedQuestion& question) {
  const auto kind = question.kind;
  const bool takes_several = kind == QuestionKind::multiple_choice ||
                             kind == QuestionKind::ranking || kind == QuestionKind::matrix;
  if (question.columns.size() > 1 && !takes_several) {
    table.problem("columns",
                  fmt::format("a question of kind {} has one column; several are for "
                              "multiple_choice, matrix and ranking",
                              to_string(kind)));
  }
  if (table.has("separator") && !question.is_list()) {
    table.problem("separator", "only multiple_choice and ranking in one column hold lists");
  }
  // Where each column is a choice, the headers are their labels.
  const bool has_choices =
      kind == QuestionKind::single_choice || kind == QuestionKind::matrix || question.is_list();
  if (table.has("choices") && !has_choices) {
    table.problem("choices",
                  "only single_choice, matrix, and multiple_choice and ranking in one column have "
                  "choices in their cells");
  }
  const bool has_other = has_choices || kind == QuestionKind::multiple_choice ||
                         kind == QuestionKind::ranking || kind == QuestionKind::scale ||
                         kind == QuestionKind::boolean;
  if (table.has("other_column") && (!has_other || kind == QuestionKind::matrix)) {
    table.problem("other_column", "only questions with choices, and scales, have an 'other'");
  }
}

SurveyMap::MappedQuestion read_question(TomlTable& table) {
  SurveyMap::MappedQuestion question;
  std::string column;
  table.text("column", column);
  table.texts("columns", question.columns);
  if (table.has("column") == table.has("columns")) {
    table.problem("name either column or columns");
  } else if (!column.empty()) {
    question.columns = {column};
  }
  table.text("id", question.id);
  table.text("title", question.title);
  table.require("kind", "write single_choice, multiple_choice, scale, nps, text, ...");
  table.word("kind", question.kind);
  table.number("scale_min", question.scale_min);
  table.number("scale_max", question.scale_max);
  table.text("separator", question.separator);
  if (question.separator.empty()) {
    table.problem("separator", "must not be empty");
  }
  table.text("other_column", question.other_column);
  table.texts("not_applicable", question.not_applicable);
  table.texts("not_answered", question.not_answered);
  read_choices(table, question);
  check_scale(table, question);
  check_options(table, question);
  return question;
}

// A column says one thing only.
void check_repeats(std::vector<TomlTable>& tables, TomlTable& root, const SurveyMap& map) {
  std::set<std::string> taken;
  for (const auto& column : map.columns) {
    if (!taken.insert(column.column).second) {
      root.problem("columns", fmt::format("'{}' is named twice", shown(column.column)));
    }
  }
  std::set<std::string> ids;
  for (std::size_t i = 0; i < map.questions.size(); ++i) {
    const auto& question = map.questions[i];
    std::vector<std::string> columns = question.columns;
    if (!question.other_column.empty()) {
      columns.push_back(question.other_column);
    }
    for (const std::string& column : columns) {
      if (!taken.insert(column).second) {
        tables[i].problem(fmt::format("column '{}' is named twice", shown(column)));
      }
    }
    const std::string id =
        !question.id.empty() || question.columns.empty() ? question.id : question.columns.front();
    if (!id.empty() && !ids.insert(id).second) {
      tables[i].problem("id", fmt::format("'{}' is already a question", shown(id)));
    }
  }
}

// A TOML basic string.
std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string toml_list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    out += (i > 0 ? ", " : "") + toml_string(texts[i]);
  }
  return out + "]";
}

// Each line of it as a comment.
std::string comment_toml(std::string_view comment) {
  std::string out;
  while (!comment.empty()) {
    const auto end = std::min(comment.find('\n'), comment.size());
    out += fmt::format("# {}\n", printable(comment.substr(0, end)));
    comment.remove_prefix(std::min(end + 1, comment.size()));
  }
  return out;
}

std::string columns_toml(const SurveyMap& map) {
  std::string out = "\n[columns]\n";
  for (const auto& [role, key] : kEnumNames<Role>) {
    std::vector<std::string> names;
    for (const auto& column : map.columns) {
      if (column.role == role) {
        names.push_back(column.column);
        out += comment_toml(column.comment);
      }
    }
    if (!names.empty()) {
      out += fmt::format(
          "{} = {}\n", key, takes_many(role) ? toml_list(names) : toml_string(names.front()));
    }
  }
  return out;
}

std::string question_toml(const SurveyMap::MappedQuestion& question) {
  std::string out = "\n" + comment_toml(question.comment) + "[[question]]\n";
  const auto text = [&](std::string_view key, const std::string& value) {
    out += value.empty() ? std::string() : fmt::format("{} = {}\n", key, toml_string(value));
  };
  const auto texts = [&](std::string_view key, const std::vector<std::string>& values) {
    out += values.empty() ? std::string() : fmt::format("{} = {}\n", key, toml_list(values));
  };
  if (question.columns.size() == 1) {
    text("column", question.columns.front());
  } else {
    texts("columns", question.columns);
  }
  text("id", question.id);
  text("title", question.title);
  out += fmt::format("kind = \"{}\"\n", to_string(question.kind));
  if (question.scale_min) {
    out += fmt::format("scale_min = {}\n", *question.scale_min);
  }
  if (question.scale_max) {
    out += fmt::format("scale_max = {}\n", *question.scale_max);
  }
  if (question.separator != ", ") {
    text("separator", question.separator);
  }
  text("other_column", question.other_column);
  texts("not_applicable", question.not_applicable);
  texts("not_answered", question.not_answered);
  if (!question.choices.empty()) {
    out += "choices = [\n";
    for (const Choice& choice : question.choices) {
      out += choice.label == choice.id ? fmt::format("  {{ id = {} }},\n", toml_string(choice.id))
                                       : fmt::format("  {{ id = {}, label = {} }},\n",
                                                     toml_string(choice.id),
                                                     toml_string(choice.label));
    }
    out += "]\n";
  }
  return out;
}

}  // namespace

SurveyMap parse_survey_map(std::string_view text, const std::filesystem::path& file) {
  Problems problems;
  TomlDocument document(text, file.string(), problems);
  TomlTable root = document.root();
  SurveyMap map;
  map.file = file;
  root.text("title", map.title);
  root.zone("zone", map.zone);
  root.flag("full_export", map.full_export);
  read_columns(root.table("columns"), map);
  std::vector<TomlTable> tables = root.tables("question");
  for (TomlTable& table : tables) {
    map.questions.push_back(read_question(table));
  }
  check_repeats(tables, root, map);
  if (document.well_formed() && map.columns.empty() && map.questions.empty()) {
    root.problem("maps nothing: name columns under [columns] and questions under [[question]]");
  }
  document.finish();
  problems.throw_if_any();
  return map;
}

SurveyMap load_survey_map(const std::filesystem::path& file) {
  return parse_survey_map(read_config_file(file, kMaxTomlFileBytes), file);
}

std::string to_toml(const SurveyMap& map) {
  std::string out = "# How Muster reads a table or a list of records; see docs/MAPPING.md.\n";
  if (!map.title.empty()) {
    out += fmt::format("title = {}\n", toml_string(map.title));
  }
  if (!map.zone.empty()) {
    out += fmt::format("zone = {}\n", toml_string(map.zone));
  }
  if (map.full_export) {
    out += "full_export = true\n";
  }
  out += columns_toml(map);
  for (const auto& question : map.questions) {
    out += question_toml(question);
  }
  return out;
}

}  // namespace muster
