#include "extractors/decode/decoder.h"

#include "extractors/decode/sandboxed_decoder.h"

#include <algorithm>
#include <cstring>

#include <opencv2/core.hpp>

namespace muster {

DecodedMedia Decoder::decode_again(const MediaBytes&, const FrameQuery&) {
  return {};
}

std::vector<MadePreview> Decoder::make_previews(const MediaBytes&) {
  return {};
}

MadePreview Decoder::make_sheet(const std::vector<std::string>&) {
  MadePreview none;
  none.kind = PreviewKind::contact_sheet;
  none.why = "this decoder makes no previews";
  return none;
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
