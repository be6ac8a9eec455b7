#include "extractors/surveys/table_map.h"

#include "core/text.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

using Role = SurveyMap::Role;

ColumnRole column_role(Role role) {
  switch (role) {
    case Role::id:
      return ColumnRole::response_id;
    case Role::started_at:
      return ColumnRole::started_at;
    case Role::submitted_at:
      return ColumnRole::submitted_at;
    case Role::updated_at:
      return ColumnRole::updated_at;
    case Role::status:
      return ColumnRole::status;
    case Role::language:
      return ColumnRole::language;
    case Role::hidden:
      return ColumnRole::hidden;
    case Role::respondent:
      return ColumnRole::respondent;
    case Role::ignored:
      break;
  }
  return ColumnRole::ignored;
}

// What a column that was taken for this role is where the map gives the role to another one.
ColumnRole without_role(ColumnRole role) {
  switch (role) {
    case ColumnRole::response_id:
      return ColumnRole::respondent;
    case ColumnRole::started_at:
    case ColumnRole::submitted_at:
    case ColumnRole::updated_at:
    case ColumnRole::language:
      return ColumnRole::hidden;
    case ColumnRole::status:
      return ColumnRole::question;
    default:
      return role;
  }
}

bool is_one_column(ColumnRole role) {
  return without_role(role) != role;
}

// Without it rows can't be told apart or put in order: it is never just not there.
bool is_needed(Role role) {
  return role == Role::id || role == Role::started_at || role == Role::submitted_at ||
         role == Role::updated_at || role == Role::status;
}

class MapOverLayout {
 public:
  MapOverLayout(const SurveyMap& map, bool may_lack_columns, CsvLayout& layout)
      : map_(map), may_lack_columns_(may_lack_columns), layout_(layout) {
    for (CsvColumn& column : layout.columns) {
      by_name_.emplace(column.name, &column);
      names_.push_back(column.name);
    }
    for (CsvColumn& column : layout.columns) {
      by_name_.emplace(column.ref, &column);  // a name of its own goes before another's ref
    }
  }

  ParseError run() {
    for (const auto& column : map_.columns) {
      if (CsvColumn* found = find(column.column, "[columns]", is_needed(column.role))) {
        take(*found);
        found->role = column_role(column.role);
      }
    }
    for (std::size_t i = 0; i < map_.questions.size(); ++i) {
      take_question(i);
    }
    for (CsvColumn& column : layout_.columns) {
      if (!column.is_mapped && is_one_column(column.role) && is_given(column.role)) {
        column.role = without_role(column.role);
      }
    }
    if (!missing_.empty()) {
      return {map_.file.string(), join(missing_, "; ")};
    }
    if (!absent_.empty()) {
      layout_.notes.push_back("columns of the map that no record has: " + join(absent_, ", "));
    }
    return {};
  }

 private:
  CsvColumn* find(const std::string& name, std::string_view where, bool needed) {
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) {
      return found->second;
    }
    if (may_lack_columns_ && !needed) {
      absent_.push_back("'" + printable(name) + "'");
    } else {
      missing_.push_back(fmt::format("{} names column '{}', which the export does not have{}",
                                     where,
                                     printable(name),
                                     did_you_mean(name, names_)));
    }
    return nullptr;
  }

  static void take(CsvColumn& column) {
    column.is_mapped = true;
    column.group.clear();
    column.other_text = false;
  }

  void take_question(std::size_t i) {
    const auto& question = map_.questions[i];
    const std::string where = fmt::format(
        "question '{}'", printable(question.id.empty() ? question.columns.front() : question.id));
    const auto take_column = [&](const std::string& name, bool other) {
      if (CsvColumn* column = find(name, where, false)) {
        take(*column);
        column->role = ColumnRole::question;
        column->mapped_question = i;
        column->other_text = other;
      }
    };
    for (const std::string& name : question.columns) {
      take_column(name, false);
    }
    if (!question.other_column.empty()) {
      take_column(question.other_column, true);
    }
  }

  bool is_given(ColumnRole role) const {
    return std::any_of(map_.columns.begin(), map_.columns.end(), [&](const auto& column) {
      return column_role(column.role) == role;
    });
  }

  const SurveyMap& map_;
  bool may_lack_columns_;
  CsvLayout& layout_;
  std::unordered_map<std::string, CsvColumn*> by_name_;
  std::vector<std::string> names_;
  std::vector<std::string> missing_;
  std::vector<std::string> absent_;
};

}  // namespace

ParseError apply_map(const SurveyMap& map, bool may_lack_columns, CsvLayout& layout) {
  return MapOverLayout(map, may_lack_columns, layout).run();
}

std::optional<SurveyMap::Role> map_role(ColumnRole role) {
  switch (role) {
    case ColumnRole::response_id:
      return Role::id;
    case ColumnRole::status:
    case ColumnRole::finished:
      return Role::status;
    case ColumnRole::started_at:
      return Role::started_at;
    case ColumnRole::submitted_at:
      return Role::submitted_at;
    case ColumnRole::updated_at:
      return Role::updated_at;
    case ColumnRole::language:
      return Role::language;
    case ColumnRole::hidden:
      return Role::hidden;
    case ColumnRole::respondent:
      return Role::respondent;
    case ColumnRole::ignored:
      return Role::ignored;
    case ColumnRole::question:
      break;
  }
  return std::nullopt;
}

}  // namespace muster
