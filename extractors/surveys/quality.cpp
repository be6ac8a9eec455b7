#include "extractors/surveys/quality.h"

#include "core/hash.h"
#include "core/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

// The first bytes of a SHA-256: enough that different answers never meet in one survey.
using Digest = std::uint64_t;

Digest short_digest(std::string_view text) {
  const ContentHash hash = sha256(text);
  Digest digest = 0;
  std::memcpy(&digest, hash.bytes.data(), sizeof digest);
  return digest;
}

void add_field(std::string& content, std::string_view field) {
  content += field;
  content += '\x1f';
}

// What an answer says, for comparing with others of the same question.
std::string said(const Answer& answer) {
  std::string content;
  for (const Choice& choice : answer.choices) {
    add_field(content, choice.id);
  }
  if (answer.number) {
    add_field(content, fmt::format("{}", *answer.number));
  }
  if (!answer.text.empty()) {
    add_field(content, answer.text);
  }
  if (!answer.other_text.empty()) {
    add_field(content, answer.other_text);
  }
  return content;
}

// Small letters, white space run together: pasting again may change these.
std::string flattened(std::string_view text) {
  std::string flat;
  for (const char c : to_lower_ascii(trim(text))) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) {
      flat += c;
    } else if (!flat.empty() && flat.back() != ' ') {
      flat += ' ';
    }
  }
  return flat;
}

std::optional<double> read_seconds(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && value >= 0 ? std::optional(value) : std::nullopt;
}

// Hidden fields that say how long it took, in seconds: Qualtrics, SurveyMonkey, and what people
// name them.
bool says_duration(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "duration", "duration (in seconds)", "durationinseconds", "duration_seconds", "total_time"};
  const std::string lower = to_lower_ascii(name);
  return std::find(std::begin(kNames), std::end(kNames), lower) != std::end(kNames);
}

std::string in_seconds(double seconds) {
  return fmt::format("{:.0f} s", seconds);
}

}  // namespace

std::optional<double> seconds_taken(const Response& response) {
  for (const auto& [name, value] : response.hidden) {
    if (says_duration(name)) {
      if (const auto seconds = read_seconds(value)) {
        return seconds;
      }
    }
  }
  if (!response.started_at || !response.submitted_at ||
      *response.submitted_at < *response.started_at) {
    return std::nullopt;
  }
  return std::chrono::duration<double>(*response.submitted_at - *response.started_at).count();
}

// ----------------------------------------------------------------------------------- baseline

void BaselineMaker::add(const Response& response) {
  ++responses_;
  // An interrupted response says nothing of how long the survey takes.
  if (response.status == ResponseStatus::completed) {
    if (const auto seconds = seconds_taken(response)) {
      seconds_.push_back(*seconds);
    }
  }
}

QualityBaseline BaselineMaker::finish() {
  QualityBaseline baseline;
  baseline.rules_version = kQualityRulesVersion;
  baseline.responses = responses_;
  baseline.timed = static_cast<std::int64_t>(seconds_.size());
  if (baseline.timed >= baseline.fewest_timed) {
    const auto middle = seconds_.begin() + static_cast<std::ptrdiff_t>(seconds_.size() / 2);
    std::nth_element(seconds_.begin(), middle, seconds_.end());
    double median = *middle;
    if (seconds_.size() % 2 == 0) {
      median = (median + *std::max_element(seconds_.begin(), middle)) / 2;
    }
    baseline.median_seconds = median;
  }
  return baseline;
}

// -------------------------------------------------------------------------------------- rules

struct QualityJudge::State {
  State(const SurveyDefinition& definition, const QualityBaseline& limits) : baseline(limits) {
    std::unordered_map<std::string_view, const Question*> by_id;
    for (const Question& question : definition.questions) {
      by_id.emplace(question.id, &question);
    }
    for (const Question& question : definition.questions) {
      questions.emplace(question.id, &question);
      const auto parent = by_id.find(question.parent_id);
      if (!question.parent_id.empty() && parent != by_id.end() &&
          parent->second->kind == QuestionKind::matrix) {
        matrix_of.emplace(question.id, parent->second);
      }
    }
  }

  void speeding(const Response& response, std::vector<QualityFlag>& flags) const {
    const auto seconds = seconds_taken(response);
    if (!baseline.median_seconds || !seconds || response.status != ResponseStatus::completed) {
      return;
    }
    const double least = *baseline.median_seconds * baseline.speeding_share;
    if (*seconds < least) {
      flags.push_back({QualityRule::speeding,
                       "",
                       in_seconds(*seconds),
                       in_seconds(least),
                       fmt::format("took {}; half of the responses took {} or more",
                                   in_seconds(*seconds),
                                   in_seconds(*baseline.median_seconds))});
    }
  }

  void straight_lining(const Response& response, std::vector<QualityFlag>& flags) const {
    struct Line {
      std::string first;
      int rows = 0;
      bool straight = true;
    };
    std::vector<std::pair<const Question*, Line>> lines;  // in the order of the answers
    for (const Answer& answer : response.answers) {
      const auto found = matrix_of.find(answer.question_id);
      const bool point = answer.choices.size() == 1 || answer.number;
      if (found == matrix_of.end() || answer.state != AnswerState::answered || !point) {
        continue;
      }
      const Question* matrix = found->second;
      auto line = std::find_if(
          lines.begin(), lines.end(), [&](const auto& entry) { return entry.first == matrix; });
      if (line == lines.end()) {
        line = lines.insert(line, {matrix, Line{said(answer)}});
      }
      ++line->second.rows;
      line->second.straight = line->second.straight && line->second.first == said(answer);
    }
    for (const auto& [matrix, line] : lines) {
      if (line.straight && line.rows >= baseline.matrix_rows) {
        flags.push_back({QualityRule::straight_lining,
                         matrix->id,
                         fmt::format("{} rows alike", line.rows),
                         fmt::format("{} rows", baseline.matrix_rows),
                         fmt::format("gave the same answer in all {} rows", line.rows)});
      }
    }
  }

  void texts(const Response& response, std::vector<QualityFlag>& flags) {
    for (const Answer& answer : response.answers) {
      if (answer.state != AnswerState::answered) {
        continue;
      }
      for (const std::string* text : {&answer.text, &answer.other_text}) {
        if (!text->empty() && is_open(answer.question_id)) {
          gibberish(answer, *text, flags);
          pasted(response, answer, *text, flags);
        }
      }
    }
  }

  // Dates and files are no text of the respondent.
  bool is_open(const std::string& question_id) const {
    const auto found = questions.find(question_id);
    return found == questions.end() ||
           (found->second->kind != QuestionKind::date && found->second->kind != QuestionKind::file);
  }

  void gibberish(const Answer& answer,
                 const std::string& text,
                 std::vector<QualityFlag>& flags) const {
    if (static_cast<int>(text.size()) < baseline.gibberish_letters) {
      return;
    }
    const double share = gibberish_share(text);
    if (share >= baseline.gibberish_share) {
      flags.push_back({QualityRule::gibberish,
                       answer.question_id,
                       fmt::format("{:.2f} of the letters", share),
                       fmt::format("{:.2f}", baseline.gibberish_share),
                       "most of the text is no word of any language"});
    }
  }

  void pasted(const Response& response,
              const Answer& answer,
              const std::string& text,
              std::vector<QualityFlag>& flags) {
    const std::string flat = flattened(text);
    if (static_cast<int>(count_code_points(flat)) < baseline.pasted_characters) {
      return;
    }
    // A number apart, so that the same text in two answers of one response is not taken for
    // another's.
    const auto [entry, added] = first_with_text.emplace(short_digest(flat), Seen{response.id});
    if (!added && entry->second.response_id != response.id) {
      flags.push_back({QualityRule::pasted_text,
                       answer.question_id,
                       fmt::format("{} characters", count_code_points(flat)),
                       fmt::format("{} characters", baseline.pasted_characters),
                       fmt::format("stands word for word in response {}",
                                   printable(entry->second.response_id))});
    }
  }

  void duplicate(const Response& response, std::vector<QualityFlag>& flags) {
    std::vector<std::string> parts;
    for (const Answer& answer : response.answers) {
      if (answer.state == AnswerState::answered) {
        std::string content;
        add_field(content, answer.question_id);
        parts.push_back(content + said(answer));
      }
    }
    if (static_cast<int>(parts.size()) < baseline.duplicate_questions) {
      return;
    }
    std::sort(parts.begin(), parts.end());
    std::string all;
    for (const std::string& part : parts) {
      all += part;
      all += '\x1e';
    }
    const auto [entry, added] = first_with_answers.emplace(short_digest(all), Seen{response.id});
    if (!added) {
      flags.push_back({QualityRule::duplicate_answers,
                       "",
                       fmt::format("{} answers alike", parts.size()),
                       fmt::format("{} answers", baseline.duplicate_questions),
                       fmt::format("all {} answers are those of response {}",
                                   parts.size(),
                                   printable(entry->second.response_id))});
    }
  }

  void out_of_range(const Response& response, std::vector<QualityFlag>& flags) const {
    for (const Answer& answer : response.answers) {
      const auto found = questions.find(answer.question_id);
      if (found == questions.end() || !answer.number || answer.state != AnswerState::answered) {
        continue;
      }
      const Question& question = *found->second;
      const bool below = question.scale_min && *answer.number < *question.scale_min;
      const bool above = question.scale_max && *answer.number > *question.scale_max;
      if (below || above) {
        const auto end = [](const std::optional<double>& value) {
          return value ? fmt::format("{:g}", *value) : std::string("?");
        };
        flags.push_back(
            {QualityRule::out_of_range,
             question.id,
             fmt::format("{:g}", *answer.number),
             end(question.scale_min) + " to " + end(question.scale_max),
             fmt::format("{:g} is {} the scale", *answer.number, below ? "below" : "above")});
      }
    }
  }

  struct Seen {
    std::string response_id;
  };
  const QualityBaseline& baseline;
  std::unordered_map<std::string_view, const Question*> questions;
  std::unordered_map<std::string_view, const Question*> matrix_of;  // by row
  std::unordered_map<Digest, Seen> first_with_text;
  std::unordered_map<Digest, Seen> first_with_answers;
};

QualityJudge::QualityJudge(const SurveyDefinition& definition, const QualityBaseline& baseline)
    : state_(std::make_unique<State>(definition, baseline)) {}
QualityJudge::~QualityJudge() = default;
QualityJudge::QualityJudge(QualityJudge&&) noexcept = default;

std::vector<QualityFlag> QualityJudge::judge(const Response& response) {
  std::vector<QualityFlag> flags;
  state_->speeding(response, flags);
  state_->straight_lining(response, flags);
  state_->texts(response, flags);
  state_->duplicate(response, flags);
  state_->out_of_range(response, flags);
  return flags;
}

std::string off_because(QualityRule rule,
                        const SurveyDefinition& definition,
                        const QualityBaseline& baseline) {
  const auto& questions = definition.questions;
  const auto any = [&](auto fits) { return std::any_of(questions.begin(), questions.end(), fits); };
  switch (rule) {
    case QualityRule::speeding:
      return baseline.median_seconds
                 ? ""
                 : fmt::format("{} completed responses say how long they took, {} are needed",
                               baseline.timed,
                               baseline.fewest_timed);
    case QualityRule::straight_lining:
      return any([](const Question& q) { return q.kind == QuestionKind::matrix; })
                 ? ""
                 : "the survey has no matrix";
    case QualityRule::gibberish:
    case QualityRule::pasted_text:
      return any([](const Question& q) {
        return q.kind != QuestionKind::date && q.kind != QuestionKind::file &&
               q.kind != QuestionKind::number;
      })
                 ? ""
                 : "the survey has no open text";
    case QualityRule::out_of_range:
      return any([](const Question& q) { return q.scale_min || q.scale_max; })
                 ? ""
                 : "no question of the survey has a scale with known ends";
    case QualityRule::duplicate_answers:
      return static_cast<int>(questions.size()) >= baseline.duplicate_questions
                 ? ""
                 : fmt::format("the survey has {} questions, {} are needed",
                               questions.size(),
                               baseline.duplicate_questions);
  }
  return "";
}

}  // namespace muster
