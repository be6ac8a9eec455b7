#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace muster::test {

// Damages files, the same way on every system and every run for one seed.
class FileMutator {
 public:
  explicit FileMutator(std::uint64_t seed) : random_(seed) {}

  std::string mutate(std::string bytes) {
    for (std::size_t changes = 1 + below(6); changes > 0 && !bytes.empty(); --changes) {
      change(bytes);
    }
    return bytes;
  }

 private:
  // Not a distribution of the standard library, which may differ between systems.
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }
  // Half of all changes hit the start, where headers are.
  std::size_t place(const std::string& bytes) {
    return random_() % 2 == 0 ? below(bytes.size())
                              : below(std::min<std::size_t>(bytes.size(), 512));
  }

  void change(std::string& bytes) {
    static constexpr std::array<unsigned char, 8> kEdges = {
        0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF, 0xD8, 0xDA};
    const std::size_t at = place(bytes);
    const std::size_t count = std::min(bytes.size() - at, 1 + below(24));
    switch (below(7)) {
      case 0:  // cut
        bytes.resize(at + 1);
        break;
      case 1:  // lose some
        bytes.erase(at, count);
        break;
      case 2:  // twice
        bytes.insert(place(bytes), bytes.substr(at, count));
        break;
      case 3:  // extreme values
        bytes.replace(at, count, std::string(count, static_cast<char>(kEdges[below(8)])));
        break;
      case 4:  // noise
        for (std::size_t i = 0; i < count; ++i) {
          bytes[at + i] = static_cast<char>(random_());
        }
        break;
      case 5:  // swap two parts
        if (at + 2 * count <= bytes.size()) {
          std::swap_ranges(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                           bytes.begin() + static_cast<std::ptrdiff_t>(at + count),
                           bytes.begin() + static_cast<std::ptrdiff_t>(at + count));
        }
        break;
      default:  // one bit
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
    }
  }

  std::mt19937_64 random_;
};

}  // namespace muster::test
