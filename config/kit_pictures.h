#pragma once

#include "config/kit.h"
#include "config/problems.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// A picture that belongs to a kit, before it is read.
struct PictureEntry {
  std::string file;  // within the kit's folder
  std::string role;
  std::size_t table = 0;  // position among the [[picture]] tables, where one names it
};

// Finds pictures where kit.toml names none: logo* in the folder itself, and everything in logos/,
// crops/ and packshots/; by name.
std::vector<PictureEntry> find_pictures(const std::filesystem::path& folder, Problems& problems);

// Reads one picture into `picture`; what is wrong comes back in words that go on after its name.
std::optional<std::string> read_picture(const std::filesystem::path& folder,
                                        const PictureEntry& entry,
                                        KitPicture& picture);

// What keeps a name from being that of a picture in a kit, and bytes from being a picture, or
// nullopt.
std::optional<std::string> picture_name_fault(std::string_view name);
std::optional<std::string> picture_fault(std::string_view name, std::string_view bytes);

}  // namespace muster
