#include "extractors/media/caption_disclosure.h"

#include "core/text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {
// Where the cut of a placement is not known: the shortest one that we know of shows this much.
constexpr std::int64_t kAlwaysShownUnits = 80;
// Where only the characters of a cut are known: house policy, after Later's "within the first three
// lines".
constexpr int kUsualFoldLines = 3;
// Labels beyond so many cannot stand better than the ones before.
constexpr std::size_t kMaxLabels = 256;

// Where a label ends, as a screen counts it.
struct ScreenPlace {
  std::int64_t units = 0;  // UTF-16 units up to its end
  int lines = 1;           // lines up to and with its own
};

class DisclosureReader {
 public:
  DisclosureReader(const CheckInput& input, const Caption& caption)
      : input_(input), text_(input.manifest.caption), caption_(caption) {
    units_before_.push_back(0);
    line_of_.push_back(1);
    char32_t previous = 0;
    for (const char32_t c : to_code_points(text_)) {
      const bool line_end =
          c == '\r' || (c == '\n' && previous != '\r') || c == 0x2028 || c == 0x2029;
      const bool is_pair = c > 0xFFFF && (input_.placement == nullptr ||
                                          input_.placement->fold_unit == TextUnit::utf16);
      units_before_.push_back(units_before_.back() + (is_pair ? 2 : 1));
      line_of_.push_back(line_of_.back() + (line_end ? 1 : 0));
      previous = c;
    }
  }

  // The findings of one market, one a rule family, in a fixed order.
  std::vector<Finding> read(const MarketPack& market, const MarketReading& reading) const {
    std::vector<Finding> findings;
    findings.push_back(wording(market, reading));
    const bool labeled = findings.front().outcome != Outcome::fail;
    if (reading.contradiction) {
      findings.push_back(contradicted(market, *reading.contradiction));
    } else if (labeled && !market.contradictions.empty()) {
      findings.push_back(
          market_finding(market, "contradiction", Outcome::pass, "nothing takes the label back"));
    }
    if (labeled) {
      add_placement(market, reading, findings);
    }
    return findings;
  }

 private:
  TextSpan span(const PhraseHit& where) const {
    return caption_.folded.span(caption_.tokens[where.first].begin,
                                caption_.tokens[where.last].end);
  }
  std::string quote(const PhraseHit& where) const { return printable(text_at(text_, span(where))); }

  static std::vector<const LabelHit*> hits_worth(const MarketReading& reading,
                                                 WordingVerdict worth) {
    std::vector<const LabelHit*> hits;
    for (const LabelHit& hit : reading.hits) {
      if (hit.worth() == worth && hits.size() < kMaxLabels) {
        hits.push_back(&hit);
      }
    }
    return hits;
  }

  // The labels that count: the accepted ones, else the weak ones.
  static std::vector<const LabelHit*> usable_hits(const MarketReading& reading) {
    std::vector<const LabelHit*> hits = hits_worth(reading, WordingVerdict::accept);
    return hits.empty() ? hits_worth(reading, WordingVerdict::weak) : hits;
  }

  Finding wording(const MarketPack& market, const MarketReading& reading) const {
    const std::vector<const LabelHit*> usable = usable_hits(reading);
    if (!usable.empty()) {
      return usable_wording(market, *usable.front());
    }
    Finding finding;
    if (!reading.hits.empty()) {
      const LabelHit& hit = reading.hits.front();
      finding = market_finding(
          market,
          "wording",
          Outcome::fail,
          fmt::format("\"{}\" does not tell readers that this is advertising", quote(hit.where)));
      finding.reason_code = "disclosure_weak";
      finding.source = hit.wording->source;
      finding.place.text = span(hit.where);
      finding.measured = quote(hit.where);
    } else {
      finding = market_finding(
          market, "wording", Outcome::fail, "the caption does not say that this is advertising");
      finding.reason_code = "disclosure_missing";
      const auto accepted = std::find_if(
          market.wordings.begin(), market.wordings.end(), [](const DisclosureWording& candidate) {
            return candidate.verdict == WordingVerdict::accept && !candidate.spoken;
          });
      finding.source = accepted == market.wordings.end() ? RuleSource() : accepted->source;
    }
    finding.threshold = "an accepted wording";
    return finding;
  }

  Finding usable_wording(const MarketPack& market, const LabelHit& hit) const {
    const std::string quoted = quote(hit.where);
    Finding finding;
    if (hit.worth() == WordingVerdict::accept) {
      finding = market_finding(
          market, "wording", Outcome::pass, fmt::format("\"{}\" is an accepted label", quoted));
    } else {
      const bool wording_is_weak = hit.wording->verdict == WordingVerdict::weak;
      std::string_view why = "is not clear enough as a label";
      if (!wording_is_weak && hit.standing == Standing::broken_hashtag) {
        why = "has a blank after its '#', so that it is no hashtag";
      } else if (!wording_is_weak && hit.standing == Standing::in_sentence) {
        why = "stands within a sentence, where it may mean something else";
      }
      finding =
          market_finding(market, "wording", Outcome::warn, fmt::format("\"{}\" {}", quoted, why));
      finding.reason_code = "disclosure_weak";
    }
    finding.measured = quoted;
    finding.threshold = "an accepted wording";
    finding.source = hit.wording->source;
    finding.place.text = span(hit.where);
    return finding;
  }

  Finding contradicted(const MarketPack& market, const PhraseHit& where) const {
    Finding finding =
        market_finding(market,
                       "contradiction",
                       Outcome::fail,
                       fmt::format("\"{}\" denies that this is advertising", quote(where)));
    finding.measured = quote(where);
    finding.remedy = fmt::format("Remove \"{}\".", quote(where));
    finding.reason_code = "disclosure_contradicted";
    finding.place.text = span(where);
    return finding;
  }

  // The label that stands best decides; all rules are about the same one.
  void add_placement(const MarketPack& market,
                     const MarketReading& reading,
                     std::vector<Finding>& findings) const {
    std::vector<Finding> best;
    int least = -1;
    for (const LabelHit* hit : usable_hits(reading)) {
      std::vector<Finding> placed = placement(market, *hit);
      int sum = 0;
      for (const Finding& finding : placed) {
        // One fail is worse than any number of warnings.
        sum += finding.outcome == Outcome::pass ? 0 : 1 << 3 * severity(finding.outcome);
      }
      if (least < 0 || sum < least) {
        least = sum;
        best = std::move(placed);
      }
      if (least == 0) {
        break;
      }
    }
    std::move(best.begin(), best.end(), std::back_inserter(findings));
  }

  std::vector<Finding> placement(const MarketPack& market, const LabelHit& hit) const {
    std::vector<Finding> findings;
    if (market.before_fold) {
      findings.push_back(before_fold(market, hit));
    }
    if (market.max_hashtag_run > 0 && hit.is_hashtag) {
      findings.push_back(hashtag_pile(market, hit));
    }
    if (market.first_hashtags > 0 && hit.is_hashtag) {
      findings.push_back(among_first(market, hit));
    }
    for (Finding& finding : findings) {
      finding.place.text = span(hit.where);
      if (finding.outcome == Outcome::fail || finding.outcome == Outcome::warn) {
        finding.reason_code = "disclosure_hidden";
        finding.remedy =
            fmt::format("Move \"{}\" to the very beginning of the caption.", quote(hit.where));
      }
    }
    return findings;
  }

  ScreenPlace place_of(const LabelHit& hit) const {
    const TextSpan where = span(hit.where);
    return {units_before_[static_cast<std::size_t>(where.end)],
            line_of_[static_cast<std::size_t>(where.begin)]};
  }

  Finding before_fold(const MarketPack& market, const LabelHit& hit) const {
    const ScreenPlace place = place_of(hit);
    const int fold_units = input_.placement == nullptr ? 0 : input_.placement->fold_units;
    const int pack_lines = input_.placement == nullptr ? 0 : input_.placement->fold_lines;
    const int fold_lines = pack_lines == 0 && fold_units > 0 ? kUsualFoldLines : pack_lines;
    const std::string where = fmt::format(
        "\"{}\" ends at character {} in line {}", quote(hit.where), place.units, place.lines);
    Finding finding;
    if (fold_units > 0 || fold_lines > 0) {
      const bool shown = (fold_units == 0 || place.units <= fold_units) &&
                         (fold_lines == 0 || place.lines <= fold_lines);
      const std::string fold = describe_fold(fold_units, fold_lines);
      finding = market_finding(
          market,
          "before_fold",
          shown ? Outcome::pass : Outcome::fail,
          fmt::format("{}; {} shows {} before \"more\"", where, input_.placement->name, fold));
      finding.threshold = fold;
    } else {
      const bool shown = place.units <= kAlwaysShownUnits && place.lines == 1;
      finding = market_finding(
          market,
          "before_fold",
          shown ? Outcome::pass : Outcome::could_not_check,
          shown ? where
                : where + "; it is not known how much this placement shows before \"more\"");
    }
    finding.measured = fmt::format("character {}, line {}", place.units, place.lines);
    finding.measured_value = static_cast<double>(place.units);
    finding.unit = "characters";
    finding.source = market.before_fold_source;
    return finding;
  }

  static std::string describe_fold(int units, int lines) {
    if (units == 0) {
      return fmt::format("{} lines", lines);
    }
    return lines == 0 ? fmt::format("{} characters", units)
                      : fmt::format("{} characters and {} lines", units, lines);
  }

  Finding hashtag_pile(const MarketPack& market, const LabelHit& hit) const {
    const std::size_t run = hashtag_run(caption_, hit.where.first);
    const bool pile = run > static_cast<std::size_t>(market.max_hashtag_run);
    // A label that opens the caption is read first, whatever follows it.
    const Outcome outcome = !pile                  ? Outcome::pass
                            : hit.where.first == 0 ? Outcome::warn
                                                   : Outcome::fail;
    Finding finding = market_finding(
        market,
        "hashtag_run",
        outcome,
        fmt::format("\"{}\" stands {} {}",
                    quote(hit.where),
                    outcome == Outcome::warn ? "at the head of" : "in a row of",
                    outcome == Outcome::warn ? fmt::format("a row of {} hashtags", run)
                    : run == 1               ? std::string("1 hashtag")
                                             : fmt::format("{} hashtags", run)));
    finding.measured = std::to_string(run);
    finding.measured_value = static_cast<double>(run);
    finding.threshold = fmt::format("at most {}", market.max_hashtag_run);
    finding.unit = "hashtags";
    finding.source = market.hashtag_run_source;
    return finding;
  }

  Finding among_first(const MarketPack& market, const LabelHit& hit) const {
    const std::size_t position = hashtags_before(caption_, hit.where.first) + 1;
    const bool among = position <= static_cast<std::size_t>(market.first_hashtags);
    Finding finding =
        market_finding(market,
                       "first_hashtags",
                       among ? Outcome::pass : Outcome::fail,
                       fmt::format("\"{}\" is hashtag number {}; it must be among the first {}",
                                   quote(hit.where),
                                   position,
                                   market.first_hashtags));
    finding.measured = std::to_string(position);
    finding.measured_value = static_cast<double>(position);
    finding.threshold = fmt::format("among the first {}", market.first_hashtags);
    finding.unit = "hashtags";
    finding.source = market.first_hashtags_source;
    return finding;
  }

  const CheckInput& input_;
  const std::string& text_;
  const Caption& caption_;
  std::vector<std::int64_t> units_before_;  // by code point
  std::vector<int> line_of_;
};

}  // namespace

Finding market_finding(const MarketPack& market,
                       std::string_view rule,
                       Outcome outcome,
                       std::string_view message) {
  Finding finding;
  finding.check = "disclosure";
  finding.rule_id = fmt::format("market-{}.{}", market.id, rule);
  finding.outcome = outcome;
  finding.message = fmt::format("{}: {}", market.name, message);
  finding.pack_id = fmt::format("market-{}", market.id);
  finding.pack_version = market.hash.short_hex();
  return finding;
}

std::vector<Finding> caption_findings(const CheckInput& input,
                                      const Caption& caption,
                                      const MarketPack& market,
                                      const MarketReading& reading) {
  return DisclosureReader(input, caption).read(market, reading);
}

}  // namespace muster
