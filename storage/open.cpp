#include "storage/open.h"

#include "core/error.h"
#include "storage/file/file_blob_store.h"
#include "storage/sqlite/sqlite_store.h"

#include <fmt/format.h>

namespace muster {
namespace {

// The path behind "SCHEME:PATH", or nullopt for another scheme.
std::optional<std::filesystem::path> path_of(std::string_view url,
                                             std::string_view scheme,
                                             const std::filesystem::path& base) {
  if (!url.starts_with(scheme) || url.size() <= scheme.size() || url[scheme.size()] != ':') {
    return std::nullopt;
  }
  std::string_view path = url.substr(scheme.size() + 1);
  if (path.starts_with("//")) {
    path.remove_prefix(2);  // sqlite:///var/lib/muster.db
  }
  if (path.empty()) {
    return std::nullopt;
  }
  return base / path;
}

[[noreturn]] void refuse(std::string_view key, std::string_view url, std::string_view known) {
  Problem problem;
  problem.key = key;
  problem.what = fmt::format("'{}' can't be opened here; known: {}", url, known);
  throw ConfigError(std::move(problem));
}

}  // namespace

std::unique_ptr<Store> open_store(std::string_view url,
                                  const std::filesystem::path& base,
                                  OpenMode mode,
                                  Clock& clock) {
  if (const auto path = path_of(url, "sqlite", base)) {
    return make_sqlite_store(*path, mode, clock);
  }
  refuse("store", url, "sqlite:PATH");
}

std::unique_ptr<BlobStore> open_blob_store(std::string_view url,
                                           const std::filesystem::path& base) {
  if (const auto path = path_of(url, "file", base)) {
    return make_file_blob_store(*path);
  }
  refuse("blobs", url, "file:PATH");
}

}  // namespace muster
