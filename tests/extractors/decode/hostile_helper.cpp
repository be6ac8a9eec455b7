// A muster-decode gone bad, for tests: what it does is the part of its own name behind the last
// dash.

#include "extractors/decode/helper/zygote.h"
#include "extractors/decode/message_socket.h"
#include "extractors/decode/protocol.h"

#include <array>
#include <cmath>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace muster {
namespace {

DecodeAnswer honest_answer(const ChildContext& context) {
  DecodeAnswer answer;
  answer.facts.type = MediaType::jpeg;
  answer.facts.integrity = Integrity::whole;
  AnswerFrame frame;
  frame.width = 8;
  frame.height = 8;
  frame.channels = 3;
  frame.stride = 24;
  frame.offset = answer_header_bytes(context.request.max_frames);
  answer.frames.push_back(frame);
  return answer;
}

// An answer that is honest but for one change.
ChildMain lie(const std::function<void(DecodeAnswer&)>& change) {
  return [change](const ChildContext& context) {
    DecodeAnswer answer = honest_answer(context);
    change(answer);
    write_answer(context.output, answer);
    return kExitAnswered;
  };
}

// Recursion that no optimizer can turn into a loop.
int overflow_stack(int depth) {
  char waste[4096];
  volatile char* touched = waste;
  touched[0] = static_cast<char>(depth);
  if (depth == 1 << 30) {
    return 0;  // far beyond any stack
  }
  const int deeper = overflow_stack(depth + 1);
  return deeper + touched[0];
}

int allocate(const ChildContext&) {
  std::vector<std::vector<char>> hoard;
  while (true) {
    hoard.emplace_back(1 << 24, 'x');
  }
}

int fill_with_garbage(const ChildContext& context) {
  std::uint64_t state = 88172645463325252ULL;
  for (std::byte& byte : context.output) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    byte = static_cast<std::byte>(state);
  }
  return kExitAnswered;
}

const std::map<std::string, ChildMain>& child_modes() {
  static const std::map<std::string, ChildMain> modes = {
      {"honest", lie([](DecodeAnswer&) {})},
      {"segv", [](const ChildContext&) -> int { return *static_cast<volatile int*>(nullptr); }},
      {"abort", [](const ChildContext&) -> int { std::abort(); }},
      // Dies of some files only.
      {"picky",
       [](const ChildContext& context) -> int {
         const std::string_view file(reinterpret_cast<const char*>(context.input.data()),
                                     context.input.size());
         if (file.find("KILL THE DECODER") != std::string_view::npos) {
           return *static_cast<volatile int*>(nullptr);
         }
         return lie([](DecodeAnswer&) {})(context);
       }},
      {"overflow", [](const ChildContext&) { return overflow_stack(0); }},
      {"throw", [](const ChildContext&) -> int { throw std::runtime_error("no"); }},
      {"spin",
       [](const ChildContext& context) -> int {
         volatile const std::byte* never = context.output.data();
         while (never[0] == std::byte{0}) {
         }
         return kExitAnswered;
       }},
      {"silence",
       [](const ChildContext&) {
         int word = 0;
         ::syscall(SYS_futex, &word, FUTEX_WAIT, 0, nullptr, nullptr, 0);
         return kExitAnswered;
       }},
      {"allocate", allocate},
      {"socket", [](const ChildContext&) { return ::socket(AF_INET, SOCK_STREAM, 0); }},
      {"nothing", [](const ChildContext&) { return kExitAnswered; }},
      {"status", [](const ChildContext&) { return 9; }},
      {"garbage", fill_with_garbage},
      {"wide", lie([](DecodeAnswer& answer) { answer.frames[0].width = 0x40000000; })},
      {"tall", lie([](DecodeAnswer& answer) { answer.frames[0].height = 0xFFFFFFFF; })},
      {"stride", lie([](DecodeAnswer& answer) { answer.frames[0].stride = 0xFFFFFFF0; })},
      {"narrow", lie([](DecodeAnswer& answer) { answer.frames[0].stride = 1; })},
      {"offset", lie([](DecodeAnswer& answer) { answer.frames[0].offset = UINT64_MAX - 8; })},
      {"header", lie([](DecodeAnswer& answer) { answer.frames[0].offset = 0; })},
      {"many", lie([](DecodeAnswer& answer) { answer.frames.resize(70, answer.frames[0]); })},
      {"empty", lie([](DecodeAnswer& answer) { answer.frames.clear(); })},
      {"text", lie([](DecodeAnswer& answer) { answer.remedy = "\xC3\x28"; })},
      {"type", lie([](DecodeAnswer& answer) { answer.facts.type = MediaType::mp4; })},
      {"turn", lie([](DecodeAnswer& answer) { answer.facts.rotation_degrees = 45; })},
      {"claim", lie([](DecodeAnswer& answer) { answer.origin.author = "\xFF"; })},
      {"place", lie([](DecodeAnswer& answer) {
         answer.place = GeoPoint{NAN, 0};
       })},
      // A preview that is no picture.
      {"forged", lie([](DecodeAnswer& answer) {
         answer.frames.clear();
         AnswerPreview preview;
         preview.type = MediaType::jpeg;
         preview.width = preview.height = 1;
         preview.offset = answer_header_bytes(1);
         preview.bytes = 100;
         answer.previews = {preview};
       })},
      {"time", lie([](DecodeAnswer& answer) { answer.frames[0].time_ms = -5; })},
      {"flood",
       [](const ChildContext& context) {
         const std::string line(4096, '!');
         for (int i = 0; i < 1000; ++i) {
           [[maybe_unused]] const ssize_t written =
               ::write(STDERR_FILENO, line.data(), line.size());
         }
         return lie([](DecodeAnswer&) {})(context);
       }},
  };
  return modes;
}

void say_hello() {
  HelperHello hello;
  hello.sandboxed = true;
  hello.privileges_dropped = true;
  send_message(kControlFd, encode(hello), {});
}

// Zygotes that are bad themselves. They never fork.
int bad_zygote(const std::string& mode) {
  if (mode == "mute") {
    return 0;
  }
  if (mode == "greeting") {
    send_message(kControlFd, "hello?", {});
    return 0;
  }
  if (mode == "naked") {
    HelperHello hello;
    hello.problem = "this kernel has no seccomp";
    send_message(kControlFd, encode(hello), {});
    return 0;
  }
  say_hello();
  while (const auto request = receive_message(kControlFd, kMaxMessageBytes)) {
    const int reply = request->fds.at(2).get();
    const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const int fake_child = null.get();
    if (mode == "dies") {
      return 1;
    }
    if (mode == "deaf") {
      ::pause();
    }
    if (mode == "babble") {
      send_message(reply, "what?", {});
    } else if (mode == "nochild") {
      send_message(reply, encode(ChildStarted{}), {});
    } else if (mode == "refuses") {
      ChildEnded ended;
      ended.error = EAGAIN;
      send_message(reply, encode(ended), {});
    } else if (mode == "pretends") {
      send_message(reply, encode(ChildStarted{}), {&fake_child, 1});
      send_message(reply, encode(ChildEnded{}), {});
    } else if (mode == "drips") {
      send_message(reply, encode(ChildStarted{}), {&fake_child, 1});
      while (send_message(reply, ".", {})) {
        ::usleep(20'000);
      }
    } else if (mode == "hangs") {
      send_message(reply, encode(ChildStarted{}), {&fake_child, 1});
      ::pause();
    }
  }
  return 0;
}

}  // namespace
}  // namespace muster

int main(int, char** arguments) {
  const std::filesystem::path program = arguments[0];
  const std::string name = program.filename();
  std::string mode = name.substr(name.rfind('-') + 1);
  if (name.starts_with("muster-decode")) {
    // In the helper's place: the file `mode` beside it tells.
    std::ifstream file(program.parent_path() / "mode");
    std::getline(file, mode);
  }
  const auto child = muster::child_modes().find(mode);
  return child != muster::child_modes().end() ? muster::run_zygote(child->second)
                                              : muster::bad_zygote(mode);
}
