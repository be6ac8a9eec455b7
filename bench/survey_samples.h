#pragma once

#include <cstddef>
#include <filesystem>

namespace muster {

// Writes `rows` responses with 20 answers each, the same every time: a score from 0 to 10, ten
// ratings, four single choices, two numbers, a date, yes or no, and a comment that six of ten leave
// empty; beside them id, time, source and one of 500 creators.
void write_sample_csv(const std::filesystem::path& file, std::size_t rows);
void write_sample_ndjson(const std::filesystem::path& file, std::size_t rows);

}  // namespace muster
