#include "extractors/text/manifest_reader.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

std::string manifest_error(std::string_view json) {
  const Parsed<ReadManifest> read = read_manifest(json);
  return read ? "no error" : to_string(read.error());
}

ReadManifest must_read_manifest(std::string_view json) {
  const Parsed<ReadManifest> read = read_manifest(json);
  INFO((read ? std::string() : to_string(read.error())));
  REQUIRE(read.has_value());
  return *read;
}

Timestamp at(std::string_view text) {
  return parse_iso8601(text).value();
}

TEST_CASE("a manifest is read with handles, names and tags in their usual form") {
  const ReadManifest read = must_read_manifest(R"({
    "id": 9007199254740993, "creator": " @Mia.Cooks ", "platform": "Instagram", "placement": " Instagram-Reel",
    "campaign": "spring-fizz", "caption": "Ad: fizz\n\u00e9 😀", "language": "pt_br",
    "tags": ["#summer", " drink ", "", "#"], "markets": ["US", "uk"], "files": ["a.jpg", "b.mp4"]})");
  const Manifest& manifest = read.manifest;
  CHECK(manifest.external_id == "9007199254740993");
  CHECK(manifest.creator == "mia.cooks");
  CHECK(manifest.platform == "instagram");
  CHECK(manifest.placement == "instagram-reel");
  CHECK(manifest.campaign == "spring-fizz");
  CHECK(manifest.caption == "Ad: fizz\né 😀");
  CHECK(manifest.language == "pt-BR");
  CHECK(manifest.tags == std::vector<std::string>{"summer", "drink"});
  CHECK(manifest.markets == std::vector<std::string>{"us", "uk"});
  CHECK(read.files == std::vector<std::string>{"a.jpg", "b.mp4"});
  CHECK_FALSE(manifest.rights);
  CHECK(read.warnings.empty());
}

TEST_CASE("a manifest may say whether the platform's own label is on") {
  CHECK(must_read_manifest("{}").manifest.platform_label == PlatformLabel::not_told);
  CHECK(must_read_manifest(R"({"platform_label": true})").manifest.platform_label ==
        PlatformLabel::on);
  CHECK(must_read_manifest(R"({"platform_label": false})").manifest.platform_label ==
        PlatformLabel::off);
  CHECK(manifest_error(R"({"platform_label": "on"})").find("true or false") != std::string::npos);
}

TEST_CASE("a folder manifest names the transcripts of its files, in its own folder only") {
  const ReadManifest read =
      must_read_manifest(R"({"transcripts": {"reel.mp4": "said.vtt", "b.mov": " b.srt "}})");
  CHECK(read.transcripts ==
        std::map<std::string, std::string>{{"reel.mp4", "said.vtt"}, {"b.mov", "b.srt"}});
  CHECK(read.warnings.empty());
  CHECK(manifest_error(R"({"transcripts": {"reel.mp4": "../said.vtt"}})")
            .find("/transcripts/reel.mp4 (line 1") == 0);
  CHECK(manifest_error(R"({"transcripts": {"a/reel.mp4": "said.vtt"}})").find("without folders") !=
        std::string::npos);
  CHECK(manifest_error(R"({"transcripts": {"reel.mp4": ""}})").find("SRT or WebVTT") !=
        std::string::npos);
  CHECK(manifest_error(R"({"transcripts": {"a": "x.srt", "a": "y.srt"}})").find("twice") !=
        std::string::npos);
  CHECK(manifest_error(R"({"transcripts": ["said.vtt"]})").find("expected an object") !=
        std::string::npos);
}

TEST_CASE("nulls are absent fields, and an empty object is a manifest") {
  CHECK(must_read_manifest("{}").manifest == Manifest());
  CHECK(must_read_manifest(R"({"caption": null, "tags": null, "rights": null})").manifest ==
        Manifest());
}

TEST_CASE("rights start on a day, or with the approval or the publication") {
  const auto rights = [](const std::string& fields) {
    return must_read_manifest("{\"rights\": {" + fields + "}}").manifest.rights.value();
  };
  const Rights published = rights(R"("starts": "Publication", "days": 90)");
  CHECK(published.starts_on == RightsStart::publication);
  CHECK(published.term_days == 90);
  CHECK_FALSE(published.starts_at);
  CHECK_FALSE(published.ends_at);
  const Rights approved = rights(R"("starts": "approval", "ends": "2026-12-31", "days": 30)");
  CHECK(approved.starts_on == RightsStart::approval);
  CHECK(approved.ends_at == at("2026-12-31T23:59:59.999Z"));
  CHECK(rights(R"("starts": "2026-01-01", "days": 30)").ends_at == at("2026-01-31T00:00:00Z"));
  CHECK(rights(R"("starts": "2026-01-01", "days": 30)").term_days == 0);

  const auto error = [](const std::string& fields) {
    return manifest_error("{\"rights\": {" + fields + "}}");
  };
  CHECK(error(R"("starts": "some day")").find("or approval or publication") != std::string::npos);
  CHECK(error(R"("starts": "publication", "days": 99999)").find("more than a century") !=
        std::string::npos);
  CHECK(error(R"("starts": "date")").find("is not a date") != std::string::npos);
}

TEST_CASE("rights are read in the zone of their contract") {
  const ReadManifest read =
      must_read_manifest(R"({"rights": {"channels": ["Instagram"], "territories": ["de", "AT"],
    "uses": ["organic", "PAID", "paid"], "starts": "2026-03-01", "ends": "2026-03-31", "zone": "Europe/Berlin",
    "exclusive": true, "license": "MC-7", "credit": "@mia"}})");
  REQUIRE(read.manifest.rights);
  const Rights& rights = *read.manifest.rights;
  CHECK(rights.channels == std::vector<std::string>{"instagram"});
  CHECK(rights.territories == std::vector<std::string>{"DE", "AT"});
  CHECK(rights.uses == std::vector<RightsUse>{RightsUse::organic, RightsUse::paid});
  CHECK(rights.starts_at == at("2026-02-28T23:00:00Z"));
  CHECK(rights.ends_at == at("2026-03-31T21:59:59.999Z"));  // the clock was set forward on the 29th
  CHECK(rights.exclusive);
  CHECK(rights.license == "MC-7");
  CHECK(rights.credit == "@mia");
}

TEST_CASE("moments with their own zone keep it, local times take the contract's") {
  const Rights rights =
      *must_read_manifest(
           R"({"rights": {"starts": "2026-03-01T08:00:00+02:00", "ends": "2026-04-01 12:00",
    "zone": "America/New_York"}})")
           .manifest.rights;
  CHECK(rights.starts_at == at("2026-03-01T06:00:00Z"));
  CHECK(rights.ends_at == at("2026-04-01T16:00:00Z"));
}

TEST_CASE("what is wrong in a manifest is told with its place") {
  CHECK(manifest_error("[1]") == "line 1, column 1: expected an object in braces, found a list");
  CHECK(manifest_error("{\n \"caption\": 5}") ==
        "/caption (line 2, column 13): expected text in quotation marks, found a number");
  CHECK(manifest_error(R"({"creator": {"name": "x"}})") ==
        "/creator (line 1, column 13): expected text in quotation marks, found an object");
  CHECK(
      manifest_error(R"({"id": 1.5})") ==
      "/id (line 1, column 8): expected text in quotation marks, found a number that is not whole");
  CHECK(manifest_error(R"({"tags": ["a", true]})") ==
        "/tags/1 (line 1, column 16): expected text in quotation marks, found true or false");
  CHECK(manifest_error(R"({"tags": {}})") ==
        "/tags (line 1, column 10): expected a list of texts, found an object");
  CHECK(manifest_error(R"({"language": "English please"})") ==
        "/language (line 1, column 14): 'English please' is not a language tag; write one such as "
        "en or pt-BR");
  CHECK(manifest_error(R"({"caption": "a\u0000b"})") ==
        "/caption (line 1, column 13): has a NUL character in it; remove it");
  CHECK(manifest_error(R"({"creator": "a\nb"})") ==
        "/creator (line 1, column 13): must be one line without control characters");
  CHECK(manifest_error(R"({"rights": {"ends": "2026-02-30"}})") ==
        "/rights/ends (line 1, column 21): '2026-02-30' is not a date that exists; write "
        "2026-03-31, or "
        "2026-03-31T18:00 with a zone");
  CHECK(manifest_error(R"({"rights": {"ends": "9999-12-31"}})") ==
        "/rights/ends (line 1, column 21): 9999-12-31T23:59:59.999Z can't be meant: rights lie "
        "between 2000 and 2199; leave ends out where they have no end");
  CHECK(manifest_error(R"({"rights": {"zone": "Berlin"}})") ==
        "/rights/zone (line 1, column 21): 'Berlin' is not a time zone; write one such as "
        "Europe/Berlin or UTC");
  CHECK(manifest_error(R"({"rights": {"starts": "2026-03-02", "ends": "2026-03-01"}})") ==
        "/rights/ends (line 1, column 45): the rights end before they start");
  CHECK(manifest_error(R"({"rights": {"uses": ["tv"]}})") ==
        "/rights/uses (line 1, column 21): 'tv' is no use; known: organic, paid, whitelist");
  CHECK(manifest_error(R"({"rights": {"territories": ["Germany"]}})") ==
        "/rights/territories (line 1, column 28): 'GERMANY' is not a country code of two letters "
        "such as DE; leave "
        "the list out for worldwide");
  CHECK(manifest_error(R"({"rights": {"exclusive": "yes"}})") ==
        "/rights/exclusive (line 1, column 26): expected true or false (without quotation marks), "
        "found text");
}

TEST_CASE("a field that is there twice is refused: nobody can tell which one was meant") {
  CHECK(manifest_error(R"({"creator": "mia", "creator": "ann"})") ==
        "/creator (line 1, column 31): 'creator' is there twice; leave one out");
  CHECK(manifest_error(R"({"caption": "a", "caption": "b"})").starts_with("/caption"));
  // Escapes do not hide the repetition.
  CHECK(manifest_error(R"({"id": "1", "\u0069d": "2"})").starts_with("/id"));
}

TEST_CASE("lengths are limited in code points, and nothing is cut off silently") {
  std::string emoji;
  for (int i = 0; i < 20'000; ++i) {
    emoji += "😀";
  }
  CHECK(manifest_error("{\"caption\": \"" + emoji + "\"}") == "no error");
  CHECK(manifest_error("{\"caption\": \"" + emoji + "x\"}") ==
        "/caption (line 1, column 13): has 20001 characters; at most 20000 are taken");
  CHECK(manifest_error("{\"campaign\": \"" + std::string(501, 'x') + "\"}") ==
        "/campaign (line 1, column 14): has 501 characters; at most 500 are taken");
  std::string tags;
  for (int i = 0; i < 201; ++i) {
    tags += i == 0 ? "\"t\"" : ",\"t\"";
  }
  CHECK(manifest_error("{\"tags\": [" + tags + "]}") ==
        "/tags (line 1, column 10): has 201 entries; at most 200 are taken");
  CHECK(manifest_error("{\"caption\": \"" + std::string(1'000'000, 'x') + "\"}") ==
        "has 1.0 MB; at most 1.0 MB are read");
}

TEST_CASE("unknown fields are left out with a warning that names the nearest known one") {
  const ReadManifest read = must_read_manifest(
      R"({"captoin": "x", "rights": {"end": "2026-01-01"}, "a\u001b[31m/b": 1})");
  REQUIRE(read.warnings.size() == 3);
  CHECK(read.warnings[0] == "/rights/end: unknown field, left out; did you mean 'ends'?");
  CHECK(read.warnings[1] == "/captoin: unknown field, left out; did you mean 'caption'?");
  CHECK(read.warnings[2].find('\x1b') == std::string::npos);
  REQUIRE(must_read_manifest(R"({"rights": {}})").warnings.size() == 1);
}

TEST_CASE("a manifest names files beside it and nothing else") {
  CHECK(manifest_error(R"({"files": ["../../etc/passwd"]})").starts_with("/files/0"));
  CHECK(manifest_error(R"({"files": ["a.jpg", "/etc/passwd"]})").starts_with("/files/1"));
  CHECK(manifest_error(R"({"files": ["a\\b.jpg"]})").starts_with("/files/0"));
  CHECK(manifest_error(R"({"files": [".."]})").starts_with("/files/0"));
  CHECK(manifest_error(R"({"files": [".hidden.jpg"]})").starts_with("/files/0"));
  CHECK(manifest_error(R"({"files": ["a.jpg", "a.jpg"]})").starts_with("/files"));
  CHECK(must_read_manifest(R"({"files": "one photo.jpg"})").files ==
        std::vector<std::string>{"one photo.jpg"});
}

TEST_CASE("rights may run for so many days, and dates that nobody can mean are refused") {
  const auto rights = [](const std::string& fields) {
    return "{\"rights\": {\"zone\": \"Europe/Berlin\", " + fields + "}}";
  };
  // The clocks are set forward in between; the end is at midnight again.
  CHECK(must_read_manifest(rights(R"("starts": "2026-03-01", "days": 31)"))
            .manifest.rights->ends_at == at("2026-03-31T22:00:00Z"));
  for (const char* wrong : {R"("days": 30)",
                            R"("starts": "2026-03-01", "ends": "2026-04-01", "days": 30)",
                            R"("starts": "2026-03-01", "days": 40000)",
                            R"("ends": "20260-01-01")",
                            R"("ends": "9999-12-31")",
                            R"("starts": "1970-01-01")",
                            R"("starts": "2026-13-01")"}) {
    CAPTURE(wrong);
    CHECK(manifest_error(rights(wrong)) != "no error");
  }
}

}  // namespace
}  // namespace muster
