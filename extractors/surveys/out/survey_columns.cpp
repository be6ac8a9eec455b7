#include "extractors/surveys/out/survey_columns.h"

#include <algorithm>

#include <fmt/format.h>

namespace muster {
namespace {

enum ResponseField {
  kId,
  kStatus,
  kCounts,
  kStarted,
  kSubmitted,
  kUpdated,
  kLanguage,
  kCampaign,
  kCreator,
  kTier,
  kWave
};

bool same_choice(const Choice& given, const Choice& known) {
  return given.id == known.id || (given.id.empty() && given.label == known.label);
}

class ExportPlan {
 public:
  explicit ExportPlan(const SurveyDefinition& definition) : definition_(definition) {}

  void add_question(const Question& question) {
    const bool listed = !question.choices.empty();
    switch (question.kind) {
      case QuestionKind::single_choice:
        add(listed ? ColumnKind::single : ColumnKind::text, question);
        add_other(question);
        break;
      case QuestionKind::multiple_choice:
        if (!listed) {
          add(ColumnKind::text, question);
        }
        add_each(question, ColumnKind::selected);
        add_other(question);
        break;
      case QuestionKind::ranking:
        if (!listed) {
          add(ColumnKind::text, question);
        }
        add_each(question, ColumnKind::rank);
        break;
      case QuestionKind::scale:
      case QuestionKind::nps:
      case QuestionKind::number:
      case QuestionKind::boolean:
        add(ColumnKind::number, question);
        break;
      case QuestionKind::matrix:
        // Its rows are questions of their own.
        if (!has_rows(question)) {
          add(ColumnKind::text, question);
        }
        break;
      case QuestionKind::text:
      case QuestionKind::date:
      case QuestionKind::file:
      case QuestionKind::other:
        add(ColumnKind::text, question);
        break;
    }
  }

  std::vector<ExportColumn> columns;

 private:
  bool has_rows(const Question& matrix) const {
    return std::ranges::any_of(definition_.questions,
                               [&](const Question& q) { return q.parent_id == matrix.id; });
  }

  ExportColumn& add(ColumnKind kind, const Question& question) {
    const auto parent = std::ranges::find(definition_.questions, question.parent_id, &Question::id);
    const bool is_row = !question.parent_id.empty() && parent != definition_.questions.end();
    columns.push_back({kind,
                       question.id,
                       is_row ? parent->title + " - " + question.title : question.title,
                       &question});
    return columns.back();
  }

  void add_other(const Question& question) {
    ExportColumn& column = add(ColumnKind::other, question);
    column.name += ".other";
    column.title += " (other)";
  }

  void add_each(const Question& question, ColumnKind kind) {
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
      ExportColumn& column = add(kind, question);
      const Choice& choice = question.choices[i];
      column.choice = i;
      column.name += "/" + (choice.id.empty() ? choice.label : choice.id);
      column.title += ": " + label_of(choice);
    }
  }

  const SurveyDefinition& definition_;
};

}  // namespace

const std::string& label_of(const Choice& choice) {
  return choice.label.empty() ? choice.id : choice.label;
}

std::vector<ExportColumn> export_columns(const SurveyDefinition& definition,
                                         const std::vector<std::string>& hidden_fields) {
  ExportPlan plan(definition);
  for (std::size_t i = 0; i < std::size(kResponseFields); ++i) {
    const std::string name(kResponseFields[i]);
    plan.columns.push_back({ColumnKind::field, name, name, nullptr, 0, i});
  }
  for (const std::string& name : hidden_fields) {
    plan.columns.push_back({ColumnKind::hidden, "hidden." + name, name});
  }
  for (const Question& question : definition.questions) {
    plan.add_question(question);
  }
  return std::move(plan.columns);
}

ResponseCells::ResponseCells(const WrittenResponse& exported) : exported_(exported) {
  for (const Answer& answer : exported.response.answers) {
    answers_.emplace(answer.question_id, &answer);
  }
}

const Answer* ResponseCells::answer(const ExportColumn& column) const {
  const auto found = answers_.find(column.question->id);
  return found == answers_.end() ? nullptr : found->second;
}

std::optional<std::size_t> ResponseCells::chosen(const Answer& answer, const Question& question) {
  if (answer.choices.empty()) {
    return std::nullopt;
  }
  const auto found = std::ranges::find_if(question.choices, [&](const Choice& known) {
    return same_choice(answer.choices.front(), known);
  });
  return found == question.choices.end()
             ? std::nullopt
             : std::optional(static_cast<std::size_t>(found - question.choices.begin()));
}

std::optional<int> ResponseCells::place(const ExportColumn& column) const {
  const Answer* given = answer(column);
  if (given == nullptr || given->state != AnswerState::answered) {
    return std::nullopt;
  }
  const Choice& known = column.question->choices[column.choice];
  const auto found = std::ranges::find_if(
      given->choices, [&](const Choice& choice) { return same_choice(choice, known); });
  if (column.kind == ColumnKind::selected) {
    return found != given->choices.end() ? 1 : 0;
  }
  return found == given->choices.end()
             ? std::nullopt
             : std::optional(static_cast<int>(found - given->choices.begin()) + 1);
}

std::optional<double> ResponseCells::number(const ExportColumn& column) const {
  const Answer* given = answer(column);
  return given != nullptr && given->state == AnswerState::answered ? given->number : std::nullopt;
}

std::optional<Timestamp> ResponseCells::time(const ExportColumn& column) const {
  switch (column.field) {
    case kStarted:
      return exported_.response.started_at;
    case kSubmitted:
      return exported_.response.submitted_at;
    case kUpdated:
      return exported_.response.updated_at;
    default:
      return std::nullopt;
  }
}

std::string ResponseCells::text(const ExportColumn& column) const {
  if (column.kind == ColumnKind::field) {
    const Response& response = exported_.response;
    switch (column.field) {
      case kId:
        return response.id;
      case kStatus:
        return std::string(to_string(response.status));
      case kCounts:
        return exported_.counts ? "1" : "0";
      case kLanguage:
        return response.language;
      case kCampaign:
        return std::string(exported_.campaign);
      case kCreator:
        return std::string(exported_.creator);
      case kTier:
        return std::string(exported_.tier);
      case kWave:
        return std::string(exported_.wave);
      default:
        const auto at = time(column);
        return at ? to_iso8601(*at) : "";
    }
  }
  if (column.kind == ColumnKind::hidden) {
    std::string values;
    for (const auto& [name, value] : exported_.response.hidden) {
      if (name == column.title) {
        values += (values.empty() ? "" : "; ") + value;
      }
    }
    return values;
  }
  const Answer* given = answer(column);
  if (given == nullptr) {
    return {};
  }
  std::string text = column.kind == ColumnKind::other ? given->other_text : given->text;
  // Choices that have no column of their own.
  for (const Choice& choice : given->choices) {
    const bool listed = std::ranges::any_of(
        column.question->choices, [&](const Choice& known) { return same_choice(choice, known); });
    const bool has_text_column = column.question->choices.empty();
    if (column.kind == ColumnKind::text || (!listed && !has_text_column)) {
      text += (text.empty() ? "" : "; ") + label_of(choice);
    }
  }
  if (text.empty() && given->number && column.kind == ColumnKind::text) {
    text = fmt::format("{}", *given->number);
  }
  return text;
}

}  // namespace muster
