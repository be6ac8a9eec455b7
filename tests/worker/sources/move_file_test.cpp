#include "worker/sources/move_file.h"

#include "core/hash.h"
#include "tests/support/temporary_folder.h"
#include "worker/sources/file_mover.h"

#include <catch2/catch.hpp>
#include <fcntl.h>

using namespace muster;
namespace fs = std::filesystem;

namespace {

FileFacts facts_of(const fs::path& path) {
  return entry_at(AT_FDCWD, path.string())->facts;
}

MoveGroup group_of(const TemporaryFolder& folder,
                   const std::vector<std::string>& names,
                   PutAway where = PutAway::done) {
  MoveGroup group;
  group.where = where;
  for (const std::string& name : names) {
    group.files.push_back({name, facts_of(folder.path() / name)});
  }
  return group;
}

// A folder on another file system than the temporary ones, if this machine has one to write to.
std::optional<fs::path> other_file_system() {
  const fs::path shared = "/dev/shm";
  TemporaryFolder here;
  std::error_code error;
  if (!fs::exists(shared, error) || access(shared.c_str(), W_OK) != 0 ||
      facts_of(shared).device == facts_of(here.path()).device) {
    return std::nullopt;
  }
  return shared;
}

}  // namespace

TEST_CASE("files are put away with their folders, and nothing is replaced") {
  TemporaryFolder folder;
  folder.write("mia/a.jpg", "new");
  folder.write("b.jpg", "bad");
  folder.write(".done/mia/a.jpg", "old");
  FileMover mover(folder.path(), "", "", "drop");
  const std::vector<MoveGroup> groups = {group_of(folder, {"mia/a.jpg"}),
                                         group_of(folder, {"b.jpg"}, PutAway::error)};
  const MoveReport report = mover.put_away(groups);
  CHECK(report.moved == 2);
  CHECK(report.problems.empty());
  CHECK(folder.read(".done/mia/a.jpg") == "old");
  CHECK(folder.read(".done/mia/a (2).jpg") == "new");
  CHECK(folder.read(".error/b.jpg") == "bad");
  CHECK_FALSE(folder.has("mia/a.jpg"));
  CHECK(folder.has("mia"));                 // somebody's own folder stays
  CHECK(mover.put_away(groups).left == 2);  // again: nothing to do
}

TEST_CASE("a file that changed meanwhile stays") {
  TemporaryFolder folder;
  folder.write("a.jpg", "old");
  FileMover mover(folder.path(), "", "", "drop");
  const MoveGroup group = group_of(folder, {"a.jpg"});
  folder.write("a.jpg", "new and longer");
  CHECK(mover.put_away({&group, 1}).left == 1);
  CHECK(folder.read("a.jpg") == "new and longer");
}

TEST_CASE("links planted in the way are not followed") {
  TemporaryFolder folder;
  TemporaryFolder outside;
  folder.write("mia/a.jpg", "x");
  folder.write("b.jpg", "x");
  const std::vector<MoveGroup> groups = {group_of(folder, {"mia/a.jpg"}),
                                         group_of(folder, {"b.jpg"})};
  SECTION("a folder in the done folder") {
    fs::create_directory(folder.path() / ".done");
    fs::create_directory_symlink(outside.path(), folder.path() / ".done/mia");
    FileMover mover(folder.path(), "", "", "drop");
    const MoveReport report = mover.put_away(groups);
    CHECK(report.moved == 1);
    CHECK(report.problems.size() == 1);
    CHECK(folder.has("mia/a.jpg"));
  }
  SECTION("the done folder itself") {
    fs::create_directory_symlink(outside.path(), folder.path() / ".done");
    FileMover mover(folder.path(), "", "", "drop");
    CHECK_THROWS(mover.put_away(groups));
  }
  SECTION("the source") {
    fs::remove(folder.path() / "b.jpg");
    outside.write("secret", "x");
    fs::create_symlink(outside.path() / "secret", folder.path() / "b.jpg");
    FileMover mover(folder.path(), "", "", "drop");
    mover.put_away(groups);
    CHECK(outside.has("secret"));
    CHECK_FALSE(folder.has(".done/b.jpg"));
    CHECK(folder.has("b.jpg"));
    return;
  }
  CHECK(fs::is_empty(outside.path()));
}

TEST_CASE("a group that a crash interrupted is finished") {
  TemporaryFolder folder;
  folder.write("a.jpg", "media");
  folder.write("a.jpg.json", "manifest");
  const FileFacts media = facts_of(folder.path() / "a.jpg");
  const FileFacts manifest = facts_of(folder.path() / "a.jpg.json");
  const std::string list = ".done/.putting-away-" + sha256(std::string_view("drop")).short_hex();
  const auto line = [](const std::string& name, const FileFacts& facts) {
    return "done\t" + name + "\t" + std::to_string(facts.size) + "\t" +
           std::to_string(facts.modified_ns) + "\t" + std::to_string(facts.inode) + "\t" +
           std::to_string(facts.device) + "\n";
  };
  // As a crash after the first of two renames leaves it; the end of the list never reached the
  // disk.
  folder.write(list, line("a.jpg", media) + line("a.jpg.json", manifest) + "done\tb.jp");
  fs::rename(folder.path() / "a.jpg", folder.path() / ".done/a.jpg");
  FileMover mover(folder.path(), "", "", "drop");
  const MoveReport report = mover.recover();
  CHECK(report.moved == 1);
  CHECK(report.left == 1);
  CHECK(folder.read(".done/a.jpg.json") == "manifest");
  CHECK_FALSE(folder.has(list));
  CHECK(mover.recover().moved == 0);
}

TEST_CASE("the list of a group is gone when the group is put away") {
  TemporaryFolder folder;
  folder.write("a.jpg", "media");
  folder.write("a.jpg.json", "manifest");
  FileMover mover(folder.path(), "", "", "drop");
  const MoveGroup group = group_of(folder, {"a.jpg", "a.jpg.json"});
  CHECK(mover.put_away({&group, 1}).moved == 2);
  CHECK(std::distance(fs::directory_iterator(folder.path() / ".done"), {}) == 2);
}

TEST_CASE("a hostile list moves nothing out of the folder") {
  TemporaryFolder folder;
  TemporaryFolder outside;
  outside.write("secret", "x");
  const std::string name = ".done/.putting-away-" + sha256(std::string_view("drop")).short_hex();
  const FileFacts facts = facts_of(outside.path() / "secret");
  const std::string numbers =
      std::to_string(facts.size) + "\t" + std::to_string(facts.modified_ns) + "\t" +
      std::to_string(facts.inode) + "\t" + std::to_string(facts.device) + "\n";
  folder.write(name,
               "done\t../" + outside.path().filename().string() + "/secret\t" + numbers + "done\t" +
                   outside.path().string() + "/secret\t" + numbers + "\t\t\t\n\n\xff\n" +
                   std::string(10'000, 'x') + "\n");
  FileMover mover(folder.path(), "", "", "drop");
  CHECK(mover.recover().moved == 0);
  CHECK(outside.has("secret"));
}

TEST_CASE("an empty submission folder goes, a folder with something in it stays") {
  TemporaryFolder folder;
  folder.write("mia/post/submission.json", "{}");
  folder.write("mia/post/more/a.jpg", "x");
  folder.write("mia/full/submission.json", "{}");
  folder.write("mia/full/.keep", "x");
  FileMover mover(folder.path(), "", "", "drop");
  MoveGroup first = group_of(folder, {"mia/post/submission.json", "mia/post/more/a.jpg"});
  first.folder = "mia/post";
  MoveGroup second = group_of(folder, {"mia/full/submission.json"});
  second.folder = "mia/full";
  const std::vector<MoveGroup> groups = {first, second};
  CHECK(mover.put_away(groups).moved == 3);
  CHECK_FALSE(folder.has("mia/post"));
  CHECK(folder.has("mia"));
  CHECK(folder.has("mia/full/.keep"));
  CHECK(folder.read(".done/mia/post/more/a.jpg") == "x");
}

TEST_CASE("numbers go before the ending and fit into the longest name") {
  CHECK(numbered_name("clip.mp4", 1) == "clip.mp4");
  CHECK(numbered_name("clip.mp4", 2) == "clip (2).mp4");
  CHECK(numbered_name("clip", 3) == "clip (3)");
  CHECK(numbered_name(".jpg", 2) == ".jpg (2)");
  CHECK(numbered_name(std::string(251, 'a') + ".jpg", 2).size() == 255);
}

TEST_CASE("files are put away on another file system, too") {
  const auto shared = other_file_system();
  if (!shared) {
    WARN("this machine has no second file system to write to");
    return;
  }
  std::string name = (*shared / "muster-test-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  const fs::path done = name;
  TemporaryFolder folder;
  const std::string bytes(300'000, 'x');
  folder.write("mia/a.jpg", bytes);
  const auto modified = fs::last_write_time(folder.path() / "mia/a.jpg");
  folder.write("mia/b.jpg", "b");
  FileMover mover(folder.path(), done / "done", done / "error", "drop");
  std::vector<MoveGroup> groups = {group_of(folder, {"mia/a.jpg", "mia/b.jpg"})};
  const MoveReport report = mover.put_away(groups);
  CHECK(report.moved == 2);
  CHECK(fs::file_size(done / "done/mia/a.jpg") == bytes.size());
  CHECK(fs::last_write_time(done / "done/mia/a.jpg") == modified);
  CHECK_FALSE(folder.has("mia/a.jpg"));
  folder.write("mia/a.jpg", "second");
  groups = {group_of(folder, {"mia/a.jpg"})};
  CHECK(mover.put_away(groups).moved == 1);
  CHECK(fs::file_size(done / "done/mia/a (2).jpg") == 6);
  CHECK(fs::file_size(done / "done/mia/a.jpg") == bytes.size());
  fs::remove_all(done);
}
