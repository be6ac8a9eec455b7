#include "core/text.h"
#include "extractors/media/brief_finding.h"
#include "extractors/media/checks.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

// What the brief asks of the submission as such: how many files, for where, with which rights.
class IntakeCheck : public Check {
 public:
  std::string_view name() const override { return "intake"; }

  std::vector<Finding> run(const CheckInput& input) const override {
    std::vector<Finding> findings;
    findings.push_back(item_count(input));
    findings.push_back(placement(input));
    if (std::optional<Finding> finding = markets(input)) {
      findings.push_back(std::move(*finding));
    }
    findings.push_back(rights(input));
    return findings;
  }

 private:
  Finding finding_of(const Brief& brief,
                     std::string_view rule,
                     Outcome outcome,
                     std::string message) const {
    return brief_finding(brief, name(), rule, outcome, std::move(message));
  }

  Finding item_count(const CheckInput& input) const {
    const auto count = static_cast<int>(input.media.size());
    const int min = input.brief.min_items;
    const int max = input.brief.max_items;
    const bool fits = count >= min && (max == 0 || count <= max);
    Finding finding = finding_of(input.brief,
                                 "item_count",
                                 fits ? Outcome::pass : Outcome::fail,
                                 fmt::format("has {} {}", count, count == 1 ? "file" : "files"));
    finding.measured = std::to_string(count);
    finding.measured_value = count;
    finding.unit = "files";
    finding.threshold =
        max == 0 ? fmt::format("at least {}", min) : fmt::format("{} to {}", min, max);
    if (!fits) {
      finding.message += fmt::format("; the brief asks for {}", finding.threshold);
      finding.remedy = count < min ? fmt::format("Add {} more.", min - count)
                                   : fmt::format("Leave out {}.", count - max);
      finding.reason_code = "item_count";
    }
    return finding;
  }

  Finding placement(const CheckInput& input) const {
    const std::string& named = !input.manifest.placement.empty() ? input.manifest.placement
                                                                 : input.brief.default_placement;
    const std::vector<std::string>& allowed = input.brief.placements;
    const std::string choices =
        allowed.empty() ? std::string("such as instagram-reel") : join(allowed, ", ");
    Finding finding;
    if (named.empty() && input.placement == nullptr) {
      finding = finding_of(
          input.brief,
          "placement",
          Outcome::could_not_check,
          "does not say where it is to be published, so no limits can be held against it");
      finding.remedy = fmt::format("Name the placement: {}.", choices);
      finding.reason_code = "placement_unknown";
      return finding;
    }
    const std::string id = input.placement != nullptr ? input.placement->id : named;
    const bool is_allowed =
        allowed.empty() || std::find(allowed.begin(), allowed.end(), id) != allowed.end();
    if (!is_allowed) {
      finding =
          finding_of(input.brief,
                     "placement",
                     Outcome::fail,
                     fmt::format("is meant for {}, which the brief does not allow", printable(id)));
      finding.remedy = fmt::format("Submit it for one of: {}.", choices);
      finding.reason_code = "placement_not_allowed";
    } else if (input.placement == nullptr) {
      finding = finding_of(
          input.brief,
          "placement",
          Outcome::could_not_check,
          fmt::format("names the placement {}, of which we have no limits", printable(id)));
      finding.remedy = fmt::format("Check the spelling, or name another placement: {}.", choices);
      finding.reason_code = "placement_unknown";
    } else {
      finding = finding_of(input.brief,
                           "placement",
                           Outcome::pass,
                           fmt::format("is meant for {}", input.placement->name));
    }
    finding.measured = id;
    finding.threshold = join(allowed, ", ");
    return finding;
  }

  // Only where a market is named of which we have no pack: its rules were not looked at.
  std::optional<Finding> markets(const CheckInput& input) const {
    const std::vector<std::string>& named =
        input.manifest.markets.empty() ? input.brief.markets : input.manifest.markets;
    std::vector<std::string> unknown;
    for (const std::string& market : named) {
      const bool known = std::any_of(input.markets.begin(),
                                     input.markets.end(),
                                     [&](const MarketPack* pack) { return pack->id == market; });
      if (!known) {
        unknown.push_back(printable(market));
      }
    }
    if (unknown.empty()) {
      return std::nullopt;
    }
    Finding finding = finding_of(
        input.brief,
        "markets",
        Outcome::could_not_check,
        fmt::format("is meant for the market {}, whose rules we do not have", join(unknown, ", ")));
    finding.remedy = "Check the spelling, or add a pack for that market.";
    finding.measured = join(unknown, ", ");
    return finding;
  }

  Finding rights(const CheckInput& input) const {
    const std::optional<Rights>& rights =
        input.manifest.rights ? input.manifest.rights : input.brief.rights;
    if (!rights) {
      Finding finding = finding_of(input.brief,
                                   "rights",
                                   Outcome::warn,
                                   "comes without rights of use, and the brief gives none");
      finding.remedy = "Add the rights: channels, countries, uses, and until when.";
      finding.reason_code = "rights_missing";
      return finding;
    }
    if (rights->starts_at && rights->ends_at && *rights->starts_at >= *rights->ends_at) {
      Finding finding = finding_of(
          input.brief, "rights", Outcome::fail, "the rights of use end before they begin");
      finding.measured = to_iso8601(*rights->starts_at) + " to " + to_iso8601(*rights->ends_at);
      finding.remedy = "Correct the dates of the rights.";
      finding.reason_code = "rights_missing";
      return finding;
    }
    return finding_of(input.brief,
                      "rights",
                      Outcome::pass,
                      input.manifest.rights ? "comes with its rights of use"
                                            : "has the rights of use that the brief gives");
  }
};

}  // namespace

std::unique_ptr<Check> make_intake_check() {
  return std::make_unique<IntakeCheck>();
}

}  // namespace muster
