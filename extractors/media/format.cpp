#include "core/text.h"
#include "extractors/media/checks.h"
#include "extractors/media/placement_rules.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

std::string cite(const RuleSource& source) {
  return source.date.empty() ? source.text : fmt::format("{}, {}", source.text, source.date);
}

bool applies_to(const PlacementRule& rule, MediaKind kind) {
  return rule.applies_to.empty() || rule.applies_to == "any" || rule.applies_to == to_string(kind);
}

bool could_decode(const MediaFacts& facts) {
  return facts.integrity != Integrity::unreadable && facts.integrity != Integrity::refused &&
         facts.integrity != Integrity::crashed;
}

// Holds files and caption against the rules of the placement pack.
class FormatCheck : public Check {
 public:
  std::string_view name() const override { return "format"; }

  std::vector<Finding> run(const CheckInput& input) const override {
    if (input.placement == nullptr) {
      Finding finding;
      finding.check = name();
      finding.rule_id = "format.placement";
      finding.outcome = Outcome::could_not_check;
      finding.message = "no limits were held against it, because its placement is not known";
      finding.reason_code = "placement_unknown";
      return {finding};
    }
    const PlacementPack& pack = *input.placement;
    std::vector<Finding> findings;
    for (std::size_t i = 0; i < input.media.size(); ++i) {
      check_item(pack, input.media[i].facts, static_cast<int>(i), findings);
    }
    check_caption(pack, input, findings);
    if (findings.empty()) {
      findings.push_back(about_pack(pack,
                                    "none",
                                    Outcome::not_applicable,
                                    fmt::format("{} has no rule about this", pack.name)));
    }
    return findings;
  }

 private:
  Finding about_pack(const PlacementPack& pack,
                     std::string_view rule,
                     Outcome outcome,
                     std::string message) const {
    Finding finding;
    finding.check = name();
    finding.rule_id = fmt::format("format.{}", rule);
    finding.outcome = outcome;
    finding.message = std::move(message);
    finding.pack_id = pack.id;
    finding.pack_version = pack.hash.short_hex();
    return finding;
  }

  void check_item(const PlacementPack& pack,
                  const MediaFacts& facts,
                  int item,
                  std::vector<Finding>& findings) const {
    const std::size_t before = findings.size();
    std::vector<std::string> not_measured;
    for (const PlacementRule& rule : pack.rules) {
      const bool kind_fits = facts.kind() == MediaKind::unknown || applies_to(rule, facts.kind());
      const bool shape_fits = has_shape(facts, rule.shape);
      if (is_submission_property(rule.property) || !kind_fits || !shape_fits) {
        continue;
      }
      const Measurement measurement = measure(rule.property, facts);
      if (measurement.state == Measurement::State::unknown && !could_decode(facts)) {
        not_measured.emplace_back(noun_of(rule.property));
      } else if (facts.kind() != MediaKind::unknown || applies_to(rule, MediaKind::unknown)) {
        add(pack, rule, measurement, facts, findings);
      }
    }
    if (!not_measured.empty()) {
      findings.push_back(undecoded(pack, not_measured));
    }
    if (findings.size() == before) {
      findings.push_back(about_pack(
          pack,
          "none",
          Outcome::not_applicable,
          fmt::format("{} has no rule about {} files", pack.name, to_string(facts.kind()))));
    }
    for (std::size_t i = before; i < findings.size(); ++i) {
      findings[i].place.item = item;
    }
  }

  // One finding for all that needs a look into the file, so that an unreadable file does not bury
  // its cause.
  Finding undecoded(const PlacementPack& pack, std::vector<std::string> nouns) const {
    std::sort(nouns.begin(), nouns.end());
    nouns.erase(std::unique(nouns.begin(), nouns.end()), nouns.end());
    return about_pack(pack,
                      "undecoded",
                      Outcome::could_not_check,
                      fmt::format("could not check {}, because the file could not be decoded",
                                  join(nouns, ", ")));
  }

  void check_caption(const PlacementPack& pack,
                     const CheckInput& input,
                     std::vector<Finding>& findings) const {
    const Caption caption = read_caption(input.manifest.caption);
    for (const PlacementRule& rule : pack.rules) {
      const auto is_meant = [&](const SeenMedia& media) {
        return applies_to(rule, media.facts.kind());
      };
      const bool any = applies_to(rule, MediaKind::unknown);
      if (is_submission_property(rule.property) &&
          (any || std::any_of(input.media.begin(), input.media.end(), is_meant))) {
        add(pack,
            rule,
            measure(rule.property, caption, input.manifest.caption, input.media.size()),
            MediaFacts(),
            findings);
      }
    }
  }

  // The one answer of a rule; none where the property does not exist on this kind of media.
  void add(const PlacementPack& pack,
           const PlacementRule& rule,
           const Measurement& measurement,
           const MediaFacts& facts,
           std::vector<Finding>& findings) const {
    if (measurement.state == Measurement::State::no_matter &&
        rule.property != Property::audio_codec) {
      return;
    }
    Finding finding = about_pack(pack, "", Outcome::pass, "");
    finding.rule_id = fmt::format("{}.{}", pack.id, rule.id);
    finding.threshold = threshold_of(rule.limit, rule.property);
    finding.unit = rule.unit.empty() ? std::string(unit_of(rule.property)) : rule.unit;
    finding.source = rule.limit.source;
    if (measurement.state == Measurement::State::known) {
      finding.measured = measurement.measured;
      finding.measured_value = measurement.number;
      judge(pack, rule, measurement, facts, finding);
    } else if (measurement.state == Measurement::State::unknown) {
      finding.outcome = Outcome::could_not_check;
      finding.message = measurement.why;
    } else {
      finding.outcome = Outcome::not_applicable;
      finding.message = measurement.why;
    }
    findings.push_back(std::move(finding));
  }

  // What the pack advises, or what follows from the limit; then the numbers for this file.
  static std::string remedy(const PlacementRule& rule,
                            const Measurement& measurement,
                            const MediaFacts& facts) {
    const Suggestion suggestion = suggest(rule.limit, rule.property, measurement, facts);
    std::string text = rule.remedy.empty() ? suggestion.action : rule.remedy;
    if (!suggestion.detail.empty()) {
      text += (text.ends_with('.') ? " " : ". ") + suggestion.detail;
    }
    return text;
  }

  void judge(const PlacementPack& pack,
             const PlacementRule& rule,
             const Measurement& measurement,
             const MediaFacts& facts,
             Finding& finding) const {
    const std::string_view noun = noun_of(rule.property);
    const std::string what = noun.starts_with("the number of ")
                                 ? fmt::format("it has {}", measurement.shown)
                                 : fmt::format("{} is {}", noun, measurement.shown);
    const std::string wanted = describe(rule.limit, rule.property);
    if (keeps(rule.limit, rule.property, measurement, facts)) {
      finding.message =
          fmt::format("{}; {} {} {}", what, pack.name, rule.advice ? "advises" : "takes", wanted);
      return;
    }
    finding.reason_code = rule.reason_code;
    finding.remedy = remedy(rule, measurement, facts);
    const auto allowing =
        std::find_if(rule.disagreeing.begin(), rule.disagreeing.end(), [&](const Limit& limit) {
          return keeps(limit, rule.property, measurement, facts);
        });
    if (rule.advice) {
      finding.outcome = Outcome::warn;
      finding.message = fmt::format("{}; {} advises {}", what, pack.name, wanted);
    } else if (allowing != rule.disagreeing.end()) {
      finding.outcome = Outcome::warn;
      finding.message = fmt::format("{}; {} takes {} ({}), but another source says {} ({})",
                                    what,
                                    pack.name,
                                    wanted,
                                    cite(rule.limit.source),
                                    describe(*allowing, rule.property),
                                    cite(allowing->source));
    } else {
      finding.outcome = Outcome::fail;
      finding.message =
          fmt::format("{}; {} takes {} ({})", what, pack.name, wanted, cite(rule.limit.source));
    }
  }
};

}  // namespace

std::unique_ptr<Check> make_format_check() {
  return std::make_unique<FormatCheck>();
}

}  // namespace muster
