#include "tests/support/build_paths.h"

namespace muster::testing {

std::filesystem::path binary_dir() { return MUSTER_BINARY_DIR; }
std::filesystem::path source_dir() { return MUSTER_SOURCE_DIR; }

}  // namespace muster::testing
