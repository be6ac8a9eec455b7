#pragma once

#include "extractors/decode/helper/ffmpeg.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace muster {

// One packet of the video stream that shows a picture.
struct Shown {
  std::int64_t pts = 0;       // in the stream's time base
  std::int64_t duration = 0;  // as the container says, 0: unknown
  std::size_t order = 0;      // place in the file, over all packets of the stream
  std::size_t key = 0;        // `order` of the key frame from which decoding must start
};

// When each picture of a video is shown, from reading all packets without decoding them.
struct Timeline {
  std::vector<Shown> shown;        // by pts, each pts once
  std::vector<std::int64_t> dts;   // of all packets of the stream, by order, ascending
  std::vector<std::int64_t> pts;   // of the same packets
  std::int64_t last_duration = 0;  // of the last picture shown, in the time base
  AVRational time_base{1, 1000};
  std::int64_t end_ms = 0;   // of the longest stream, from the container's zero
  bool corrupt = false;      // a packet is cut or flagged
  bool ended_early = false;  // the demuxer failed before the end
  bool too_many = false;     // more packets than any video within our limits has

  // From the first picture shown.
  std::int64_t time_ms(std::size_t index) const;
  // Until the next picture.
  std::int64_t duration_ms(std::size_t index) const;
  std::int64_t total_ms() const;
  std::optional<double> frame_rate() const;  // mean, per second
  bool variable_rate() const;
};

Timeline read_timeline(AVFormatContext& format, int stream);

}  // namespace muster
