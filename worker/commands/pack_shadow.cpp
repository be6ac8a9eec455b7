#include "worker/commands/pack_shadow.h"

#include "config/brief.h"
#include "core/error.h"
#include "core/json.h"
#include "core/text.h"
#include "storage/blob_store.h"
#include "storage/open.h"
#include "worker/cli/read_file.h"
#include "worker/commands/report.h"
#include "worker/shadow.h"

#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxShadowPackBytes = 4'000'000;
constexpr std::size_t kShownSamples = 5;

const CommandSpec kShadowSpec{
    .name = "pack shadow",
    .synopsis = "[PACK.toml|DIR...] [--brief FILE]",
    .about =
        "Runs changed packs, or a changed brief, over everything that was checked, without "
        "changing "
        "anything: which verdicts would be others, which rules newly fail or no longer do, and "
        "which decisions of people that would contradict. Every submission keeps the rules of its "
        "own verdict but for those that are given here. Ends with 3 where a verdict would change.",
    .examples =
        "muster pack shadow new/placements/instagram-reel.toml\n"
        "muster pack shadow --brief spring-v2.toml --campaign spring --every 10",
    .options = {{"brief", "FILE", "a changed brief"},
                {"campaign", "ID", "only submissions of this campaign"},
                {"every", "N", "a sample: only every Nth submission"}},
    .takes_words = true};

void add_pack(const fs::path& file, Packs& packs) {
  if (fs::is_directory(file)) {
    Packs more = load_packs(file);
    packs.placements.merge(more.placements);
    packs.markets.merge(more.markets);
    return;
  }
  const std::string text = read_file(file, kMaxShadowPackBytes);
  const bool is_market = file.parent_path().filename() == "markets" ||
                         (file.parent_path().filename() != "placements" &&
                          text.find("[[wording]]") != std::string::npos);
  if (is_market) {
    MarketPack pack = parse_market_pack(text, file.native());
    std::string id = pack.id;
    packs.markets.insert_or_assign(std::move(id), std::move(pack));
  } else {
    PlacementPack pack = parse_placement_pack(text, file.native());
    std::string id = pack.id;
    packs.placements.insert_or_assign(std::move(id), std::move(pack));
  }
}

RuleChange read_change(const CommandLine& line) {
  RuleChange change;
  for (const std::string& word : line.words()) {
    add_pack(word, change.packs);
  }
  if (line.has("brief")) {
    change.brief = load_brief(line.get("brief"));
  }
  if (!change.brief && change.packs.placements.empty() && change.packs.markets.empty()) {
    throw UsageError(
        "muster pack shadow: name a changed pack or --brief FILE; see muster pack shadow --help");
  }
  return change;
}

std::size_t step_of(const CommandLine& line) {
  const std::string text = line.get("every", "1");
  std::size_t step = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), step);
  if (failure != std::errc() || end != text.data() + text.size() || step == 0) {
    throw UsageError(fmt::format("--every: '{}' is no number from 1 on", printable(text)));
  }
  return step;
}

struct Flip {
  std::int64_t count = 0;
  std::vector<const ShadowResult*> samples;
};

// What would change, from all results.
struct ShadowSummary {
  explicit ShadowSummary(const std::vector<ShadowResult>& results) {
    for (const ShadowResult& result : results) {
      if (!result.problem.empty()) {
        problems.push_back(&result);
        continue;
      }
      other_engine += result.other_engine ? 1 : 0;
      if (result.then == result.now) {
        ++same;
      } else {
        Flip& flip = flips[{result.then, result.now}];
        ++flip.count;
        if (flip.samples.size() < kShownSamples) {
          flip.samples.push_back(&result);
        }
      }
      for (const std::string& rule : result.newly_failing) {
        ++newly_failing[rule];
      }
      for (const std::string& rule : result.no_longer_failing) {
        ++no_longer_failing[rule];
      }
      if (result.contradicted) {
        contradicted.push_back(&result);
      }
    }
  }

  std::int64_t same = 0;
  std::int64_t other_engine = 0;
  std::map<std::pair<VerdictKind, VerdictKind>, Flip> flips;
  std::map<std::string, std::int64_t> newly_failing;
  std::map<std::string, std::int64_t> no_longer_failing;
  std::vector<const ShadowResult*> contradicted;
  std::vector<const ShadowResult*> problems;
};

Json counts_as_json(const std::map<std::string, std::int64_t>& counts) {
  Json list = Json::array();
  for (const auto& [rule, count] : counts) {
    list.push_back(Json{{"rule", rule}, {"submissions", count}});
  }
  return list;
}

Json shadow_as_json(const ShadowSummary& summary, std::size_t judged, std::int64_t untouched) {
  Json answer{{"judged", judged},
              {"untouched", untouched},
              {"same", summary.same},
              {"other_engine", summary.other_engine}};
  answer["flips"] = Json::array();
  for (const auto& [kinds, flip] : summary.flips) {
    Json samples = Json::array();
    for (const ShadowResult* sample : flip.samples) {
      samples.push_back(Json{{"submission", raw(sample->submission)},
                             {"why_then", sample->why_then},
                             {"why_now", sample->why_now}});
    }
    answer["flips"].push_back(Json{{"from", to_string(kinds.first)},
                                   {"to", to_string(kinds.second)},
                                   {"submissions", flip.count},
                                   {"samples", std::move(samples)}});
  }
  answer["newly_failing"] = counts_as_json(summary.newly_failing);
  answer["no_longer_failing"] = counts_as_json(summary.no_longer_failing);
  answer["contradicted"] = Json::array();
  for (const ShadowResult* result : summary.contradicted) {
    answer["contradicted"].push_back(Json{{"submission", raw(result->submission)},
                                          {"decision", to_string(result->contradicted->kind)},
                                          {"by", result->contradicted->actor.name},
                                          {"note", result->contradicted->note},
                                          {"now", to_string(result->now)},
                                          {"why_now", result->why_now}});
  }
  answer["problems"] = Json::array();
  for (const ShadowResult* result : summary.problems) {
    answer["problems"].push_back(
        Json{{"submission", raw(result->submission)}, {"problem", result->problem}});
  }
  return answer;
}

void print_counts(std::string_view title, const std::map<std::string, std::int64_t>& counts) {
  for (const auto& [rule, count] : counts) {
    fmt::print("{} {:>6} x {}\n", title, count, rule);
  }
}

void print_summary(const ShadowSummary& summary, std::size_t judged, std::int64_t untouched) {
  fmt::print(
      "{} submissions judged by the changed rules, {} not touched by them; {} verdicts stay\n",
      judged,
      untouched,
      summary.same);
  if (summary.other_engine > 0) {
    fmt::print("{} were judged by another engine then; they are compared with this one's verdict\n",
               summary.other_engine);
  }
  for (const auto& [kinds, flip] : summary.flips) {
    fmt::print("\n{} {} -> {}\n",
               flip.count,
               styled(to_string(kinds.first), style_of(to_string(kinds.first))),
               styled(to_string(kinds.second), style_of(to_string(kinds.second))));
    for (const ShadowResult* sample : flip.samples) {
      fmt::print("  submission {}: {}\n", raw(sample->submission), printable(sample->why_now));
    }
    if (flip.count > static_cast<std::int64_t>(flip.samples.size())) {
      fmt::print("  and {} more\n", flip.count - static_cast<std::int64_t>(flip.samples.size()));
    }
  }
  if (!summary.newly_failing.empty() || !summary.no_longer_failing.empty()) {
    fmt::print("\n");
  }
  print_counts("newly failing    ", summary.newly_failing);
  print_counts("no longer failing", summary.no_longer_failing);
  for (const ShadowResult* result : summary.contradicted) {
    fmt::print("\ncontradicts {} ({}) of submission {}{}: now {}, {}\n",
               result->contradicted->actor.name,
               to_string(result->contradicted->kind),
               raw(result->submission),
               result->contradicted->note.empty()
                   ? ""
                   : ", \"" + printable(result->contradicted->note) + "\"",
               to_string(result->now),
               printable(result->why_now));
  }
  for (const ShadowResult* result : summary.problems) {
    fmt::print("\nsubmission {} could not be judged: {}\n",
               raw(result->submission),
               printable(result->problem));
  }
}

Table flip_table(const ShadowSummary& summary) {
  Table table({{"from"}, {"to"}, {"submissions", Table::Align::right}});
  for (const auto& [kinds, flip] : summary.flips) {
    table.add({std::string(to_string(kinds.first)),
               std::string(to_string(kinds.second)),
               std::to_string(flip.count)});
  }
  return table;
}

}  // namespace

Exit pack_shadow(Args args) {
  const auto line = CommandLine::parse(kShadowSpec, args);
  if (!line) {
    return Exit::done;
  }
  RuleChange change = read_change(*line);
  const std::size_t step = step_of(*line);
  const Config config = line->load_config();
  const auto clock = make_system_clock();
  const auto store =
      open_store(config.store_url, config.data_directory, OpenMode::read_only, *clock);
  const auto blobs = open_blob_store(config.blobs_url, config.data_directory);
  const auto decoder = make_decoder({.program = {}, .limits = config.decode});

  Shadow shadow(std::move(change), config, *store, *blobs, *decoder);
  std::int64_t untouched = 0;
  const std::vector<SubmissionId> affected = shadow.affected(line->get("campaign"), untouched);
  std::vector<SubmissionId> chosen;
  for (std::size_t i = 0; i < affected.size(); i += step) {
    chosen.push_back(affected[i]);
  }
  fmt::print(stderr,
             "{} of {} submissions are to be judged again\n",
             chosen.size(),
             affected.size() + static_cast<std::size_t>(untouched));
  std::vector<ShadowResult> results;
  {
    ProgressBar bar("judging");
    results = judge_all(shadow, chosen, [&](std::size_t done) {
      bar.show(static_cast<std::int64_t>(done), static_cast<std::int64_t>(chosen.size()));
    });
  }
  const ShadowSummary summary(results);
  if (line->format() == Format::table) {
    print_summary(summary, results.size(), untouched);
  } else {
    print(shadow_as_json(summary, results.size(), untouched), flip_table(summary), line->format());
  }
  return summary.flips.empty() ? Exit::done : Exit::findings_failed;
}

}  // namespace muster
