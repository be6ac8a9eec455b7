#pragma once

#include "core/error.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace muster::testing {

// The problems that a reader throws as "file:line:column: key: what", one a line; none where it
// does not throw.
template <typename Read>
std::vector<std::string> problems_of(Read read) {
  std::vector<std::string> lines;
  try {
    read();
  } catch (const ConfigError& error) {
    for (const Problem& problem : error.problems()) {
      lines.push_back(to_string(problem));
    }
  }
  return lines;
}

// A folder that lives as long as the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "muster-config-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error("make a temporary folder: mkdtemp failed");
    }
    path_ = pattern;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  std::filesystem::path write(const std::filesystem::path& name, std::string_view text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace muster::testing
