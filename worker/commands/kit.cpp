#include "config/kit.h"

#include "config/kit_pictures.h"
#include "config/problems.h"
#include "core/error.h"
#include "core/text.h"
#include "extractors/brand/brand_index.h"
#include "extractors/brand/kit_advice.h"
#include "extractors/decode/decoder.h"
#include "worker/cli/read_file.h"
#include "worker/commands/commands.h"
#include "worker/commands/report.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxPictureBytes = 20'000'000;

// The kit folders that the words name, or that lie in the folders they name.
std::vector<BrandKit> kits_of(const std::vector<std::string>& words, const std::string& command) {
  if (words.empty()) {
    throw UsageError(
        fmt::format("muster {0}: name a kit's folder, or one with kits in it; see "
                    "muster {0} --help",
                    command));
  }
  std::vector<fs::path> folders;
  for (const fs::path word : words) {
    if (fs::exists(word / "kit.toml") || !fs::is_directory(word)) {
      folders.push_back(word);
      continue;
    }
    const std::size_t before = folders.size();
    for (const fs::directory_entry& entry : fs::directory_iterator(word)) {
      if (fs::exists(entry.path() / "kit.toml")) {
        folders.push_back(entry.path());
      }
    }
    if (folders.size() == before) {
      throw PermanentError(fmt::format(
          "read kits: neither {0}/kit.toml nor a folder with a kit.toml in {0}; make one with "
          "muster kit add",
          printable(word.native())));
    }
    std::sort(folders.begin() + static_cast<std::ptrdiff_t>(before), folders.end());
  }
  Problems problems;
  std::vector<BrandKit> kits;
  for (const fs::path& folder : folders) {
    try {
      kits.push_back(load_kit(folder));
    } catch (const ConfigError& error) {
      problems.add(error);
    }
  }
  problems.throw_if_any();
  return kits;
}

// Kits with what the index makes of them.
struct CheckedKits {
  std::vector<BrandKit> kits;
  std::unique_ptr<BrandIndex> index;
  std::vector<KitRemark> remarks;

  explicit CheckedKits(std::vector<BrandKit> given) : kits(std::move(given)) {
    const auto decoder = make_decoder({.program = {}, .limits = Config().decode});
    index = BrandIndex::build(kits, *decoder, BrandIndex::Options{}, &remarks);
    const std::vector<KitRemark> advice = advise(kits, *index);
    remarks.insert(remarks.end(), advice.begin(), advice.end());
    std::stable_sort(
        remarks.begin(), remarks.end(), [](const auto& a, const auto& b) { return a.kit < b.kit; });
  }

  bool usable() const {
    return std::all_of(kits.begin(), kits.end(), [&](const BrandKit& kit) {
      return index->kit(kit.id)->usable_pictures > 0;
    });
  }
};

Json remarks_json(const CheckedKits& checked, const std::string& kit) {
  Json list = Json::array();
  for (const KitRemark& remark : checked.remarks) {
    if (remark.kit == kit) {
      list.push_back(
          {{"picture", remark.picture}, {"what", remark.what}, {"unusable", remark.unusable}});
    }
  }
  return list;
}

Json kit_json(const CheckedKits& checked, const BrandKit& kit) {
  const IndexedKit& indexed = *checked.index->kit(kit.id);
  Json pictures = Json::array();
  for (const KitPicture& picture : kit.pictures) {
    pictures.push_back({{"name", picture.name},
                        {"role", picture.role},
                        {"bytes", picture.bytes.size()},
                        {"sha256", picture.hash.hex()}});
  }
  return {{"id", kit.id},
          {"brand", kit.brand},
          {"hash", kit.hash.hex()},
          {"spellings", kit.spellings},
          {"competitors", kit.competitors},
          {"colours", kit.colours},
          {"min_logo_side", kit.min_logo_side},
          {"pictures", std::move(pictures)},
          {"usable_pictures", indexed.usable_pictures},
          {"features", indexed.features},
          {"remarks", remarks_json(checked, kit.id)}};
}

void print_kits(const CheckedKits& checked, Format format) {
  Json answer = Json::array();
  for (const BrandKit& kit : checked.kits) {
    answer.push_back(kit_json(checked, kit));
  }
  if (format == Format::table) {
    for (const BrandKit& kit : checked.kits) {
      const IndexedKit& indexed = *checked.index->kit(kit.id);
      fmt::print("{}  {}: {} of {} pictures usable, {} features\n",
                 styled(kit.id, Style::bold),
                 printable(kit.brand),
                 indexed.usable_pictures,
                 kit.pictures.size(),
                 indexed.features);
      for (const KitRemark& remark : checked.remarks) {
        if (remark.kit == kit.id) {
          const std::string_view word = remark.unusable ? "fail" : "warn";
          fmt::print("  {:<5} {}{}\n",
                     styled(word, style_of(word)),
                     remark.picture.empty() ? "" : printable(remark.picture) + ": ",
                     printable(remark.what));
        }
      }
    }
    return;
  }
  Table table({{"kit"}, {"picture"}, {"unusable"}, {"remark"}});
  for (const KitRemark& remark : checked.remarks) {
    table.add({remark.kit, remark.picture, remark.unusable ? "yes" : "no", remark.what});
  }
  print(answer, table, format);
}

Exit check_kit(Args args) {
  CommandSpec spec{.name = "kit check",
                   .synopsis = "DIR...",
                   .about =
                       "Loads brand kits together, as the check would, and says what is weak "
                       "about them and what to add. Ends with 3 when a kit can't be used.",
                   .examples = "muster kit check kits/fizzo\nmuster kit check kits --format json"};
  spec.takes_config = false;
  spec.takes_words = true;
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const CheckedKits checked(kits_of(line->words(), "kit check"));
  print_kits(checked, line->format());
  return checked.usable() ? Exit::done : Exit::findings_failed;
}

Exit show_kit(Args args) {
  CommandSpec spec{.name = "kit show",
                   .synopsis = "DIR...",
                   .about =
                       "Shows what a brand kit holds: names, colours, competitors, pictures "
                       "with their hashes.",
                   .examples = "muster kit show kits/fizzo\nmuster kit show kits --format csv"};
  spec.takes_config = false;
  spec.takes_words = true;
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const CheckedKits checked(kits_of(line->words(), "kit show"));
  Json answer = Json::array();
  Table table({{"kit"},
               {"picture"},
               {"role"},
               {"bytes", Table::Align::right},
               {"sha256", Table::Align::left, true}});
  for (const BrandKit& kit : checked.kits) {
    answer.push_back(kit_json(checked, kit));
    for (const KitPicture& picture : kit.pictures) {
      table.add({kit.id,
                 picture.name,
                 picture.role,
                 std::to_string(picture.bytes.size()),
                 picture.hash.hex()});
    }
    if (line->format() == Format::table) {
      fmt::print(
          "{}  {} ({})\n", styled(kit.id, Style::bold), printable(kit.brand), kit.hash.short_hex());
      fmt::print("  also written  {}\n  competitors   {}\n  colours       {}\n",
                 kit.spellings.empty() ? "-" : printable(join(kit.spellings, ", ")),
                 kit.competitors.empty() ? "-" : join(kit.competitors, ", "),
                 kit.colours.empty() ? "-" : join(kit.colours, ", "));
      fmt::print("  smallest logo {} px\n", kit.min_logo_side);
    }
  }
  print(answer, table, line->format());
  return Exit::done;
}

// A text as a TOML basic string.
std::string toml_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
    }
    result += c;
  }
  return result + '"';
}

struct NewPicture {
  std::string name;  // within the kit's folder
  std::string bytes;
};

// Reads the pictures that are to go into a kit; all that is wrong with them at once.
std::vector<NewPicture> read_pictures(const std::vector<std::string>& files,
                                      const fs::path& kit,
                                      const std::string& sub) {
  Problems problems;
  std::vector<NewPicture> pictures;
  for (const fs::path file : files) {
    NewPicture picture{(fs::path(sub) / file.filename()).generic_string(),
                       read_file(file, kMaxPictureBytes)};
    auto fault = picture_fault(picture.name, picture.bytes);
    if (!fault && fs::exists(kit / picture.name)) {
      fault = "is in the kit already; take it out first or give this one another name";
    }
    if (fault) {
      problems.add({file.string(), 0, 0, "", std::move(*fault)});
    }
    pictures.push_back(std::move(picture));
  }
  problems.throw_if_any();
  return pictures;
}

void write_file(const fs::path& file, std::string_view bytes) {
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) {
    throw PermanentError(fmt::format("write {}: failed; is the disk full?", file.string()));
  }
}

Exit add(Args args) {
  CommandSpec spec{.name = "kit add",
                   .synopsis = "DIR PICTURE...",
                   .about =
                       "Makes a brand kit in a folder, or adds pictures to one, and checks it. Bad "
                       "pictures are refused before anything is written.",
                   .examples =
                       "muster kit add kits/fizzo logo.png --brand Fizzo --colour '#e4002b'\n"
                       "muster kit add kits/fizzo can1.jpg can2.jpg --role crop"};
  spec.options = {{"brand", "NAME", "the brand's name as people know it; for a new kit"},
                  {"spelling", "TEXT", "how the name may be written too", true},
                  {"competitor", "ID", "id of a competitor's kit", true},
                  {"colour", "#RRGGBB", "a color of the brand", true},
                  {"role", "ROLE", "logo (drawn), crop (cut from a photograph) or packshot"}};
  spec.takes_config = false;
  spec.takes_words = true;
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const std::string role = line->get("role", "logo");
  if (role != "logo" && role != "crop" && role != "packshot") {
    throw UsageError("muster kit add: --role is logo, crop or packshot");
  }
  if (line->words().size() < 2) {
    throw UsageError(
        "muster kit add: name the kit's folder and at least one picture; see muster kit add "
        "--help");
  }
  const fs::path kit = line->words().front();
  const bool is_new = !fs::exists(kit / "kit.toml");
  const std::vector<NewPicture> pictures =
      read_pictures({line->words().begin() + 1, line->words().end()}, kit, role + "s");
  if (is_new) {
    const auto list = [&](const char* key, const char* option) {
      std::vector<std::string> values;
      for (const std::string& value : line->get_all(option)) {
        values.push_back(toml_string(value));
      }
      return values.empty() ? "" : fmt::format("{} = [{}]\n", key, join(values, ", "));
    };
    const std::string id = to_lower_ascii(fs::absolute(kit).lexically_normal().filename().native());
    const std::string text = fmt::format("id = {}\nbrand = {}\n{}{}{}",
                                         toml_string(id),
                                         toml_string(line->require("brand")),
                                         list("spellings", "spelling"),
                                         list("competitors", "competitor"),
                                         list("colours", "colour"));
    std::vector<KitPicture> given;
    for (const NewPicture& picture : pictures) {
      given.push_back({picture.name, role, picture.bytes, {}});
    }
    parse_kit(text, (kit / "kit.toml").native(), std::move(given));  // all problems, before writing
    write_file(kit / "kit.toml", text);
  } else if (line->has("brand") || line->has("spelling") || line->has("competitor") ||
             line->has("colour")) {
    throw UsageError(
        fmt::format("muster kit add: {} exists; names, colors and competitors of a "
                    "kit are changed in its kit.toml",
                    printable((kit / "kit.toml").native())));
  }
  for (const NewPicture& picture : pictures) {
    write_file(kit / picture.name, picture.bytes);
  }
  const CheckedKits checked(kits_of({kit.native()}, "kit add"));
  print_kits(checked, line->format());
  return checked.usable() ? Exit::done : Exit::findings_failed;
}

constexpr Command kKitSubcommands[] = {
    {"add", "make a kit, or add pictures to one", add},
    {"check", "say what is weak about kits and what to add", check_kit},
    {"show", "what kits hold", show_kit}};

}  // namespace

Exit kit_command(Args args) {
  return dispatch("muster kit", "Brand kits: what a brand looks like.", kKitSubcommands, args);
}

}  // namespace muster
