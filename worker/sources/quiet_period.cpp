#include "worker/sources/quiet_period.h"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/file.h>

namespace muster {

void QuietPeriod::begin_poll() {
  now_.clear();
}

bool QuietPeriod::is_over(const ScannedFile& file, int periods) {
  const Milliseconds boot = clock_.since_boot();
  const auto known = before_.find(file.path);
  const bool unchanged = known != before_.end() && known->second.facts == file.facts;
  const Sighting sighting{file.facts, unchanged ? known->second.since : boot};
  now_.insert_or_assign(file.path, sighting);
  const Milliseconds wanted = period_ * periods;
  const Milliseconds own_age = age(file.facts);
  if (first_poll_) {
    return own_age >= wanted;
  }
  // A time in the future says nothing; then what we saw must do.
  return boot - sighting.since >= wanted && (own_age >= wanted || own_age < Milliseconds(0));
}

bool QuietPeriod::is_young(const FileFacts& facts, int periods) const {
  const Milliseconds own_age = age(facts);
  return own_age >= Milliseconds(0) && own_age < period_ * periods;
}

void QuietPeriod::end_poll() {
  before_ = std::move(now_);
  now_.clear();
  first_poll_ = false;
}

Milliseconds QuietPeriod::age(const FileFacts& facts) const {
  // The kernel sets the change time, so that tools which restore the modification time do not make
  // a file look old. A modification time in the future was set by hand and says nothing.
  const std::chrono::nanoseconds now = clock_.now().time_since_epoch();
  const std::chrono::nanoseconds modified(facts.modified_ns);
  const std::chrono::nanoseconds changed(facts.changed_ns);
  const auto last = modified <= now ? std::max(modified, changed) : changed;
  return std::chrono::duration_cast<Milliseconds>(now - last);
}

std::string writer_of(int fd) {
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) {
    return "is locked by another program";
  }
  if (::flock(fd, LOCK_SH | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return "is locked by another program";
    }
  } else {
    ::flock(fd, LOCK_UN);
  }
  // A read lease is granted only while nobody has the file open for writing. The kernel tells the
  // holder of a lease by a signal when a writer comes; SIGURG is one that does nothing where it is
  // not handled (SIGIO, the default, would end us).
  if (::fcntl(fd, F_SETSIG, SIGURG) != 0) {
    return {};
  }
  if (::fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
    ::fcntl(fd, F_SETLEASE, F_UNLCK);
  } else if (errno == EAGAIN) {
    return "is still open for writing in another program";
  }
  return {};
}

}  // namespace muster
