#include "core/text.h"
#include "extractors/decode/sandboxed_decoder.h"

#include <csignal>

#include <fmt/format.h>
#include <opencv2/core.hpp>

// What `muster doctor` asks of the helpers.

namespace muster {
namespace {

// A white pixel, to prove that the sandbox lets decoding pass.
constexpr std::string_view kTinyPng(
    "\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01"
    "\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41"
    "\x54\x78\xda\x63\xf8\x0f\x00\x01\x01\x01\x00\x1c\xb0\x8c\x99\x00\x00\x00\x00\x49"
    "\x45\x4e\x44\xae\x42\x60\x82",
    67);

}  // namespace

std::string SandboxedDecoder::probe(Helper& helper, std::uint32_t index) {
  DecodeRequest request = make_request(MediaKind::image, DecodeMode::probe, 0);
  request.probe = index;
  request.output_bytes = answer_header_bytes(0);
  const SharedMemory input = SharedMemory::for_output(1, memory_);
  const SharedMemory output = SharedMemory::for_output(request.output_bytes, memory_);
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
                     allowed ? "allowed" : describe_death(outcome, request, limits_.image_wall));
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

}  // namespace muster
