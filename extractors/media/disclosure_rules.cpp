#include "extractors/media/disclosure_rules.h"

#include "core/text.h"
#include "extractors/media/caption_disclosure.h"
#include "extractors/text/language.h"

#include <algorithm>

#include <fmt/format.h>

namespace muster {
namespace {

// The label that counts for a market: the first accepted one, else the first weak one.
const LabelHit* counted_label(const MarketReading& reading) {
  const LabelHit* weak = nullptr;
  for (const LabelHit& hit : reading.hits) {
    if (hit.worth() == WordingVerdict::accept) {
      return &hit;
    }
    weak = weak == nullptr && hit.worth() == WordingVerdict::weak ? &hit : weak;
  }
  return weak;
}

TextSpan span_of(const Caption& caption, const PhraseHit& where) {
  return caption.folded.span(caption.tokens[where.first].begin, caption.tokens[where.last].end);
}

void add_sponsor_named(const MarketView& view, std::vector<Finding>& findings) {
  const std::string& sponsor = view.lexicon.sponsor();
  const Brief::Disclosure& asked = view.input.brief.disclosure;
  if (!view.market.sponsor_named.holds || !asked.sponsor_named || sponsor.empty() ||
      counted_label(view.reading) == nullptr) {
    return;
  }
  const std::vector<PhraseHit> hits = view.lexicon.find_sponsor(view.caption);
  const RuleSource& source = view.market.sponsor_named.source;
  Finding finding = market_finding(
      view.market,
      "sponsor_named",
      hits.empty() ? outcome_of_rule(source) : Outcome::pass,
      hits.empty() ? fmt::format("the caption does not say that {} is the sponsor", sponsor)
                   : fmt::format("{} is named", sponsor));
  finding.threshold = sponsor;
  finding.source = source;
  if (hits.empty()) {
    finding.remedy = fmt::format("Name {} beside the label, in words or as a mention.", sponsor);
    finding.reason_code = "disclosure_weak";
  } else {
    finding.place.text = span_of(view.caption, hits.front());
  }
  findings.push_back(std::move(finding));
}

void add_language(const MarketView& view, std::vector<Finding>& findings) {
  const LabelHit* label = counted_label(view.reading);
  if (!view.market.same_language.holds || label == nullptr || label->wording->language.empty()) {
    return;
  }
  const std::string declared = view.input.manifest.language.substr(0, 2);
  const std::string language =
      declared.empty()
          ? language_of(caption_prose(view.input.manifest.caption, view.caption)).value_or("")
          : declared;
  const std::string& of_label = label->wording->language;
  const RuleSource& source = view.market.same_language.source;
  Finding finding = market_finding(view.market, "language", Outcome::pass, "");
  if (language.empty()) {
    finding.outcome = Outcome::not_applicable;
    finding.message =
        fmt::format("{}: the caption is too short to tell its language", view.market.name);
  } else if (language == of_label) {
    finding.message = fmt::format(
        "{}: the label is in the language of the caption ({})", view.market.name, language);
  } else {
    finding.outcome = outcome_of_rule(source);
    finding.message = fmt::format("{}: the caption is in another language ({}) than its label ({})",
                                  view.market.name,
                                  printable(language),
                                  of_label);
    finding.remedy = "Write the label in the language of the caption.";
    finding.reason_code = "disclosure_weak";
  }
  finding.measured = language;
  finding.threshold = of_label;
  finding.source = source;
  finding.place.text = span_of(view.caption, label->where);
  findings.push_back(std::move(finding));
}

// Whether the post itself says that it is advertising, by what was found before.
bool says_so_itself(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.rule_id.ends_with(".wording") && finding.outcome != Outcome::fail;
  });
}

// The platform's own label, where the sender says whether it is on.
void add_toggle(const MarketView& view, std::vector<Finding>& findings) {
  const PlatformLabel label = view.input.manifest.platform_label;
  const bool on = label == PlatformLabel::on;
  const PackRule& rule = on ? view.market.toggle_is_not_enough : view.market.toggle_expected;
  if (label == PlatformLabel::not_told || !rule.holds) {
    return;
  }
  Finding finding = market_finding(view.market, "toggle", Outcome::pass, "");
  if (!on) {
    finding.outcome = outcome_of_rule(rule.source);
    finding.message = fmt::format("{}: the platform's own label is off; it is expected as well",
                                  view.market.name);
    finding.remedy = "Switch the platform's own label (\"Paid partnership\") on.";
    finding.reason_code = "disclosure_weak";
  } else if (says_so_itself(findings)) {
    finding.message = fmt::format("{}: the platform's own label is on as well", view.market.name);
  } else {
    finding.outcome = outcome_of_rule(rule.source);
    finding.message = fmt::format("{}: the platform's own label is on, and is not enough by itself",
                                  view.market.name);
    finding.remedy =
        "Keep the platform's label, and say in the post itself that it is advertising.";
    finding.reason_code = "disclosure_missing";
  }
  finding.measured = to_string(label);
  finding.threshold = on ? "a label in the post itself" : "on";
  finding.source = rule.source;
  findings.push_back(std::move(finding));
}

}  // namespace

Outcome outcome_of_rule(const RuleSource& source) {
  return source.confidence == "primary" ? Outcome::fail : Outcome::warn;
}

void add_market_rules(const MarketView& view, std::vector<Finding>& findings) {
  add_sponsor_named(view, findings);
  add_language(view, findings);
  add_media_rules(view, findings);
  add_spoken_rules(view, findings);
  add_toggle(view, findings);
}

}  // namespace muster
