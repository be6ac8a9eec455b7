#include "extractors/surveys/mapped_questions.h"

#include <algorithm>

namespace muster {
namespace {

using MappedQuestion = SurveyMap::MappedQuestion;

// What one of the columns says, where all say the same.
std::string shared_title(const CsvLayout& layout, const std::vector<std::size_t>& columns) {
  std::string title;
  for (const std::size_t i : columns) {
    const CsvColumn& column = layout.columns[i];
    const std::string& own = column.title.empty() ? column.name : column.title;
    if (!title.empty() && title != own) {
      return {};
    }
    title = own;
  }
  return title;
}

void add_seen(const ValueCounts& values, std::vector<Choice>& choices) {
  if (values.overflowed()) {
    return;
  }
  for (const auto& [value, count] : values.in_order()) {
    if (!value.empty()) {
      choices.push_back({value, value});
    }
  }
}

std::vector<Choice> mapped_choices(const MappedQuestion& mapped,
                                   const CsvLayout& layout,
                                   const std::vector<ColumnProfile>& profiles,
                                   const std::vector<std::size_t>& columns) {
  std::vector<Choice> choices = mapped.choices;
  if (mapped.kind == QuestionKind::boolean) {
    return {{"true", "Yes"}, {"false", "No"}};
  }
  if (!choices.empty() || mapped.kind == QuestionKind::matrix) {
    return choices;
  }
  if (mapped.is_list()) {
    for (const std::size_t i : columns) {
      add_seen(profiles[i].parts, choices);
    }
  } else if (mapped.kind == QuestionKind::single_choice) {
    for (const std::size_t i : columns) {
      add_seen(profiles[i].labels, choices);
    }
  } else if (mapped.kind == QuestionKind::multiple_choice || mapped.kind == QuestionKind::ranking) {
    for (const std::size_t i : columns) {
      choices.push_back(column_choice(layout.columns[i]));
    }
  }
  std::erase_if(choices, [&](const Choice& choice) {
    return std::find(mapped.not_applicable.begin(), mapped.not_applicable.end(), choice.id) !=
               mapped.not_applicable.end() ||
           std::find(mapped.not_answered.begin(), mapped.not_answered.end(), choice.id) !=
               mapped.not_answered.end();
  });
  return choices;
}

}  // namespace

std::vector<std::size_t> mapped_columns(const MappedQuestion& mapped,
                                        std::size_t index,
                                        const CsvLayout& layout) {
  std::vector<std::size_t> columns;
  for (const std::string& name : mapped.columns) {
    for (std::size_t i = 0; i < layout.columns.size(); ++i) {
      const CsvColumn& column = layout.columns[i];
      if (column.mapped_question == index && !column.other_text &&
          (column.name == name || column.ref == name)) {
        columns.push_back(i);
      }
    }
  }
  return columns;
}

Question mapped_question(const MappedQuestion& mapped,
                         const CsvLayout& layout,
                         const std::vector<ColumnProfile>& profiles,
                         const std::vector<std::size_t>& columns) {
  Question question;
  question.id = mapped.id.empty() ? mapped.columns.front() : mapped.id;
  question.title = mapped.title.empty() ? shared_title(layout, columns) : mapped.title;
  if (question.title.empty()) {
    question.title = question.id;
  }
  question.kind = mapped.kind;
  question.scale_min = mapped.scale_min;
  question.scale_max = mapped.scale_max;
  question.choices = mapped_choices(mapped, layout, profiles, columns);
  return question;
}

CellUse mapped_use(const MappedQuestion& mapped) {
  switch (mapped.kind) {
    case QuestionKind::single_choice:
      return CellUse::choice;
    case QuestionKind::multiple_choice:
      return mapped.is_list() ? CellUse::list : CellUse::member;
    case QuestionKind::ranking:
      return mapped.is_list() ? CellUse::list : CellUse::rank;
    case QuestionKind::scale:
    case QuestionKind::nps:
    case QuestionKind::number:
      return CellUse::number;
    case QuestionKind::boolean:
      return CellUse::boolean;
    case QuestionKind::date:
      return CellUse::date;
    case QuestionKind::matrix:
      return CellUse::none;
    case QuestionKind::text:
    case QuestionKind::file:
    case QuestionKind::other:
      break;
  }
  return CellUse::text;
}

Choice column_choice(const CsvColumn& column) {
  const std::string& label = !column.part_title.empty() ? column.part_title
                             : !column.part.empty()     ? column.part
                             : !column.title.empty()    ? column.title
                                                        : column.name;
  return {column.part.empty() ? label : column.part, label};
}

}  // namespace muster
