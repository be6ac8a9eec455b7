#include "extractors/text/caption.h"

#include "core/text.h"
#include "extractors/media/brief_finding.h"
#include "extractors/media/caption_clauses.h"
#include "extractors/media/checks.h"
#include "extractors/text/banned_phrases.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

// Holds the caption against the phrases, hashtags and mentions of the brief.
class CaptionCheck : public Check {
 public:
  std::string_view name() const override { return "caption"; }

  std::vector<Finding> run(const CheckInput& input) const override {
    const Brief::Caption& rules = input.brief.caption;
    const Caption caption = read_caption(input.manifest.caption);
    std::vector<Finding> findings;
    for (const std::string& phrase : rules.required_phrases) {
      findings.push_back(required_phrase(input.brief, caption, phrase));
    }
    for (const std::string& tag : rules.required_hashtags) {
      findings.push_back(required_tag(input.brief, caption, TokenKind::hashtag, tag));
    }
    for (const std::string& handle : rules.required_mentions) {
      findings.push_back(required_tag(input.brief, caption, TokenKind::mention, handle));
    }
    banned_phrases(input, caption, findings);
    add_caption_clauses(input, caption, findings);
    if (findings.empty()) {
      findings.push_back(finding_of(
          input.brief, "none", Outcome::not_applicable, "the brief asks nothing of the caption"));
    }
    return findings;
  }

 private:
  Finding finding_of(const Brief& brief,
                     std::string_view rule,
                     Outcome outcome,
                     std::string message) const {
    return brief_finding(brief, name(), rule, outcome, std::move(message));
  }

  // Where the phrase stands; a phrase of signs only, such as an emoji, has no words to look for.
  static std::optional<TextSpan> place_of(const Caption& caption, const std::string& phrase) {
    const Caption pattern = read_caption(phrase);
    if (pattern.tokens.empty()) {
      const std::vector<BannedHit> hits = find_banned(caption, pattern);
      return hits.empty()
                 ? std::nullopt
                 : std::optional(caption.folded.span(hits.front().begin, hits.front().end));
    }
    const std::vector<PhraseHit> hits = find_phrase(caption, pattern);
    if (hits.empty()) {
      return std::nullopt;
    }
    return caption.folded.span(caption.tokens[hits.front().first].begin,
                               caption.tokens[hits.front().last].end);
  }

  Finding required_phrase(const Brief& brief,
                          const Caption& caption,
                          const std::string& phrase) const {
    const std::optional<TextSpan> place = place_of(caption, phrase);
    Finding finding =
        finding_of(brief,
                   "required_phrase",
                   place ? Outcome::pass : Outcome::fail,
                   fmt::format("the caption {} \"{}\"", place ? "says" : "does not say", phrase));
    finding.threshold = phrase;
    finding.place.text = place;
    if (!place) {
      finding.remedy = fmt::format("Add \"{}\" to the caption.", phrase);
      finding.reason_code = "phrase_required";
    }
    return finding;
  }

  Finding required_tag(const Brief& brief,
                       const Caption& caption,
                       TokenKind kind,
                       const std::string& tag) const {
    const bool is_hashtag = kind == TokenKind::hashtag;
    const std::string shown = (is_hashtag ? "#" : "@") + tag;
    const std::string_view rule = is_hashtag ? "required_hashtag" : "required_mention";
    const Caption pattern = read_caption(tag);
    std::vector<std::string> others;
    for (const Token& token : caption.tokens) {
      if (token.kind != kind) {
        continue;
      }
      if (same_tag(caption, token, pattern)) {
        Finding finding =
            finding_of(brief, rule, Outcome::pass, fmt::format("the caption has {}", shown));
        finding.threshold = shown;
        finding.place.text = caption.span(token);
        return finding;
      }
      others.push_back(tag_text(caption, token));
    }
    Finding finding =
        finding_of(brief, rule, Outcome::fail, fmt::format("the caption does not have {}", shown));
    finding.threshold = shown;
    finding.reason_code = is_hashtag ? "hashtag_missing" : "mention_missing";
    finding.remedy = fmt::format("Add {} to the caption.", shown);
    if (const std::optional<std::string> near = nearest_name(to_lower_ascii(tag), others)) {
      const std::string written = (is_hashtag ? "#" : "@") + *near;
      finding.message += fmt::format(", but {}", written);
      finding.remedy = fmt::format("Correct {} to {}.", written, shown);
    }
    return finding;
  }

  static std::string tag_text(const Caption& caption, const Token& token) {
    std::u32string body;
    for (std::size_t i = token.body; i < token.end; ++i) {
      body.push_back(caption.letter(i));
    }
    return to_utf8(body);
  }

  void banned_phrases(const CheckInput& input,
                      const Caption& caption,
                      std::vector<Finding>& findings) const {
    const std::vector<std::string>& phrases = input.brief.caption.banned_phrases;
    bool found = false;
    for (const std::string& phrase : phrases) {
      const std::vector<BannedHit> hits = find_banned(caption, read_caption(phrase));
      // A plain hit tells more than a disguised one.
      const auto best =
          std::min_element(hits.begin(), hits.end(), [](const BannedHit& a, const BannedHit& b) {
            return std::pair(a.doubtful, !a.disguise.empty()) <
                   std::pair(b.doubtful, !b.disguise.empty());
          });
      if (best != hits.end()) {
        found = true;
        findings.push_back(banned(input, caption, phrase, *best, hits.size()));
      }
    }
    if (!found && !phrases.empty()) {
      findings.push_back(finding_of(
          input.brief,
          "banned_phrase",
          Outcome::pass,
          fmt::format("none of the {} phrases that the brief rules out is in the caption",
                      phrases.size())));
    }
  }

  Finding banned(const CheckInput& input,
                 const Caption& caption,
                 const std::string& phrase,
                 const BannedHit& hit,
                 std::size_t count) const {
    const TextSpan span = caption.folded.span(hit.begin, hit.end);
    const std::string quote = printable(text_at(input.manifest.caption, span));
    Finding finding = finding_of(input.brief,
                                 "banned_phrase",
                                 hit.doubtful ? Outcome::warn : Outcome::fail,
                                 fmt::format("the caption says \"{}\"", quote));
    if (!hit.disguise.empty()) {
      finding.message += fmt::format(
          ", which {} read as \"{}\" ({})", hit.doubtful ? "may" : "can be", phrase, hit.disguise);
      finding.score = hit.doubtful ? 0.5 : 0.9;
    }
    if (count > 1) {
      finding.message += fmt::format("; {} times in all", count);
    }
    finding.measured = quote;
    finding.threshold = phrase;
    finding.remedy = fmt::format("Remove or reword \"{}\".", quote);
    finding.reason_code = "phrase_banned";
    finding.place.text = span;
    return finding;
  }
};

}  // namespace

std::unique_ptr<Check> make_caption_check() {
  return std::make_unique<CaptionCheck>();
}

}  // namespace muster
