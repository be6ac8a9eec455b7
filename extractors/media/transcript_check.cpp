#include "extractors/media/checks.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

// The last words may fade out a little after the last picture.
constexpr std::int64_t kTolerance = 2'000;  // ms

// Can the transcripts be used that came with the files? Says nothing of files without one: whether
// one is needed, the rules of the markets and the brief say.
class TranscriptCheck : public Check {
 public:
  std::string_view name() const override { return "transcript"; }

  std::vector<Finding> run(const CheckInput& input) const override {
    std::vector<Finding> findings;
    for (std::size_t i = 0; i < input.media.size(); ++i) {
      const SeenMedia& media = input.media[i];
      const std::size_t before = findings.size();
      if (!media.transcript_problem.empty()) {
        findings.push_back(unreadable(media));
      } else if (media.transcript) {
        findings.push_back(readable(*media.transcript));
        if (media.facts.duration_ms && !media.transcript->cues.empty()) {
          findings.push_back(fits(*media.transcript, *media.facts.duration_ms));
        }
      }
      for (std::size_t k = before; k < findings.size(); ++k) {
        findings[k].place.item = static_cast<int>(i);
      }
    }
    return findings;
  }

 private:
  Finding about(std::string_view rule, Outcome outcome, std::string message) const {
    Finding finding;
    finding.check = name();
    finding.rule_id = fmt::format("transcript.{}", rule);
    finding.outcome = outcome;
    finding.message = std::move(message);
    return finding;
  }

  Finding unreadable(const SeenMedia& media) const {
    Finding finding = about("readable", Outcome::could_not_check, media.transcript_problem);
    finding.reason_code = "transcript_missing";
    finding.remedy = "Save the transcript as SRT or WebVTT in UTF-8 and send it again.";
    return finding;
  }

  Finding readable(const Transcript& transcript) const {
    Finding finding =
        about("readable",
              Outcome::pass,
              fmt::format("{} cues of the transcript were read", transcript.cues.size()));
    finding.measured = std::to_string(transcript.fault_count);
    finding.measured_value = static_cast<double>(transcript.fault_count);
    finding.unit = "cues";
    finding.threshold = "none set aside";
    if (transcript.fault_count > 0) {
      constexpr std::size_t kMostNamed = 3;
      finding.outcome = Outcome::warn;
      finding.message += fmt::format(", {} set aside", transcript.fault_count);
      for (std::size_t i = 0; i < std::min(kMostNamed, transcript.faults.size()); ++i) {
        finding.message +=
            fmt::format("{}{}", i == 0 ? ": " : "; ", to_string(transcript.faults[i]));
      }
      finding.place.document = transcript.faults.front().where;
      finding.remedy = "Correct the transcript at the lines named and send it again.";
      finding.reason_code = "transcript_missing";
    }
    return finding;
  }

  Finding fits(const Transcript& transcript, std::int64_t duration_ms) const {
    std::int64_t last_ms = 0;
    for (const Cue& cue : transcript.cues) {
      last_ms = std::max(last_ms, cue.time.start_ms);
    }
    const bool fits = last_ms <= duration_ms + kTolerance;
    Finding finding =
        about("times",
              fits ? Outcome::pass : Outcome::warn,
              fits ? "its times lie within the video"
                   : fmt::format("a cue begins at {:.1f} s, after the video has ended "
                                 "at {:.1f} s; it seems to belong to another cut",
                                 static_cast<double>(last_ms) / 1000,
                                 static_cast<double>(duration_ms) / 1000));
    finding.measured = fmt::format("{:.1f}", static_cast<double>(last_ms) / 1000);
    finding.measured_value = static_cast<double>(last_ms) / 1000;
    finding.threshold = fmt::format("{:.1f}", static_cast<double>(duration_ms) / 1000);
    finding.unit = "s";
    if (!fits) {
      finding.remedy = "Send the transcript of this cut.";
      finding.reason_code = "transcript_missing";
    }
    return finding;
  }
};

}  // namespace

std::unique_ptr<Check> make_transcript_check() {
  return std::make_unique<TranscriptCheck>();
}

}  // namespace muster
