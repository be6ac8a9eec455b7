#include "extractors/decode/sandboxed_decoder.h"

#include "core/error.h"
#include "core/text.h"
#include "extractors/decode/header_check.h"
#include "extractors/decode/mapped_pixels.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <opencv2/core.hpp>

namespace muster {
namespace {

constexpr const char* kTryAnother = "export it again with another program, and upload the new file";
// px; the pictures of a kit may be larger than what is analysed, but are scaled down to this.
constexpr std::uint32_t kPictureSide = 4096;
// px; what previews are made of, and frames of a video that they need at most.
constexpr std::uint32_t kPreviewSide = 480;
constexpr std::uint32_t kPreviewFrames = 96;
// Photos up to a tenth larger than the analysis side are not scaled.
constexpr std::uint32_t kSpareShare = 10;

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

}  // namespace

std::string describe_death(const ChildOutcome& outcome,
                           const DecodeRequest& request,
                           Milliseconds wall) {
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

SandboxedDecoder::SandboxedDecoder(const DecoderOptions& options)
    : limits_(options.limits),
      still_{find_helper_program(options.program, "muster-decode"), nullptr},
      video_{find_helper_program(options.video_program, "muster-decode-video"), nullptr} {}

SandboxedDecoder::Helper& SandboxedDecoder::helper_for(MediaType type) {
  const bool heif = type == MediaType::heic || type == MediaType::avif;
  return kind_of(type) == MediaKind::video || (heif && limits_.heif) ? video_ : still_;
}

Milliseconds SandboxedDecoder::wall_of(MediaKind kind) const {
  return kind == MediaKind::video ? limits_.video_wall : limits_.image_wall;
}

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
    if (outcome.end == ChildOutcome::End::helper_gone) {
      input.abandon();
      output.abandon();
    }
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
  const bool previews = mode == DecodeMode::previews || mode == DecodeMode::sheet;
  DecodeRequest request;
  request.mode = mode;
  request.input_bytes = input_bytes;
  request.heif = limits_.heif;
  request.prores = limits_.prores;
  request.max_pixels = limits_.max_pixels;
  request.max_side = static_cast<std::uint32_t>(limits_.max_side);
  request.output_side = mode == DecodeMode::picture ? kPictureSide
                        : previews                  ? kPreviewSide
                                   : static_cast<std::uint32_t>(limits_.analysis_side);
  request.scale_side = request.output_side;
  if (!video && mode == DecodeMode::media) {
    // A little larger is left as it is: scaling would only blur it, and takes time.
    request.output_side += request.output_side / kSpareShare;
  }
  request.max_frames = !video     ? 1
                       : previews ? kPreviewFrames
                                  : static_cast<std::uint32_t>(limits_.max_frames);
  request.max_duration_ms = limits_.max_duration.count();
  request.memory_bytes = video ? limits_.video_memory_bytes : limits_.image_memory_bytes;
  request.cpu_seconds = ceil_seconds(video ? limits_.video_cpu : limits_.image_cpu);
  const std::uint64_t largest = answer_frame_bytes(request);
  request.output_bytes =
      answer_header_bytes(request.max_frames) + (previews ? kPreviewBytes : 0) +
      (video ? std::clamp(limits_.video_frame_bytes, largest, request.max_frames * largest)
             : largest);
  return request;
}

SandboxedDecoder::Reply SandboxedDecoder::ask(Helper& helper,
                                              const DecodeRequest& request,
                                              const SharedMemory& input,
                                              MediaKind kind) {
  const SharedMemory output = SharedMemory::for_output(request.output_bytes, memory_);
  const ChildOutcome outcome = run(helper, request, input, output, wall_of(kind));
  Reply reply;
  if (outcome.end != ChildOutcome::End::exited || outcome.status != kExitAnswered) {
    reply.problem = describe_death(outcome, request, wall_of(kind));
    return reply;
  }
  reply.memory = output.take();
  auto answer = parse_answer(reply.memory->bytes(), request);
  if (answer) {
    reply.answer = std::move(*answer);
  } else {
    reply.problem = "muster-decode gave a broken answer: " + to_string(answer.error());
  }
  return reply;
}

// What must be known before a helper is asked: that there is a file, of a type and size on our
// list.
SandboxedDecoder::Accepted SandboxedDecoder::accept(const MediaBytes& bytes) {
  Accepted accepted;
  MediaFacts& facts = accepted.facts;
  facts.byte_size = bytes.size;
  const auto refuse = [&](Integrity integrity, std::string detail, std::string remedy) {
    facts.integrity = integrity;
    facts.integrity_detail = std::move(detail);
    accepted.remedy = std::move(remedy);
    accepted.input.reset();
    return std::move(accepted);
  };
  const auto too_large = [&](std::uint64_t limit) {
    return refuse(
        Integrity::refused,
        fmt::format(
            "the file has {}; the limit is {}", format_bytes(bytes.size), format_bytes(limit)),
        "export it in a smaller size");
  };
  if (bytes.size == 0) {
    return refuse(Integrity::unreadable, "the file is empty", "upload the file again");
  }
  const std::uint64_t largest = std::max(limits_.max_image_bytes, limits_.max_video_bytes);
  if (bytes.size > largest) {
    // Its type says which limits of a placement it breaks.
    std::vector<std::byte> beginning(kSniffedBytes);
    beginning.resize(std::min(bytes.read(beginning), beginning.size()));
    facts.type = sniff_media_type(beginning);
    return too_large(largest);
  }
  accepted.input.emplace(SharedMemory::copy_of(bytes, memory_));
  facts.type = sniff_media_type(accepted.input->beginning(kSniffedBytes));
  if (facts.type == MediaType::unknown) {
    const HeaderFacts header = check_header(accepted.input->map().bytes(), {});
    return refuse(header.integrity, header.detail, header.remedy);
  }
  const std::uint64_t limit =
      facts.kind() == MediaKind::video ? limits_.max_video_bytes : limits_.max_image_bytes;
  if (bytes.size > limit) {
    return too_large(limit);
  }
  return accepted;
}

DecodedMedia SandboxedDecoder::decode(const MediaBytes& bytes,
                                      DecodeMode mode,
                                      const FrameQuery& query) {
  Accepted accepted = accept(bytes);
  MediaFacts& facts = accepted.facts;
  if (!accepted.input) {
    const Integrity integrity = facts.integrity;
    std::string detail = std::move(facts.integrity_detail);
    return verdict(std::move(facts), integrity, std::move(detail), std::move(accepted.remedy));
  }
  DecodeRequest request = make_request(facts.kind(), mode, facts.byte_size);
  request.windows = query.windows;
  request.every_ms = query.every_ms;
  Reply reply = ask(helper_for(facts.type), request, *accepted.input, facts.kind());
  if (reply.problem.empty() && reply.answer.facts.type != facts.type) {
    reply.problem = "muster-decode gave a broken answer: it names another type of file";
  }
  if (!reply.problem.empty()) {
    return verdict(std::move(facts), Integrity::crashed, std::move(reply.problem), kTryAnother);
  }
  DecodedMedia media;
  media.facts = std::move(reply.answer.facts);
  media.facts.byte_size = facts.byte_size;
  media.remedy = std::move(reply.answer.remedy);
  media.origin = std::move(reply.answer.origin);
  media.place = reply.answer.place;
  for (const AnswerFrame& frame : reply.answer.frames) {
    media.frames.push_back({frame.time_ms, frame.duration_ms, mapped_pixels(reply.memory, frame)});
  }
  media.hashed_frames = std::move(reply.answer.hashed_frames);
  return media;
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

}  // namespace muster
