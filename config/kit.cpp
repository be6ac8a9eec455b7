#include "config/kit.h"

#include "config/sections.h"
#include "config/text_file.h"
#include "core/text.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxPictures = 200;
constexpr std::uint64_t kMaxPictureBytes = 20'000'000;
constexpr std::uint64_t kMaxKitBytes = 400'000'000;
// More entries in one folder are not looked through.
constexpr std::size_t kMaxEntries = 10'000;

const std::vector<std::string>& roles() {
  static const std::vector<std::string> kRoles = {"logo", "crop", "packshot"};
  return kRoles;
}

// A picture that the kit names, where it names it.
struct PictureEntry {
  std::string file;
  std::string role;
  std::size_t table = 0;  // position among the [[picture]] tables
};

// The text of a kit, before its pictures.
struct KitText {
  BrandKit kit;
  std::vector<PictureEntry> pictures;
};

bool is_colour(std::string_view text) {
  return text.size() == 7 && text[0] == '#' &&
         text.substr(1).find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// What is wrong with the name of a picture, or nullopt. It must stay within the kit's folder
// whatever the system makes of it.
std::optional<std::string> name_fault(std::string_view name) {
  const fs::path path(name);
  const bool climbs =
      std::ranges::any_of(path, [](const fs::path& part) { return part == ".." || part == "."; });
  if (name.empty() || path.is_absolute() || climbs || name.find('\\') != std::string_view::npos ||
      !path.has_filename()) {
    return fmt::format("'{}' must be a file within the kit's folder, such as \"logos/black.png\"",
                       printable(name));
  }
  return std::nullopt;
}

void read_lists(TomlTable& root, BrandKit& kit) {
  root.texts("spellings", kit.spellings);
  for (std::size_t i = 0; i < kit.spellings.size(); ++i) {
    if (trim(kit.spellings[i]).empty()) {
      root.problem("spellings", i, "must not be empty");
    }
  }
  root.texts("competitors", kit.competitors);
  for (std::size_t i = 0; i < kit.competitors.size(); ++i) {
    if (!is_name(kit.competitors[i])) {
      root.problem(
          "competitors",
          i,
          fmt::format(
              "'{}' is no id of a kit; write {}", printable(kit.competitors[i]), kNameForm));
    } else if (kit.competitors[i] == kit.id) {
      root.problem("competitors", i, "a brand is not its own competitor");
    }
  }
  root.texts("colours", kit.colours);
  for (std::size_t i = 0; i < kit.colours.size(); ++i) {
    if (!is_colour(kit.colours[i])) {
      root.problem("colours",
                   i,
                   fmt::format("'{}' is no colour; write \"#rrggbb\"", printable(kit.colours[i])));
    }
    kit.colours[i] = to_lower_ascii(kit.colours[i]);
  }
}

std::vector<PictureEntry> read_entries(std::vector<TomlTable>& tables) {
  std::vector<PictureEntry> entries;
  std::set<std::string> names;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    TomlTable& table = tables[i];
    PictureEntry entry{"", "logo", i};
    table.require("file", "name the picture's file in this folder");
    const auto file = table.text("file");
    table.word("role", entry.role, roles());
    if (!file) {
      continue;
    }
    entry.file = *file;
    if (const auto fault = name_fault(*file)) {
      table.problem("file", *fault);
    } else if (!names.insert(*file).second) {
      table.problem("file", fmt::format("'{}' is named twice", printable(*file)));
    } else {
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

// Everything in kit.toml. `tables` are the [[picture]] tables, for problems with their files later
// on.
KitText read_text(TomlDocument& document, std::vector<TomlTable>& tables) {
  KitText text;
  BrandKit& kit = text.kit;
  TomlTable root = document.root();
  root.require("id", "give the kit an id: id = \"fizzo\"");
  root.name("id", kit.id);
  root.require("brand", "write the brand's name as people know it");
  root.text("brand", kit.brand);
  if (root.has("brand") && trim(kit.brand).empty()) {
    root.problem("brand", "must not be empty");
  }
  read_lists(root, kit);
  root.integer("min_logo_side", kit.min_logo_side, 8, 4096);
  tables = root.tables("picture");
  text.pictures = read_entries(tables);
  document.finish();
  return text;
}

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

// What keeps bytes from being a picture of a kit, or nullopt.
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

// Finds pictures where kit.toml names none: logo* in the folder itself, and everything in logos/,
// crops/ and packshots/.
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
                                   printable(lower_extension(other)),
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

// Reads one picture; what is wrong comes back in words.
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

// The role by folder, for pictures that kit.toml does not name.
std::string role_by_name(std::string_view name) {
  if (name.starts_with("crops/")) {
    return "crop";
  }
  return name.starts_with("packshots/") ? "packshot" : "logo";
}

// Sorts the pictures, so that the hash does not hang on the order of a folder, and hashes
// everything.
void seal(BrandKit& kit, std::string_view text) {
  std::ranges::sort(kit.pictures, {}, &KitPicture::name);
  Hasher hasher;
  hasher.add_field(text);
  for (KitPicture& picture : kit.pictures) {
    picture.hash = sha256(picture.bytes);
    hasher.add_field(picture.name);
    hasher.add_field(picture.role);
    hasher.add_field(picture.hash.hex());
  }
  kit.text = text;
  kit.hash = hasher.finish();
}

}  // namespace

BrandKit load_kit(const fs::path& folder) {
  const fs::path file = folder / "kit.toml";
  const std::string text = read_config_file(file, kMaxTomlFileBytes);
  Problems problems;
  TomlDocument document(text, file.string(), problems);
  std::vector<TomlTable> tables;
  KitText parts = read_text(document, tables);
  const bool named = !tables.empty();
  if (!named && document.well_formed()) {
    parts.pictures = PictureFolder(folder, problems).find();
  }
  if (parts.pictures.size() > kMaxPictures) {
    problems.add(
        {folder.string(),
         0,
         0,
         "",
         fmt::format("has {} pictures; at most {} are read", parts.pictures.size(), kMaxPictures)});
    parts.pictures.clear();
  }
  std::uint64_t bytes = 0;
  for (const PictureEntry& entry : parts.pictures) {
    KitPicture picture;
    auto fault = read_picture(folder, entry, picture);
    bytes += picture.bytes.size();
    if (!fault && bytes > kMaxKitBytes) {
      fault = fmt::format("makes the kit larger than {}", format_bytes(kMaxKitBytes));
    }
    if (!fault) {
      parts.kit.pictures.push_back(std::move(picture));
    } else if (named) {
      tables[entry.table].problem("file", fmt::format("{} {}", printable(entry.file), *fault));
    } else {
      problems.add({(folder / entry.file).string(), 0, 0, "", std::move(*fault)});
    }
  }
  if (document.well_formed() && problems.empty() && parts.kit.pictures.empty()) {
    problems.add({folder.string(),
                  0,
                  0,
                  "",
                  "has no picture; put a logo into it as logo.png, or several into logos/, crops/ "
                  "or packshots/"});
  }
  problems.throw_if_any();
  seal(parts.kit, text);
  return std::move(parts.kit);
}

BrandKit parse_kit(std::string_view text, std::string_view file, std::vector<KitPicture> pictures) {
  Problems problems;
  TomlDocument document(text, file, problems);
  std::vector<TomlTable> tables;
  KitText parts = read_text(document, tables);
  std::map<std::string, std::string> named;  // role by name
  for (const PictureEntry& entry : parts.pictures) {
    named.try_emplace(entry.file, entry.role);
    if (std::ranges::find(pictures, entry.file, &KitPicture::name) == pictures.end()) {
      tables[entry.table].problem(
          "file", fmt::format("{} is not among the pictures", printable(entry.file)));
    }
  }
  std::set<std::string> seen;
  for (KitPicture& picture : pictures) {
    const auto role = named.find(picture.name);
    picture.role = role != named.end() ? role->second : role_by_name(picture.name);
    auto fault = name_fault(picture.name);
    if (!fault) {
      fault = picture_fault(picture.name, picture.bytes);
    }
    if (!fault && !seen.insert(picture.name).second) {
      fault = "is there twice";
    }
    if (fault) {
      problems.add({std::string(file),
                    0,
                    0,
                    "picture",
                    fmt::format("{} {}", printable(picture.name), *fault)});
    }
  }
  if (pictures.empty() || pictures.size() > kMaxPictures) {
    problems.add({std::string(file),
                  0,
                  0,
                  "picture",
                  fmt::format("must be 1 to {} pictures", kMaxPictures)});
  }
  problems.throw_if_any();
  parts.kit.pictures = std::move(pictures);
  seal(parts.kit, text);
  return std::move(parts.kit);
}

}  // namespace muster
