#include "config/pack_lint.h"
#include "config/pack_listing.h"
#include "core/clock.h"
#include "core/error.h"
#include "core/text.h"
#include "worker/cli/read_file.h"
#include "worker/commands/commands.h"
#include "worker/commands/pack_shadow.h"
#include "worker/commands/report.h"

#include <charconv>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxPackBytes = 4'000'000;

CommandSpec::Option packs_option() {
  return {"packs", "DIR", "packs of this folder instead of those that ship with Muster"};
}

Packs packs_of(const CommandLine& line) {
  return line.has("packs") ? load_packs(line.get("packs")) : shipped_packs();
}

// A pack of either kind, for show and diff.
struct AnyPack {
  std::string id;
  std::string kind;
  ContentHash hash;
  PackListing listing;
};

AnyPack any(const PlacementPack& pack) {
  return {pack.id, "placement", pack.hash, list_pack(pack)};
}
AnyPack any(const MarketPack& pack) {
  return {pack.id, "market", pack.hash, list_pack(pack)};
}

std::vector<AnyPack> all_of(const Packs& packs) {
  std::vector<AnyPack> list;
  for (const auto& [id, pack] : packs.placements) {
    list.push_back(any(pack));
  }
  for (const auto& [id, pack] : packs.markets) {
    list.push_back(any(pack));
  }
  return list;
}

// A file is of the kind that its folder says; elsewhere, of the kind that can read it.
AnyPack read_pack_file(const fs::path& file) {
  const std::string text = read_file(file, kMaxPackBytes);
  if (file.parent_path().filename() == "markets") {
    return any(parse_market_pack(text, file.native()));
  }
  const bool is_market = file.parent_path().filename() != "placements" &&
                         text.find("wording") != std::string::npos &&
                         text.find("[[rule]]") == std::string::npos;
  return is_market ? any(parse_market_pack(text, file.native()))
                   : any(parse_placement_pack(text, file.native()));
}

std::vector<AnyPack> named(const std::string& word, const Packs& packs) {
  if (fs::is_directory(word)) {
    return all_of(load_packs(word));
  }
  if (fs::exists(word)) {
    return {read_pack_file(word)};
  }
  std::vector<std::string> ids;
  for (AnyPack& pack : all_of(packs)) {
    if (pack.id == word) {
      return {std::move(pack)};
    }
    ids.push_back(pack.id);
  }
  throw PermanentError(fmt::format(
      "there is no pack, file or folder '{}'{}", printable(word), did_you_mean(word, ids)));
}

Exit list_packs(Args args) {
  CommandSpec spec{.name = "pack list",
                   .synopsis = "",
                   .about = "Lists the packs: limits of placements and wordings of markets.",
                   .examples = "muster pack list\nmuster pack list --packs config/packs"};
  spec.options = {packs_option()};
  spec.takes_config = false;
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Packs packs = packs_of(*line);
  Table table({{"id"},
               {"kind"},
               {"version", Table::Align::right},
               {"hash"},
               {"variant"},
               {"rules", Table::Align::right},
               {"name", Table::Align::left, true}});
  Json answer = Json::array();
  const auto add = [&](const AnyPack& pack,
                       int version,
                       const std::string& variant,
                       std::size_t rules,
                       const std::string& name) {
    table.add({pack.id,
               pack.kind,
               std::to_string(version),
               pack.hash.short_hex(),
               variant,
               std::to_string(rules),
               name});
    answer.push_back(Json{{"id", pack.id},
                          {"kind", pack.kind},
                          {"version", version},
                          {"sha256", pack.hash.hex()},
                          {"variant", variant},
                          {"rules", rules},
                          {"name", name}});
  };
  for (const auto& [id, pack] : packs.placements) {
    add(any(pack), pack.version, pack.variant, pack.rules.size(), pack.name);
  }
  for (const auto& [id, pack] : packs.markets) {
    add(any(pack), pack.version, "", pack.wordings.size(), pack.name);
  }
  print(Json{{"packs", std::move(answer)}}, table, line->format());
  return Exit::done;
}

Exit show_pack(Args args) {
  CommandSpec spec{
      .name = "pack show",
      .synopsis = "PACK",
      .about =
          "Shows all that a pack says: every limit with its unit, its source, the "
          "source's date, the day on which it was read and how sure that is. PACK is "
          "an id or a file.",
      .examples = "muster pack show instagram-reel\nmuster pack show us --format json"};
  spec.options = {packs_option()};
  spec.takes_config = false;
  spec.takes_words = true;
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().size() != 1) {
    throw UsageError("muster pack show: name one pack; muster pack list has them");
  }
  const AnyPack pack = named(line->words().front(), packs_of(*line)).front();
  Table table({{"what"}, {"value", Table::Align::left, true}});
  Json says = Json::object();
  for (const auto& [key, value] : pack.listing) {
    table.add({key, value});
    says[key] = value;
  }
  print(Json{{"id", pack.id}, {"kind", pack.kind}, {"sha256", pack.hash.hex()}, {"says", says}},
        table,
        line->format());
  return Exit::done;
}

Exit diff(Args args) {
  CommandSpec spec{.name = "pack diff",
                   .synopsis = "OLD NEW",
                   .about =
                       "Shows what differs between two packs, or between two folders of packs, "
                       "limit by limit. Each is an id, a file or a folder. Ends with 3 when they "
                       "differ.",
                   .examples =
                       "muster pack diff instagram-reel packs/placements/instagram-reel.toml\n"
                       "muster pack diff old-packs new-packs"};
  spec.takes_config = false;
  spec.takes_words = true;
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().size() != 2) {
    throw UsageError("muster pack diff: name two packs, files or folders");
  }
  const std::vector<AnyPack> before = named(line->words()[0], shipped_packs());
  const std::vector<AnyPack> after = named(line->words()[1], shipped_packs());
  // Two single packs are compared whatever their ids; in folders the ids pair them.
  const bool single = before.size() == 1 && after.size() == 1;
  const auto partner = [&](const std::vector<AnyPack>& list, const AnyPack& pack) {
    for (const AnyPack& other : list) {
      if (single || (other.id == pack.id && other.kind == pack.kind)) {
        return other;
      }
    }
    return AnyPack{pack.id, pack.kind, {}, {}};
  };
  Table table(
      {{"pack"}, {"what"}, {"old", Table::Align::left, true}, {"new", Table::Align::left, true}});
  Json answer = Json::array();
  const auto add = [&](const AnyPack& old, const AnyPack& now) {
    for (const PackChange& change : compare(old.listing, now.listing)) {
      table.add({now.id, change.key, change.before, change.after});
      answer.push_back(Json{
          {"pack", now.id}, {"what", change.key}, {"old", change.before}, {"new", change.after}});
    }
  };
  for (const AnyPack& old : before) {
    add(old, partner(after, old));
  }
  for (const AnyPack& now : after) {
    if (partner(before, now).listing.empty()) {
      add(partner(before, now), now);
    }
  }
  const bool same = answer.empty();
  if (same && line->format() == Format::table) {
    fmt::print("no difference\n");
  } else {
    print(Json{{"changes", std::move(answer)}}, table, line->format());
  }
  return same ? Exit::done : Exit::findings_failed;
}

int days_option(const CommandLine& line) {
  const std::string text = line.get("max-age");
  int days = kMaxSourceAgeDays;
  if (!text.empty()) {
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), days);
    if (failure != std::errc() || end != text.data() + text.size() || days < 1) {
      throw UsageError(fmt::format("--max-age: '{}' is no number of days", printable(text)));
    }
  }
  return days;
}

// A pack that differs from the shipped one of the same id and version can't be told from it by its
// version.
void compare_with_shipped(const Packs& packs, std::vector<PackRemark>& remarks) {
  const auto look = [&](const auto& own, const auto& shipped) {
    for (const auto& [id, pack] : own) {
      const auto found = shipped.find(id);
      if (found != shipped.end() && found->second.version == pack.version &&
          list_pack(found->second) != list_pack(pack)) {
        remarks.push_back({id,
                           "version",
                           fmt::format("differs from the shipped pack of the same version {}; "
                                       "count the version up",
                                       pack.version)});
      }
    }
  };
  look(packs.placements, shipped_packs().placements);
  look(packs.markets, shipped_packs().markets);
}

Exit check_pack(Args args) {
  CommandSpec spec{.name = "pack check",
                   .synopsis = "[DIR]",
                   .about =
                       "Reads the packs of a folder (else those that ship with Muster) and says "
                       "all that is wrong, with file, line and column; then what is weak: sources "
                       "that were read too long ago, sizes without a unit, changes without a new "
                       "version. Ends with 2 for what is wrong and with 3 for what is weak.",
                   .examples = "muster pack check\nmuster pack check my-packs --max-age 90"};
  spec.options = {{"max-age", "DAYS", "a source read longer ago is stale (180)"},
                  {"today", "DATE", "judge ages as of this day"}};
  spec.takes_config = false;
  spec.takes_words = true;
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().size() > 1) {
    throw UsageError("muster pack check: name one folder at most");
  }
  const bool own = !line->words().empty();
  const Packs packs = own ? load_packs(line->words().front()) : shipped_packs();
  const std::string today =
      line->get("today", to_iso8601(make_system_clock()->now()).substr(0, 10));
  std::vector<PackRemark> remarks = lint_packs(packs, today, days_option(*line));
  if (own) {
    compare_with_shipped(packs, remarks);
  }
  Table table({{"pack"}, {"where"}, {"what", Table::Align::left, true}});
  Json answer = Json::array();
  for (const PackRemark& remark : remarks) {
    table.add({remark.pack, remark.where, remark.what});
    answer.push_back(Json{{"pack", remark.pack}, {"where", remark.where}, {"what", remark.what}});
  }
  if (remarks.empty() && line->format() == Format::table) {
    fmt::print("good: {} placement packs, {} market packs\n",
               packs.placements.size(),
               packs.markets.size());
  } else {
    print(Json{{"remarks", std::move(answer)}}, table, line->format());
  }
  return remarks.empty() ? Exit::done : Exit::findings_failed;
}

constexpr Command kPackSubcommands[] = {
    {"list", "the packs, with version and hash", list_packs},
    {"show", "all that one says, with sources", show_pack},
    {"diff", "what differs between two", diff},
    {"check", "read a folder of packs and say what is wrong and what is weak", check_pack},
    {"shadow",
     "what changed packs or a changed brief would do to everything checked",
     pack_shadow}};

}  // namespace

Exit pack_command(Args args) {
  return dispatch("muster pack", "Rules of placements and markets.", kPackSubcommands, args);
}

}  // namespace muster
