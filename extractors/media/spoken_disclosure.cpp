#include "core/text.h"
#include "extractors/media/caption_disclosure.h"
#include "extractors/media/disclosure_rules.h"
#include "extractors/media/first_brand.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

double said_seconds(std::int64_t milliseconds) {
  return static_cast<double>(milliseconds) / 1000;
}

// A label that is said, and what stands against it.
struct SaidLabel {
  const LabelHit* hit = nullptr;
  TimeSpan time;
  bool is_weak = false;
  std::string fault;  // empty: none
};

bool is_silent(const MediaFacts& facts) {
  const bool no_track = facts.has_audio && !*facts.has_audio;
  const bool nothing_heard = facts.sound_content && !facts.sound_content->loudness_lufs;
  return no_track || nothing_heard;
}

// What is said in one video, held against one market. The market asks for a label that is said
// where the sponsor is spoken of; the brief may ask for one anyway.
class SpokenReader {
 public:
  SpokenReader(const MarketView& view, int item)
      : view_(view),
        item_(item),
        media_(view.input.media[static_cast<std::size_t>(item)]),
        heard_(view.heard[static_cast<std::size_t>(item)]),
        required_(view.input.brief.disclosure.spoken) {}

  void read(std::vector<Finding>& findings) const {
    if (heard_ && reading().contradiction) {
      findings.push_back(contradicted(*reading().contradiction));
    }
    const bool market_asks = view_.market.same_means.holds && view_.input.brief.disclosure.in_media;
    if (required_ || market_asks) {
      findings.push_back(label());
    }
  }

 private:
  const MarketReading& reading() const { return heard_->readings[view_.index]; }

  Finding finding(std::string_view rule, Outcome outcome, std::string_view message) const {
    Finding finding = market_finding(view_.market, rule, outcome, message);
    finding.place.item = item_;
    finding.source = required_ && !view_.market.same_means.holds
                         ? RuleSource{fmt::format("brief {}: a label that is said is asked for",
                                                  view_.input.brief.id),
                                      "",
                                      "",
                                      "house"}
                         : view_.market.same_means.source;
    return finding;
  }

  void place_at(Finding& finding, const PhraseHit& where) const {
    finding.place.time = heard_->text.time_of(where);
    finding.place.document = fmt::format("line {}", heard_->text.line_of(where));
  }

  Finding contradicted(const PhraseHit& where) const {
    const std::string quote = heard_->text.quote(where);
    Finding found =
        finding("spoken_contradiction",
                Outcome::fail,
                fmt::format("at {:.1f} s it says \"{}\", which denies that this is advertising",
                            said_seconds(heard_->text.time_of(where).start_ms),
                            quote));
    found.source = {};
    found.measured = quote;
    found.remedy = fmt::format("Cut \"{}\" out, or say it otherwise.", quote);
    found.reason_code = "disclosure_contradicted";
    place_at(found, where);
    return found;
  }

  Finding label() const {
    if (is_silent(media_.facts)) {
      return silent();
    }
    if (!heard_) {
      return nothing_to_read();
    }
    const std::optional<SaidLabel> label = best_label();
    if (label) {
      return said(*label);
    }
    if (!required_ && !view_.lexicon.sponsor().empty() && heard_->sponsor.empty()) {
      return finding(
          "spoken",
          Outcome::not_applicable,
          fmt::format("{} is not named in what is said, so that the label in the picture "
                      "counts",
                      view_.lexicon.sponsor()));
    }
    return not_said();
  }

  // Outcome of a rule that is broken.
  Outcome broken() const {
    return required_ ? Outcome::fail : outcome_of_rule(view_.market.same_means.source);
  }

  Finding silent() const {
    Finding found = finding("spoken",
                            required_ ? Outcome::fail : Outcome::not_applicable,
                            "nothing is heard in the video");
    if (required_) {
      found.message += ", and the brief asks for a label that is said";
      found.reason_code = "disclosure_missing";
      found.remedy = remedy();
    }
    return found;
  }

  // Without a transcript nobody knows what is said.
  Finding nothing_to_read() const {
    const bool was_sent = media_.transcript || !media_.transcript_problem.empty();
    Finding found = finding("spoken",
                            Outcome::could_not_check,
                            fmt::format("whether a label is said was not checked: {}",
                                        !was_sent ? "no transcript was sent with the video"
                                        : media_.transcript ? "no cue of its transcript can be used"
                                                            : "its transcript can't be read, " +
                                                                  media_.transcript_problem));
    found.reason_code = "transcript_missing";
    found.remedy = was_sent ? "Correct the transcript and send it again, or let a person listen."
                            : "Send what is said as SRT or WebVTT beside the video (reel.mp4.srt), "
                              "or let a person listen.";
    return found;
  }

  Finding not_said() const {
    const Transcript& transcript = *media_.transcript;
    Finding found = finding("spoken", broken(), "no label is said in the video");
    found.threshold = threshold();
    found.reason_code = "disclosure_missing";
    found.remedy = remedy();
    if (!reading().hits.empty()) {
      const PhraseHit& where = reading().hits.front().where;
      found.message =
          fmt::format("{}: it says \"{}\", which does not tell that this is advertising",
                      view_.market.name,
                      heard_->text.quote(where));
      found.measured = heard_->text.quote(where);
      found.reason_code = "disclosure_weak";
      place_at(found, where);
    } else if (transcript.fault_count > 0) {
      // It may be said where nothing could be read.
      found.outcome = Outcome::could_not_check;
      found.message = fmt::format(
          "{}: no label is said in the cues that could be read; {} could not, the first at {}",
          view_.market.name,
          transcript.fault_count,
          transcript.faults.front().where);
      found.place.document = transcript.faults.front().where;
      found.reason_code = "transcript_missing";
      found.remedy = "Correct the transcript and send it again, or let a person listen.";
    }
    return found;
  }

  Finding said(const SaidLabel& label) const {
    const bool good = !label.is_weak && label.fault.empty();
    const std::string quote = heard_->text.quote(label.hit->where);
    Finding found =
        finding("spoken",
                good ? Outcome::pass : Outcome::warn,
                fmt::format("it says \"{}\" from {:.1f} s to {:.1f} s{}",
                            quote,
                            said_seconds(label.time.start_ms),
                            said_seconds(label.time.end_ms),
                            label.is_weak ? ", which is not clear enough as a label" : ""));
    if (!label.fault.empty()) {
      found.message += "; " + label.fault;
    }
    found.measured = quote;
    found.measured_value = said_seconds(label.time.start_ms);
    found.unit = "s";
    found.threshold = threshold();
    place_at(found, label.hit->where);
    if (!good) {
      found.reason_code = label.is_weak ? "disclosure_weak" : "disclosure_hidden";
      found.remedy = remedy();
    }
    return found;
  }

  std::string threshold() const {
    const double latest = view_.market.spoken.latest_start_seconds;
    return latest > 0 ? fmt::format("a label that is said by {:.1f} s or before the brand", latest)
                      : "a label that is said";
  }

  std::string remedy() const {
    const auto phrase = std::find_if(view_.market.wordings.begin(),
                                     view_.market.wordings.end(),
                                     [&](const DisclosureWording& wording) {
                                       return wording.spoken &&
                                              wording.verdict == WordingVerdict::accept &&
                                              wording_text(wording, view_.lexicon.sponsor());
                                     });
    return phrase == view_.market.wordings.end()
               ? "Say at the beginning that this is advertising."
               : fmt::format("Say at the beginning: \"{}\".",
                             *wording_text(*phrase, view_.lexicon.sponsor()));
  }

  std::optional<SaidLabel> best_label() const {
    std::optional<SaidLabel> best;
    for (const LabelHit& hit : reading().hits) {
      if (hit.worth() == WordingVerdict::reject) {
        continue;
      }
      SaidLabel label{
          &hit, heard_->text.time_of(hit.where), hit.worth() == WordingVerdict::weak, ""};
      label.fault = fault_of(label.time);
      const auto rank = [](const SaidLabel& one) {
        return std::pair(one.is_weak, !one.fault.empty());
      };
      if (!best || rank(label) < rank(*best)) {
        best = std::move(label);
      }
    }
    return best;
  }

  std::string fault_of(const TimeSpan& time) const {
    const double latest = view_.market.spoken.latest_start_seconds;
    if (latest <= 0 || said_seconds(time.start_ms) <= latest) {
      return "";
    }
    std::optional<std::int64_t> brand = first_brand_ms(media_, view_.input.brief);
    for (const PhraseHit& where : heard_->sponsor) {
      const std::int64_t said = heard_->text.time_of(where).start_ms;
      brand = brand ? std::min(*brand, said) : said;
    }
    if (!brand) {
      return fmt::format("house policy asks for it by {:.1f} s", latest);
    }
    return time.start_ms <= *brand
               ? ""
               : fmt::format(
                     "house policy asks for it by {:.1f} s or before the brand, which comes "
                     "at {:.1f} s",
                     latest,
                     said_seconds(*brand));
  }

  const MarketView& view_;
  int item_;
  const SeenMedia& media_;
  const std::optional<HeardMedia>& heard_;
  bool required_;
};

}  // namespace

std::vector<std::optional<HeardMedia>> hear(const CheckInput& input,
                                            const DisclosureLexicon& written) {
  // Made only where something is said.
  std::optional<DisclosureLexicon> lexicon;
  std::vector<std::optional<HeardMedia>> heard(input.media.size());
  for (std::size_t i = 0; i < input.media.size(); ++i) {
    const auto& transcript = input.media[i].transcript;
    if (transcript && !transcript->cues.empty()) {
      if (!lexicon) {
        lexicon.emplace(written.markets(), written.sponsor(), DisclosureLexicon::Medium::spoken);
      }
      const DisclosureLexicon& spoken = *lexicon;
      HeardMedia& one = heard[i].emplace(HeardMedia{SpokenText(*transcript), {}, {}});
      one.readings = spoken.read(one.text.words());
      one.sponsor = spoken.find_sponsor(one.text.words());
    }
  }
  return heard;
}

void add_spoken_rules(const MarketView& view, std::vector<Finding>& findings) {
  for (std::size_t i = 0; i < view.input.media.size(); ++i) {
    if (view.input.media[i].facts.kind() == MediaKind::video) {
      SpokenReader(view, static_cast<int>(i)).read(findings);
    }
  }
}

}  // namespace muster
