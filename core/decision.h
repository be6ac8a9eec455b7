#pragma once

#include "core/enum_names.h"
#include "core/hash.h"
#include "core/ids.h"
#include "core/time.h"

#include <optional>
#include <string>

namespace muster {

enum class DecisionKind {
  approve,
  approve_with_corrections,
  request_changes,  // back to the creator: submission state needs_work
  reject,
  withdraw,
  undo,  // takes back an earlier decision; the submission goes to in_review again
};
template <>
inline constexpr auto kEnumNames<DecisionKind> =
    enum_names<DecisionKind>({{DecisionKind::approve, "approve"},
                              {DecisionKind::approve_with_corrections, "approve_with_corrections"},
                              {DecisionKind::request_changes, "request_changes"},
                              {DecisionKind::reject, "reject"},
                              {DecisionKind::withdraw, "withdraw"},
                              {DecisionKind::undo, "undo"}});

// Who decided: a named person, or a rule that the brief allows to decide.
enum class ActorKind { person, rule };
template <>
inline constexpr auto kEnumNames<ActorKind> = enum_names<ActorKind>({{ActorKind::person, "person"},
                                                                     {ActorKind::rule, "rule"}});

struct Actor {
  ActorKind kind = ActorKind::person;
  std::string name;  // never empty: "dana@agency.example", "approve_by_rule"

  bool operator==(const Actor&) const = default;
};

// A coded reason; the list is data (config/packs/reason_codes.toml).
struct ReasonCode {
  std::string code;      // "disclosure_missing"
  std::string label;     // "The post does not say that it is advertising"
  std::string advice;    // what the creator is to change
  bool editable = true;  // false: a new version cannot mend it
};

// A decision as it stands in the store. It is bound to the content hash of the revision that it was
// made on.
struct Decision {
  DecisionId id{};
  SubmissionId submission{};
  int revision = 1;
  DecisionKind kind = DecisionKind::request_changes;
  Actor actor;
  std::string reason_code;  // empty only for approve
  std::string note;
  ContentHash content;
  Timestamp decided_at{};
  std::optional<DecisionId> undoes;
  bool undone = false;
};

}  // namespace muster
