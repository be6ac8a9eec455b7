#pragma once

#include "core/time.h"
#include "extractors/decode/message_socket.h"
#include "extractors/decode/protocol.h"
#include "extractors/decode/spawn.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <sys/types.h>

namespace muster {

// How the child of one request ended.
struct ChildOutcome {
  enum class End {
    exited,       // by itself, with `status`
    killed,       // by signal `status`
    over_wall,    // we stopped it at the wall clock limit
    helper_gone,  // the zygote died or talks nonsense; nothing is known about the child
  };
  End end = End::helper_gone;
  int status = 0;
  ChildEnded usage;
};

// A running muster-decode. Thread-safe: requests from several threads run side by side.
class HelperProcess {
 public:
  // Starts the program and waits for its hello. Throws TransientError where it does not start or
  // can't lock up its children.
  explicit HelperProcess(const std::filesystem::path& program);
  // Ends the zygote, and with it every child.
  ~HelperProcess();
  HelperProcess(const HelperProcess&) = delete;
  HelperProcess& operator=(const HelperProcess&) = delete;

  const HelperHello& hello() const { return hello_; }
  // False once a request found it dead or talking nonsense.
  bool usable() const { return usable_; }

  // Runs one child on the two memories. When this returns, the child is dead. Throws TransientError
  // where no child can be started.
  ChildOutcome run(const DecodeRequest& request, int input, int output, Milliseconds wall);

 private:
  void start(const std::filesystem::path& program);
  void await_hello();
  void stop();
  ChildOutcome give_up();
  std::optional<UniqueFd> await_start(int reply, const PollDeadline& deadline);
  ChildOutcome await_end(int reply, int pidfd, const PollDeadline& deadline);

  UniqueFd control_;
  UniqueFd pidfd_;
  pid_t pid_ = -1;
  HelperHello hello_;
  std::atomic<bool> usable_ = true;
};

// `configured` where it is not empty, else the program of that name beside this one, else the one
// in PATH. Throws ConfigError where there is none.
std::filesystem::path find_helper_program(const std::filesystem::path& configured,
                                          std::string_view name);

}  // namespace muster
