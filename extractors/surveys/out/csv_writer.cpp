#include "core/csv_cell.h"
#include "extractors/surveys/out/survey_columns.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace muster {
namespace {

class CsvWriter final : public SurveyWriter {
 public:
  CsvWriter(const SurveyDefinition& definition, const SurveyWriterOptions& options, ExportSink sink)
      : columns_(export_columns(definition, options.hidden_fields)),
        labels_(options.labels),
        sink_(std::move(sink)) {
    write_header();
  }

  void add(const WrittenResponse& exported) override {
    const ResponseCells cells(exported);
    line_.clear();
    for (const ExportColumn& column : columns_) {
      line_ += line_.empty() && &column == &columns_.front() ? "" : ",";
      append(column, cells);
    }
    line_ += "\r\n";
    sink_(line_);
  }

  void end() override {}

 private:
  // With labels the titles; one that several columns have gets the name beside it.
  void write_header() {
    std::map<std::string, int> times;
    for (const ExportColumn& column : columns_) {
      ++times[column.title];
    }
    for (const ExportColumn& column : columns_) {
      line_ += &column == &columns_.front() ? "" : ",";
      line_ += csv_cell(!labels_                   ? column.name
                        : times[column.title] == 1 ? column.title
                                                   : column.title + " [" + column.name + "]");
    }
    line_ += "\r\n";
    sink_(line_);
  }

  void append(const ExportColumn& column, const ResponseCells& cells) {
    switch (column.kind) {
      case ColumnKind::single: {
        const Answer* answer = cells.answer(column);
        if (answer == nullptr || answer->state != AnswerState::answered) {
          return;
        }
        if (const auto chosen = ResponseCells::chosen(*answer, *column.question)) {
          const Choice& choice = column.question->choices[*chosen];
          line_ += csv_cell(labels_ || choice.id.empty() ? label_of(choice) : choice.id);
        }
        return;
      }
      case ColumnKind::selected:
      case ColumnKind::rank:
        if (const auto place = cells.place(column)) {
          line_ += std::to_string(*place);
        }
        return;
      case ColumnKind::number:
        if (const auto number = cells.number(column)) {
          line_ += fmt::format("{}", *number);
        }
        return;
      case ColumnKind::field:
      case ColumnKind::hidden:
      case ColumnKind::text:
      case ColumnKind::other:
        line_ += csv_cell(cells.text(column));
        return;
    }
  }

  std::vector<ExportColumn> columns_;
  bool labels_;
  ExportSink sink_;
  std::string line_;
};

}  // namespace

std::unique_ptr<SurveyWriter> make_csv_writer(const SurveyDefinition& definition,
                                              const SurveyWriterOptions& options,
                                              ExportSink sink) {
  return std::make_unique<CsvWriter>(definition, options, std::move(sink));
}

}  // namespace muster
