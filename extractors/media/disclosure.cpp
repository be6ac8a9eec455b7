#include "core/text.h"
#include "extractors/media/caption_disclosure.h"
#include "extractors/media/checks.h"
#include "extractors/media/disclosure_rules.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

std::string_view family_of(const Finding& finding) {
  return std::string_view(finding.rule_id).substr(finding.rule_id.find_last_of('.') + 1);
}

// As it would begin a caption: "#paid", "Ad".
std::string as_label(const DisclosureWording& wording, std::string text) {
  if (wording.hashtag_only) {
    return text.starts_with('#') ? text : '#' + text;
  }
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  }
  return text;
}

// A wording that all the markets accept when the caption begins with it; else one for each market.
std::string accepted_wording(const DisclosureLexicon& lexicon) {
  const std::vector<const MarketPack*>& markets = lexicon.markets();
  const std::string& sponsor = lexicon.sponsor();
  const auto accepts = [](const MarketReading& reading) {
    return !reading.contradiction && !reading.hits.empty() &&
           reading.hits.front().worth() == WordingVerdict::accept;
  };
  std::vector<std::string> one_each;
  for (std::size_t market = 0; market < markets.size(); ++market) {
    std::string own;
    for (const DisclosureWording& wording : markets[market]->wordings) {
      const std::optional<std::string> text = wording_text(wording, sponsor);
      if (wording.verdict != WordingVerdict::accept || wording.spoken || !text) {
        continue;
      }
      const std::string shown = as_label(wording, *text);
      const std::vector<MarketReading> readings = lexicon.read(read_caption(shown));
      if (std::all_of(readings.begin(), readings.end(), accepts)) {
        return fmt::format("\"{}\"", shown);
      }
      own = own.empty() && accepts(readings[market]) ? shown : own;
    }
    if (!own.empty()) {
      one_each.push_back(fmt::format("\"{}\" ({})", own, markets[market]->name));
    }
  }
  return join(one_each, " and ");
}

bool anything_read(const CheckInput& input) {
  return std::any_of(input.media.begin(), input.media.end(), [](const SeenMedia& media) {
    return media.texts_were_read || media.transcript;
  });
}

// Does the caption say that it is advertising, in words that each market accepts, and where readers
// see it? Where a submission is meant for several markets, the strictest answer of each rule family
// stands, and the finding names the market that gave it.
class DisclosureCheck : public Check {
 public:
  std::string_view name() const override { return "disclosure"; }

  std::vector<Finding> run(const CheckInput& input) const override {
    if (!input.brief.disclosure_required) {
      return {plain(
          "disclosure.not_required", Outcome::not_applicable, "the brief asks for no disclosure")};
    }
    std::vector<Finding> findings = held_against_markets(input);
    if (input.placement != nullptr && input.placement->platform_label.holds) {
      findings.push_back(platform_label(*input.placement, input.manifest.platform_label));
    }
    return findings;
  }

 private:
  std::vector<Finding> held_against_markets(const CheckInput& input) const {
    if (input.markets.empty()) {
      Finding finding =
          plain("disclosure.markets",
                Outcome::could_not_check,
                "no market is known, so no disclosure rules were held against the caption");
      finding.remedy = "Name the markets in the brief or in the submission.";
      return {finding};
    }
    const Caption caption = read_caption(input.manifest.caption);
    if (caption.size() == 0 && !anything_read(input)) {
      Finding finding = plain("disclosure.caption",
                              Outcome::could_not_check,
                              "there is no caption; whether pictures or sound disclose the "
                              "advertising was not checked");
      finding.remedy = "Send the caption, or let a person look for the label in the pictures.";
      return {finding};
    }
    return check_disclosure(input, DisclosureLexicon(input.markets, input.brief.sponsor), caption);
  }

  // The platform's own label, by the terms of the platform: what a market thinks of it is
  // disclosure_rules.cpp's.
  Finding platform_label(const PlacementPack& pack, PlatformLabel label) const {
    Finding finding = plain(pack.id + ".platform-label", Outcome::pass, "");
    finding.pack_id = pack.id;
    finding.pack_version = pack.hash.short_hex();
    finding.measured = to_string(label);
    finding.threshold = to_string(PlatformLabel::on);
    finding.source = pack.platform_label.source;
    if (label == PlatformLabel::on) {
      finding.message = fmt::format("the label that {} itself asks for is on", pack.name);
    } else if (label == PlatformLabel::not_told) {
      // It is set when the post is published, which may be after this look at it.
      finding.outcome = Outcome::not_applicable;
      finding.message = fmt::format(
          "{} asks for the platform's own label; nobody said whether it is on yet", pack.name);
    } else {
      finding.outcome = outcome_of_rule(finding.source);
      finding.message = fmt::format(
          "the platform's own label is off; {} requires it of posts that advertise", pack.name);
      finding.remedy = "Switch on the platform's own setting for posts that advertise.";
      finding.reason_code = "disclosure_weak";
    }
    return finding;
  }

  Finding plain(std::string rule_id, Outcome outcome, std::string message) const {
    Finding finding;
    finding.check = name();
    finding.rule_id = std::move(rule_id);
    finding.outcome = outcome;
    finding.message = std::move(message);
    return finding;
  }
};

void add_wording_remedy(const DisclosureLexicon& lexicon, std::vector<Finding>& findings) {
  for (Finding& finding : findings) {
    if (family_of(finding) == "wording" && finding.outcome != Outcome::pass) {
      const std::string wording = accepted_wording(lexicon);
      if (!wording.empty()) {
        finding.remedy = fmt::format("Begin the caption with {}.", wording);
      }
    }
  }
}

}  // namespace

std::vector<Finding> check_disclosure(const CheckInput& input,
                                      const DisclosureLexicon& lexicon,
                                      const Caption& caption) {
  const std::vector<MarketReading> readings = lexicon.read(caption);
  const std::vector<std::optional<HeardMedia>> heard = hear(input, lexicon);
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const MarketPack& market = *lexicon.markets()[i];
    std::vector<Finding> own = caption_findings(input, caption, market, readings[i]);
    add_market_rules({input, lexicon, caption, market, i, readings[i], heard}, own);
    for (Finding& finding : own) {
      const auto same = std::find_if(findings.begin(), findings.end(), [&](const Finding& other) {
        return family_of(other) == family_of(finding) && other.place.item == finding.place.item;
      });
      if (same == findings.end()) {
        findings.push_back(std::move(finding));
      } else if (severity(finding.outcome) > severity(same->outcome)) {
        *same = std::move(finding);
      }
    }
  }
  add_wording_remedy(lexicon, findings);
  return findings;
}

std::unique_ptr<Check> make_disclosure_check() {
  return std::make_unique<DisclosureCheck>();
}

}  // namespace muster
