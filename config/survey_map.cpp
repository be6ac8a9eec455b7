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

struct RoleKey {
  Role role;
  std::string_view key;
  bool many;  // takes a list of columns
};
constexpr RoleKey kRoleKeys[] = {{Role::id, "id", false},
                                 {Role::started_at, "started_at", false},
                                 {Role::submitted_at, "submitted_at", false},
                                 {Role::updated_at, "updated_at", false},
                                 {Role::status, "status", false},
                                 {Role::language, "language", false},
                                 {Role::hidden, "hidden", true},
                                 {Role::respondent, "respondent", true},
                                 {Role::ignored, "ignored", true}};

void read_columns(TomlTable table, SurveyMap& map) {
  for (const RoleKey& entry : kRoleKeys) {
    std::vector<std::string> names;
    if (entry.many) {
      table.texts(entry.key, names);
    } else if (const auto name = table.text(entry.key)) {
      names.push_back(*name);
    }
    for (std::string& name : names) {
      map.columns.push_back({std::move(name), entry.role});
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
  const bool takes_many = question.kind == QuestionKind::multiple_choice ||
                          question.kind == QuestionKind::matrix ||
                          question.kind == QuestionKind::ranking;
  if (question.columns.size() > 1 && !takes_many) {
    table.problem("columns",
                  fmt::format("a question of kind {} has one column; several are for "
                              "multiple_choice, matrix and ranking",
                              to_string(question.kind)));
  }
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
    for (const std::string& column : question.columns) {
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

std::string columns_toml(const SurveyMap& map) {
  std::string out = "\n[columns]\n";
  for (const RoleKey& entry : kRoleKeys) {
    std::vector<std::string> names;
    for (const auto& column : map.columns) {
      if (column.role == entry.role) {
        names.push_back(column.column);
      }
    }
    if (!names.empty()) {
      out += fmt::format(
          "{} = {}\n", entry.key, entry.many ? toml_list(names) : toml_string(names.front()));
    }
  }
  return out;
}

std::string question_toml(const SurveyMap::MappedQuestion& question) {
  std::string out = "\n[[question]]\n";
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
