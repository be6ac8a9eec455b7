#pragma once

#include "core/clock.h"
#include "worker/sources/folder_scanner.h"

#include <map>
#include <span>
#include <string>

namespace muster {

// Tells files that are still being written from finished ones. Two witnesses: the file's own times,
// which clocks on other machines and tools that restore times can bend, and what we saw ourselves
// at earlier polls, counted by the clock of this boot.
class QuietPeriod {
 public:
  QuietPeriod(const Clock& clock, Milliseconds period) : clock_(clock), period_(period) {}

  // A poll begins. What is not asked about during it is forgotten at its end.
  void begin_poll();
  // Has nothing happened to the file for `periods` quiet periods? At the first poll of a process
  // the file's own times must do; afterwards we must have seen it unchanged that long, too.
  bool is_over(const ScannedFile& file, int periods = 1);
  // Its own times are younger than that: something happens in its folder.
  bool is_young(const FileFacts& facts, int periods = 1) const;
  void end_poll();

  Milliseconds period() const { return period_; }

 private:
  struct Sighting {
    FileFacts facts;
    Milliseconds since{};  // Clock::since_boot
  };
  // Since the last change of bytes or metadata; negative when that lies in the future.
  Milliseconds age(const FileFacts& facts) const;

  const Clock& clock_;
  Milliseconds period_;
  bool first_poll_ = true;
  std::map<std::string, Sighting, std::less<>> before_;
  std::map<std::string, Sighting, std::less<>> now_;
};

// Is somebody writing to the open file: holds a lock on it, or has it open for writing? Empty where
// nobody is known to, else in words. Only a hint: not every file system and not every owner lets us
// ask.
std::string writer_of(int fd);

}  // namespace muster
