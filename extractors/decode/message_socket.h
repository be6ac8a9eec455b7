#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

// Owns a file descriptor.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  ~UniqueFd() { reset(); }
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }

  int get() const { return fd_; }
  void reset();

 private:
  int fd_ = -1;
};

struct Message {
  std::vector<std::byte> bytes;
  std::vector<UniqueFd> fds;
};

// One packet with its descriptors over a SOCK_SEQPACKET socket. False (errno set) where the other
// end is gone or its queue is full.
bool send_message(int socket, std::string_view bytes, std::span<const int> fds);
// Blocks for the next packet; nullopt (errno set, 0 for an orderly end) where none will come, and
// where it is longer than `most_bytes` (errno EMSGSIZE).
std::optional<Message> receive_message(int socket, std::size_t most_bytes);

}  // namespace muster
