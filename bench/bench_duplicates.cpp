#include "bench/bench.h"
#include "storage/picture_index.h"

#include <algorithm>
#include <chrono>
#include <random>

#include <fmt/format.h>

namespace muster {
namespace {

using SteadyClock = std::chrono::steady_clock;

double ms_since(SteadyClock::time_point start) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
}

PictureHash random_picture(std::mt19937_64& random) {
  return {{random(), random(), random(), random()}};
}

PictureHash with_errors(PictureHash hash, int errors, std::mt19937_64& random) {
  for (int done = 0; done < errors;) {
    const auto bit = static_cast<std::size_t>(random() % 256);
    const PictureHash before = hash;
    hash.words[bit / 64] ^= std::uint64_t{1} << (bit % 64);
    done += distance(hash, before);
  }
  return hash;
}

std::size_t scan(const std::vector<PictureHash>& hashes, const PictureHash& asked) {
  std::size_t found = 0;
  for (const PictureHash& hash : hashes) {
    found += distance(hash, asked) <= kPictureRadius ? 1 : 0;
  }
  return found;
}

}  // namespace

// Synthetic hashes: half of them alone, half in families whose members differ in 0 to 40 bits;
// asked with the members of families, changed once more, and with strangers.
int bench_duplicates(std::span<const std::string> args) {
  const std::size_t count = args.empty() ? 1'000'000 : std::stoul(args[0]);
  std::mt19937_64 random(20261129);
  std::vector<PictureHash> hashes;
  hashes.reserve(count);
  while (hashes.size() < count) {
    const PictureHash first = random_picture(random);
    hashes.push_back(first);
    for (int i = 0; i < 10 && hashes.size() % 2 == 0 && hashes.size() < count; ++i) {
      hashes.push_back(with_errors(first, static_cast<int>(random() % 41), random));
    }
  }

  PictureIndex index;
  auto start = SteadyClock::now();
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    index.add(hashes[i], static_cast<std::uint32_t>(i));
  }
  index.settle();
  const double built = ms_since(start);

  constexpr int kQueries = 2000;
  std::vector<double> times;
  std::size_t found = 0;
  std::size_t expected = 0;
  double scanned = 0;
  std::vector<PictureIndex::Hit> hits;
  for (int i = 0; i < kQueries; ++i) {
    const PictureHash asked = i % 4 == 0
                                  ? random_picture(random)
                                  : with_errors(hashes[random() % hashes.size()], i % 32, random);
    hits.clear();
    start = SteadyClock::now();
    index.find(asked, hits);
    times.push_back(ms_since(start));
    found += hits.size();
    start = SteadyClock::now();
    expected += scan(hashes, asked);
    scanned += ms_since(start);
  }
  std::sort(times.begin(), times.end());
  const double p50 = times[times.size() / 2];
  const double p99 = times[times.size() * 99 / 100];
  fmt::print("{} hashes, radius {}, {} questions\n", count, kPictureRadius, kQueries);
  fmt::print("built in {:.0f} ms, {:.0f} MB ({:.0f} bytes a hash)\n",
             built,
             static_cast<double>(index.memory_bytes()) / 1e6,
             static_cast<double>(index.memory_bytes()) / static_cast<double>(count));
  fmt::print("look-up: p50 {:.3f} ms, p99 {:.3f} ms; linear scan {:.2f} ms; ratio {:.0f}\n",
             p50,
             p99,
             scanned / kQueries,
             scanned / kQueries / p50);
  fmt::print("recall against the scan: {} of {}\n", found, expected);
  return found == expected && p99 <= 5 ? 0 : 1;
}

}  // namespace muster
