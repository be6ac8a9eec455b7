#include "core/error.h"
#include "storage/open.h"
#include "tests/support/temporary_folder.h"

#include <array>
#include <csignal>
#include <fstream>
#include <set>
#include <thread>

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace muster;
namespace fs = std::filesystem;

namespace {

// THE list of backends that every contract test runs on.
struct BlobBackend {
  const char* name;
  const char* url;
};
constexpr std::array kBlobBackends{
    BlobBackend{"file", "file:blobs"},
};

struct Blobs {
  explicit Blobs(const BlobBackend& backend)
      : store(open_blob_store(backend.url, directory.path())) {}

  std::set<std::string> names() {
    std::set<std::string> names;
    store->for_each([&](const ContentHash& hash, std::uint64_t) { names.insert(hash.hex()); });
    return names;
  }

  TemporaryFolder directory;
  std::unique_ptr<BlobStore> store;
};

fs::path file_of(const Blobs& blobs, const ContentHash& hash) {
  return blobs.directory.path() / "blobs" / hash.hex().substr(0, 2) / hash.hex().substr(2, 2) /
         hash.hex();
}

std::size_t count_files(const fs::path& root) {
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    files += entry.is_regular_file() ? 1 : 0;
  }
  return files;
}

}  // namespace

TEST_CASE("bytes come back under their hash, whatever their size") {
  Blobs blobs(GENERATE(from_range(kBlobBackends)));
  for (const std::size_t size : {0u, 1u, 65535u, 65536u, 65537u, 1'000'003u}) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
      bytes[i] = static_cast<char>(i * 131 + size);
    }
    const ContentHash hash = blobs.store->put(bytes);
    CHECK(hash == sha256(bytes));
    CHECK(blobs.store->contains(hash));
    CHECK(blobs.store->get(hash, size) == bytes);
    CHECK(blobs.store->verify(hash));
  }
  CHECK(blobs.names().size() == 6);
  CHECK_THROWS_AS(blobs.store->get(blobs.store->put("four"), 3), PermanentError);
}

TEST_CASE("known bytes are kept once, also when many write them at the same time") {
  Blobs blobs(GENERATE(from_range(kBlobBackends)));
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 20; ++i) {
          blobs.store->put("blob " + std::to_string(i));
        }
      });
    }
  }
  CHECK(blobs.names().size() == 20);
}

TEST_CASE("a writer that is dropped leaves nothing") {
  Blobs blobs(GENERATE(from_range(kBlobBackends)));
  {
    auto writer = blobs.store->create();
    writer->append(std::as_bytes(std::span(std::string_view("half of it"))));
    CHECK(writer->size() == 10);
  }
  CHECK(blobs.names().empty());
}

TEST_CASE("what is not there is said to be not there, and can be removed once") {
  Blobs blobs(GENERATE(from_range(kBlobBackends)));
  const ContentHash none = sha256("none");
  CHECK(blobs.store->open(none) == nullptr);
  CHECK_FALSE(blobs.store->contains(none));
  CHECK_FALSE(blobs.store->get(none, 10));
  CHECK_FALSE(blobs.store->verify(none));
  CHECK_FALSE(blobs.store->remove(none));
  const ContentHash some = blobs.store->put("some");
  CHECK(blobs.store->remove(some));
  CHECK_FALSE(blobs.store->remove(some));
  CHECK(blobs.store->put("some") == some);
}

TEST_CASE("a reader that is open keeps its bytes when the blob is removed") {
  Blobs blobs(GENERATE(from_range(kBlobBackends)));
  const ContentHash hash = blobs.store->put("still here");
  const auto reader = blobs.store->open(hash);
  blobs.store->remove(hash);
  std::array<std::byte, 64> buffer{};
  CHECK(reader->read(buffer) == 10);
  CHECK(reader->read(buffer) == 0);
}

TEST_CASE("file: a changed byte and a lost end are found, and a new copy mends the lost end") {
  Blobs blobs(kBlobBackends[0]);
  const std::string bytes(10'000, 'x');
  const ContentHash hash = blobs.store->put(bytes);
  const fs::path path = file_of(blobs, hash);
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(5000);
    file.put('y');
  }
  CHECK_FALSE(blobs.store->verify(hash));
  fs::resize_file(path, 4096);
  CHECK_FALSE(blobs.store->verify(hash));
  CHECK(blobs.store->put(bytes) == hash);
  CHECK(blobs.store->verify(hash));
  CHECK(count_files(blobs.directory.path()) == 1);
}

TEST_CASE("file: folders and files are for their owner only") {
  Blobs blobs(kBlobBackends[0]);
  const fs::path path = file_of(blobs, blobs.store->put("secret"));
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  for (fs::path folder = path.parent_path(); folder != blobs.directory.path();
       folder = folder.parent_path()) {
    REQUIRE(::stat(folder.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0700);
  }
}

TEST_CASE("file: a write that fails is an error to try again, and leaves nothing") {
  Blobs blobs(kBlobBackends[0]);
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  rlimit saved{};
  ::getrlimit(RLIMIT_FSIZE, &saved);
  for (const rlim_t limit : {rlim_t{0}, rlim_t{1}, rlim_t{4096}, rlim_t{99'999}}) {
    const rlimit small{limit, saved.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    const std::string bytes(100'000, 'x');
    bool refused = false;
    try {
      blobs.store->put(bytes);
    } catch (const TransientError&) {
      refused = true;
    }
    ::setrlimit(RLIMIT_FSIZE, &saved);
    CHECK(refused);
    CHECK(blobs.names().empty());
  }
  std::signal(SIGXFSZ, previous);
  CHECK(blobs.store->verify(blobs.store->put(std::string(100'000, 'x'))));
}

TEST_CASE(
    "file: strangers in the folder are not blobs, and a sweep removes what unfinished writers "
    "left") {
  Blobs blobs(kBlobBackends[0]);
  const ContentHash hash = blobs.store->put("mine");
  const fs::path root = blobs.directory.path() / "blobs";
  fs::create_directory(root / "tmp");
  std::ofstream(root / "tmp" / "blob.123456") << "half";
  std::ofstream(root / "README") << "hello";
  std::ofstream(root / hash.hex()) << "in the wrong place";
  CHECK(blobs.names() == std::set<std::string>{hash.hex()});
  blobs.store->sweep();
  CHECK(fs::is_empty(root / "tmp"));
  CHECK(blobs.store->verify(hash));
}

TEST_CASE("file: a link in the place of a blob is not followed") {
  Blobs blobs(kBlobBackends[0]);
  const ContentHash hash = sha256("target");
  fs::create_directories(file_of(blobs, hash).parent_path());
  std::ofstream(blobs.directory.path() / "outside") << "target";
  fs::create_symlink(blobs.directory.path() / "outside", file_of(blobs, hash));
  CHECK_THROWS_AS(blobs.store->open(hash), PermanentError);
}
