#include "extractors/surveys/map_proposal.h"

#include "core/text.h"
#include "extractors/surveys/csv_survey.h"
#include "extractors/surveys/json_records.h"
#include "extractors/surveys/plain_text.h"
#include "extractors/surveys/table_map.h"
#include "extractors/surveys/table_reading.h"
#include "extractors/text/personal_data.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

using Role = SurveyMap::Role;
using MappedQuestion = SurveyMap::MappedQuestion;

class IgnoredRows final : public ResponseSink {
 public:
  void file(Response&, const SurveyDefinition&) override {}
  void exclude(SkippedRow) override {}
  void reject(SkippedRow) override {}
};

std::string masked_text(const std::string& text) {
  auto masked = mask_personal_data(text);
  return masked ? std::move(masked->text) : text;
}

std::string cut_short(std::string text) {
  constexpr std::size_t kLongest = 40;
  return text.size() <= kLongest ? text : sanitize_utf8(text.substr(0, kLongest)) + "…";
}

// "'Reel' 31, 'Story' 12 and 3 more", the most frequent first.
std::string frequent_values(const ColumnProfile& profile) {
  constexpr std::size_t kShown = 4;
  auto values = profile.labels.in_order();
  std::stable_sort(values.begin(), values.end(), [](const auto& a, const auto& b) {
    return a.second > b.second;
  });
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, values.size()); ++i) {
    text += fmt::format("{}'{}' {}",
                        i > 0 ? ", " : "",
                        printable(cut_short(masked_text(values[i].first))),
                        values[i].second);
  }
  if (profile.labels.overflowed()) {
    text += fmt::format(" and more than {} others", profile.labels.limit() - kShown);
  } else if (values.size() > kShown) {
    text += fmt::format(" and {} others", values.size() - kShown);
  }
  return text;
}

// Values that are wholly an address or a number of a person.
bool holds_contacts(const ColumnProfile& profile) {
  const auto values = profile.labels.in_order();
  const auto contacts = std::count_if(values.begin(), values.end(), [](const auto& value) {
    const auto masked = mask_personal_data(value.first);
    return masked && (masked->text == "[email]" || masked->text == "[phone]");
  });
  return !values.empty() && static_cast<std::size_t>(contacts) * 10 >= values.size() * 8;
}

bool is_called_id(std::string_view name) {
  static constexpr std::string_view kNames[] = {"nr",
                                                "no",
                                                "number",
                                                "case",
                                                "caseid",
                                                "uuid",
                                                "guid",
                                                "key",
                                                "participant",
                                                "participantid",
                                                "respondent",
                                                "respondentnr",
                                                "interviewid",
                                                "sampleid",
                                                "laufendenummer",
                                                "lfdnr"};
  return std::find(std::begin(kNames), std::end(kNames), squeezed(name)) != std::end(kNames);
}

class Proposal {
 public:
  Proposal(const TableReading& reading, const SurveyContext& context)
      : layout_(reading.layout()),
        profiles_(reading.profiles()),
        reading_(reading),
        context_(context),
        plan_(reading.plan()) {
    for (const CsvColumn& column : layout_.columns) {
      roles_.push_back(map_role(column.role));
    }
  }

  MapProposal run(std::vector<std::string> notes) {
    proposal_.rows = reading_.usable_rows();
    proposal_.notes = std::move(notes);
    proposal_.notes.insert(proposal_.notes.end(), layout_.notes.begin(), layout_.notes.end());
    proposal_.notes.insert(proposal_.notes.end(), plan_.notes.begin(), plan_.notes.end());
    find_respondents();
    find_id();
    find_submitted();
    add_columns();
    add_questions();
    describe();
    return std::move(proposal_);
  }

 private:
  bool has(Role role) const {
    return std::find(roles_.begin(), roles_.end(), std::optional(role)) != roles_.end();
  }
  // May something else than a question be made of it?
  bool is_lone_question(std::size_t i) const {
    const CsvColumn& column = layout_.columns[i];
    return !roles_[i] && column.group.empty() && !column.other_text && profiles_[i].filled > 0;
  }
  bool is_different_everywhere(std::size_t i) const {
    return profiles_[i].filled == reading_.usable_rows() && reading_.repeats(i) == 0;
  }

  void find_respondents() {
    for (std::size_t i = 0; i < roles_.size(); ++i) {
      if (is_lone_question(i) && holds_contacts(profiles_[i])) {
        roles_[i] = Role::respondent;
      }
    }
  }

  void find_id() {
    constexpr std::size_t kLongestId = 64;
    for (std::size_t i = 0; i < roles_.size() && !has(Role::id); ++i) {
      if (is_lone_question(i) && is_called_id(layout_.columns[i].name) &&
          profiles_[i].longest <= kLongestId && is_different_everywhere(i)) {
        roles_[i] = Role::id;
      }
    }
  }

  // The one column of times, where none is called so.
  void find_submitted() {
    std::optional<std::size_t> only;
    for (std::size_t i = 0; i < roles_.size(); ++i) {
      const bool times = plan_.columns[i].use == CellUse::date && is_lone_question(i);
      if (times && only) {
        return;
      }
      only = times ? std::optional(i) : only;
    }
    if (only && !has(Role::submitted_at)) {
      roles_[*only] = Role::submitted_at;
    }
  }

  void add_columns() {
    for (std::size_t i = 0; i < roles_.size(); ++i) {
      if (layout_.columns[i].role != ColumnRole::finished && roles_[i]) {
        proposal_.map.columns.push_back({layout_.columns[i].name, *roles_[i], role_comment(i)});
      }
    }
    if (!has(Role::id)) {
      proposal_.notes.push_back(
          "no column is different in every row: without an id, ids are made from the content of a "
          "row, and an edited row becomes another response");
    }
  }

  std::string role_comment(std::size_t i) const {
    const ColumnProfile& profile = profiles_[i];
    switch (*roles_[i]) {
      case Role::id:
        return is_different_everywhere(i)
                   ? fmt::format("different in all {} rows", reading_.usable_rows())
                   : fmt::format(
                         "CHECK: {} rows repeat an id or have none; of equal ids the newest "
                         "row counts",
                         reading_.usable_rows() - profile.filled + reading_.repeats(i));
      case Role::submitted_at:
        return plan_.columns[i].use == CellUse::date
                   ? "CHECK: the only column of times, taken for the time of submission"
                   : "";
      default:
        return "";
    }
  }

  // One for each question of the plan that is no row of another one.
  void add_questions() {
    for (std::size_t q = 0; q < plan_.questions.size(); ++q) {
      const Question& question = plan_.questions[q];
      if (is_row_of_matrix(question)) {
        continue;
      }
      MappedQuestion mapped;
      for (std::size_t i = 0; i < roles_.size(); ++i) {
        if (!roles_[i] && belongs(i, q)) {
          const bool other = plan_.columns[i].use == CellUse::other_text;
          (other ? mapped.other_column : mapped.columns.emplace_back()) = layout_.columns[i].name;
        }
      }
      if (mapped.columns.empty()) {
        continue;
      }
      mapped.kind = question.kind;
      mapped.id = question.id == mapped.columns.front() ? "" : question.id;
      mapped.title = question.title == mapped.columns.front() ? "" : question.title;
      set_answers(q, mapped);
      proposal_.map.questions.push_back(std::move(mapped));
    }
  }

  // Text beside another question has a parent too, and stands alone in a map.
  bool is_row_of_matrix(const Question& question) const {
    return std::any_of(plan_.questions.begin(), plan_.questions.end(), [&](const Question& whole) {
      return whole.id == question.parent_id && whole.kind == QuestionKind::matrix;
    });
  }

  // Columns of a matrix answer its rows.
  bool belongs(std::size_t column, std::size_t question) const {
    const ColumnPlan& plan = plan_.columns[column];
    if (plan.use == CellUse::none) {
      return false;
    }
    const Question& answered = plan_.questions[plan.question];
    return plan.question == question ||
           (is_row_of_matrix(answered) && answered.parent_id == plan_.questions[question].id);
  }

  const ColumnProfile& profile_of(const MappedQuestion& mapped) const {
    const auto column =
        std::find_if(layout_.columns.begin(), layout_.columns.end(), [&](const CsvColumn& c) {
          return c.name == mapped.columns.front();
        });
    return profiles_[static_cast<std::size_t>(column - layout_.columns.begin())];
  }

  void set_answers(std::size_t q, MappedQuestion& mapped) {
    const Question& question = plan_.questions[q];
    mapped.scale_min = question.scale_min;
    mapped.scale_max = question.scale_max;
    if (question.kind == QuestionKind::matrix) {
      set_matrix_answers(q, mapped);
    } else if (question.kind == QuestionKind::single_choice || mapped.is_list()) {
      mapped.choices = question.choices;
    } else if (question.kind == QuestionKind::boolean) {
      mapped.scale_min.reset();
      mapped.scale_max.reset();
    }
    const ColumnProfile& profile = profile_of(mapped);
    if (question.kind == QuestionKind::nps && !question.scale_min) {
      mapped.kind = QuestionKind::scale;
      mapped.scale_min = 1;
      mapped.scale_max = 10;
      mapped.comment = fmt::format(
          "CHECK: asks for a recommendation, and nobody of {} answered 0. Where 0 could be chosen, "
          "write\nkind = \"nps\" and scale_min = 0; where the scale began at 1, leave it: there is "
          "no "
          "net promoter score.",
          profile.numbers);
    } else if (question.kind == QuestionKind::scale) {
      mapped.comment =
          fmt::format("CHECK: {:g} to {:g} were answered; which points could be chosen?",
                      profile.smallest,
                      profile.largest);
    } else if (mapped.is_list()) {
      mapped.comment = "CHECK: choices were parted at \", \": does any choice hold a comma itself?";
    }
    if (profile.minus_99 > 0) {
      mapped.not_answered = {"-99"};
    }
  }

  // Rows with one scale give it to the whole; others are judged row by row.
  void set_matrix_answers(std::size_t q, MappedQuestion& mapped) {
    const Question* first = nullptr;
    bool same = true;
    for (const Question& row : plan_.questions) {
      if (row.parent_id != plan_.questions[q].id) {
        continue;
      }
      first = first == nullptr ? &row : first;
      same = same && row.kind == first->kind && row.scale_min == first->scale_min &&
             row.scale_max == first->scale_max;
    }
    if (first != nullptr && same && first->kind == QuestionKind::scale) {
      mapped.scale_min = first->scale_min;
      mapped.scale_max = first->scale_max;
    }
  }

  void describe() {
    for (std::size_t i = 0; i < roles_.size(); ++i) {
      const ColumnProfile& profile = profiles_[i];
      ColumnFinding finding;
      finding.column = layout_.columns[i].name;
      finding.filled = profile.filled;
      if (roles_[i]) {
        finding.use = layout_.columns[i].role == ColumnRole::finished
                          ? "finished"
                          : std::string(to_string(*roles_[i]));
        finding.doubt = role_comment(i).starts_with("CHECK") ? role_comment(i).substr(7) : "";
      } else {
        describe_answers(i, finding);
      }
      finding.seen = seen(i);
      proposal_.columns.push_back(std::move(finding));
    }
  }

  void describe_answers(std::size_t i, ColumnFinding& finding) const {
    for (const MappedQuestion& mapped : proposal_.map.questions) {
      const bool main = std::find(mapped.columns.begin(), mapped.columns.end(), finding.column) !=
                        mapped.columns.end();
      if (!main && mapped.other_column != finding.column) {
        continue;
      }
      finding.use = main ? std::string(to_string(mapped.kind)) : "other text";
      finding.part = mapped.columns.size() > 1 || !main
                         ? (mapped.id.empty() ? mapped.columns.front() : mapped.id)
                         : "";
      if (mapped.comment.starts_with("CHECK: ") && main) {
        finding.doubt = mapped.comment.substr(7);
        std::replace(finding.doubt.begin(), finding.doubt.end(), '\n', ' ');
      }
      return;
    }
    finding.use = profiles_[i].filled == 0 ? "empty" : "text";
  }

  std::string seen(std::size_t i) const {
    const ColumnProfile& profile = profiles_[i];
    if (profile.filled == 0) {
      return "nothing";
    }
    const std::size_t different = profile.filled - reading_.repeats(i);
    if (roles_[i] == Role::respondent) {
      return fmt::format("{} different, not shown", different);
    }
    if (profile.all_numbers() && different > 12) {
      return fmt::format(
          "{:g} to {:g}, {} different", profile.smallest, profile.largest, different);
    }
    return frequent_values(profile);
  }

  const CsvLayout& layout_;
  const std::vector<ColumnProfile>& profiles_;
  const TableReading& reading_;
  const SurveyContext& context_;
  CsvPlan plan_;
  std::vector<std::optional<Role>> roles_;  // by column; nullopt: answers
  MapProposal proposal_;
};

}  // namespace

Parsed<MapProposal> propose_survey_map(std::string_view document, const SurveyContext& context) {
  MapProposal proposal;
  const TableUse use{true, [&](const TableReading& reading, std::string_view, auto notes) {
                       proposal = Proposal(reading, context).run(std::move(notes));
                       return ExportFacts{};
                     }};
  const std::string_view head = document.substr(0, 64'000);
  IgnoredRows rows;
  Parsed<ExportFacts> read =
      parse_error("",
                  document.empty() ? "the file is empty"
                                   : "holds neither a table with a header row (CSV or TSV) nor a "
                                     "list of JSON records");
  if (JsonRecordsParser().recognizes(head)) {
    read = read_json_records(document, context, rows, use);
  } else if (CsvSurveyParser().recognizes(head)) {
    read = read_csv_table(document, context, rows, use);
  }
  if (!read) {
    return tl::unexpected(std::move(read.error()));
  }
  return proposal;
}

}  // namespace muster
