#include "core/error.h"
#include "extractors/surveys/out/sav_dictionary.h"
#include "extractors/surveys/out/sav_names.h"
#include "extractors/surveys/out/survey_columns.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>
#include <readstat.h>

namespace muster {
namespace {

// Why a number is missing, as user-missing values: SPSS takes at most three single ones.
constexpr int kNotApplicable = -97;
constexpr int kNotShown = -98;
constexpr int kNotAnswered = -99;

// Choices in answers that no definition lists get codes too, up to so many a question.
constexpr std::size_t kMostUnlisted = 1000;

// SPSS counts seconds from the start of the Gregorian calendar, 1582-10-14.
constexpr double kSavEpochSeconds = 12'219'379'200.0;

// The whole number that a choice id is ("7"), where all of a question's are: codes that people
// know.
std::optional<std::vector<int>> numeric_codes(const Question& question) {
  std::vector<int> codes;
  for (const Choice& choice : question.choices) {
    int code = 0;
    const char* end = choice.id.data() + choice.id.size();
    const auto read = std::from_chars(choice.id.data(), end, code);
    if (read.ec != std::errc() || read.ptr != end || code < 0 ||
        std::ranges::find(codes, code) != codes.end()) {
      return std::nullopt;
    }
    codes.push_back(code);
  }
  return codes;
}

int missing_code(const Answer* answer) {
  if (answer == nullptr) {
    return kNotAnswered;
  }
  switch (answer->state) {
    case AnswerState::not_applicable:
      return kNotApplicable;
    case AnswerState::not_shown:
      return kNotShown;
    case AnswerState::answered:
    case AnswerState::empty:
    case AnswerState::not_answered:
      return kNotAnswered;
  }
  return kNotAnswered;
}

struct FreeWriter {
  void operator()(readstat_writer_t* writer) const { readstat_writer_free(writer); }
};

// One column on its way into a variable.
struct SavColumn {
  ExportColumn column;
  bool is_text = false;
  std::size_t width = 1;                // of texts, in bytes
  std::vector<int> codes;               // of single: by choice
  std::map<std::string, int> unlisted;  // of single: choices that only answers have
  readstat_variable_t* variable = nullptr;
};

class SavWriter final : public SurveyWriter {
 public:
  SavWriter(const SurveyDefinition& definition, const SurveyWriterOptions& options, ExportSink sink)
      : title_(definition.title), sink_(std::move(sink)) {
    for (ExportColumn& column : export_columns(definition, options.hidden_fields)) {
      plan(std::move(column));
    }
  }

  int passes() const override { return 2; }

  // Widths of texts, and choices that the definition does not list.
  void see(const WrittenResponse& exported) override {
    ++rows_;
    const ResponseCells cells(exported);
    for (SavColumn& one : columns_) {
      if (one.is_text) {
        const std::size_t bytes = cells.text(one.column).size();
        cut_ += bytes > kSavStringBytes ? 1 : 0;
        one.width = std::max(one.width, std::min(bytes, kSavStringBytes));
      } else if (one.column.kind == ColumnKind::single) {
        see_choice(one, cells);
      }
    }
  }

  void add(const WrittenResponse& exported) override {
    begin();
    check_readstat(readstat_begin_row(writer_.get()), "begin a row");
    release_dictionary();
    const ResponseCells cells(exported);
    for (const SavColumn& one : columns_) {
      check_readstat(insert(one, cells), one.column.name);
    }
    check_readstat(readstat_end_row(writer_.get()), "end a row");
  }

  void end() override {
    begin();
    check_readstat(readstat_end_writing(writer_.get()), "end the file");
    release_dictionary();
  }

 private:
  void check_readstat(readstat_error_t error, std::string_view what) const {
    if (fault_) {
      std::rethrow_exception(fault_);
    }
    if (error != READSTAT_OK) {
      throw PermanentError(
          fmt::format("write a system file: {}: {}", what, readstat_error_message(error)));
    }
  }

  void plan(ExportColumn column) {
    SavColumn one;
    one.column = std::move(column);
    const ColumnKind kind = one.column.kind;
    one.is_text = kind == ColumnKind::hidden || kind == ColumnKind::text ||
                  kind == ColumnKind::other ||
                  (kind == ColumnKind::field && !is_time(one) && !is_count(one));
    if (kind == ColumnKind::single) {
      const Question& question = *one.column.question;
      if (auto known = numeric_codes(question)) {
        one.codes = std::move(*known);
      } else {
        for (std::size_t i = 0; i < question.choices.size(); ++i) {
          one.codes.push_back(static_cast<int>(i) + 1);
        }
      }
    }
    columns_.push_back(std::move(one));
  }

  static bool is_time(const SavColumn& one) {
    return one.column.kind == ColumnKind::field &&
           kResponseFields[one.column.field].ends_with("_at");
  }
  static bool is_count(const SavColumn& one) {
    return one.column.kind == ColumnKind::field && kResponseFields[one.column.field] == "counts";
  }

  static void see_choice(SavColumn& one, const ResponseCells& cells) {
    const Answer* answer = cells.answer(one.column);
    if (answer == nullptr || answer->choices.empty() ||
        ResponseCells::chosen(*answer, *one.column.question) ||
        one.unlisted.size() >= kMostUnlisted) {
      return;
    }
    const int next = std::max(one.codes.empty() ? 0 : *std::ranges::max_element(one.codes), 0) +
                     static_cast<int>(one.unlisted.size()) + 1;
    one.unlisted.emplace(label_of(answer->choices.front()), next);
  }

  void begin() {
    if (writer_ != nullptr) {
      return;
    }
    writer_.reset(readstat_writer_init());
    check_readstat(readstat_set_data_writer(writer_.get(), &SavWriter::take_bytes), "begin");
    const std::string label(cut_bytes(title_, 64));
    check_readstat(readstat_writer_set_file_label(writer_.get(), label.c_str()), "file label");
    // The same survey gives the same bytes: no time of writing.
    check_readstat(readstat_writer_set_file_timestamp(writer_.get(), 0), "file time");
    check_readstat(readstat_writer_set_compression(writer_.get(), READSTAT_COMPRESS_ROWS),
                   "compression");
    if (cut_ > 0) {
      const std::string note =
          fmt::format("{} texts were longer than {} bytes and were cut.", cut_, kSavStringBytes);
      readstat_add_note(writer_.get(), note.c_str());
    }
    SavNames names;
    for (SavColumn& one : columns_) {
      add_variable(one, names.name_of(one.column.name));
    }
    check_readstat(readstat_begin_writing_sav(writer_.get(), this, rows_), "begin");
  }

  void add_variable(SavColumn& one, const std::string& name) {
    one.variable = readstat_add_variable(writer_.get(),
                                         name.c_str(),
                                         one.is_text ? READSTAT_TYPE_STRING : READSTAT_TYPE_DOUBLE,
                                         one.is_text ? one.width : 0);
    const std::string label(cut_bytes(one.column.title, kSavVariableLabelBytes));
    readstat_variable_set_label(one.variable, label.c_str());
    if (is_time(one)) {
      readstat_variable_set_format(one.variable, "DATETIME23.2");
      readstat_variable_set_measure(one.variable, READSTAT_MEASURE_SCALE);
    } else if (one.is_text) {
      readstat_variable_set_measure(one.variable, READSTAT_MEASURE_NOMINAL);
    } else if (one.column.kind == ColumnKind::number &&
               one.column.question->kind != QuestionKind::boolean) {
      readstat_variable_set_measure(one.variable, READSTAT_MEASURE_SCALE);
    } else {
      readstat_variable_set_format(one.variable, "F8.0");
      readstat_variable_set_measure(one.variable,
                                    one.column.kind == ColumnKind::rank ? READSTAT_MEASURE_ORDINAL
                                                                        : READSTAT_MEASURE_NOMINAL);
    }
    if (has_missing_codes(one)) {
      for (const int code : {kNotApplicable, kNotShown, kNotAnswered}) {
        check_readstat(readstat_variable_add_missing_double_value(one.variable, code), name);
      }
      add_labels(one, name);
    }
    if (one.column.kind == ColumnKind::selected) {
      SavResponseSet& set = sets_[one.column.question];
      set.variables.push_back(name);
    }
  }

  // Numbers of any size have no room for codes: what is missing there is system-missing.
  static bool has_missing_codes(const SavColumn& one) {
    switch (one.column.kind) {
      case ColumnKind::single:
      case ColumnKind::selected:
        return true;
      case ColumnKind::number: {
        const Question& question = *one.column.question;
        return question.kind != QuestionKind::number &&
               (!question.scale_min || *question.scale_min > kNotApplicable);
      }
      default:
        return false;
    }
  }

  void add_labels(SavColumn& one, const std::string& name) {
    readstat_label_set_t* set =
        readstat_add_label_set(writer_.get(), READSTAT_TYPE_DOUBLE, ("labels_" + name).c_str());
    const auto label = [&](double value, std::string_view text) {
      const std::string cut(cut_bytes(text, kSavValueLabelBytes));
      readstat_label_double_value(set, value, cut.c_str());
    };
    const Question& question = *one.column.question;
    if (one.column.kind == ColumnKind::single) {
      for (std::size_t i = 0; i < question.choices.size(); ++i) {
        label(one.codes[i], label_of(question.choices[i]));
      }
      for (const auto& [text, code] : one.unlisted) {
        label(code, text);
      }
    } else if (one.column.kind == ColumnKind::selected) {
      label(0, "Not chosen");
      label(1, "Chosen");
    } else if (question.kind == QuestionKind::boolean) {
      label(0, "No");
      label(1, "Yes");
    }
    label(kNotApplicable, "Does not apply");
    label(kNotShown, "Not shown");
    label(kNotAnswered, "Not answered");
    readstat_variable_set_label_set(one.variable, set);
  }

  readstat_error_t insert(const SavColumn& one, const ResponseCells& cells) {
    if (one.is_text) {
      const std::string text(cut_bytes(cells.text(one.column), one.width));
      return readstat_insert_string_value(writer_.get(), one.variable, text.c_str());
    }
    if (const auto value = number_of(one, cells)) {
      return readstat_insert_double_value(writer_.get(), one.variable, *value);
    }
    if (has_missing_codes(one)) {
      return readstat_insert_double_value(
          writer_.get(), one.variable, missing_code(cells.answer(one.column)));
    }
    return readstat_insert_missing_value(writer_.get(), one.variable);
  }

  static std::optional<double> number_of(const SavColumn& one, const ResponseCells& cells) {
    if (is_time(one)) {
      const auto time = cells.time(one.column);
      return time ? std::optional(static_cast<double>(time->time_since_epoch().count()) / 1000 +
                                  kSavEpochSeconds)
                  : std::nullopt;
    }
    if (is_count(one)) {
      return cells.text(one.column) == "1" ? 1 : 0;
    }
    if (one.column.kind == ColumnKind::number) {
      return cells.number(one.column);
    }
    if (one.column.kind != ColumnKind::single) {
      const auto place = cells.place(one.column);
      return place ? std::optional<double>(*place) : std::nullopt;
    }
    const Answer* answer = cells.answer(one.column);
    if (answer == nullptr || answer->choices.empty()) {
      return std::nullopt;
    }
    if (const auto chosen = ResponseCells::chosen(*answer, *one.column.question)) {
      return one.codes[*chosen];
    }
    const auto found = one.unlisted.find(label_of(answer->choices.front()));
    return found == one.unlisted.end() ? std::nullopt : std::optional<double>(found->second);
  }

  static ssize_t take_bytes(const void* data, size_t length, void* self) {
    auto& writer = *static_cast<SavWriter*>(self);
    const std::string_view bytes(static_cast<const char*>(data), length);
    try {
      if (writer.dictionary_done_) {
        writer.sink_(bytes);
      } else {
        writer.dictionary_ += bytes;
      }
    } catch (...) {  // must not pass through C; thrown again where readstat returns
      writer.fault_ = std::current_exception();
      return -1;
    }
    return static_cast<ssize_t>(length);
  }

  // The dictionary is complete once the first row has begun (or the file ended without one).
  void release_dictionary() {
    if (dictionary_done_) {
      return;
    }
    std::vector<SavResponseSet> sets;
    SavNames names;
    for (auto& one : columns_) {
      const auto found = sets_.find(one.column.question);
      if (one.column.kind == ColumnKind::selected && found != sets_.end()) {
        // The '$' before it counts too, and a number may follow.
        found->second.name = names.name_of(cut_bytes(one.column.question->id, kSavNameBytes - 8));
        found->second.label =
            std::string(cut_bytes(one.column.question->title, kSavValueLabelBytes));
        sets.push_back(std::move(found->second));
        sets_.erase(found);
      }
    }
    dictionary_done_ = true;
    sink_(add_response_sets(dictionary_, sets));
    dictionary_.clear();
  }

  std::string title_;
  ExportSink sink_;
  std::vector<SavColumn> columns_;
  std::map<const Question*, SavResponseSet> sets_;
  std::unique_ptr<readstat_writer_t, FreeWriter> writer_;
  std::string dictionary_;
  bool dictionary_done_ = false;
  std::exception_ptr fault_;
  long rows_ = 0;
  std::int64_t cut_ = 0;
};

}  // namespace

std::unique_ptr<SurveyWriter> make_sav_writer(const SurveyDefinition& definition,
                                              const SurveyWriterOptions& options,
                                              ExportSink sink) {
  return std::make_unique<SavWriter>(definition, options, std::move(sink));
}

}  // namespace muster
