#include "worker/sources/folder_scanner.h"

#include "core/error.h"
#include "core/text.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"
#include "worker/sources/quiet_period.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <set>
#include <thread>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace muster;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

FolderScan scan(const TemporaryFolder& folder, const std::vector<FileFacts>& except = {}) {
  return scan_folder(open_drop_directory(folder.path()).get(), except, {});
}

std::vector<std::string> paths(const FolderScan& scan) {
  std::vector<std::string> result;
  for (const ScannedFile& file : scan.files) {
    result.push_back(file.path);
  }
  return result;
}

std::string why(const FolderScan& scan, const std::string& path) {
  for (const WaitingItem& item : scan.refused) {
    if (item.external_id == path) {
      return item.why;
    }
  }
  return {};
}

}  // namespace

TEST_CASE("files are found in all sub-folders, in order, with their facts") {
  TemporaryFolder folder;
  folder.write("b.jpg", "12345");
  folder.write("mia/summer/a.mp4", "");
  folder.write("a.jpg", "1");
  const FolderScan result = scan(folder);
  CHECK(paths(result) == std::vector<std::string>{"a.jpg", "b.jpg", "mia/summer/a.mp4"});
  CHECK(result.files[1].facts.size == 5);
  CHECK(result.refused.empty());
}

TEST_CASE("unfinished and foreign files are left alone") {
  TemporaryFolder folder;
  for (const char* name : {".hidden",
                           ".git/config",
                           "a.jpg.part",
                           "b.mp4.crdownload",
                           "c.TMP",
                           "d.partial",
                           "e.filepart",
                           "Thumbs.db",
                           "THUMBS.DB",
                           "desktop.ini",
                           "notes.txt~",
                           "~$plan.docx",
                           "__MACOSX/a.jpg"}) {
    folder.write(name, "x");
  }
  folder.write("part.jpg", "x");
  CHECK(paths(scan(folder)) == std::vector<std::string>{"part.jpg"});
}

TEST_CASE("links, pipes, sockets and hard links are refused with the reason") {
  TemporaryFolder folder;
  TemporaryFolder outside;
  outside.write("secret.txt", "secret");
  folder.write("plain.jpg", "x");
  fs::create_symlink(outside.path() / "secret.txt", folder.path() / "link.jpg");
  fs::create_symlink("plain.jpg", folder.path() / "inner.jpg");
  fs::create_symlink("nowhere", folder.path() / "dangling.jpg");
  fs::create_directory_symlink(outside.path(), folder.path() / "linked");
  fs::create_hard_link(outside.path() / "secret.txt", folder.path() / "hard.jpg");
  REQUIRE(mkfifo((folder.path() / "pipe.jpg").c_str(), 0600) == 0);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  (folder.path() / "s.jpg").string().copy(name.sun_path, sizeof name.sun_path - 1);
  REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
  close(fd);

  const FolderScan result = scan(folder);
  CHECK(paths(result) == std::vector<std::string>{"plain.jpg"});
  CHECK(result.refused.size() == 7);
  for (const char* link : {"link.jpg", "inner.jpg", "dangling.jpg", "linked"}) {
    CHECK(why(result, link).find("symbolic link") != std::string::npos);
  }
  CHECK(why(result, "hard.jpg").find("2 hard links") != std::string::npos);
  CHECK(why(result, "pipe.jpg").find("no regular file") != std::string::npos);
  CHECK(why(result, "s.jpg").find("no regular file") != std::string::npos);
}

TEST_CASE("folders deeper than eight are not entered") {
  TemporaryFolder folder;
  folder.write("1/2/3/4/5/6/7/8/in.jpg", "x");
  folder.write("1/2/3/4/5/6/7/8/9/out.jpg", "x");
  const FolderScan result = scan(folder);
  CHECK(paths(result) == std::vector<std::string>{"1/2/3/4/5/6/7/8/in.jpg"});
  CHECK(why(result, "1/2/3/4/5/6/7/8/9").find("deep") != std::string::npos);
}

TEST_CASE("the folders for taken files are not scanned, wherever they lie") {
  TemporaryFolder folder;
  folder.write("a.jpg", "x");
  folder.write("done/b.jpg", "x");
  const auto done = entry_at(AT_FDCWD, (folder.path() / "done").string());
  CHECK(paths(scan(folder, {done->facts})) == std::vector<std::string>{"a.jpg"});
}

TEST_CASE("opening beneath a folder never leaves it") {
  TemporaryFolder folder;
  TemporaryFolder outside;
  outside.write("secret.txt", "secret");
  folder.write("mia/a.jpg", "x");
  fs::create_directory_symlink(outside.path(), folder.path() / "linked");
  fs::create_symlink(outside.path() / "secret.txt", folder.path() / "mia/link.jpg");
  const FileDescriptor root = open_drop_directory(folder.path());
  CHECK(open_beneath(root.get(), "mia/a.jpg", O_RDONLY));
  const std::string outer = outside.path().filename().string();
  for (const std::string& path : {std::string("../") + outer + "/secret.txt",
                                  std::string("mia/../../") + outer + "/secret.txt",
                                  outside.path().string() + "/secret.txt",
                                  std::string("linked/secret.txt"),
                                  std::string("mia/link.jpg"),
                                  std::string("/etc/passwd"),
                                  std::string("/proc/self/environ"),
                                  std::string("mia/a.jpg\0.png", 14),
                                  std::string("..")}) {
    CAPTURE(path);
    CHECK_FALSE(open_beneath(root.get(), path, O_RDONLY));
  }
}

TEST_CASE("a folder that is swapped for a link during the walk leads nowhere") {
  TemporaryFolder folder;
  TemporaryFolder outside;
  outside.write("secret.txt", "secret");
  folder.write("a/inner.jpg", "x");
  const fs::path real = folder.path() / "a";
  const fs::path aside = folder.path() / ".aside";
  std::atomic<bool> stop = false;
  std::jthread swapper([&] {
    while (!stop) {
      std::error_code ignored;
      fs::rename(real, aside, ignored);
      fs::create_directory_symlink(outside.path(), real, ignored);
      fs::remove(real, ignored);
      fs::rename(aside, real, ignored);
    }
  });
  const FileDescriptor root = open_drop_directory(folder.path());
  int escapes = 0;
  for (int i = 0; i < 500; ++i) {
    for (const ScannedFile& file : scan_folder(root.get(), {}, {}).files) {
      escapes += file.path == "a/secret.txt" ? 1 : 0;
    }
    escapes += open_beneath(root.get(), "a/secret.txt", O_RDONLY) ? 1 : 0;
  }
  stop = true;
  CHECK(escapes == 0);
}

TEST_CASE("a folder that is not there is a reason to try again") {
  CHECK_THROWS_AS(open_drop_directory("/nowhere/at/all"), TransientError);
}

TEST_CASE("a stop ends the walk") {
  TemporaryFolder folder;
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(scan_folder(open_drop_directory(folder.path()).get(), {}, stop.get_token()),
                  Interrupted);
}

TEST_CASE("any file name has an id, and the id leads back to the name") {
  std::set<std::string> ids;
  std::vector<std::string> names = {"a.jpg",
                                    "50%.jpg",
                                    "50%41.jpg",
                                    "50A.jpg",
                                    "%",
                                    "%%41",
                                    "%25",
                                    "\xff\xfe.jpg",
                                    "%\xff",
                                    "%4\xff",
                                    "a\nb.jpg",
                                    "a\rb",
                                    "\x7f",
                                    "e\xcc\x81.jpg",
                                    "\xc3\xa9.jpg",
                                    "\xe2\x80\xae"
                                    "gpj.exe",
                                    "\xf0\x9f\x98\x80.png",
                                    "\xed\xa0\x80.jpg",
                                    "\xc3",
                                    "a\\b",
                                    "mia/\xe9t\xe9/x.jpg"};
  for (int byte = 1; byte < 256; ++byte) {
    names.push_back(std::string("x") + static_cast<char>(byte) + "41");
  }
  for (const std::string& name : names) {
    const std::string id = encode_path(name);
    CAPTURE(id);
    CHECK_FALSE(find_invalid_utf8(id));
    CHECK(std::ranges::none_of(id, [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
    CHECK(decode_path(id) == name);
    ids.insert(id);
  }
  std::ranges::sort(names);
  const auto twice = std::ranges::unique(names);
  CHECK(ids.size() == names.size() - static_cast<std::size_t>(twice.size()));
  CHECK(encode_path("mia/IMG 1 (50% off).jpg") == "mia/IMG 1 (50% off).jpg");
}

TEST_CASE("names for people are short and printable") {
  CHECK(display_name("mia/IMG_1.jpg") == "IMG_1.jpg");
  CHECK(display_name("a\nb.jpg").find('\n') == std::string::npos);
  CHECK(display_name("\xe2\x80\xaegpj.exe").find("\xe2\x80\xae") == std::string::npos);
  std::string grins;
  for (int i = 0; i < 60; ++i) {
    grins += "\xf0\x9f\x98\x80";
  }
  const std::string shown = display_name(grins);
  CHECK(shown.size() <= 200);
  CHECK_FALSE(find_invalid_utf8(shown));
}

TEST_CASE("a file is quiet when its own times and our own eyes say so") {
  FakeClock clock;
  QuietPeriod quiet(clock, 2s);
  const auto at = [&](Milliseconds ago) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(clock.now().time_since_epoch() -
                                                                ago)
        .count();
  };
  const auto poll = [&](const ScannedFile& file) {
    quiet.begin_poll();
    const bool over = quiet.is_over(file);
    quiet.end_poll();
    return over;
  };
  SECTION("at the first poll its times must do") {
    CHECK(poll({"old", {1, at(10s), at(10s), 1, 1}}));
    CHECK_FALSE(poll({"new", {1, at(10s), at(10s), 1, 1}}));  // from now on we look ourselves
  }
  SECTION("a restored modification time does not make it old") {
    CHECK_FALSE(poll({"restored", {1, at(1h), at(1s), 1, 1}}));
  }
  SECTION("a modification time in the future does not keep it for ever") {
    CHECK(poll({"future", {1, at(-24h), at(10s), 1, 1}}));
  }
  SECTION("a change time in the future: what we saw decides") {
    const ScannedFile file{"skewed", {1, at(-1h), at(-1h), 1, 1}};
    CHECK_FALSE(poll(file));
    clock.advance(1s);
    CHECK_FALSE(poll(file));
    clock.advance(1s);
    CHECK(poll(file));
  }
  SECTION("a jump of the wall clock does not make it old") {
    const ScannedFile file{"f", {1, at(0s), at(0s), 1, 1}};
    CHECK_FALSE(poll(file));
    clock.jump(24h);
    CHECK_FALSE(poll(file));
    clock.advance(2s);
    CHECK(poll(file));
  }
  SECTION("each change starts the count again") {
    ScannedFile file{"f", {1, at(1h), at(0s), 1, 1}};
    for (int i = 0; i < 60; ++i) {
      ++file.facts.size;
      CHECK_FALSE(poll(file));
      clock.advance(1s);
    }
    CHECK_FALSE(poll(file));
    clock.advance(2s);
    CHECK(poll(file));
  }
  SECTION("what was not looked at in between is forgotten") {
    const ScannedFile file{"f", {1, at(0s), at(0s), 1, 1}};
    CHECK_FALSE(poll(file));
    clock.advance(5s);
    CHECK_FALSE(poll({"other", {1, at(0s), at(0s), 2, 1}}));
    CHECK_FALSE(poll(file));
  }
}

TEST_CASE("writers are noticed by their locks and open files") {
  TemporaryFolder folder;
  const fs::path path = folder.write("a.jpg", "x");
  const FileDescriptor ours(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  CHECK(writer_of(ours.get()).empty());
  SECTION("open for writing") {
    const FileDescriptor writer(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    CHECK(writer_of(ours.get()).find("open for writing") != std::string::npos);
  }
  SECTION("flock") {
    const FileDescriptor other(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    REQUIRE(flock(other.get(), LOCK_EX) == 0);
    CHECK(writer_of(ours.get()).find("locked") != std::string::npos);
    REQUIRE(flock(other.get(), LOCK_SH) == 0);
    CHECK(writer_of(ours.get()).empty());
  }
  SECTION("record locks") {
    const FileDescriptor other(open(path.c_str(), O_RDWR | O_CLOEXEC));
    struct flock lock {};
    lock.l_type = F_WRLCK;
    REQUIRE(fcntl(other.get(), F_OFD_SETLK, &lock) == 0);
    CHECK(writer_of(ours.get()).find("locked") != std::string::npos);
  }
  SECTION("looking leaves nothing behind") {
    CHECK(fcntl(ours.get(), F_GETLEASE) == F_UNLCK);
    const FileDescriptor other(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    CHECK(flock(other.get(), LOCK_EX | LOCK_NB) == 0);
  }
  SECTION("a writer that comes at that very moment does not kill us") {
    std::atomic<bool> stop = false;
    std::jthread writer([&] {
      while (!stop) {
        const FileDescriptor other(open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
      }
    });
    for (int i = 0; i < 20'000; ++i) {
      writer_of(ours.get());
    }
    stop = true;
  }
}
