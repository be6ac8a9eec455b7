#include "extractors/decode/helper/video_timeline.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace muster {
namespace {

constexpr AVRational kTimelineMilliseconds{1, 1000};
// 2 hours at 240 frames per second.
constexpr std::size_t kMaxPackets = 1'728'000;
constexpr std::size_t kMaxOtherPackets = 8 * kMaxPackets;
// Containers round timestamps; anything up to this share of a frame is not a change of rate.
constexpr double kRateTolerance = 0.1;

// A timestamp that leaves room to calculate with it; AV_NOPTS_VALUE else.
std::int64_t usable(std::int64_t timestamp) {
  constexpr std::int64_t kLimit = std::int64_t{1} << 60;
  return timestamp > -kLimit && timestamp < kLimit ? timestamp : AV_NOPTS_VALUE;
}

std::vector<std::int64_t> sorted_gaps(const std::vector<Shown>& shown) {
  std::vector<std::int64_t> gaps;
  for (std::size_t i = 1; i < shown.size(); ++i) {
    gaps.push_back(shown[i].pts - shown[i - 1].pts);
  }
  std::sort(gaps.begin(), gaps.end());
  return gaps;
}

// VP8 keeps pictures that are never shown in packets of their own (RFC 6386, 9.1: show_frame).
bool is_shown(const AVPacket& packet, AVCodecID codec) {
  if ((packet.flags & AV_PKT_FLAG_DISCARD) != 0) {
    return false;  // cut away by an edit list
  }
  return codec != AV_CODEC_ID_VP8 || packet.size < 1 || (packet.data[0] & 0x10) != 0;
}

class TimelineReader {
 public:
  TimelineReader(AVFormatContext& format, int stream)
      : format_(format), stream_(*format.streams[stream]) {
    timeline_.time_base = stream_.time_base;
  }

  Timeline run() {
    const PacketPtr packet(::av_packet_alloc());
    std::size_t others = 0;
    int error = 0;
    while ((error = ::av_read_frame(&format_, packet.get())) >= 0) {
      packet->pts = usable(packet->pts);
      packet->dts = usable(packet->dts);
      packet->duration = std::max<std::int64_t>(usable(packet->duration), 0);
      note_end(*packet);
      timeline_.corrupt = timeline_.corrupt || (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
      if (packet->stream_index == stream_.index) {
        add(*packet);
      } else {
        ++others;
      }
      ::av_packet_unref(packet.get());
      if (timeline_.dts.size() > kMaxPackets || others > kMaxOtherPackets) {
        timeline_.too_many = true;
        break;
      }
    }
    timeline_.ended_early = error < 0 && error != AVERROR_EOF;
    sort();
    timeline_.last_duration = last_duration();
    return std::move(timeline_);
  }

 private:
  void note_end(const AVPacket& packet) {
    if (packet.pts == AV_NOPTS_VALUE) {
      return;
    }
    const std::int64_t end = ::av_rescale_q(packet.pts + packet.duration,
                                            format_.streams[packet.stream_index]->time_base,
                                            kTimelineMilliseconds);
    timeline_.end_ms = std::max(timeline_.end_ms, end);
  }

  void add(const AVPacket& packet) {
    const std::size_t order = timeline_.dts.size();
    const std::int64_t previous = order == 0 ? -1 : timeline_.dts.back();
    const std::int64_t dts = packet.dts != AV_NOPTS_VALUE   ? packet.dts
                             : packet.pts != AV_NOPTS_VALUE ? packet.pts
                                                            : previous + 1;
    timeline_.dts.push_back(order == 0 ? dts : std::max(dts, previous));
    const std::int64_t pts = packet.pts != AV_NOPTS_VALUE ? packet.pts : timeline_.dts.back();
    timeline_.pts.push_back(pts);
    if ((packet.flags & AV_PKT_FLAG_KEY) != 0) {
      previous_key_ = key_;
      key_ = order;
      key_pts_ = pts;
    }
    if (is_shown(packet, stream_.codecpar->codec_id)) {
      Shown shown;
      shown.pts = pts;
      shown.duration = packet.duration;
      shown.order = order;
      // Pictures shown before the key frame that they follow in the file (open GOP) need the one
      // before.
      shown.key = pts < key_pts_ ? previous_key_ : key_;
      timeline_.shown.push_back(shown);
    }
  }

  void sort() {
    auto& shown = timeline_.shown;
    std::stable_sort(
        shown.begin(), shown.end(), [](const Shown& a, const Shown& b) { return a.pts < b.pts; });
    shown.erase(std::unique(shown.begin(),
                            shown.end(),
                            [](const Shown& a, const Shown& b) { return a.pts == b.pts; }),
                shown.end());
  }

  // As the packet says, else up to the end that the container declares, else as long as most.
  std::int64_t last_duration() const {
    const auto& shown = timeline_.shown;
    if (shown.empty() || shown.back().duration > 0) {
      return shown.empty() ? 0 : shown.back().duration;
    }
    const std::vector<std::int64_t> gaps = sorted_gaps(shown);
    const std::int64_t typical = gaps.empty() ? 0 : gaps[gaps.size() / 2];
    std::int64_t declared = usable(stream_.duration);
    if (declared == AV_NOPTS_VALUE && format_.duration > 0) {
      declared = ::av_rescale_q(format_.duration, {1, AV_TIME_BASE}, stream_.time_base);
    }
    const std::int64_t left =
        declared == AV_NOPTS_VALUE ? 0 : shown.front().pts + declared - shown.back().pts;
    // Where pictures are missing at the end, the last one does not stand for them.
    const std::int64_t second = ::av_rescale_q(1000, kTimelineMilliseconds, stream_.time_base);
    const std::int64_t longest = std::max(gaps.empty() ? 0 : gaps.back(), second);
    return left > 0 && left <= longest ? left : typical;
  }

  AVFormatContext& format_;
  const AVStream& stream_;
  Timeline timeline_;
  std::size_t key_ = 0;
  std::size_t previous_key_ = 0;
  std::int64_t key_pts_ = INT64_MIN;
};

}  // namespace

Timeline read_timeline(AVFormatContext& format, int stream) {
  return TimelineReader(format, stream).run();
}

std::int64_t Timeline::time_ms(std::size_t index) const {
  return ::av_rescale_q(shown[index].pts - shown.front().pts, time_base, kTimelineMilliseconds);
}

std::int64_t Timeline::total_ms() const {
  return shown.empty() ? 0
                       : ::av_rescale_q(shown.back().pts + last_duration - shown.front().pts,
                                        time_base,
                                        kTimelineMilliseconds);
}

std::int64_t Timeline::duration_ms(std::size_t index) const {
  const std::int64_t end = index + 1 < shown.size() ? time_ms(index + 1) : total_ms();
  return std::max<std::int64_t>(end - time_ms(index), 0);
}

std::optional<double> Timeline::frame_rate() const {
  const double ticks_per_second = ::av_q2d(::av_inv_q(time_base));
  if (shown.size() > 1) {
    const auto span = static_cast<double>(shown.back().pts - shown.front().pts);
    return static_cast<double>(shown.size() - 1) * ticks_per_second / span;
  }
  if (shown.size() == 1 && shown.front().duration > 0) {
    return ticks_per_second / static_cast<double>(shown.front().duration);
  }
  return std::nullopt;
}

bool Timeline::variable_rate() const {
  const std::vector<std::int64_t> gaps = sorted_gaps(shown);
  if (gaps.size() < 2) {
    return false;
  }
  const auto typical = static_cast<double>(gaps[gaps.size() / 2]);
  const double tolerance = std::max(1.5, typical * kRateTolerance);
  return std::any_of(gaps.begin(), gaps.end(), [&](std::int64_t gap) {
    return std::abs(static_cast<double>(gap) - typical) > tolerance;
  });
}

}  // namespace muster
