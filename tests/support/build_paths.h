#pragma once

#include <filesystem>

namespace muster::testing {

// Where this build's programs lie, and the checkout that it was made from. Functions, so that a test's object does not
// depend on the folder that it is built in and ccache can share it between checkouts.
std::filesystem::path binary_dir();
std::filesystem::path source_dir();

}  // namespace muster::testing
