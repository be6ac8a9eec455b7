#include "extractors/brand/index_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include <system_error>
#include <unistd.h>

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIndexFileMark = "muster kits 1\n";
constexpr std::size_t kKeptFiles = 4;
constexpr const char* kIndexFileEnding = ".kits";

fs::path index_file(const fs::path& folder, const ContentHash& key) {
  return folder / (key.hex().substr(0, 32) + kIndexFileEnding);
}

void forget_old(const fs::path& folder) {
  std::error_code error;
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == kIndexFileEnding) {
      files.emplace_back(entry.last_write_time(error), entry.path());
    }
  }
  std::sort(files.begin(), files.end(), std::greater<>());
  for (std::size_t i = kKeptFiles; i < files.size(); ++i) {
    fs::remove(files[i].second, error);
  }
}

}  // namespace

std::optional<std::string> read_index_file(const fs::path& folder, const ContentHash& key) {
  std::ifstream in(index_file(folder, key), std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::size_t head = kIndexFileMark.size() + key.bytes.size();
  if (!text.starts_with(kIndexFileMark) || text.size() < head) {
    return std::nullopt;
  }
  const std::string_view sum =
      std::string_view(text).substr(kIndexFileMark.size(), key.bytes.size());
  const ContentHash actual = sha256(std::string_view(text).substr(head));
  if (!std::equal(sum.begin(), sum.end(), actual.bytes.begin(), [](char a, std::uint8_t b) {
        return static_cast<std::uint8_t>(a) == b;
      })) {
    return std::nullopt;
  }
  text.erase(0, head);
  return text;
}

bool write_index_file(const fs::path& folder, const ContentHash& key, std::string_view content) {
  std::error_code error;
  fs::create_directories(folder, error);
  const fs::path file = index_file(folder, key);
  fs::path part = file;
  part += "." + std::to_string(getpid());
  std::ofstream out(part, std::ios::binary);
  const ContentHash sum = sha256(content);
  out << kIndexFileMark;
  out.write(reinterpret_cast<const char*>(sum.bytes.data()),
            static_cast<std::streamsize>(sum.bytes.size()));
  out << content;
  out.close();
  if (!out) {
    fs::remove(part, error);
    return false;
  }
  fs::rename(part, file, error);
  if (error) {
    fs::remove(part, error);
    return false;
  }
  forget_old(folder);
  return true;
}

}  // namespace muster
