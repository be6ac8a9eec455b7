#pragma once

#include <span>
#include <string>

namespace muster {

struct Bench {
  const char* name;
  const char* help;
  int (*run)(std::span<const std::string> args);  // exit status
};

int bench_brand(std::span<const std::string> args);
int bench_captions(std::span<const std::string> args);
int bench_daemon(std::span<const std::string> args);
int bench_decode(std::span<const std::string> args);
int bench_duplicates(std::span<const std::string> args);
int bench_parse(std::span<const std::string> args);
int bench_queue(std::span<const std::string> args);
int bench_text(std::span<const std::string> args);
int bench_surveys(std::span<const std::string> args);

}  // namespace muster
