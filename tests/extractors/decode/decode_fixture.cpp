#include "decode_fixture.h"

#include <fstream>
#include <iterator>

#include <unistd.h>

namespace muster::test {

std::size_t open_descriptors() {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

std::size_t zombies() {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");
    std::string line;
    if (!std::getline(file, line)) {
      continue;
    }
    // "pid (name) state parent ..."; the name may hold anything.
    const std::string rest = line.substr(line.rfind(')') + 2);
    const bool ours = rest.substr(2, rest.find(' ', 2) - 2) == std::to_string(::getpid());
    count += ours && rest[0] == 'Z' ? 1 : 0;
  }
  return count;
}

}  // namespace muster::test
