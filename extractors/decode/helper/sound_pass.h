#pragma once

#include "core/media.h"
#include "extractors/decode/helper/ffmpeg.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace muster {

// What counts as silence. House policy; the level is that of FFmpeg's silencedetect.
inline constexpr double kSilentLevel = 0.001;  // -60 dBFS, of the highest sample
inline constexpr std::int64_t kLeastSilentMs = 1000;

// The first stream of sound, or -1.
int find_sound(const AVFormatContext& format);

// Decodes a track of sound and measures it: loudness by libebur128 (ITU-R BS.1770, EBU R 128).
// Memory does not grow with its length.
class SoundPass {
 public:
  // `start`: what counts as 0 ms, in the container's time. Measures nothing where the codec is not
  // on the list.
  SoundPass(const AVStream& stream, std::int64_t start_ms);
  ~SoundPass();

  // All packets of the stream in turn, then nullptr.
  void decode_packet(const AVPacket* packet);
  // nullopt where nothing could be decoded.
  std::optional<SoundContent> finish();
  // More than stray packets could not be decoded.
  bool damaged() const { return bad_packets_ > 2 && bad_packets_ * 50 > packets_; }

 private:
  struct Meter;
  void take(const AVFrame& frame);
  bool prepare_meter(const AVFrame& frame);
  void follow_silence(std::int64_t time_ms, const AVFrame& frame, int channels);

  AVRational time_base_;
  std::int64_t start_ms_;
  CodecPtr codec_;
  FramePtr frame_;
  std::unique_ptr<Meter> meter_;
  std::vector<float> samples_;  // interleaved, of one frame
  SoundContent content_;
  std::int64_t packets_ = 0;
  std::int64_t bad_packets_ = 0;
  std::int64_t sample_count_ = 0;
  int channels_ = 0;
  int rate_ = 0;
  float peak_ = 0;
  std::optional<std::int64_t> silent_since_;
  std::int64_t end_ms_ = 0;
};

}  // namespace muster
