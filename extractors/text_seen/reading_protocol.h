#pragma once

#include "core/result.h"
#include "extractors/text_seen/reading_engine.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace muster {

// What muster and muster-read say to each other on kControlFd: packets, one answer to each request.
// First come the options, which are answered when the models are loaded and the process has locked
// itself in. A request carries the picture's pixels as memory. An answer was written by a process
// that looked at a hostile picture, so it is parsed as such.

enum class ReadingTask : std::uint8_t { text, line, codes };
template <>
inline constexpr auto kEnumNames<ReadingTask> = enum_names<ReadingTask>(
    {{ReadingTask::text, "text"}, {ReadingTask::line, "line"}, {ReadingTask::codes, "codes"}});

struct ReadingRequest {
  ReadingTask task = ReadingTask::text;
  std::uint32_t rows = 0;  // of the picture; its memory holds rows x cols x 3 bytes, BGR
  std::uint32_t cols = 0;
  std::uint32_t longest_side = 0;   // of ReadingTask::text
  std::vector<Point> outline = {};  // of ReadingTask::line: four corners
  std::size_t bytes() const { return std::size_t{rows} * cols * 3; }
};

struct ReadingAnswer {
  std::string problem;  // an exception's message; empty: all went well
  std::vector<TextLine> lines;
  std::vector<PictureCode> codes;
};

// In place of options: the process tries its sandbox out, answers and ends. For `muster doctor`.
struct ReaderTrialRequest {};
struct ReaderTrial {
  std::string problem;  // why it can't lock itself in; empty: it can
  bool root_dropped = false;
  std::uint32_t landlock_abi = 0;  // 0: this kernel has none
  std::vector<bool> denied;        // in the order of kSandboxProbes; empty where there is a problem
};

inline constexpr std::uint32_t kMaxReadSide = 16'384;  // px
inline constexpr std::size_t kMaxCodes = 16;
// Of a packet: kMaxLines lines or kMaxCodes codes of the longest text (reading_protocol.cpp), and
// less than the kernel lets a socket hold (net.core.wmem_default, 212,992).
inline constexpr std::size_t kMaxReadingBytes = 160 * 1024;

std::string encode(const ReadingEngineOptions& options);
Parsed<ReadingEngineOptions> parse_reading_options(std::span<const std::byte> message);
std::string encode(const ReaderTrialRequest& request);
Parsed<ReaderTrialRequest> parse_trial_request(std::span<const std::byte> message);
std::string encode(const ReaderTrial& trial);
Parsed<ReaderTrial> parse_trial(std::span<const std::byte> message);
std::string encode(const ReadingRequest& request);
Parsed<ReadingRequest> parse_reading_request(std::span<const std::byte> message);
std::string encode(const ReadingAnswer& answer);
Parsed<ReadingAnswer> parse_reading_answer(std::span<const std::byte> message);

}  // namespace muster
