#pragma once

#include "extractors/decode/header_check.h"
#include "extractors/decode/helper/ffmpeg.h"
#include "extractors/decode/helper/output.h"
#include "extractors/decode/helper/picture_converter.h"
#include "extractors/decode/helper/video_timeline.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace muster {

// Which pictures of a video to decode: indices into timeline.shown, ascending. Spread evenly over
// time, the first always among them. Depends only on the file and the arguments, never on the
// machine's speed: where reaching all would take more than `max_decoded` pictures to be decoded,
// those far behind a key frame move towards it.
std::vector<std::size_t> plan_frames(const Timeline& timeline,
                                     std::size_t max_frames,
                                     std::size_t max_decoded);

// The pictures that begin in the request's windows, in the same form, thinned out evenly to at most
// `max_frames`.
std::vector<std::size_t> plan_windows(const Timeline& timeline,
                                      const DecodeRequest& request,
                                      std::size_t max_frames);

// Decodes the planned pictures, ascending indices, by seeking, and adds them to the answer; reports
// damage that it meets.
class FrameSampler {
 public:
  FrameSampler(const DecodeRequest& request,
               AVFormatContext& format,
               AVStream& stream,
               const Timeline& timeline,
               Turn turn,
               std::vector<std::size_t> plan,
               AnswerWriter& answer);
  void run();

 private:
  bool seek(std::size_t order);
  void read_next();
  void locate(const AVPacket& packet);
  void decode_packet(AVPacket* packet);
  void take_pictures();
  void take(const AVFrame& frame);
  void add(const AVFrame& frame);
  bool is_planned(std::int64_t pts) const;
  const Shown& wanted() const { return timeline_.shown[plan_[next_]]; }
  bool done() const { return next_ >= plan_.size(); }

  AVFormatContext& format_;
  AVStream& stream_;
  const Timeline& timeline_;
  AnswerWriter& answer_;
  CodecPtr codec_;
  PacketPtr packet_;
  FramePtr frame_;
  PictureConverter converter_;
  std::vector<std::size_t> plan_;
  std::size_t next_ = 0;   // place in plan_ of the next picture to find
  std::size_t order_ = 0;  // of the packet read last
  // Order that was last jumped to; each is tried once, and none after a jump went wrong.
  std::size_t last_jump_ = 0;
  bool jumped_ = false;  // since the last packet
  bool ended_ = false;
  bool damaged_ = false;
};

}  // namespace muster
