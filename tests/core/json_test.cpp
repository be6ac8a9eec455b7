#include "core/json.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace muster;

TEST_CASE("a finding survives the way through JSON") {
  Finding finding;
  finding.check = "format";
  finding.rule_id = "instagram-reel.duration";
  finding.outcome = Outcome::fail;
  finding.message = "lasts 95.0 s \"quoted\" \n \U0001F600";
  finding.measured = "95.0";
  finding.measured_value = 95.04;
  finding.threshold = "3 to 90";
  finding.unit = "s";
  finding.score = 0.25;
  finding.place.item = 2;
  finding.place.box = Box{0.1, 0.2, 0.3, 0.4};
  finding.place.outline = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  finding.place.time = TimeSpan{100, 2100};
  finding.place.text = TextSpan{3, 6};
  finding.place.document = "line 3";
  finding.source = {"Meta", "2025-07-29", "2026-11-22", "primary"};
  const Json json = finding;
  CHECK(Json::parse(dump(json)).get<Finding>() == finding);
}

TEST_CASE("facts, manifests and verdicts survive the way through JSON") {
  MediaFacts facts;
  facts.type = MediaType::mp4;
  facts.integrity = Integrity::truncated;
  facts.duration_ms = 2000;
  facts.frame_rate = 29.97;
  facts.has_audio = false;
  CHECK_FALSE(Json(facts).contains("video_content"));
  facts.video_content =
      VideoContent{{{0, 2000}}, {{500, 900}, {950, 1400}}, {40, 80}, 0.1, 0, 0, 0.25};
  facts.sound_content = SoundContent{1990, -23.04, -1.5, {{100, 1100}}};
  CHECK(Json(facts).get<MediaFacts>() == facts);

  Manifest manifest;
  manifest.creator = "mia";
  manifest.tags = {"a", "b"};
  manifest.rights = Rights{};
  manifest.rights->uses = {RightsUse::paid};
  manifest.rights->ends_at = Timestamp(Milliseconds(1'700'000'000'123));
  CHECK(Json(manifest).get<Manifest>() == manifest);

  Verdict verdict;
  verdict.kind = VerdictKind::returned;
  verdict.reason_codes = {"media_duration"};
  verdict.provenance.content = sha256("x");
  verdict.provenance.engine = "1";
  CHECK(Json(verdict).get<Verdict>() == verdict);
}

TEST_CASE("invalid UTF-8 never breaks the output") {
  Json json;
  json["name"] = "a\xff";
  CHECK(dump(json) == "{\"name\":\"a\uFFFD\"}");
}
