#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// One open answer with the group that it counts in.
struct GroupedText {
  std::string group;  // "" where nothing was asked for
  std::string text;
};

struct Term {
  std::string term;
  std::int64_t answers = 0;  // of the group that hold it, each once
  double share = 0;          // of the group's answers
  double z = 0;              // of distinctive terms: how far above the other groups
};

struct TermGroup {
  std::string group;              // "" for the whole
  std::int64_t n = 0;             // answers with at least one word
  std::vector<Term> frequent;     // by answers, words that say nothing ("the", "und") left out
  std::vector<Term> distinctive;  // by z, for groups only
};

struct TermOptions {
  int most = 15;           // terms a list
  int fewest_answers = 3;  // a term in fewer answers of the group is none of it
  double z = 1.96;         // distinctive from here on
};

// Words of a text in lower case: runs of letters and digits (also with ' or - between), of at least
// two characters; of Chinese and Japanese, which part no words, every two neighbours.
std::vector<std::string> words_of(std::string_view text);

// Frequent and distinctive terms, the whole first, then the groups by name. Distinctive: log-odds
// ratio against all other groups with an informative Dirichlet prior, which is the whole corpus
// (B. L. Monroe, M. P. Colaresi and K. M. Quinn, Political Analysis 16 (2008) 372, section 3.3.2),
// over the answers that hold a term, so that one who says a word ten times counts once.
std::vector<TermGroup> find_terms(std::span<const GroupedText> texts, const TermOptions& options);

// The z score of one term: in `a` of `n_a` against `b` of `n_b`, with the prior of its share among
// all, `prior_n` strong.
double log_odds_z(double a, double n_a, double b, double n_b, double prior_share, double prior_n);

}  // namespace muster
