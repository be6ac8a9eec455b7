#pragma once

#include <cstdint>
#include <span>

namespace muster {

// The data of the Unicode character database that text folding needs (see
// scripts/make_unicode_tables.py). All tables are sorted and say nothing about ASCII.

// The letters first, first + step, ..., last fold to themselves plus delta.
struct FoldRun {
  char32_t first;
  char32_t last;
  std::uint8_t step;
  std::int32_t delta;
  bool upper;  // upper or title case
};

// A letter that folds to several; unused places are 0.
struct FoldSequence {
  char32_t from;
  char32_t to[4];
  bool upper;
};

struct CodeRange {
  char32_t first;
  char32_t last;
};

// Runs do not overlap except where steps of 2 interleave.
std::span<const FoldRun> fold_runs();
std::span<const FoldSequence> fold_sequences();
// Letters, digits and marks.
std::span<const CodeRange> word_ranges();

}  // namespace muster
