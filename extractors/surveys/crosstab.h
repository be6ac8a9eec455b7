#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace muster {

// One respondent of a crosstab: the labels of the row question (several for multiple choice), the
// column, and the weight.
struct CrosstabRespondent {
  std::vector<std::string> rows;
  std::string column;
  double weight = 1;
};

struct CrosstabOptions {
  double confidence = 0.95;
  int min_cell = 30;      // a column with a smaller base is marked and not tested
  bool weighted = false;  // the respondents carry weights
  // Labels in the order in which they are shown; others follow as they come.
  std::vector<std::string> row_order;
  std::vector<std::string> column_order;
};

struct CrosstabColumn {
  std::string name;
  std::string letter;      // "a", "b", ..., "aa"
  std::int64_t n = 0;      // respondents: the base of its shares
  double weighted_n = 0;   // sum of their weights
  double effective_n = 0;  // (sum w)^2 / sum w^2: what tests rest on
  bool small_base = false;
};

struct CrosstabCell {
  std::int64_t count = 0;  // respondents, unweighted
  double share = 0;        // of the column's respondents, weighted where weights are given
  // Letters of the columns whose share is significantly smaller, in capitals where p < 0.001. All
  // pairs of columns of all rows are one family: their p values hold the false discovery rate.
  std::string above;
};

// Two questions against each other.
struct Crosstab {
  std::string row_question;
  std::string column_question;
  std::vector<std::string> rows;
  std::vector<CrosstabColumn> columns;
  std::vector<std::vector<CrosstabCell>> cells;  // rows x columns
  std::int64_t n = 0;                            // respondents
  std::optional<double> chi_square;  // nullopt where an expected count is below 5 in more than a
                                     // fifth of the cells, or respondents stand in several rows
  std::optional<double> p_value;
  int degrees_of_freedom = 0;
  std::vector<std::string> notes;
};

Crosstab crosstab(std::string row_question,
                  std::string column_question,
                  std::span<const CrosstabRespondent> respondents,
                  const CrosstabOptions& options);

}  // namespace muster
