#pragma once

#include "core/enum_names.h"
#include "core/hash.h"
#include "core/time_span.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace muster {

// could_not_check is never shown or summed as pass: it means that nobody looked.
enum class Outcome { pass, warn, fail, could_not_check, not_applicable };
template <>
inline constexpr auto kEnumNames<Outcome> =
    enum_names<Outcome>({{Outcome::pass, "pass"},
                         {Outcome::warn, "warn"},
                         {Outcome::fail, "fail"},
                         {Outcome::could_not_check, "could_not_check"},
                         {Outcome::not_applicable, "not_applicable"}});

// All coordinates are shares of the displayed frame: 0,0 is the top left corner, 1,1 the bottom
// right.
struct Point {
  double x = 0;
  double y = 0;
  bool operator==(const Point&) const = default;
};

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  bool operator==(const Box&) const = default;
};

// Offsets in Unicode code points of the caption, end exclusive.
struct TextSpan {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool operator==(const TextSpan&) const = default;
};

// Where in a submission something was found. Every part is optional.
struct Place {
  std::optional<int> item;  // position of the asset in the submission, from 0
  std::optional<Box> box;
  std::vector<Point> outline;  // a quadrilateral where one is known, else empty
  std::optional<TimeSpan> time;
  std::optional<TextSpan> text;
  std::string document;  // place in a manifest or brief: "line 3, column 14"

  bool operator==(const Place&) const = default;
};

// Where a limit comes from, so that a reviewer can look it up.
struct RuleSource {
  std::string text;        // "Meta for Developers, IG User Media reference", "house policy"
  std::string date;        // the source's own date, "" when it has none
  std::string seen;        // the day we read it, YYYY-MM-DD
  std::string confidence;  // "primary", "secondary", "known", "house"

  bool operator==(const RuleSource&) const = default;
};

// One answer of one rule about one submission or asset, with the evidence for it.
struct Finding {
  std::string check;    // name of the check: "format", "brand_visibility"
  std::string rule_id;  // stable and unique within packs: "instagram.reel.duration_max"
  Outcome outcome = Outcome::could_not_check;
  std::string message;  // what was found: "lasts 95.0 s; a Reel may last up to 90 s"
  std::string remedy;   // what to change; empty where nothing is to be done

  std::string measured;                  // as shown: "95.0"
  std::optional<double> measured_value;  // for filters and statistics, in `unit`
  std::string threshold;                 // as shown: "3 to 90"
  std::string unit;                      // "s", "px", "bytes", "share", "inliers", ""
  std::optional<double> score;           // 0..1, how sure the check is; nullopt where it is certain

  Place place;
  std::string brand;         // for findings about a brand
  std::string reason_code;   // the code that a return or rejection for this finding uses
  std::string pack_id;       // "instagram-reel", "market-us", "brief"; empty for built-in rules
  std::string pack_version;  // short content hash of that pack
  RuleSource source;

  bool operator==(const Finding&) const = default;
};

enum class VerdictKind {
  clear,       // nothing stands against it
  flagged,     // a person must look
  returned,    // goes back to the creator with what to change
  quarantined  // it harms the worker: not tried again without a person
};
template <>
inline constexpr auto kEnumNames<VerdictKind> =
    enum_names<VerdictKind>({{VerdictKind::clear, "clear"},
                             {VerdictKind::flagged, "flagged"},
                             {VerdictKind::returned, "returned"},
                             {VerdictKind::quarantined, "quarantined"}});

// What a verdict depends on, and nothing else: the same five values always give the same verdict.
struct Provenance {
  ContentHash content;  // media, caption, tags, placement, markets, rights
  ContentHash brief;
  ContentHash packs;
  ContentHash kit;
  std::string engine;  // kEngineVersion

  bool operator==(const Provenance&) const = default;
};

struct Verdict {
  VerdictKind kind = VerdictKind::flagged;
  // The policy rule that decided, e.g. "approve_by_rule" or "return_by_rule:format.*", and why in
  // words.
  std::string rule;
  std::string why;
  std::vector<std::string> reason_codes;  // for the creator, without repeats
  bool approve_by_rule = false;           // the brief lets a rule approve it
  Provenance provenance;

  bool operator==(const Verdict&) const = default;
};

// How much an outcome weighs against others: fail, could_not_check, warn, pass, not_applicable (0).
int severity(Outcome outcome);

// The outcome of most severity in a list; not_applicable for an empty one.
Outcome worst(const std::vector<Finding>& findings);

}  // namespace muster
