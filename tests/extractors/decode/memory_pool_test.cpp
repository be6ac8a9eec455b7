#include "extractors/decode/memory_pool.h"

#include "extractors/decode/shared_memory.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace muster;

namespace {

bool is_zero(std::span<const std::byte> bytes) {
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

// As a child does: at the descriptor's position, wherever that is.
void write_as_child(int fd, std::string_view text) {
  REQUIRE(::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

}  // namespace

TEST_CASE("memory that comes back is handed out again, and nothing of what it held") {
  MemoryPool pool;
  const std::byte* first = nullptr;
  {
    const auto memory = pool.take(1000);
    first = memory->bytes().data();
    REQUIRE(memory->bytes().size() >= 1000);
    CHECK(is_zero(memory->bytes()));
    write_as_child(memory->fd(), "a secret of the first creator");
    REQUIRE(::lseek(memory->fd(), -10, SEEK_END) > 0);
    write_as_child(memory->fd(), "at the end");
    CHECK(std::memcmp(memory->bytes().data(), "a secret", 8) == 0);
  }
  const auto again = pool.take(2000);
  CHECK(again->bytes().data() == first);
  CHECK(is_zero(again->bytes()));
  write_as_child(again->fd(), "next");
  CHECK(std::memcmp(again->bytes().data(), "next", 4) == 0);
}

TEST_CASE("memory that somebody may still write to, or that is far too large, is not handed out") {
  MemoryPool pool;
  int spoiled = -1;
  {
    const auto memory = pool.take(1000);
    spoiled = memory->fd();
    memory->spoil();
  }
  CHECK(::fcntl(spoiled, F_GETFD) == -1);  // closed
  const std::byte* large = pool.take(MemoryPool::kLargest)->bytes().data();
  const auto small = pool.take(10);
  CHECK(small->bytes().data() != large);
  CHECK(pool.take(MemoryPool::kLargest)->bytes().data() == large);
}

TEST_CASE("who gets memory to read can't write it, and nobody can change its size") {
  MemoryPool pool;
  const SharedMemory input = SharedMemory::copy_of(media_bytes("a picture"), pool);
  CHECK(::write(input.fd(), "x", 1) == -1);
  CHECK(::mmap(nullptr, 9, PROT_READ | PROT_WRITE, MAP_SHARED, input.fd(), 0) == MAP_FAILED);
  CHECK(::ftruncate(input.fd(), 0) == -1);
  const auto read = input.map();
  CHECK(std::memcmp(read.bytes().data(), "a picture", 9) == 0);
  const SharedMemory output = SharedMemory::for_output(100, pool);
  CHECK(::ftruncate(output.fd(), 0) == -1);
  CHECK(::ftruncate(output.fd(), 1 << 30) == -1);
}

TEST_CASE("what was taken lives on without its pool, and without what it was taken from") {
  std::shared_ptr<WritableMemory> answer;
  {
    MemoryPool pool;
    const SharedMemory output = SharedMemory::for_output(100, pool);
    write_as_child(output.fd(), "pixels");
    answer = output.take();
  }
  CHECK(answer->bytes().size() == 100);
  CHECK(std::memcmp(answer->bytes().data(), "pixels", 6) == 0);
}

TEST_CASE("a file that is shorter than it said is an error, and its memory goes back cleared") {
  MemoryPool pool;
  MediaBytes bytes = media_bytes("only this");
  bytes.size = 50;
  CHECK_THROWS_WITH(SharedMemory::copy_of(bytes, pool), Catch::Contains("9 of 50 bytes"));
  CHECK(is_zero(pool.take(50)->bytes()));
}

TEST_CASE("threads that take and give back memory at once never share any") {
  MemoryPool pool;
  std::vector<std::jthread> threads;
  std::atomic<int> wrong = 0;
  for (int id = 1; id <= 4; ++id) {
    threads.emplace_back([&, id] {
      for (int round = 0; round < 50; ++round) {
        const auto memory = pool.take(5000);
        wrong += is_zero(memory->bytes().first(5000)) ? 0 : 1;
        std::memset(memory->bytes().data(), id, 5000);
        std::this_thread::yield();
        wrong += std::ranges::all_of(memory->bytes().first(5000),
                                     [&](std::byte byte) { return byte == std::byte(id); })
                     ? 0
                     : 1;
      }
    });
  }
  threads.clear();
  CHECK(wrong == 0);
}
