#include "storage/decision_log.h"

namespace muster {

ContentHash chain_hash(const LogEntry& entry) {
  Hasher hasher;
  hasher.add(std::as_bytes(std::span(entry.previous.bytes)));
  hasher.add_field(std::to_string(entry.sequence));
  hasher.add_field(std::to_string(entry.at.time_since_epoch().count()));
  hasher.add_field(entry.actor);
  hasher.add_field(entry.action);
  hasher.add_field(entry.subject);
  hasher.add_field(entry.detail);
  return hasher.finish();
}

}  // namespace muster
