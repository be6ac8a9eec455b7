#include "worker/checker.h"

#include "core/text.h"
#include "extractors/media/look.h"
#include "extractors/media/run_checks.h"
#include "extractors/policy.h"

#include <fmt/format.h>

namespace muster {
namespace {

// Decodes one file, again where the decoder died, until it answers or has died as often as it may.
DecodedMedia decode_one(int position,
                        const MediaToCheck& media,
                        Decoder& decoder,
                        int deaths_allowed,
                        const std::function<int(int, const std::string&)>& died,
                        CheckReport& report) {
  if (!media.refused.empty()) {
    report.quarantined.emplace_back(position, media.refused);
    DecodedMedia refused;
    refused.facts.integrity = Integrity::crashed;
    refused.facts.integrity_detail = media.refused;
    return refused;
  }
  while (true) {
    DecodedMedia decoded = decoder.decode(media.open());
    if (decoded.facts.integrity != Integrity::crashed) {
      return decoded;
    }
    if (died(position, decoded.facts.integrity_detail) >= deaths_allowed) {
      report.quarantined.emplace_back(position, decoded.facts.integrity_detail);
      return decoded;
    }
  }
}

void read_transcript_of(const MediaToCheck& media, SeenMedia& seen) {
  if (!media.transcript) {
    return;
  }
  Parsed<Transcript> transcript = media.transcript();
  if (transcript) {
    seen.transcript = *std::move(transcript);
  } else {
    seen.transcript_problem =
        fmt::format("{}: {}", printable(media.transcript_name), to_string(transcript.error()));
  }
}

}  // namespace

CheckReport check_revision(const Manifest& manifest,
                           const ContentHash& content,
                           const std::vector<MediaToCheck>& media,
                           const std::vector<Finding>& intake_findings,
                           Rulebook& rulebook,
                           Decoder& decoder,
                           int deaths_allowed,
                           const std::function<int(int, const std::string&)>& died,
                           const SeenElsewhereFindings& elsewhere) {
  CheckReport report;
  const Manifest completed = rulebook.completed(manifest);
  const Rules rules = rulebook.rules_for(completed);
  for (std::size_t i = 0; i < media.size(); ++i) {
    // The pixels of one file at a time.
    const DecodedMedia decoded =
        decode_one(static_cast<int>(i), media[i], decoder, deaths_allowed, died, report);
    const auto again = [&](const FrameQuery& query) {
      return decoder.decode_again(media[i].open(), query);
    };
    report.media.push_back(
        look_at({decoded, *rules.brief, rules.brands, again, rules.reading, rules.wordmarks}));
    read_transcript_of(media[i], report.media.back());
    if (const std::string& problem = report.media.back().look_problem; !problem.empty()) {
      report.defects.push_back(fmt::format("look at file {}: {}", i + 1, problem));
    }
  }

  report.findings = intake_findings;
  const CheckInput input{.manifest = completed,
                         .media = report.media,
                         .brief = *rules.brief,
                         .placement = rules.placement,
                         .markets = rules.markets,
                         .brands = rules.brands};
  CheckRun run = run_checks(input);
  for (Finding& finding : run.findings) {
    report.findings.push_back(std::move(finding));
  }
  if (elsewhere) {
    for (Finding& finding : elsewhere(report.media)) {
      report.findings.push_back(std::move(finding));
    }
  }
  for (std::string& defect : run.defects) {
    report.defects.push_back(std::move(defect));
  }

  Provenance provenance = rules.provenance;
  provenance.content = content;
  report.verdict = judge(report.findings, *rules.brief, provenance);
  if (!report.quarantined.empty()) {
    const auto& [position, evidence] = report.quarantined.front();
    report.verdict.kind = VerdictKind::quarantined;
    report.verdict.rule = "worker.decoder_deaths";
    report.verdict.why = fmt::format("file {} stopped the decoder: {}", position + 1, evidence);
    report.verdict.approve_by_rule = false;
  }
  return report;
}

}  // namespace muster
