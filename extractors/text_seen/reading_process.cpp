#include "extractors/text_seen/reading_process.h"

#include "core/error.h"
#include "extractors/decode/decoder.h"
#include "extractors/decode/protocol.h"
#include "extractors/decode/shared_memory.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <sys/wait.h>

namespace muster {
namespace {

// From the end of its socket to the end of the process.
constexpr Milliseconds kEndLimit = std::chrono::seconds(2);

std::vector<std::string> reader_environment() {
  return {"LC_ALL=C",
          "OPENCV_LOG_LEVEL=SILENT",
          "OPENBLAS_NUM_THREADS=1",
          // A thread a core for every line is slower than one.
          "OMP_THREAD_LIMIT=1",
          "OMP_NUM_THREADS=1"};
}

}  // namespace

ReadingProcess::ReadingProcess(const std::filesystem::path& program,
                               const ReadingEngineOptions& options,
                               Milliseconds limit)
    : program_(spawn_program(program, reader_environment())), limit_(limit) {
  ReadingAnswer answer;
  try {
    if (!send_message(program_.control.get(), encode(options), {})) {
      throw ReaderStopped("muster-read " + stop(true));
    }
    answer = await_answer();
  } catch (...) {
    if (usable_) {
      stop(true);
    }
    throw;
  }
  if (!answer.problem.empty()) {
    stop(true);
    throw std::runtime_error("muster-read: " + answer.problem);
  }
}

ReadingProcess::~ReadingProcess() {
  if (usable_) {
    stop(true);
  }
}

std::vector<TextLine> ReadingProcess::read_text(const cv::Mat& picture, int longest_side) {
  return ask({.task = ReadingTask::text, .longest_side = static_cast<std::uint32_t>(longest_side)},
             picture)
      .lines;
}

std::optional<TextLine> ReadingProcess::read_line(const cv::Mat& picture,
                                                  const std::vector<Point>& outline) {
  ReadingAnswer answer = ask({.task = ReadingTask::line, .outline = outline}, picture);
  return answer.lines.empty() ? std::nullopt : std::optional(std::move(answer.lines.front()));
}

std::vector<PictureCode> ReadingProcess::read_codes(const cv::Mat& picture) {
  return ask({.task = ReadingTask::codes}, picture).codes;
}

ReadingAnswer ReadingProcess::ask(ReadingRequest request, const cv::Mat& picture) {
  if (!usable_) {
    throw ReaderStopped("muster-read has stopped before");
  }
  const cv::Mat whole = picture.isContinuous() ? picture : picture.clone();
  request.rows = static_cast<std::uint32_t>(whole.rows);
  request.cols = static_cast<std::uint32_t>(whole.cols);
  const SharedMemory memory = SharedMemory::copy_of(
      media_bytes({reinterpret_cast<const char*>(whole.data), request.bytes()}), memory_);
  const int fds[] = {memory.fd()};
  if (!send_message(program_.control.get(), encode(request), fds)) {
    throw ReaderStopped("muster-read " + stop(true));
  }
  ReadingAnswer answer = await_answer();
  if (!answer.problem.empty()) {
    throw std::runtime_error("muster-read: " + answer.problem);
  }
  return answer;
}

ReadingAnswer ReadingProcess::await_answer() {
  const bool in_time = PollDeadline(limit_).wait_for(program_.control.get());
  const auto message =
      in_time ? receive_message(program_.control.get(), kMaxReadingBytes) : std::nullopt;
  if (!message) {
    throw ReaderStopped("muster-read " + stop(in_time));
  }
  Parsed<ReadingAnswer> answer = parse_reading_answer(message->bytes);
  if (!answer) {
    stop(true);
    throw ReaderStopped("muster-read answered nonsense: " + to_string(answer.error()));
  }
  return *std::move(answer);
}

std::vector<std::string> try_reader_sandbox(const std::filesystem::path& program,
                                            Milliseconds limit) {
  SpawnedProgram spawned = spawn_program(program, reader_environment());
  const bool answers = send_message(spawned.control.get(), encode(ReaderTrialRequest{}), {}) &&
                       PollDeadline(limit).wait_for(spawned.control.get());
  const auto message =
      answers ? receive_message(spawned.control.get(), kMaxReadingBytes) : std::nullopt;
  ::kill(spawned.pid, SIGKILL);  // not reaped yet, so the number is still its own
  while (::waitpid(spawned.pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  const Parsed<ReaderTrial> trial = parse_trial(message ? std::span<const std::byte>(message->bytes)
                                                        : std::span<const std::byte>());
  if (!trial || trial->denied.size() != kSandboxProbes.size()) {
    return {"FAILED muster-read did not try its sandbox out" +
            (trial && !trial->problem.empty() ? ": " + trial->problem : "")};
  }
  std::vector<std::string> lines{
      trial->root_dropped ? "ok     muster-read runs without root's rights"
                          : "FAILED muster-read runs with root's rights",
      trial->landlock_abi > 0
          ? fmt::format("ok     muster-read has Landlock, ABI {}", trial->landlock_abi)
          : "ok     muster-read has no Landlock in this kernel; the system call filter works "
            "alone"};
  for (std::size_t i = 0; i < kSandboxProbes.size(); ++i) {
    lines.push_back(fmt::format("{} muster-read, {}: {}",
                                trial->denied[i] ? "ok    " : "FAILED",
                                kSandboxProbes[i],
                                trial->denied[i] ? "denied" : "allowed"));
  }
  return lines;
}

std::string ReadingProcess::stop(bool in_time) {
  usable_ = false;
  program_.control.reset();
  if (!in_time || !PollDeadline(kEndLimit).wait_for(program_.pidfd.get())) {
    ::kill(program_.pid, SIGKILL);  // not reaped yet, so the number is still its own
  }
  int status = 0;
  while (::waitpid(program_.pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) {
    return fmt::format("took longer than {} for a picture", to_string(limit_));
  }
  if (WIFSIGNALED(status)) {
    const char* name = ::sigabbrev_np(WTERMSIG(status));
    return fmt::format("crashed (SIG{})", name != nullptr ? name : "?");
  }
  return fmt::format("ended without an answer (status {})", WEXITSTATUS(status));
}

}  // namespace muster
