#pragma once

#include <string_view>

namespace muster {

// A text file that the build put into the program (see muster_embed in cmake/muster.cmake).
struct EmbeddedFile {
  std::string_view name;  // file name without folder
  std::string_view text;
};

}  // namespace muster
