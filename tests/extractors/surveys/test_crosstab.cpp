#include "extractors/surveys/crosstab.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

void add(std::vector<CrosstabRespondent>& people,
         const std::string& row,
         const std::string& column,
         int times,
         double weight = 1) {
  for (int i = 0; i < times; ++i) {
    people.push_back({{row}, column, weight});
  }
}

std::vector<CrosstabRespondent> recall_table() {
  std::vector<CrosstabRespondent> people;
  add(people, "yes", "exposed", 30);
  add(people, "no", "exposed", 20);
  add(people, "yes", "control", 15);
  add(people, "no", "control", 35);
  return people;
}

}  // namespace

TEST_CASE("a crosstab counts respondents and tests independence") {
  const auto table = crosstab("recall", "cell", recall_table(), {});
  CHECK(table.n == 100);
  CHECK(table.rows == std::vector<std::string>{"yes", "no"});
  REQUIRE(table.columns.size() == 2);
  CHECK(table.columns[0].name == "exposed");
  CHECK(table.columns[0].letter == "a");
  CHECK(table.columns[0].n == 50);
  CHECK(table.cells[0][0].count == 30);
  CHECK(table.cells[0][0].share == Approx(0.6).epsilon(1e-12));
  CHECK(table.cells[1][1].count == 35);
  CHECK(table.degrees_of_freedom == 1);
  // 100 * (30 * 35 - 20 * 15)^2 / (50 * 50 * 45 * 55)
  REQUIRE(table.chi_square);
  CHECK(*table.chi_square == Approx(100.0 * 750 * 750 / (50.0 * 50 * 45 * 55)).epsilon(1e-9));
  CHECK(*table.p_value == Approx(0.002568).margin(0.00001));
}

TEST_CASE("letters stand beside the larger share of each pair that differs") {
  CrosstabOptions options;
  const auto table = crosstab("recall", "cell", recall_table(), options);
  CHECK(table.cells[0][0].above == "b");  // 60 % against 30 %: p = 0.0026
  CHECK(table.cells[0][1].above.empty());
  CHECK(table.cells[1][1].above == "a");
  options.confidence = 0.999;
  CHECK(crosstab("recall", "cell", recall_table(), options).cells[0][0].above.empty());
  // Capitals below 0.001.
  std::vector<CrosstabRespondent> people;
  add(people, "yes", "a", 90);
  add(people, "no", "a", 10);
  add(people, "yes", "b", 10);
  add(people, "no", "b", 90);
  CHECK(crosstab("r", "c", people, {}).cells[0][0].above == "B");
}

TEST_CASE("a column below the minimum cell is marked and not tested") {
  CrosstabOptions options;
  options.min_cell = 51;
  const auto table = crosstab("recall", "cell", recall_table(), options);
  CHECK(table.columns[0].small_base);
  CHECK(table.cells[0][0].above.empty());
  options.min_cell = 50;
  CHECK_FALSE(crosstab("recall", "cell", recall_table(), options).columns[0].small_base);
}

TEST_CASE("letters are adjusted for all pairs of the table: noise alone has none") {
  // 20 equal columns: 190 pairs a row; one pair that would differ on its own (p = 0.03).
  std::vector<CrosstabRespondent> people;
  for (int column = 0; column < 20; ++column) {
    const int yes = column == 0 ? 61 : column == 1 ? 46 : 53;
    add(people, "yes", std::to_string(column), yes);
    add(people, "no", std::to_string(column), 100 - yes);
  }
  const auto table = crosstab("r", "c", people, {});
  for (const auto& row : table.cells) {
    for (const auto& cell : row) {
      CHECK(cell.above.empty());
    }
  }
}

TEST_CASE("several answers of a respondent share one base and make no test of the whole") {
  std::vector<CrosstabRespondent> people;
  for (int i = 0; i < 40; ++i) {
    people.push_back({{"tv", "web"}, i % 2 == 0 ? "x" : "y"});
  }
  people.push_back({{"tv", "tv"}, "x"});
  const auto table = crosstab("r", "c", people, {});
  CHECK(table.n == 41);
  CHECK(table.columns[0].n == 21);
  CHECK(table.cells[0][0].count == 21);  // who says it twice says it once
  CHECK(table.cells[1][0].share == Approx(20.0 / 21).epsilon(1e-12));
  CHECK_FALSE(table.chi_square);
  CHECK(table.notes.at(0).find("several answers") == 0);
}

TEST_CASE("weights move the shares and shrink the base that tests rest on") {
  std::vector<CrosstabRespondent> people;
  add(people, "yes", "a", 30, 2);
  add(people, "no", "a", 20, 0.5);
  add(people, "yes", "b", 15);
  add(people, "no", "b", 35);
  CrosstabOptions options;
  options.weighted = true;
  const auto table = crosstab("r", "c", people, options);
  CHECK(table.cells[0][0].share == Approx(60.0 / 70).epsilon(1e-12));
  CHECK(table.cells[0][0].count == 30);
  CHECK(table.columns[0].weighted_n == Approx(70).epsilon(1e-12));
  CHECK(table.columns[0].effective_n == Approx(70.0 * 70 / (30 * 4 + 20 * 0.25)).epsilon(1e-12));
  CHECK(table.columns[1].effective_n == Approx(50).epsilon(1e-12));
}

TEST_CASE("labels stand in the order of the questionnaire, and very many are put together") {
  CrosstabOptions options;
  options.row_order = {"no", "maybe", "yes"};
  options.column_order = {"control", "exposed"};
  const auto table = crosstab("recall", "cell", recall_table(), options);
  CHECK(table.rows == std::vector<std::string>{"no", "yes"});
  CHECK(table.columns[0].name == "control");

  std::vector<CrosstabRespondent> people;
  for (int i = 0; i < 5000; ++i) {
    people.push_back({{"row " + std::to_string(i % 700)}, "column " + std::to_string(i % 3)});
  }
  const auto wide = crosstab("r", "c", people, {});
  CHECK(wide.rows.size() == 200);
  CHECK(wide.rows.back() == "(other)");
  std::int64_t sum = 0;
  for (const auto& row : wide.cells) {
    for (const auto& cell : row) {
      sum += cell.count;
    }
  }
  CHECK(sum == 5000);
}

TEST_CASE("a crosstab makes no test where it would not hold, and says so") {
  const std::vector<CrosstabRespondent> few = {{{"a"}, "x"}, {{"b"}, "y"}, {{"a"}, "y"}};
  CHECK_FALSE(crosstab("r", "c", few, {}).chi_square);
  CHECK(crosstab("r", "c", few, {}).notes.at(0).find("below 5") != std::string::npos);
  const std::vector<CrosstabRespondent> one_row = {{{"a"}, "x"}, {{"a"}, "y"}};
  CHECK_FALSE(crosstab("r", "c", one_row, {}).chi_square);
  CHECK(crosstab("r", "c", {}, {}).n == 0);
}
