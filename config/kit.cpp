#include "config/kit.h"

#include "config/kit_pictures.h"
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
constexpr std::uint64_t kMaxKitBytes = 400'000'000;

const std::vector<std::string>& roles() {
  static const std::vector<std::string> kRoles = {"logo", "crop", "packshot"};
  return kRoles;
}

// The text of a kit, before its pictures.
struct KitText {
  BrandKit kit;
  std::vector<PictureEntry> pictures;
};

bool is_colour(std::string_view text) {
  return text.size() == 7 && text[0] == '#' &&
         text.substr(1).find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

void read_lists(TomlTable& root, BrandKit& kit) {
  root.texts("spellings", kit.spellings);
  for (std::size_t i = 0; i < kit.spellings.size(); ++i) {
    if (trim(kit.spellings[i]).empty()) {
      root.problem("spellings", i, "must not be empty");
    }
  }
  root.flag("common_word", kit.is_common_word);
  if (kit.is_common_word) {
    root.texts("context", kit.context);
  } else {
    root.refuse("context", "goes with common_word = true");
  }
  root.texts("competitors", kit.competitors);
  for (std::size_t i = 0; i < kit.competitors.size(); ++i) {
    if (!is_name(kit.competitors[i])) {
      root.problem(
          "competitors",
          i,
          fmt::format("'{}' is no id of a kit; write {}", shown(kit.competitors[i]), kNameForm));
    } else if (kit.competitors[i] == kit.id) {
      root.problem("competitors", i, "a brand is not its own competitor");
    }
  }
  root.texts("colours", kit.colours);
  for (std::size_t i = 0; i < kit.colours.size(); ++i) {
    if (!is_colour(kit.colours[i])) {
      root.problem(
          "colours", i, fmt::format("'{}' is no colour; write \"#rrggbb\"", shown(kit.colours[i])));
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
    if (const auto fault = picture_name_fault(*file)) {
      table.problem("file", *fault);
    } else if (!names.insert(*file).second) {
      table.problem("file", fmt::format("'{}' is named twice", shown(*file)));
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
    parts.pictures = find_pictures(folder, problems);
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
      tables[entry.table].problem("file", fmt::format("{} {}", shown(entry.file), *fault));
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
      tables[entry.table].problem("file",
                                  fmt::format("{} is not among the pictures", shown(entry.file)));
    }
  }
  std::set<std::string> seen;
  for (KitPicture& picture : pictures) {
    const auto role = named.find(picture.name);
    picture.role = role != named.end() ? role->second : role_by_name(picture.name);
    auto fault = picture_name_fault(picture.name);
    if (!fault) {
      fault = picture_fault(picture.name, picture.bytes);
    }
    if (!fault && !seen.insert(picture.name).second) {
      fault = "is there twice";
    }
    if (fault) {
      problems.add(
          {std::string(file), 0, 0, "picture", fmt::format("{} {}", shown(picture.name), *fault)});
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
