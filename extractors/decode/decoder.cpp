#include "extractors/decode/decoder.h"

#include "core/error.h"
#include "core/text.h"
#include "extractors/decode/header_check.h"
#include "extractors/decode/helper_process.h"
#include "extractors/decode/mapped_pixels.h"
#include "extractors/decode/shared_memory.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <mutex>

#include <fmt/format.h>
#include <opencv2/core.hpp>

namespace muster {
namespace {

constexpr const char* kTryAnother = "export it again with another program, and upload the new file";
// px; the pictures of a kit may be larger than what is analysed, but are scaled down to this.
constexpr std::uint32_t kPictureSide = 4096;
// A white pixel, to prove in the self-test that the sandbox lets decoding pass.
constexpr std::string_view kTinyPng(
    "\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01"
    "\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41"
    "\x54\x78\xda\x63\xf8\x0f\x00\x01\x01\x01\x00\x1c\xb0\x8c\x99\x00\x00\x00\x00\x49"
    "\x45\x4e\x44\xae\x42\x60\x82",
    67);

std::uint32_t ceil_seconds(Milliseconds time) {
  return static_cast<std::uint32_t>(
      std::max<std::int64_t>(std::chrono::ceil<std::chrono::seconds>(time).count(), 1));
}

DecodedMedia verdict(MediaFacts facts,
                     Integrity integrity,
                     std::string detail,
                     std::string remedy) {
  DecodedMedia media;
  facts.integrity = integrity;
  facts.integrity_detail = std::move(detail);
  media.facts = std::move(facts);
  media.remedy = std::move(remedy);
  return media;
}

// Why the child gave no answer, in words.
std::string death(const ChildOutcome& outcome, const DecodeRequest& request, Milliseconds wall) {
  switch (outcome.end) {
    case ChildOutcome::End::over_wall:
      return fmt::format("decoding took longer than {} s", ceil_seconds(wall));
    case ChildOutcome::End::helper_gone:
      return "the decoder died twice while it had this file";
    case ChildOutcome::End::exited:
      if (outcome.status == kExitOutOfMemory) {
        return "decoding needs more than " + format_bytes(request.memory_bytes) + " of memory";
      }
      return fmt::format("muster-decode ended without an answer (status {})", outcome.status);
    case ChildOutcome::End::killed:
      break;
  }
  if (outcome.status == SIGXCPU) {
    return fmt::format("decoding took more than {} s of computing time", request.cpu_seconds);
  }
  if (outcome.status == SIGSYS) {
    return "the decoder tried what its sandbox forbids and was stopped";
  }
  const char* name = ::sigabbrev_np(outcome.status);
  return fmt::format("the decoder crashed (SIG{})", name != nullptr ? name : "?");
}

class SandboxedDecoder final : public Decoder {
 public:
  explicit SandboxedDecoder(const DecoderOptions& options)
      : limits_(options.limits),
        still_{find_helper_program(options.program, "muster-decode"), nullptr},
        video_{find_helper_program(options.video_program, "muster-decode-video"), nullptr} {}

  DecodedMedia decode(const MediaBytes& bytes) override;
  DecodedMedia decode_again(const MediaBytes& bytes, const FrameQuery& query) override;
  cv::Mat decode_picture(const MediaBytes& bytes, std::string& problem) override;
  std::vector<std::string> self_test() override;
  std::vector<std::string> libraries() override;

 private:
  DecodedMedia decode(const MediaBytes& bytes, DecodeMode mode, const FrameQuery& query);
  DecodedMedia decode_memory(const SharedMemory& input,
                             MediaFacts facts,
                             DecodeMode mode,
                             const FrameQuery& query);
  DecodeRequest make_request(MediaKind kind, DecodeMode mode, std::uint64_t input_bytes) const;
  // One of the two programs; started when it is needed first.
  struct Helper {
    std::filesystem::path program;
    // Shared: a thread may still wait on a process that another thread has found dead and replaced.
    std::shared_ptr<HelperProcess> process;
  };
  // Videos, and the photos that are coded like them.
  Helper& helper_for(MediaType type) {
    const bool heif = type == MediaType::heic || type == MediaType::avif;
    return kind_of(type) == MediaKind::video || (heif && limits_.heif) ? video_ : still_;
  }
  std::shared_ptr<HelperProcess> running(Helper& helper);
  ChildOutcome run(Helper& helper,
                   const DecodeRequest& request,
                   const SharedMemory& input,
                   const SharedMemory& output,
                   Milliseconds wall);
  void test_helper(Helper& helper, std::vector<std::string>& lines);
  std::string probe(Helper& helper, std::uint32_t index);

  DecodeConfig limits_;
  std::mutex mutex_;
  Helper still_;
  Helper video_;
};

std::shared_ptr<HelperProcess> SandboxedDecoder::running(Helper& helper) {
  const std::lock_guard lock(mutex_);
  if (!helper.process || !helper.process->usable()) {
    helper.process = nullptr;
    helper.process = std::make_shared<HelperProcess>(helper.program);
  }
  return helper.process;
}

// A helper that dies may have been killed by another thread's file, so each request gets a second
// one.
ChildOutcome SandboxedDecoder::run(Helper& helper,
                                   const DecodeRequest& request,
                                   const SharedMemory& input,
                                   const SharedMemory& output,
                                   Milliseconds wall) {
  ChildOutcome outcome;
  for (int attempt = 0; attempt < 2 && outcome.end == ChildOutcome::End::helper_gone; ++attempt) {
    outcome = running(helper)->run(request, input.fd(), output.fd(), wall);
  }
  if (outcome.end == ChildOutcome::End::exited && outcome.status == kExitNoSandbox) {
    throw TransientError("muster-decode refuses to decode: it can't enter its sandbox");
  }
  return outcome;
}

DecodeRequest SandboxedDecoder::make_request(MediaKind kind,
                                             DecodeMode mode,
                                             std::uint64_t input_bytes) const {
  const bool video = kind == MediaKind::video;
  DecodeRequest request;
  request.mode = mode;
  request.input_bytes = input_bytes;
  request.heif = limits_.heif;
  request.max_pixels = limits_.max_pixels;
  request.max_side = static_cast<std::uint32_t>(limits_.max_side);
  request.output_side = mode == DecodeMode::picture
                            ? kPictureSide
                            : static_cast<std::uint32_t>(limits_.analysis_side);
  request.max_frames = video ? static_cast<std::uint32_t>(limits_.max_frames) : 1;
  request.max_duration_ms = limits_.max_duration.count();
  request.memory_bytes = video ? limits_.video_memory_bytes : limits_.image_memory_bytes;
  request.cpu_seconds = ceil_seconds(video ? limits_.video_cpu : limits_.image_cpu);
  const std::uint64_t largest = answer_frame_bytes(request);
  request.output_bytes =
      answer_header_bytes(request.max_frames) +
      (video ? std::clamp(limits_.video_frame_bytes, largest, request.max_frames * largest)
             : largest);
  return request;
}

DecodedMedia SandboxedDecoder::decode_memory(const SharedMemory& input,
                                             MediaFacts facts,
                                             DecodeMode mode,
                                             const FrameQuery& query) {
  const MediaKind kind = kind_of(facts.type);
  DecodeRequest request = make_request(kind, mode, facts.byte_size);
  request.windows = query.windows;
  request.every_ms = query.every_ms;
  const SharedMemory output = SharedMemory::for_output(request.output_bytes);
  const Milliseconds wall = kind == MediaKind::video ? limits_.video_wall : limits_.image_wall;
  const ChildOutcome outcome = run(helper_for(facts.type), request, input, output, wall);
  if (outcome.end != ChildOutcome::End::exited || outcome.status != kExitAnswered) {
    return verdict(
        std::move(facts), Integrity::crashed, death(outcome, request, wall), kTryAnother);
  }
  const std::shared_ptr<WritableMemory> memory = output.take();
  auto answer = parse_answer(memory->bytes(), request);
  if (answer && answer->facts.type != facts.type) {
    answer = parse_error("", "it names another type of file");
  }
  if (!answer) {
    return verdict(std::move(facts),
                   Integrity::crashed,
                   "muster-decode gave a broken answer: " + to_string(answer.error()),
                   kTryAnother);
  }
  DecodedMedia media;
  answer->facts.byte_size = facts.byte_size;
  media.facts = std::move(answer->facts);
  media.remedy = std::move(answer->remedy);
  media.origin = std::move(answer->origin);
  media.place = answer->place;
  for (const AnswerFrame& frame : answer->frames) {
    media.frames.push_back({frame.time_ms, frame.duration_ms, mapped_pixels(memory, frame)});
  }
  media.hashed_frames = std::move(answer->hashed_frames);
  return media;
}

DecodedMedia SandboxedDecoder::decode(const MediaBytes& bytes,
                                      DecodeMode mode,
                                      const FrameQuery& query) {
  MediaFacts facts;
  facts.byte_size = bytes.size;
  if (bytes.size == 0) {
    return verdict(facts, Integrity::unreadable, "the file is empty", "upload the file again");
  }
  const auto too_large = [&](std::uint64_t limit) {
    return verdict(
        facts,
        Integrity::refused,
        fmt::format(
            "the file has {}; the limit is {}", format_bytes(bytes.size), format_bytes(limit)),
        "export it in a smaller size");
  };
  const std::uint64_t largest = std::max(limits_.max_image_bytes, limits_.max_video_bytes);
  if (bytes.size > largest) {
    return too_large(largest);
  }
  const SharedMemory input = SharedMemory::sealed_copy(bytes);
  {
    const MappedMemory mapped = input.map();
    facts.type = sniff_media_type(mapped.bytes());
    if (facts.type == MediaType::unknown) {
      const HeaderFacts header = check_header(mapped.bytes(), {});
      return verdict(facts, header.integrity, header.detail, header.remedy);
    }
  }
  const std::uint64_t limit =
      facts.kind() == MediaKind::video ? limits_.max_video_bytes : limits_.max_image_bytes;
  return bytes.size > limit ? too_large(limit) : decode_memory(input, facts, mode, query);
}

DecodedMedia SandboxedDecoder::decode(const MediaBytes& bytes) {
  return decode(bytes, DecodeMode::media, {});
}

DecodedMedia SandboxedDecoder::decode_again(const MediaBytes& bytes, const FrameQuery& query) {
  if (query.windows.empty()) {
    return {};
  }
  DecodedMedia media = decode(bytes, DecodeMode::media, query);
  if (media.facts.kind() != MediaKind::video) {
    media.frames.clear();
  }
  return media;
}

cv::Mat SandboxedDecoder::decode_picture(const MediaBytes& bytes, std::string& problem) {
  DecodedMedia media = decode(bytes, DecodeMode::picture, {});
  problem.clear();
  if (media.facts.integrity != Integrity::whole) {
    problem = media.facts.integrity_detail + "; " + media.remedy;
    return {};
  }
  return std::move(media.frames.front().pixels);
}

std::string SandboxedDecoder::probe(Helper& helper, std::uint32_t index) {
  DecodeRequest request = make_request(MediaKind::image, DecodeMode::probe, 0);
  request.probe = index;
  request.output_bytes = answer_header_bytes(0);
  const SharedMemory input = SharedMemory::for_output(1);
  const SharedMemory output = SharedMemory::for_output(request.output_bytes);
  const ChildOutcome outcome = run(helper, request, input, output, limits_.image_wall);
  const bool stopped =
      (outcome.end == ChildOutcome::End::killed && outcome.status == SIGSYS) ||
      (outcome.end == ChildOutcome::End::exited && outcome.status == kExitProbeDenied);
  if (stopped) {
    return fmt::format("ok     {}: denied", kSandboxProbes[index]);
  }
  const bool allowed =
      outcome.end == ChildOutcome::End::exited && outcome.status == kExitProbeAllowed;
  return fmt::format("FAILED {}: {}",
                     kSandboxProbes[index],
                     allowed ? "allowed" : death(outcome, request, limits_.image_wall));
}

void SandboxedDecoder::test_helper(Helper& helper, std::vector<std::string>& lines) {
  const HelperHello hello = running(helper)->hello();
  const std::string name = helper.program.filename();
  lines.push_back(hello.privileges_dropped
                      ? fmt::format("ok     {} runs without root's rights", name)
                      : fmt::format("FAILED {} runs with root's rights", name));
  lines.push_back(hello.landlock_abi > 0
                      ? fmt::format("ok     {} has Landlock, ABI {}", name, hello.landlock_abi)
                      : fmt::format("ok     {} has no Landlock in this kernel; the system call "
                                    "filter works alone",
                                    name));
  for (std::uint32_t index = 0; index < kSandboxProbes.size(); ++index) {
    lines.push_back(probe(helper, index));
  }
}

std::vector<std::string> SandboxedDecoder::self_test() {
  std::vector<std::string> lines;
  test_helper(still_, lines);
  test_helper(video_, lines);
  std::string problem;
  const bool decodes = !decode_picture(media_bytes(kTinyPng), problem).empty();
  lines.push_back(decodes ? "ok     decodes a picture" : "FAILED decodes a picture: " + problem);
  return lines;
}

std::vector<std::string> SandboxedDecoder::libraries() {
  std::vector<std::string> names;
  for (Helper* helper : {&still_, &video_}) {
    for (const std::string& name : split(running(*helper)->hello().libraries, ',')) {
      names.emplace_back(trim(printable(name)));
    }
  }
  return names;
}

}  // namespace

DecodedMedia Decoder::decode_again(const MediaBytes&, const FrameQuery&) {
  return {};
}

MediaBytes media_bytes(std::string_view bytes) {
  return {bytes.size(), [bytes, at = std::size_t{0}](std::span<std::byte> buffer) mutable {
            const std::size_t count = std::min(buffer.size(), bytes.size() - at);
            std::memcpy(buffer.data(), bytes.data() + at, count);
            at += count;
            return count;
          }};
}

std::unique_ptr<Decoder> make_decoder(const DecoderOptions& options) {
  return std::make_unique<SandboxedDecoder>(options);
}

}  // namespace muster
