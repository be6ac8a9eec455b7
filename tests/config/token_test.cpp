#include "config/config.h"
#include "tests/config/support.h"

#include <cstdlib>

#include <catch2/catch.hpp>
#include <sys/stat.h>

using namespace muster;
using muster::testing::problems_of;
using muster::testing::TemporaryFolder;
using Lines = std::vector<std::string>;

namespace {

SourceConfig source_with_file(const std::filesystem::path& file) {
  SourceConfig source;
  source.name = "feed";
  source.token_file = file;
  return source;
}

std::filesystem::path write_token(const TemporaryFolder& folder,
                                  std::string_view text,
                                  mode_t mode) {
  auto file = folder.write("token", text);
  chmod(file.c_str(), mode);
  return file;
}

// A variable that is set while the object lives.
class Variable {
 public:
  explicit Variable(const char* value) { setenv("MUSTER_TEST_TOKEN", value, 1); }
  ~Variable() { unsetenv("MUSTER_TEST_TOKEN"); }
};

SourceConfig source_with_variable() {
  SourceConfig source;
  source.name = "feed";
  source.token_env = "MUSTER_TEST_TOKEN";
  return source;
}

}  // namespace

TEST_CASE("A source without a token has an empty one") {
  CHECK(read_token(SourceConfig()).empty());
}

TEST_CASE("A token comes from its variable") {
  {
    const Variable variable("abc.def-123\n");
    CHECK(read_token(source_with_variable()) == "abc.def-123");
  }
  CHECK(problems_of([] { read_token(source_with_variable()); }) ==
        Lines{"source 'feed': the variable MUSTER_TEST_TOKEN (token_env) is not set"});
  const Variable empty("  ");
  CHECK(problems_of([] { read_token(source_with_variable()); }) ==
        Lines{"source 'feed': the variable MUSTER_TEST_TOKEN (token_env) is empty"});
}

TEST_CASE("A token comes from a file of its owner, without the line break behind it") {
  const TemporaryFolder folder;
  CHECK(read_token(source_with_file(write_token(folder, "secret\r\n", 0600))) == "secret");
  CHECK(read_token(source_with_file(write_token(folder, "secret", 0640))) == "secret");
}

TEST_CASE(
    "A token file that everybody may read or write is refused with the command that mends it") {
  const TemporaryFolder folder;
  for (const mode_t mode : {0644, 0602, 0604}) {
    const auto file = write_token(folder, "secret", mode);
    const Lines lines = problems_of([&] { read_token(source_with_file(file)); });
    CHECK(lines ==
          Lines{"source 'feed': token_file " + file.string() +
                ": is open to every user of this machine; run: chmod 600 " + file.string()});
  }
}

TEST_CASE("A token file that is missing, a folder or a pipe is reported and does not hang") {
  const TemporaryFolder folder;
  const auto missing = folder.path() / "missing";
  CHECK(problems_of([&] { read_token(source_with_file(missing)); }) ==
        Lines{"source 'feed': token_file " + missing.string() +
              ": can't be opened: No such file or directory"});
  CHECK(problems_of([&] { read_token(source_with_file(folder.path())); }) ==
        Lines{"source 'feed': token_file " + folder.path().string() + ": is not a regular file"});
  const auto pipe = folder.path() / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(problems_of([&] { read_token(source_with_file(pipe)); }).size() == 1);
}

TEST_CASE("A token that could smuggle a header is refused and not shown") {
  const TemporaryFolder folder;
  for (const std::string& text : {std::string("a\nX-Evil: 1"),
                                  std::string("a b"),
                                  std::string("a\0b", 3),
                                  std::string("gr\xC3\xBC"),
                                  std::string(16'385, 'x')}) {
    const auto file = write_token(folder, text, 0600);
    const Lines lines = problems_of([&] { read_token(source_with_file(file)); });
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("does not hold one token") != std::string::npos);
    CHECK(lines[0].find("Evil") == std::string::npos);
  }
}
