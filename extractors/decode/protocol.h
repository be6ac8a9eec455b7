#pragma once

#include "core/fingerprint.h"
#include "core/media.h"
#include "core/media_origin.h"
#include "core/preview.h"
#include "core/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// What muster and muster-decode say to each other. Three parties take part:
//   client   in muster: sends requests, waits, reads the answer after the child's death
//   zygote   muster-decode itself: loads the libraries once and forks; it never looks at a file
//   child    one per file: locks itself up, decodes, writes its answer into the output memory,
//   exits
// Messages are single SOCK_SEQPACKET packets of fixed layout, little endian, on the same machine.
// Whatever a child wrote is hostile: parse_answer checks every field against the request.

inline constexpr std::uint32_t kDecodeProtocolVersion = 4;
// Where the zygote finds its end of the control socket.
inline constexpr int kControlFd = 3;
inline constexpr std::size_t kMaxMessageBytes = 1024;

// Exit statuses of a child; anything but 0 means that there is no answer.
inline constexpr int kExitAnswered = 0;
inline constexpr int kExitNoSandbox = 70;
inline constexpr int kExitBadRequest = 71;
inline constexpr int kExitOutOfMemory = 72;
inline constexpr int kExitFailed = 73;
inline constexpr int kExitProbeDenied = 80;   // the probed call gave an error
inline constexpr int kExitProbeAllowed = 81;  // the probed call worked: the sandbox has a hole

enum class DecodeMode : std::uint32_t {
  media = 1,     // facts and BGR frames
  picture = 2,   // one BGRA picture
  probe = 3,     // try something forbidden, for the self-test
  previews = 4,  // no frames, but encoded previews
  sheet = 5,     // the input is thumbnails (pack_thumbnails()): their contact sheet
};

// A request names at most so many windows.
inline constexpr std::size_t kMaxWindows = 32;

struct DecodeRequest {
  DecodeMode mode = DecodeMode::media;
  std::uint32_t probe = 0;  // index in kSandboxProbes
  std::uint64_t input_bytes = 0;
  std::uint64_t output_bytes = 0;
  std::uint64_t max_pixels = 0;
  std::uint32_t max_side = 0;     // px, as stored
  std::uint32_t output_side = 0;  // px; no picture in the answer is longer
  std::uint32_t scale_side = 0;   // px; to which pictures are scaled that are longer than that
  std::uint32_t max_frames = 0;
  std::int64_t max_duration_ms = 0;
  std::uint64_t memory_bytes = 0;  // on top of the program and the file
  std::uint32_t cpu_seconds = 0;
  // Videos: only the pictures in these windows, at least `every_ms` apart, and no facts that need
  // more than the container; empty: the whole video.
  std::vector<TimeSpan> windows;
  std::int64_t every_ms = 0;
  bool heif = false;    // decode HEIC and AVIF
  bool prores = false;  // decode ProRes

  bool operator==(const DecodeRequest&) const = default;
};
std::string encode(const DecodeRequest& request);
Parsed<DecodeRequest> parse_request(std::span<const std::byte> message);

// First message of a zygote, after it has loaded everything and tried its filter on a child.
struct HelperHello {
  bool sandboxed = false;
  std::uint32_t landlock_abi = 0;  // 0: this kernel has none
  bool privileges_dropped = false;
  std::string problem;         // why not sandboxed
  std::string libraries = {};  // "libpng 1.6.39, ..."; what decodes, with versions

  bool operator==(const HelperHello&) const = default;
};
std::string encode(const HelperHello& hello);
Parsed<HelperHello> parse_hello(std::span<const std::byte> message);

// On the request's own socket: first "started" with a pidfd attached, then how the child ended.
struct ChildStarted {
  bool operator==(const ChildStarted&) const = default;
};
struct ChildEnded {
  std::int32_t error = 0;        // errno where no child could be started
  std::int32_t wait_status = 0;  // as from waitpid
  std::uint64_t peak_memory_bytes = 0;
  std::uint64_t cpu_ms = 0;

  bool operator==(const ChildEnded&) const = default;
};
std::string encode(const ChildStarted& started);
std::string encode(const ChildEnded& ended);
Parsed<ChildStarted> parse_started(std::span<const std::byte> message);
Parsed<ChildEnded> parse_ended(std::span<const std::byte> message);

// One picture in the output memory: height rows of `stride` bytes, of which width * channels count.
struct AnswerFrame {
  std::int64_t time_ms = 0;
  std::int64_t duration_ms = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t channels = 0;
  std::uint32_t stride = 0;
  std::uint64_t offset = 0;  // from the start of the output memory

  bool operator==(const AnswerFrame&) const = default;
};

// One encoded preview in the output memory, or why there is none.
struct AnswerPreview {
  PreviewKind kind = PreviewKind::thumbnail;
  std::string why;  // empty where there is one
  MediaType type = MediaType::unknown;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::int64_t duration_ms = 0;
  std::uint64_t offset = 0;  // from the start of the output memory
  std::uint64_t bytes = 0;

  bool operator==(const AnswerPreview&) const = default;
};
// Of one answer: each kind once.
inline constexpr std::size_t kMaxPreviews = kEnumNames<PreviewKind>.size();
// Room that one answer has for encoded previews, and the longest side of one in px.
inline constexpr std::uint64_t kPreviewBytes = 8'000'000;
inline constexpr std::uint32_t kMaxPreviewSide = 4096;

struct DecodeAnswer {
  MediaFacts facts;  // byte_size is the client's own
  std::string remedy;
  MediaOrigin origin;
  std::optional<GeoPoint> place;
  std::vector<AnswerFrame> frames;
  std::vector<HashedFrame> hashed_frames = {};  // videos; at most kMaxHashedFrames
  std::vector<AnswerPreview> previews;

  bool operator==(const DecodeAnswer&) const = default;
};

// Bytes that the answer's header takes at most; the pictures lie behind it.
std::uint64_t answer_header_bytes(std::uint32_t max_frames);
// Bytes of a picture of the longest sides that the request allows.
std::uint64_t answer_frame_bytes(const DecodeRequest& request);
std::uint32_t answer_channels(DecodeMode mode);

// Writes the header at the start of the output memory. The pictures must be there already. Texts
// that are too long are cut.
void write_answer(std::span<std::byte> output, const DecodeAnswer& answer);
// Never reads outside the memory, never believes a length.
Parsed<DecodeAnswer> parse_answer(std::span<const std::byte> output, const DecodeRequest& request);

// The input of DecodeMode::sheet: JPEG files one after the other, an empty one where a file has no
// thumbnail.
inline constexpr std::size_t kMaxThumbnails = 100;
std::string pack_thumbnails(const std::vector<std::string>& thumbnails);
Parsed<std::vector<std::span<const std::byte>>> unpack_thumbnails(std::span<const std::byte> input);

// What the self-test tries inside the sandbox. All must be denied.
inline constexpr std::array<std::string_view, 24> kSandboxProbes = {
    "open a file",
    "create a file",
    "list a folder",
    "remove a file",
    "open a socket",
    "open a unix socket",
    "start a process",
    "start a thread",
    "run a program",
    "trace the parent",
    "kill the parent",
    "read another process",
    "make memory executable",
    "map executable memory",
    "create a memfd",
    "create an io_uring",
    "load a BPF program",
    "handle page faults",
    "gain privileges",
    "become another user",
    "mount a file system",
    "leave the namespace",
    "become dumpable",
    "use more memory than allowed",
};

}  // namespace muster
