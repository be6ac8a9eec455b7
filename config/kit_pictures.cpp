#include "config/kit_pictures.h"

#include "config/text_file.h"
#include "core/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxPictureBytes = 20'000'000;
// More entries in one folder are not looked through.
constexpr std::size_t kMaxEntries = 10'000;

std::string lower_extension(const fs::path& path) {
  return to_lower_ascii(path.extension().string());
}

bool is_readable_extension(std::string_view extension) {
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg" || extension == ".webp";
}

// Extensions of pictures that people put into kits and that are not read.
bool is_other_picture_extension(std::string_view extension) {
  constexpr std::string_view kOthers[] = {".svg",
                                          ".gif",
                                          ".pdf",
                                          ".ai",
                                          ".eps",
                                          ".psd",
                                          ".tif",
                                          ".tiff",
                                          ".bmp",
                                          ".heic",
                                          ".avif",
                                          ".ico"};
  return std::ranges::find(kOthers, extension) != std::end(kOthers);
}

bool is_jpeg(std::string_view bytes) {
  return bytes.starts_with("\xFF\xD8\xFF");
}
bool is_png(std::string_view bytes) {
  return bytes.starts_with("\x89PNG\r\n\x1A\n");
}
bool is_webp(std::string_view bytes) {
  return bytes.size() >= 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP";
}

bool looks_like_svg(std::string_view name, std::string_view bytes) {
  const std::string head = to_lower_ascii(bytes.substr(0, 1000));
  return to_lower_ascii(name).ends_with(".svg") || head.find("<svg") != std::string::npos;
}

constexpr std::string_view kExport =
    "export it as PNG, with a side of 512 px or more and a transparent ground";

class PictureFolder {
 public:
  PictureFolder(const fs::path& folder, Problems& problems)
      : folder_(folder), problems_(problems) {}

  std::vector<PictureEntry> find() {
    look_into("", "logo", "logo");
    look_into("logos", "logo", "");
    look_into("crops", "crop", "");
    look_into("packshots", "packshot", "");
    refuse_lone_drawings();
    std::ranges::sort(entries_, {}, &PictureEntry::file);
    return std::move(entries_);
  }

 private:
  void look_into(const fs::path& sub, std::string_view role, std::string_view prefix) {
    std::error_code failure;
    const fs::path folder = folder_ / sub;
    if (!fs::is_directory(folder, failure)) {
      return;
    }
    std::size_t count = 0;
    for (fs::directory_iterator at(folder, failure), end; !failure && at != end;
         at.increment(failure)) {
      if (++count > kMaxEntries) {
        problems_.add(
            {folder.string(), 0, 0, "", fmt::format("holds more than {} files", kMaxEntries)});
        return;
      }
      const std::string name = at->path().filename().string();
      if (name.starts_with('.') || !to_lower_ascii(name).starts_with(prefix)) {
        continue;
      }
      const std::string extension = lower_extension(at->path());
      if (is_readable_extension(extension)) {
        entries_.push_back({(sub / name).generic_string(), std::string(role), 0});
      } else if (is_other_picture_extension(extension)) {
        others_.push_back((sub / name).generic_string());
      }
    }
    if (failure) {
      problems_.add({folder.string(), 0, 0, "", "can't be listed: " + failure.message()});
    }
  }

  // A drawing beside its own export is fine; one alone would be missed silently.
  void refuse_lone_drawings() {
    for (const std::string& other : others_) {
      const fs::path stem = fs::path(other).replace_extension();
      const bool exported = std::ranges::any_of(entries_, [&](const PictureEntry& entry) {
        return fs::path(entry.file).replace_extension() == stem;
      });
      if (!exported) {
        problems_.add({(folder_ / other).string(),
                       0,
                       0,
                       "",
                       fmt::format("pictures of the type {} are not read; {}",
                                   shown(lower_extension(other)),
                                   kExport)});
      }
    }
  }

  const fs::path& folder_;
  Problems& problems_;
  std::vector<PictureEntry> entries_;
  std::vector<std::string> others_;
};

// Does the file lie in the folder when every symbolic link is followed?
bool stays_within(const fs::path& folder, const fs::path& file) {
  std::error_code failure;
  const fs::path real_folder = fs::canonical(folder, failure);
  const fs::path real_file = failure ? fs::path() : fs::canonical(file, failure);
  if (failure) {
    return false;
  }
  const fs::path relative = real_file.lexically_relative(real_folder);
  return !relative.empty() && *relative.begin() != "..";
}

}  // namespace

std::optional<std::string> picture_name_fault(std::string_view name) {
  // It must stay within the kit's folder whatever the system makes of it.
  const fs::path path(name);
  const bool climbs =
      std::ranges::any_of(path, [](const fs::path& part) { return part == ".." || part == "."; });
  if (name.empty() || path.is_absolute() || climbs || name.find('\\') != std::string_view::npos ||
      !path.has_filename()) {
    return fmt::format("'{}' must be a file within the kit's folder, such as \"logos/black.png\"",
                       shown(name));
  }
  return std::nullopt;
}

std::optional<std::string> picture_fault(std::string_view name, std::string_view bytes) {
  if (bytes.empty()) {
    return "is empty";
  }
  if (bytes.size() > kMaxPictureBytes) {
    return fmt::format(
        "has {}; at most {} are read", format_bytes(bytes.size()), format_bytes(kMaxPictureBytes));
  }
  if (is_png(bytes) || is_jpeg(bytes) || is_webp(bytes)) {
    return std::nullopt;
  }
  if (looks_like_svg(name, bytes)) {
    return fmt::format("is an SVG drawing, which is not read; {}", kExport);
  }
  return fmt::format("is not a PNG, JPEG or WebP picture, whatever its name says; {}", kExport);
}

std::vector<PictureEntry> find_pictures(const fs::path& folder, Problems& problems) {
  return PictureFolder(folder, problems).find();
}

std::optional<std::string> read_picture(const fs::path& folder,
                                        const PictureEntry& entry,
                                        KitPicture& picture) {
  const fs::path file = folder / entry.file;
  std::error_code failure;
  if (!fs::exists(file, failure)) {
    return "does not exist";
  }
  if (!stays_within(folder, file)) {
    return "is a link that leads out of the kit's folder; copy the picture into it";
  }
  try {
    picture.bytes = read_config_file(file, kMaxPictureBytes);
  } catch (const ConfigError& error) {
    return error.problems().front().what;
  }
  picture.name = entry.file;
  picture.role = entry.role;
  return picture_fault(entry.file, picture.bytes);
}

}  // namespace muster
