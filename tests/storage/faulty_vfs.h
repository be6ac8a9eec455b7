#pragma once

#include <string>

namespace muster {

// Makes the calls of SQLite that change the disk fail, while an object of it lives: writes tear in
// the middle and say "disk full", syncs and truncations say "I/O error". One object at a time; for
// files that are opened while it lives.
class FaultyVfs {
 public:
  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  // The n-th such call from now on fails (1: the next); with `for_ever` all after it too.
  void fail(int nth, bool for_ever);
  void heal() { fail(0, false); }
  // Whether a call failed since fail().
  bool failed() const;
};

}  // namespace muster
