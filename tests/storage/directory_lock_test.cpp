#include "core/error.h"
#include "storage/open.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

using namespace muster;

TEST_CASE("one owner at a time, who says who it is") {
  TemporaryFolder directory;
  const auto path = directory.path() / "data";
  CHECK(DirectoryLock::holder(path).empty());
  auto lock = DirectoryLock::try_acquire(path);
  REQUIRE(lock);
  CHECK_FALSE(DirectoryLock::try_acquire(path));
  CHECK(DirectoryLock::holder(path).find("pid " + std::to_string(::getpid())) == 0);
  DirectoryLock moved = std::move(*lock);
  lock.reset();
  CHECK_FALSE(DirectoryLock::try_acquire(path));
  { const DirectoryLock gone = std::move(moved); }
  CHECK(DirectoryLock::holder(path).empty());
  CHECK(DirectoryLock::try_acquire(path));
}

TEST_CASE("a holder that is killed leaves no lock behind") {
  TemporaryFolder directory;
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = DirectoryLock::try_acquire(directory.path());
    [[maybe_unused]] const auto written = ::write(ready[1], lock ? "y" : "n", 1);
    ::pause();
    ::_exit(0);
  }
  char answer = 0;
  REQUIRE(::read(ready[0], &answer, 1) == 1);
  CHECK(answer == 'y');
  CHECK_FALSE(DirectoryLock::try_acquire(directory.path()));
  CHECK(DirectoryLock::holder(directory.path()).find("pid " + std::to_string(child)) == 0);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
  CHECK(DirectoryLock::holder(directory.path()).empty());
  CHECK(DirectoryLock::try_acquire(directory.path()));
}
