#pragma once

#include "extractors/decode/helper/ffmpeg.h"
#include "extractors/decode/helper/frame_hasher.h"
#include "extractors/decode/helper/frame_keeper.h"
#include "extractors/decode/helper/output.h"
#include "extractors/decode/helper/picture_converter.h"
#include "extractors/decode/helper/sound_pass.h"
#include "extractors/decode/helper/video_facts.h"
#include "extractors/decode/helper/video_timeline.h"

#include <cstddef>
#include <cstdint>

namespace muster {

// Decodes a video once, from first to last: looks at every picture, adds those that the keeper
// chooses to the answer, and fills facts.video_content and sound_content. Reports damage that it
// meets. Memory does not grow with the length of the video.
class VideoPass {
 public:
  VideoPass(const DecodeRequest& request,
            AVFormatContext& format,
            AVStream& stream,
            const Timeline& timeline,
            Turn turn,
            AnswerWriter& answer);
  void run();

  // How many pictures of this stream the limit on computing time allows for, whatever the machine.
  static std::size_t decode_budget(const DecodeRequest& request,
                                   const AVCodecParameters& parameters);

 private:
  void read_all();
  void decode_packet(const AVPacket* packet);
  void take(const AVFrame& frame);
  std::optional<std::size_t> index_of(const AVFrame& frame);
  void keep(const AVFrame& frame, std::size_t index, bool current);
  void judge();

  AVFormatContext& format_;
  AVStream& stream_;
  const Timeline& timeline_;
  AnswerWriter& answer_;
  CodecPtr codec_;
  PacketPtr packet_;
  FramePtr frame_;
  FramePtr previous_;  // the picture before, for the case that it turns out to matter
  std::size_t previous_index_ = 0;
  Turn turn_;
  PictureConverter converter_;
  int sound_stream_ = -1;
  std::optional<SoundPass> sound_;
  FrameKeeper keeper_;
  VideoFacts facts_;
  FrameHasher hasher_;
  std::size_t next_ = 0;   // lowest index in timeline.shown that the next picture can have
  std::size_t first_ = 0;  // index of the first picture that could be decoded
  std::size_t decoded_ = 0;
  bool damaged_ = false;
};

}  // namespace muster
