#pragma once

#include "config/config.h"
#include "core/preview.h"
#include "extractors/decode/decoded_media.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Bytes of one file, read from the start: fills the buffer as far as it can, 0 at the end.
struct MediaBytes {
  std::uint64_t size = 0;
  std::function<std::size_t(std::span<std::byte>)> read;
};
MediaBytes media_bytes(std::string_view bytes);

// A preview as the helper made it. Its bytes were written by a child that had a hostile file, so
// they were held against the kind and shape that they claim.
struct MadePreview {
  PreviewKind kind = PreviewKind::thumbnail;
  std::string why;    // why there is none; empty where there is one
  std::string bytes;  // a whole file
  MediaType type = MediaType::unknown;
  int width = 0;  // px
  int height = 0;
  std::int64_t duration_ms = 0;  // of a clip
};

// Decodes untrusted media in children of muster-decode and muster-decode-video, never in this
// process. Thread-safe; calls
// from several threads decode in parallel. Bad media is a value (facts.integrity says how bad); a
// helper that dies, hangs or talks nonsense is Integrity::crashed with the evidence in
// integrity_detail. Throws TransientError where no helper can be started and ConfigError where its
// program is missing.
class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual DecodedMedia decode(const MediaBytes& bytes) = 0;
  // A second, narrow look at a video: the frames that begin in the query's windows, found by
  // seeking, and no others. Where they need more than DecodeConfig::video_frame_bytes they are
  // thinned out evenly. No frames where that fails, as for stills, or where this decoder can't.
  virtual DecodedMedia decode_again(const MediaBytes& bytes, const FrameQuery& query);
  // Decodes an image of a brand kit, alpha kept: rows x cols x 4, BGRA. Empty when it can't be
  // read.
  virtual cv::Mat decode_picture(const MediaBytes& bytes, std::string& problem) = 0;
  // The previews that such a file has: of photos a thumbnail, of videos all three kinds, each
  // either made or with the reason why not. Depends only on the bytes. A second, coarser decode of
  // its own: what goes wrong with it says nothing about the file's verdict.
  virtual std::vector<MadePreview> make_previews(const MediaBytes& bytes);
  // One picture of all files of a submission, numbered from 1, made of their thumbnails; an empty
  // one leaves a gap. At most kMaxThumbnails (extractors/decode/protocol.h).
  virtual MadePreview make_sheet(const std::vector<std::string>& thumbnails);
  // Proves that the sandbox holds: one line a probe, "ok"/"FAILED"; for `muster doctor`.
  virtual std::vector<std::string> self_test() = 0;
  // What decodes, as "libpng 1.6.39", of both helpers.
  virtual std::vector<std::string> libraries() { return {}; }
};

struct DecoderOptions {
  // muster-decode and muster-decode-video; empty: beside this program, else in PATH.
  std::filesystem::path program;
  std::filesystem::path video_program = {};
  DecodeConfig limits;
};
std::unique_ptr<Decoder> make_decoder(const DecoderOptions& options);

}  // namespace muster
