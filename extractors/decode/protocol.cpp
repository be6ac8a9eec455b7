#include "extractors/decode/protocol.h"

#include "extractors/decode/message_fields.h"

namespace muster {
namespace {

constexpr std::uint32_t kRequestTag = message_tag("MDRQ");
constexpr std::uint32_t kHelloTag = message_tag("MDHI");
constexpr std::uint32_t kStartedTag = message_tag("MDST");
constexpr std::uint32_t kEndedTag = message_tag("MDEN");

constexpr std::size_t kMaxHelloText = 480;  // bytes; two of them fit in a message

}  // namespace

std::string encode(const DecodeRequest& request) {
  FieldWriter writer = start_message(kRequestTag);
  writer.u32(static_cast<std::uint32_t>(request.mode)).u32(request.probe);
  writer.u64(request.input_bytes).u64(request.output_bytes).u64(request.max_pixels);
  writer.u32(request.max_side).u32(request.output_side).u32(request.scale_side);
  writer.u32(request.max_frames);
  writer.i64(request.max_duration_ms).u64(request.memory_bytes).u32(request.cpu_seconds);
  writer.spans(request.windows, kMaxWindows).i64(request.every_ms);
  writer.u8(request.heif ? 1 : 0).u8(request.prores ? 1 : 0);
  return writer.finish();
}

Parsed<DecodeRequest> parse_request(std::span<const std::byte> message) {
  constexpr std::uint64_t kTebibyte = 1ULL << 40;
  FieldReader reader = open_message(message, kRequestTag);
  DecodeRequest request;
  request.mode = static_cast<DecodeMode>(reader.u32("mode", 1, 5));
  request.probe = reader.u32("probe", 0, kSandboxProbes.size() - 1);
  request.input_bytes = reader.u64("input_bytes", 0, kTebibyte);
  request.output_bytes = reader.u64("output_bytes", 0, kTebibyte);
  request.max_pixels = reader.u64("max_pixels", 1, UINT32_MAX);
  request.max_side = reader.u32("max_side", 1, kMaxClaimedSide);
  request.output_side = reader.u32("output_side", 1, 65'535);
  request.scale_side = reader.u32("scale_side", 1, request.output_side);
  request.max_frames = reader.u32("max_frames", 1, 65'535);
  request.max_duration_ms = reader.i64("max_duration_ms", 0, kMaxTimeMs);
  request.memory_bytes = reader.u64("memory_bytes", 1, kTebibyte);
  request.cpu_seconds = reader.u32("cpu_seconds", 1, 86'400);
  request.windows = reader.spans("windows", kMaxWindows);
  request.every_ms = reader.i64("every_ms", 0, kMaxTimeMs);
  request.heif = reader.flag("heif");
  request.prores = reader.flag("prores");
  return finish_reading(reader, request);
}

std::string encode(const HelperHello& hello) {
  FieldWriter writer = start_message(kHelloTag);
  writer.u8(hello.sandboxed ? 1 : 0).u32(hello.landlock_abi).u8(hello.privileges_dropped ? 1 : 0);
  writer.text(hello.problem, kMaxHelloText).text(hello.libraries, kMaxHelloText);
  return writer.finish();
}

Parsed<HelperHello> parse_hello(std::span<const std::byte> message) {
  FieldReader reader = open_message(message, kHelloTag);
  HelperHello hello;
  hello.sandboxed = reader.flag("sandboxed");
  hello.landlock_abi = reader.u32("landlock_abi", 0, 1000);
  hello.privileges_dropped = reader.flag("privileges_dropped");
  hello.problem = reader.text("problem", kMaxHelloText);
  hello.libraries = reader.text("libraries", kMaxHelloText);
  return finish_reading(reader, std::move(hello));
}

std::string encode(const ChildStarted&) {
  return start_message(kStartedTag).finish();
}

Parsed<ChildStarted> parse_started(std::span<const std::byte> message) {
  return finish_reading(open_message(message, kStartedTag), ChildStarted{});
}

std::string encode(const ChildEnded& ended) {
  FieldWriter writer = start_message(kEndedTag);
  writer.u32(static_cast<std::uint32_t>(ended.error));
  writer.u32(static_cast<std::uint32_t>(ended.wait_status));
  writer.u64(ended.peak_memory_bytes).u64(ended.cpu_ms);
  return writer.finish();
}

Parsed<ChildEnded> parse_ended(std::span<const std::byte> message) {
  FieldReader reader = open_message(message, kEndedTag);
  ChildEnded ended;
  ended.error = static_cast<std::int32_t>(reader.u32("error", 0, 4095));
  ended.wait_status = static_cast<std::int32_t>(reader.u32("wait_status", 0, 0xFFFF));
  ended.peak_memory_bytes = reader.u64("peak_memory_bytes", 0, UINT64_MAX);
  ended.cpu_ms = reader.u64("cpu_ms", 0, UINT64_MAX);
  return finish_reading(reader, ended);
}

std::string pack_thumbnails(const std::vector<std::string>& thumbnails) {
  FieldWriter writer;
  for (const std::string& thumbnail : thumbnails) {
    writer.text(thumbnail, thumbnail.size());
  }
  return writer.finish();
}

Parsed<std::vector<std::span<const std::byte>>> unpack_thumbnails(
    std::span<const std::byte> input) {
  std::vector<std::span<const std::byte>> thumbnails;
  ByteReader reader(input);
  while (reader.ok() && reader.remaining() > 0 && thumbnails.size() < kMaxThumbnails) {
    const std::uint32_t size = reader.u32le();
    thumbnails.push_back(reader.take(size));
  }
  if (!reader.ok() || reader.remaining() > 0) {
    return parse_error("", "the list of thumbnails is broken or too long");
  }
  return thumbnails;
}

}  // namespace muster
