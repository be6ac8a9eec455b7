#pragma once

#include "core/media.h"
#include "extractors/decode/helper/ffmpeg.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace muster {

// What we hand to FFmpeg's options: the only decoders that untrusted bytes can reach. libdav1d
// reads AV1. Sound is decoded to measure it. ProRes is added where the configuration asks for it.
inline constexpr const char* kDecoders =
    "h264,hevc,vp8,vp9,libdav1d,av1,mjpeg,"
    "aac,mp3float,mp3,opus,vorbis,pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,"
    "pcm_f32le";
std::string decoder_list(bool prores);

// A container opened from memory. FFmpeg can open no file, no address and no other format through
// it.
class VideoInput {
 public:
  // `bytes` must outlive the input. On failure opened() is false and error() an AVERROR.
  VideoInput(std::span<const std::byte> bytes, MediaType type, bool prores);
  VideoInput(const VideoInput&) = delete;
  VideoInput& operator=(const VideoInput&) = delete;

  bool opened() const { return format_ != nullptr; }
  int error() const { return error_; }
  AVFormatContext& format() { return *format_; }

 private:
  static int read(void* self, std::uint8_t* buffer, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);

  std::span<const std::byte> bytes_;
  std::uint64_t position_ = 0;
  int error_ = 0;
  IoPtr io_;
  FormatPtr format_;
};

// A decoder for a stream of pictures or sound, single-threaded; nullptr where its codec is not on
// the list. Whether ProRes is welcome was asked before.
CodecPtr open_decoder(const AVCodecParameters& parameters,
                      AVRational time_base,
                      std::uint64_t max_pixels);

}  // namespace muster
