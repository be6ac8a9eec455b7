#pragma once

#include "core/time.h"
#include "extractors/decode/message_socket.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace muster {

// Two ends of a socket of sequenced packets. Throws TransientError.
std::pair<UniqueFd, UniqueFd> make_packet_sockets();

// A helper program that runs, with the other end of `control` as its kControlFd.
struct SpawnedProgram {
  UniqueFd control;
  UniqueFd pidfd;
  pid_t pid = -1;
};

// Starts it in a process group of its own (a terminal's Ctrl-C is for the daemon to handle), with
// default signals, no descriptors but its control socket, and nothing of our own environment but
// `variables`. Throws TransientError.
SpawnedProgram spawn_program(const std::filesystem::path& program,
                             std::vector<std::string> variables);

void send_kill(int pidfd);

// When something must have happened.
class PollDeadline {
 public:
  explicit PollDeadline(Milliseconds limit) : end_(std::chrono::steady_clock::now() + limit) {}
  // True when the descriptor can be read or its other end is gone; false at the deadline.
  bool wait_for(int fd) const;

 private:
  std::chrono::steady_clock::time_point end_;
};

}  // namespace muster
