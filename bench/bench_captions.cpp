#include "bench/bench.h"
#include "config/packs.h"
#include "extractors/media/disclosure_rules.h"

#include <chrono>
#include <ctime>
#include <iostream>
#include <random>
#include <regex>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr const char* kOpenings[] = {"#ad ",
                                     "Ad: ",
                                     "Sponsored by Fizzolo. ",
                                     "",
                                     "",
                                     "Anzeige | ",
                                     "Collaboration commerciale avec Fizzolo: ",
                                     "#sp "};
constexpr const char* kSentences[] = {
    "Straight from the fridge with orange, lemon and way too much ice.",
    "Day three by the pool and this is still winning.",
    "Tag somebody who needs an adventure this weekend 🍋",
    "Meine Lieblingssorte diesen Sommer, eiskalt am besten!",
    "Un petit verre en terrasse et la journée est parfaite.",
    "My honest morning routine, no filter, one can, zero plans."};
constexpr const char* kTags[] = {
    "#summer", "#adidas", "#PopOpenTheSunshine", "#drinks", "@fizzolo"};

// About 130 characters each, as captions are: a label in most, tags behind.
std::vector<std::string> make_captions(std::size_t count) {
  std::mt19937 random(20261122);
  std::vector<std::string> captions;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text = kOpenings[random() % std::size(kOpenings)];
    text += kSentences[random() % std::size(kSentences)];
    text += "\n";
    text += kSentences[random() % std::size(kSentences)];
    for (std::size_t tag = random() % 4; tag > 0; --tag) {
      text += std::string(" ") + kTags[random() % std::size(kTags)];
    }
    captions.push_back(std::move(text));
  }
  return captions;
}

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// What many tools do instead: one case-insensitive expression of all words.
std::string plain_expression() {
  std::string text;
  for (const auto& [id, pack] : shipped_packs().markets) {
    for (const DisclosureWording& wording : pack.wordings) {
      if (wording.text.find('{') == std::string::npos) {
        text += (text.empty() ? "" : "|") + wording.text;
      }
    }
  }
  return "\\b(" + text + ")\\b";
}

}  // namespace

int bench_captions(std::span<const std::string> args) {
  const std::size_t count = args.empty() ? 100'000 : std::stoul(args[0]);
  const std::vector<std::string> captions = make_captions(count);
  std::size_t bytes = 0;
  for (const std::string& caption : captions) {
    bytes += caption.size();
  }
  std::vector<const MarketPack*> markets;
  for (const auto& [id, pack] : shipped_packs().markets) {
    markets.push_back(&pack);
  }
  const DisclosureLexicon lexicon(markets, "Fizzolo");
  fmt::print("{} captions of {} bytes on average, {} market packs\n",
             count,
             bytes / count,
             markets.size());

  double from = processor_seconds();
  std::size_t labels = 0;
  for (const std::string& text : captions) {
    for (const MarketReading& reading : lexicon.read(read_caption(text))) {
      labels += reading.hits.size();
    }
  }
  const double engine = processor_seconds() - from;
  fmt::print("read, all markets: {:.0f} captions/s ({} labels)\n",
             static_cast<double>(count) / engine,
             labels);

  // With findings as people read them; one in ten, because it is slower.
  Brief brief;
  brief.sponsor = "Fizzolo";
  const PlacementPack& placement = shipped_packs().placements.at("instagram-feed");
  from = processor_seconds();
  std::size_t findings = 0;
  for (std::size_t i = 0; i < count; i += 10) {
    Manifest manifest;
    manifest.caption = captions[i];
    const std::vector<SeenMedia> media;
    const CheckInput input{.manifest = manifest,
                           .media = media,
                           .brief = brief,
                           .placement = &placement,
                           .markets = markets};
    findings += check_disclosure(input, lexicon, read_caption(manifest.caption)).size();
  }
  const double full = processor_seconds() - from;
  fmt::print("with every finding in words: {:.0f} captions/s ({} findings)\n",
             static_cast<double>(count) / 10 / full,
             findings);

  const std::regex expression(plain_expression(),
                              std::regex::ECMAScript | std::regex::icase | std::regex::optimize);
  from = processor_seconds();
  std::size_t hits = 0;
  for (std::size_t i = 0; i < count; i += 10) {
    hits += std::regex_search(captions[i], expression) ? 1 : 0;
  }
  const double plain = processor_seconds() - from;
  fmt::print("a plain regex pass (std::regex, first hit only): {:.0f} captions/s ({} hits)\n",
             static_cast<double>(count) / 10 / plain,
             hits);
  fmt::print("ratio, reading to regex: {:.1f}\n", plain * 10 / engine);
  return 0;
}

}  // namespace muster
