#pragma once

#include "storage/open.h"

#include <filesystem>
#include <memory>

namespace muster {

// The store in one SQLite file; see open_store().
std::unique_ptr<Store> make_sqlite_store(const std::filesystem::path& path,
                                         OpenMode mode,
                                         Clock& clock);

}  // namespace muster
