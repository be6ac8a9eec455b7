// Stands in for libFuzzer: runs a fuzz target over every file of a folder, and over mutations that
// are the same on every run. A target fails by crashing.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kMutations = 4000;

// In an allocation of exactly its size, so that the address sanitizer sees one byte too far.
void run(const Bytes& input) {
  const Bytes exact(input.begin(), input.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

std::vector<Bytes> read_seeds(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Bytes> seeds;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

class Mutator {
 public:
  explicit Mutator(const std::vector<Bytes>& seeds) : seeds_(seeds) {}

  Bytes next() {
    Bytes bytes = seeds_[below(seeds_.size())];
    for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
      change(bytes);
    }
    return bytes;
  }

 private:
  // Not a distribution of the standard library, which may differ between systems.
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  void change(Bytes& bytes) {
    static constexpr std::uint8_t kEdges[] = {0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF};
    const std::size_t at = below(bytes.size());
    const std::size_t count = std::min(bytes.size() - at, 1 + below(16));
    const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    const auto to = from + static_cast<std::ptrdiff_t>(count);
    switch (below(6)) {
      case 0:
        bytes.resize(at);
        break;
      case 1:
        bytes.erase(from, to);
        break;
      case 2: {
        const Bytes copy(from, to);
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size())),
                     copy.begin(),
                     copy.end());
        break;
      }
      case 3:
        std::fill(from, to, kEdges[below(std::size(kEdges))]);
        break;
      case 4:
        std::generate(from, to, [this] { return static_cast<std::uint8_t>(random_()); });
        break;
      default:
        if (!bytes.empty()) {
          bytes[at] ^= static_cast<std::uint8_t>(1U << below(8));
        }
    }
  }

  const std::vector<Bytes>& seeds_;
  std::mt19937_64 random_{20260801};
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: %s FOLDER_OF_SEEDS\n", arguments[0]);
    return 2;
  }
  const std::vector<Bytes> seeds = read_seeds(arguments[1]);
  if (seeds.empty()) {
    std::fprintf(stderr, "%s: no seeds\n", arguments[1]);
    return 1;
  }
  run({});
  for (const Bytes& seed : seeds) {
    run(seed);
  }
  Mutator mutator(seeds);
  for (std::size_t i = 0; i < kMutations; ++i) {
    run(mutator.next());
  }
  std::printf("%zu seeds, %zu mutations\n", seeds.size(), kMutations);
  return 0;
}
