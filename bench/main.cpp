#include "bench/bench.h"

#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <opencv2/core/utility.hpp>

namespace muster {

namespace {

constexpr Bench kBenches[] = {
    {"brand", "precision, recall and cost of finding brands in pictures", bench_brand},
    {"captions", "reading disclosures with all market packs against a plain regex", bench_captions},
    {"daemon", "start, idle cost, and a burst of small files", bench_daemon},
    {"decode", "what the sandbox costs per still, or how fast FILEs are decoded", bench_decode},
    {"duplicates", "near pictures among a million against a linear scan", bench_duplicates},
    {"parse", "speed of reading survey exports", bench_parse},
    {"queue", "jobs through the durable queue against bare commits", bench_queue},
    {"text",
     "reading labels in drawn pictures, and what it costs beside Tesseract alone",
     bench_text},
    {"surveys", "filing large survey exports, and figures on them", bench_surveys},
};

int usage() {
  std::cerr << "usage: muster-bench BENCH [options]\n";
  for (const Bench& bench : kBenches) {
    std::cerr << "  " << bench.name << "  " << bench.help << "\n";
  }
  return 2;
}

int run(const std::vector<std::string>& args) {
  cv::setNumThreads(1);
  for (const Bench& bench : kBenches) {
    if (!args.empty() && args[0] == bench.name) {
      return bench.run(std::span(args).subspan(1));
    }
  }
  return usage();
}

}  // namespace
}  // namespace muster

int main(int count, char** values) {
  try {
    return muster::run(std::vector<std::string>(values + 1, values + count));
  } catch (const std::exception& error) {
    std::cerr << "muster-bench: " << error.what() << "\n";
    return 1;
  }
}
