#include "tests/extractors/checks/check_bench.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

SeenMedia told_video(std::string_view transcript) {
  SeenMedia media;
  media.facts = mp4_facts(1080, 1920, 20'000);
  if (const auto read = read_transcript(transcript)) {
    media.transcript = *read;
  } else {
    media.transcript_problem = "reel.srt: " + to_string(read.error());
  }
  return media;
}

std::vector<Finding> on_transcript(std::string_view transcript) {
  CheckBench bench;
  bench.media = {told_video(transcript)};
  return bench.run(make_transcript_check());
}

TEST_CASE("files without a transcript are not asked for one by the check of transcripts") {
  CheckBench bench;
  bench.media = {SeenMedia()};
  CHECK(bench.run(make_transcript_check()).empty());
}

TEST_CASE("a transcript that can be read passes, with how many cues it has") {
  const auto findings = on_transcript("00:01.000 --> 00:02.000\nhello\n");
  CHECK(only(findings, "transcript.readable").outcome == Outcome::pass);
  CHECK(contains(only(findings, "transcript.readable").message, "1 cues"));
  CHECK(only(findings, "transcript.times").outcome == Outcome::pass);
  CHECK(only(findings, "transcript.times").place.item == 0);
}

TEST_CASE("cues that were set aside are named with their lines") {
  const Finding finding =
      only(on_transcript("1\n00:00:03,000 --> 00:00:02,000\nx\n\n2\n00:00:04,000 --> "
                         "00:00:05,000\ny\n"),
           "transcript.readable");
  CHECK(finding.outcome == Outcome::warn);
  CHECK(contains(finding.message, "1 set aside: line 2: it ends at"));
  CHECK(finding.place.document == "line 2");
  CHECK(finding.measured_value == 1.0);
}

TEST_CASE("a transcript that is none could not be checked") {
  const Finding finding = only(on_transcript("a letter"), "transcript.readable");
  CHECK(finding.outcome == Outcome::could_not_check);
  CHECK(contains(finding.message, "reel.srt: it is neither SRT nor WebVTT"));
  CHECK(finding.reason_code == "transcript_missing");
}

TEST_CASE("a transcript of another cut is seen by its times") {
  const auto outcome = [](const std::string& start) {
    return only(on_transcript(start + " --> 02:00:00.000\nx\n"), "transcript.times").outcome;
  };
  CHECK(outcome("00:00:22.000") == Outcome::pass);
  CHECK(outcome("00:00:22.001") == Outcome::warn);
}

}  // namespace
}  // namespace muster
