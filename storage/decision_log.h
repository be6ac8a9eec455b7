#pragma once

#include "core/hash.h"
#include "core/time.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

struct LogEntry {
  std::int64_t sequence = 0;  // from 1, without gaps
  Timestamp at{};
  std::string actor;  // "person:dana@agency.example", "rule:approve_by_rule"
  std::string
      action;  // "decision.made", "decision.undone", "job.redriven", "rights.overridden", ...
  std::string subject;  // "submission/12"
  std::string detail;   // JSON
  ContentHash previous;
  ContentHash hash;
};

struct LogFault {
  std::int64_t sequence = 0;
  std::string what;
};

// The append-only record of everything that was decided. Each entry's hash covers the entry and the
// hash before it, so a changed, dropped or reordered entry shows. Entries are written by the
// methods whose effect they record, in their transaction.
class DecisionLog {
 public:
  virtual ~DecisionLog() = default;

  // Oldest first, from `sequence` on; `subject` empty: all.
  virtual std::vector<LogEntry> entries(std::int64_t sequence,
                                        std::string_view subject,
                                        int limit) = 0;

  // Walks the whole chain, and every decision against the content it is bound to. Empty when all
  // holds.
  virtual std::vector<LogFault> verify() = 0;
  virtual std::int64_t size() = 0;
};

// hash = SHA-256 over previous hash and the length-prefixed fields sequence, at (ms), actor,
// action, subject, detail.
ContentHash chain_hash(const LogEntry& entry);

}  // namespace muster
