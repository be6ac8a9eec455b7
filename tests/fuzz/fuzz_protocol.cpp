#include "extractors/decode/protocol.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

// What a taken-over child could write: messages and answers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  muster::parse_request(bytes);
  muster::parse_hello(bytes);
  muster::parse_started(bytes);
  muster::parse_ended(bytes);

  muster::DecodeRequest request;
  request.output_side = 64;
  request.scale_side = 64;
  request.max_frames = 8;
  if (size % 2 == 1) {
    request.mode = muster::DecodeMode::previews;
  }
  muster::unpack_thumbnails(bytes);
  const auto answer = muster::parse_answer(bytes, request);
  if (!answer) {
    return 0;
  }
  // Every byte of every frame that it accepts can be read.
  unsigned sum = 0;
  for (const muster::AnswerFrame& frame : answer->frames) {
    for (std::uint32_t row = 0; row < frame.height; ++row) {
      const std::byte* pixels = bytes.data() + frame.offset + std::uint64_t{row} * frame.stride;
      for (std::uint32_t i = 0; i < frame.width * frame.channels; ++i) {
        sum += std::to_integer<unsigned>(pixels[i]);
      }
    }
  }
  for (const muster::AnswerPreview& preview : answer->previews) {
    for (const std::byte one : bytes.subspan(preview.offset, preview.bytes)) {
      sum += std::to_integer<unsigned>(one);
    }
  }
  // What was accepted can be written and read again.
  std::vector<std::byte> copy(size);
  muster::write_answer(copy, *answer);
  const auto again = muster::parse_answer(copy, request);
  if (!again || *again != *answer || sum == 0xFFFFFFFF) {
    std::abort();
  }
  return 0;
}
