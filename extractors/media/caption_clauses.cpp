#include "extractors/media/caption_clauses.h"

#include "core/text.h"
#include "extractors/media/brief_finding.h"
#include "extractors/text/banned_phrases.h"
#include "extractors/text/language.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace muster {
namespace {

// A word that belongs to a name stands this close to it, in words: house policy.
constexpr std::size_t kContextWords = 6;

Finding clause_finding(const CheckInput& input,
                       std::string_view rule,
                       Outcome outcome,
                       std::string message) {
  return brief_finding(input.brief, "caption", rule, outcome, std::move(message));
}

TextSpan span_in_caption(const Caption& caption, const PhraseHit& where) {
  return caption.folded.span(caption.tokens[where.first].begin, caption.tokens[where.last].end);
}

void add_claims(const CheckInput& input, const Caption& caption, std::vector<Finding>& findings) {
  const std::vector<std::string>& claims = input.brief.caption.banned_claims;
  bool found = false;
  for (const std::string& claim : claims) {
    const std::vector<BannedHit> hits = find_banned(caption, read_caption(claim));
    if (hits.empty()) {
      continue;
    }
    found = true;
    const TextSpan span = caption.folded.span(hits.front().begin, hits.front().end);
    const std::string quote = printable(text_at(input.manifest.caption, span));
    Finding finding = clause_finding(input,
                                     "banned_claim",
                                     hits.front().doubtful ? Outcome::warn : Outcome::fail,
                                     fmt::format("the caption claims \"{}\"", quote));
    finding.measured = quote;
    finding.threshold = claim;
    finding.remedy = fmt::format("Remove the claim \"{}\".", quote);
    finding.reason_code = "claim_unsupported";
    finding.place.text = span;
    findings.push_back(std::move(finding));
  }
  if (!found && !claims.empty()) {
    findings.push_back(clause_finding(
        input,
        "banned_claim",
        Outcome::pass,
        fmt::format("makes none of the {} claims that the brief rules out", claims.size())));
  }
}

// One of the codes, as a word of its own in any case.
void add_codes(const CheckInput& input, const Caption& caption, std::vector<Finding>& findings) {
  const std::vector<std::string>& codes = input.brief.caption.promo_codes;
  if (codes.empty()) {
    return;
  }
  for (const std::string& code : codes) {
    const std::vector<PhraseHit> hits = find_phrase(caption, read_caption(code));
    if (!hits.empty()) {
      Finding finding = clause_finding(
          input, "promo_code", Outcome::pass, fmt::format("the caption has the code {}", code));
      finding.threshold = join(codes, ", ");
      finding.place.text = span_in_caption(caption, hits.front());
      findings.push_back(std::move(finding));
      return;
    }
  }
  Finding finding = clause_finding(
      input,
      "promo_code",
      Outcome::fail,
      fmt::format("the caption has no promo code; the brief asks for {}", join(codes, " or ")));
  finding.threshold = join(codes, ", ");
  finding.remedy = fmt::format("Add the code {}.", join(codes, " or "));
  finding.reason_code = "phrase_required";
  findings.push_back(std::move(finding));
}

bool has_context(const Caption& caption,
                 const PhraseHit& where,
                 const std::vector<std::string>& context) {
  for (const std::string& phrase : context) {
    for (const PhraseHit& hit : find_phrase(caption, read_caption(phrase))) {
      const std::size_t gap = hit.first > where.last   ? hit.first - where.last
                              : where.first > hit.last ? where.first - hit.last
                                                       : 0;
      if (gap > 0 && gap <= kContextWords) {
        return true;
      }
    }
  }
  return false;
}

bool begins_sentence(const Caption& caption, std::size_t token) {
  std::size_t at = caption.tokens[token].begin;
  while (at > 0 && caption.letter(at - 1) == ' ') {
    --at;
  }
  if (at == 0) {
    return true;
  }
  const char32_t c = caption.letter(at - 1);
  return c == '\n' || c == '.' || c == '!' || c == '?' || c == ':';
}

// How surely a common word is the name: nullopt where it is only the word.
std::optional<Outcome> name_in(const Caption& caption,
                               const PhraseHit& where,
                               const Brief::Competitor& competitor) {
  const Token& token = caption.tokens[where.first];
  if (!competitor.is_common_word || token.kind != TokenKind::word ||
      has_context(caption, where, competitor.context)) {
    return Outcome::fail;
  }
  // A capital within a sentence makes a name of a word, unless all is in capitals.
  const bool capital = caption.folded.letters[token.begin].upper;
  const bool all_capitals =
      token.end - token.begin > 1 && caption.folded.letters[token.begin + 1].upper;
  return capital && !all_capitals && !begins_sentence(caption, where.first)
             ? std::optional(Outcome::warn)
             : std::nullopt;
}

void add_competitors(const CheckInput& input,
                     const Caption& caption,
                     std::vector<Finding>& findings) {
  bool found = false;
  for (const Brief::Competitor& competitor : input.brief.competitors) {
    std::optional<Outcome> worst_of_name;
    PhraseHit where;
    for (const PhraseHit& hit : find_phrase(caption, read_caption(competitor.name))) {
      const auto outcome = name_in(caption, hit, competitor);
      if (outcome && (!worst_of_name || severity(*outcome) > severity(*worst_of_name))) {
        worst_of_name = outcome;
        where = hit;
      }
    }
    if (!worst_of_name) {
      continue;
    }
    found = true;
    Finding finding = clause_finding(
        input,
        "competitor",
        *worst_of_name,
        *worst_of_name == Outcome::fail
            ? fmt::format("the caption names the competitor {}", competitor.name)
            : fmt::format("the caption may name the competitor {}, which is a word as well",
                          competitor.name));
    finding.brand = competitor.name;
    finding.remedy = fmt::format("Leave {} out.", competitor.name);
    finding.reason_code = "competitor_visible";
    finding.place.text = span_in_caption(caption, where);
    findings.push_back(std::move(finding));
  }
  if (!found && !input.brief.competitors.empty()) {
    findings.push_back(clause_finding(
        input,
        "competitor",
        Outcome::pass,
        fmt::format("names none of the {} competitors", input.brief.competitors.size())));
  }
}

void add_caption_language(const CheckInput& input,
                          const Caption& caption,
                          std::vector<Finding>& findings) {
  const std::vector<std::string>& allowed = input.brief.caption.languages;
  if (allowed.empty()) {
    return;
  }
  const auto language = language_of(caption_prose(input.manifest.caption, caption));
  Finding finding = clause_finding(input, "language", Outcome::pass, "");
  finding.threshold = join(allowed, ", ");
  finding.measured = language.value_or("");
  if (!language) {
    finding.outcome = Outcome::not_applicable;
    finding.message = "the caption is too short to tell its language";
  } else if (std::find(allowed.begin(), allowed.end(), *language) != allowed.end()) {
    finding.message =
        fmt::format("the caption is in a language that the brief asks for ({})", *language);
  } else {
    finding.outcome = Outcome::warn;
    finding.message =
        fmt::format("the caption seems to be in another language ({}) than the brief asks for ({})",
                    *language,
                    join(allowed, " or "));
    finding.remedy = fmt::format("Write the caption in {}.", join(allowed, " or "));
    finding.reason_code = "off_brief";
  }
  findings.push_back(std::move(finding));
}

}  // namespace

void add_caption_clauses(const CheckInput& input,
                         const Caption& caption,
                         std::vector<Finding>& findings) {
  add_claims(input, caption, findings);
  add_codes(input, caption, findings);
  add_link_clauses(input, caption, findings);
  add_code_clauses(input, findings);
  add_competitors(input, caption, findings);
  add_caption_language(input, caption, findings);
}

}  // namespace muster
