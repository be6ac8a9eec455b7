#include "extractors/surveys/csv_questions.h"

#include "extractors/surveys/csv_kinds.h"
#include "extractors/surveys/mapped_questions.h"
#include "extractors/surveys/plain_text.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

bool is_qualtrics_dialect(CsvDialect dialect) {
  return dialect == CsvDialect::qualtrics || dialect == CsvDialect::qualtrics_legacy;
}

class Planner {
 public:
  Planner(const CsvLayout& layout,
          const std::vector<ColumnProfile>& profiles,
          const std::vector<GroupProfile>& groups,
          const SurveyDefinition* known,
          const SurveyMap* map)
      : layout_(layout),
        profiles_(profiles),
        groups_(groups),
        map_(map),
        kinds_(layout.dialect, known) {
    plan_.columns.resize(layout.columns.size());
    done_.resize(layout.columns.size(), false);
  }

  CsvPlan run() {
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
      const CsvColumn& column = layout_.columns[i];
      if (done_[i] || column.role != ColumnRole::question) {
        continue;
      }
      if (column.mapped_question) {
        plan_mapped(*column.mapped_question);
      } else if (!column.group.empty()) {
        plan_group(column.group);
      } else if (layout_.dialect == CsvDialect::typeform) {
        plan_typeform(i);
      } else {
        plan_single(i, "", column.title);
      }
    }
    plan_.list_choices.resize(plan_.questions.size());
    auto notes = kinds_.notes();
    std::move(notes.begin(), notes.end(), std::back_inserter(plan_.notes));
    return std::move(plan_);
  }

 private:
  std::size_t add_question(Question question) {
    const std::string base = question.id;
    for (int i = 2; !ids_.insert(question.id).second; ++i) {
      question.id = fmt::format("{}#{}", base, i);
    }
    plan_.questions.push_back(std::move(question));
    return plan_.questions.size() - 1;
  }

  // One column, one question.
  std::size_t plan_single(std::size_t i, const std::string& parent_id, const std::string& title) {
    const CsvColumn& column = layout_.columns[i];
    Question question;
    question.id = column.name;
    question.ref = column.ref;
    question.title = title.empty() ? column.name : title;
    question.parent_id = parent_id;
    auto decided = kinds_.decide(column, profiles_[i], question);
    const auto index = add_question(std::move(question));
    plan_.columns[i] = {decided.use, index, {}, nullptr};
    if (!decided.list_choices.empty()) {
      plan_.list_choices.resize(plan_.questions.size());
      plan_.list_choices[index] = std::move(decided.list_choices);
    }
    done_[i] = true;
    return index;
  }

  void plan_mapped(std::size_t index) {
    const auto& mapped = map_->questions[index];
    const auto columns = mapped_columns(mapped, index, layout_);
    const auto question = add_question(mapped_question(mapped, layout_, profiles_, columns));
    for (const std::size_t i : columns) {
      if (mapped.kind == QuestionKind::matrix) {
        plan_mapped_row(i, mapped, plan_.questions[question].id);
      } else {
        plan_.columns[i] = {
            mapped_use(mapped), question, column_choice(layout_.columns[i]), &mapped};
      }
      done_[i] = true;
    }
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
      if (layout_.columns[i].mapped_question == index && layout_.columns[i].other_text) {
        plan_other_text(i, question);
      }
    }
  }

  // A row takes the scale or the choices of the whole; without either it is judged by its values.
  void plan_mapped_row(std::size_t i,
                       const SurveyMap::MappedQuestion& mapped,
                       const std::string& parent_id) {
    const std::string title = column_choice(layout_.columns[i]).label;
    if (!mapped.scale_min && mapped.choices.empty()) {
      plan_single(i, parent_id, title);
      plan_.columns[i].mapped = &mapped;
      return;
    }
    Question row;
    row.id = layout_.columns[i].name;
    row.title = title;
    row.parent_id = parent_id;
    row.kind = mapped.scale_min ? QuestionKind::scale : QuestionKind::single_choice;
    row.scale_min = mapped.scale_min;
    row.scale_max = mapped.scale_max;
    row.choices = mapped.choices;
    const auto use = mapped.scale_min ? CellUse::number : CellUse::choice;
    plan_.columns[i] = {use, add_question(std::move(row)), {}, &mapped};
  }

  void plan_other_text(std::size_t i, std::size_t question) {
    plan_.columns[i] = {CellUse::other_text, question, {}, nullptr};
    done_[i] = true;
  }

  void plan_group(const std::string& key) {
    std::vector<std::size_t> main;
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
      if (layout_.columns[i].group == key && layout_.columns[i].role == ColumnRole::question) {
        (layout_.columns[i].other_text ? others : main).push_back(i);
      }
    }
    if (main.empty()) {
      for (const auto i : others) {
        plan_single(i, "", layout_.columns[i].title);
      }
      return;
    }
    std::size_t question = 0;
    if (are_members(main)) {
      question = plan_members(main, group_id(main[0]), layout_.columns[main[0]].title);
    } else if (main.size() == 1) {
      question = plan_single(main[0], "", layout_.columns[main[0]].title);
    } else if (const auto use = rank_use(main); use != CellUse::none) {
      question = plan_ranking(main, use);
    } else {
      question = plan_matrix(main);
    }
    plan_others(others, main.size() > 1 || takes_other_text(question), question);
  }

  bool takes_other_text(std::size_t question) const {
    const auto kind = plan_.questions[question].kind;
    return kind == QuestionKind::single_choice || kind == QuestionKind::multiple_choice ||
           kind == QuestionKind::scale || kind == QuestionKind::boolean;
  }

  // The first column of other text belongs to the question; a second one would overwrite it and
  // stands alone.
  void plan_others(const std::vector<std::size_t>& others, bool attach, std::size_t question) {
    const bool matrix = plan_.questions[question].kind == QuestionKind::matrix;
    for (std::size_t k = 0; k < others.size(); ++k) {
      if (k == 0 && attach && !matrix) {
        plan_other_text(others[k], question);
      } else {
        const CsvColumn& column = layout_.columns[others[k]];
        plan_single(others[k],
                    plan_.questions[question].id,
                    column.part_title.empty() ? column.title : column.part_title);
      }
    }
  }

  // Qualtrics and LimeSurvey have a code for the question; others only its title.
  std::string group_id(std::size_t column) const {
    const bool coded =
        is_qualtrics_dialect(layout_.dialect) || layout_.dialect == CsvDialect::limesurvey;
    return coded ? layout_.columns[column].group : layout_.columns[column].title;
  }

  Question group_question(std::size_t first, QuestionKind kind) const {
    Question question;
    question.id = group_id(first);
    question.title = layout_.columns[first].title;
    question.kind = kind;
    return question;
  }

  // Do these columns hold one choice each: its own label, or a mark, and nothing else?
  bool are_members(const std::vector<std::size_t>& columns) const {
    bool any = false;
    for (const auto i : columns) {
      const ColumnProfile& profile = profiles_[i];
      const auto answers = profile.answers();
      if (answers == 0) {
        continue;
      }
      any = true;
      const bool yes_and_no = profile.marked + profile.unmarked == answers &&
                              (profile.all_integers() || layout_.dialect == CsvDialect::limesurvey);
      const bool marks_only = profile.marked == answers && columns.size() > 1;
      if (profile.own_label != answers && !marks_only && !(yes_and_no && columns.size() > 1)) {
        return false;
      }
    }
    return any;
  }

  std::size_t plan_members(const std::vector<std::size_t>& columns,
                           std::string id,
                           std::string title) {
    Question question;
    question.id = std::move(id);
    question.title = std::move(title);
    question.kind = QuestionKind::multiple_choice;
    for (const auto i : columns) {
      question.choices.push_back(column_choice(layout_.columns[i]));
    }
    const auto index = add_question(std::move(question));
    for (std::size_t k = 0; k < columns.size(); ++k) {
      plan_.columns[columns[k]] = {
          CellUse::member, index, plan_.questions[index].choices[k], nullptr};
      done_[columns[k]] = true;
    }
    return index;
  }

  // Columns rank when no row repeats a value and the values are ranks (or the columns are).
  CellUse rank_use(const std::vector<std::size_t>& columns) const {
    constexpr std::size_t kEnoughRows = 5;
    const auto group = std::find_if(
        groups_.begin(), groups_.end(), [&](const auto& g) { return g.columns == columns; });
    if (columns.size() < 3 || group == groups_.end() || group->rows < kEnoughRows ||
        group->rows_without_repeat * 50 < group->rows * 49) {
      return CellUse::none;
    }
    const auto is_rank = [&](std::size_t i) {
      const auto& profile = profiles_[i];
      return profile.answers() == 0 || (profile.all_integers() && profile.smallest >= 1 &&
                                        profile.largest <= static_cast<double>(columns.size()));
    };
    if (std::all_of(columns.begin(), columns.end(), is_rank)) {
      return CellUse::rank;
    }
    for (std::size_t k = 0; k < columns.size(); ++k) {
      if (layout_.columns[columns[k]].part != std::to_string(k + 1) ||
          profiles_[columns[k]].labels.overflowed()) {
        return CellUse::none;
      }
    }
    return CellUse::rank_slot;
  }

  std::size_t plan_ranking(const std::vector<std::size_t>& columns, CellUse use) {
    const auto index = add_question(group_question(columns[0], QuestionKind::ranking));
    auto& choices = plan_.questions[index].choices;
    for (const auto i : columns) {
      plan_.columns[i] = {use, index, {}, nullptr};
      done_[i] = true;
      if (use == CellUse::rank) {
        plan_.columns[i].choice = column_choice(layout_.columns[i]);
        choices.push_back(plan_.columns[i].choice);
        continue;
      }
      for (const auto& [label, count] : profiles_[i].labels.in_order()) {
        if (std::find(choices.begin(), choices.end(), Choice{label, label}) == choices.end()) {
          choices.push_back({label, label});
        }
      }
    }
    return index;
  }

  std::size_t plan_matrix(const std::vector<std::size_t>& columns) {
    const auto parent = add_question(group_question(columns[0], QuestionKind::matrix));
    const std::string parent_id = plan_.questions[parent].id;
    for (const auto i : columns) {
      plan_single(i, parent_id, column_choice(layout_.columns[i]).label);
    }
    return parent;
  }

  bool is_label_column(std::size_t i) const {
    const auto& profile = profiles_[i];
    return profile.answers() > 0 && profile.own_label == profile.answers();
  }

  // Typeform's table loses the title of a multiple choice question: each choice is a column headed
  // by its label alone, and "Other" ends the question.
  void plan_typeform(std::size_t first) {
    if (!is_label_column(first)) {
      return plan_typeform_single(first);
    }
    std::vector<std::size_t> members;
    std::unordered_set<std::string> labels;
    std::size_t i = first;
    for (; i < layout_.columns.size(); ++i) {
      const CsvColumn& column = layout_.columns[i];
      const bool fits = column.role == ColumnRole::question && !column.other_text &&
                        (is_label_column(i) || profiles_[i].answers() == 0) &&
                        labels.insert(column.title).second;
      if (!fits) {
        break;
      }
      members.push_back(i);
    }
    // A choice that nobody took looks like a question that nobody answered: it counts only between
    // others.
    while (profiles_[members.back()].answers() == 0 &&
           !(i < layout_.columns.size() && layout_.columns[i].other_text)) {
      members.pop_back();
    }
    std::string title = layout_.columns[members[0]].title;
    for (std::size_t k = 1; k < members.size() && k < 3; ++k) {
      title += ", " + layout_.columns[members[k]].title;
    }
    const auto question = plan_members(
        members,
        layout_.columns[members[0]].name,
        fmt::format("(title not in the export: {}{})", title, members.size() > 3 ? ", …" : ""));
    ++untitled_;
    if (i < layout_.columns.size() && layout_.columns[i].other_text &&
        layout_.columns[i].role == ColumnRole::question) {
      plan_other_text(i, question);
    }
    if (untitled_ == 1) {
      plan_.notes.push_back(
          "this export names multiple choice questions by their choices only: neighbouring choices "
          "were read as one question "
          "each up to \"Other\" or a repeated label; check the borders against the form");
    }
  }

  void plan_typeform_single(std::size_t i) {
    if (layout_.columns[i].other_text && i > 0 && plan_.columns[i - 1].use == CellUse::choice) {
      return plan_other_text(i, plan_.columns[i - 1].question);
    }
    plan_single(i, "", layout_.columns[i].title);
  }

  const CsvLayout& layout_;
  const std::vector<ColumnProfile>& profiles_;
  const std::vector<GroupProfile>& groups_;
  const SurveyMap* map_;
  KindJudge kinds_;
  CsvPlan plan_;
  std::vector<bool> done_;
  std::unordered_set<std::string> ids_;
  std::size_t untitled_ = 0;
};

}  // namespace

CsvPlan plan_questions(const CsvLayout& layout,
                       const std::vector<ColumnProfile>& profiles,
                       const std::vector<GroupProfile>& groups,
                       const SurveyDefinition* known,
                       const SurveyMap* map) {
  return Planner(layout, profiles, groups, known, map).run();
}

}  // namespace muster
