#include "extractors/decode/helper/frame_sampler.h"

#include "extractors/decode/helper/video_input.h"

#include <algorithm>
#include <new>
#include <numeric>

#include <opencv2/core.hpp>

namespace muster {
namespace {

// One picture for each of `count` equal steps in time: the one that is on screen then.
std::vector<std::size_t> spread(const Timeline& timeline, std::size_t count) {
  const auto& shown = timeline.shown;
  std::vector<std::size_t> picked;
  if (shown.size() <= count) {
    picked.resize(shown.size());
    std::iota(picked.begin(), picked.end(), std::size_t{0});
    return picked;
  }
  const double first = static_cast<double>(shown.front().pts);
  const double step = (static_cast<double>(shown.back().pts) - first) /
                      static_cast<double>(std::max<std::size_t>(count - 1, 1));
  std::size_t index = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double at = first + step * static_cast<double>(i);
    while (index + 1 < shown.size() && static_cast<double>(shown[index + 1].pts) <= at + 0.5) {
      ++index;
    }
    if (picked.empty() || picked.back() != index) {
      picked.push_back(index);
    }
  }
  return picked;
}

// Pictures to decode when none further than `cap` behind its key frame is wanted.
std::size_t decode_cost(const Timeline& timeline,
                        const std::vector<std::size_t>& picked,
                        std::size_t cap) {
  std::size_t cost = 0;
  std::size_t key = SIZE_MAX;
  std::size_t furthest = 0;
  for (const std::size_t index : picked) {
    const Shown& shown = timeline.shown[index];
    if (shown.key != key) {
      cost += furthest;
      key = shown.key;
      furthest = 0;
    }
    const std::size_t behind = shown.order >= key ? shown.order - key + 1 : 1;
    furthest = std::max(furthest, std::min(behind, cap));
  }
  return cost + furthest;
}

// The last picture on the way from its key frame to `index` that is at most `cap` packets behind
// the key frame.
std::size_t move_to_key(const Timeline& timeline, std::size_t index, std::size_t cap) {
  const std::size_t key = timeline.shown[index].key;
  while (index > 0 && timeline.shown[index].order >= key + cap &&
         timeline.shown[index - 1].key == key) {
    --index;
  }
  return index;
}

}  // namespace

std::vector<std::size_t> plan_frames(const Timeline& timeline,
                                     std::size_t max_frames,
                                     std::size_t max_decoded) {
  if (timeline.shown.empty() || max_frames == 0) {
    return {};
  }
  std::vector<std::size_t> picked = spread(timeline, max_frames);
  std::size_t low = 1;
  std::size_t high = timeline.dts.size();
  if (decode_cost(timeline, picked, high) <= max_decoded) {
    return picked;
  }
  while (low < high) {  // the largest cap within the budget, at least 1
    const std::size_t middle = low + (high - low + 1) / 2;
    if (decode_cost(timeline, picked, middle) <= max_decoded) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  for (std::size_t& index : picked) {
    index = move_to_key(timeline, index, low);
  }
  picked.erase(std::unique(picked.begin(), picked.end()), picked.end());
  return picked;
}

std::vector<std::size_t> plan_windows(const Timeline& timeline,
                                      const DecodeRequest& request,
                                      std::size_t max_frames) {
  std::vector<std::size_t> picked;
  std::int64_t next_ms = 0;
  std::size_t window = 0;
  for (std::size_t i = 0; i < timeline.shown.size(); ++i) {
    const std::int64_t time_ms = timeline.time_ms(i);
    while (window < request.windows.size() && request.windows[window].end_ms <= time_ms) {
      ++window;
      next_ms = 0;
    }
    if (window < request.windows.size() && time_ms >= request.windows[window].start_ms &&
        time_ms >= next_ms) {
      picked.push_back(i);
      next_ms = time_ms + request.every_ms;
    }
  }
  if (picked.size() <= max_frames) {
    return picked;
  }
  std::vector<std::size_t> thinned;
  for (std::size_t i = 0; i < max_frames; ++i) {
    thinned.push_back(picked[i * picked.size() / max_frames]);
  }
  return thinned;
}

FrameSampler::FrameSampler(const DecodeRequest& request,
                           AVFormatContext& format,
                           AVStream& stream,
                           const Timeline& timeline,
                           Turn turn,
                           std::vector<std::size_t> plan,
                           AnswerWriter& answer)
    : format_(format),
      stream_(stream),
      timeline_(timeline),
      answer_(answer),
      codec_(open_decoder(*stream.codecpar, stream.time_base, request.max_pixels)),
      packet_(::av_packet_alloc()),
      frame_(::av_frame_alloc()),
      converter_(format, stream, turn, request.output_side),
      plan_(std::move(plan)) {
  if (!packet_ || !frame_) {
    throw std::bad_alloc();
  }
}

void FrameSampler::run() {
  if (codec_ && !plan_.empty() && seek(0)) {
    while (!done() && !ended_) {
      // A jump is safe here: all pictures before the wanted one are taken or given up.
      if (wanted().key > std::max(order_ + 1, last_jump_)) {
        last_jump_ = wanted().key;
        jumped_ = seek(last_jump_);
      }
      read_next();
    }
  }
  if (answer_.frame_count() == 0) {
    answer_.report(Integrity::unreadable, "none of its pictures can be decoded", kSendAgain);
  } else if (damaged_ || answer_.frame_count() < plan_.size()) {
    answer_.report(Integrity::damaged, "some of its pictures can't be decoded", kSendAgain);
  }
}

// Goes to the packet of that order or to a key frame before it. False where the container can't.
// Containers look for the time of presentation; with that of decoding, they would go back one key
// frame too far.
bool FrameSampler::seek(std::size_t order) {
  const std::int64_t pts = timeline_.pts[order];
  if (::av_seek_frame(&format_, stream_.index, pts, AVSEEK_FLAG_BACKWARD) < 0) {
    return false;
  }
  ::avcodec_flush_buffers(codec_.get());
  return true;
}

void FrameSampler::read_next() {
  if (::av_read_frame(&format_, packet_.get()) < 0) {
    ended_ = true;
    decode_packet(nullptr);  // drains what the decoder still holds
    return;
  }
  if (packet_->stream_index == stream_.index) {
    locate(*packet_);
    if (jumped_ && order_ > wanted().key) {
      // The container's index is wrong. Decode from the start instead.
      jumped_ = false;
      last_jump_ = SIZE_MAX;
      seek(0);
    } else {
      jumped_ = false;
      decode_packet(packet_.get());
    }
  }
  ::av_packet_unref(packet_.get());
}

void FrameSampler::locate(const AVPacket& packet) {
  const std::int64_t time = packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
  if (time == AV_NOPTS_VALUE) {
    ++order_;
    return;
  }
  const auto at = std::lower_bound(timeline_.dts.begin(), timeline_.dts.end(), time);
  order_ = std::min(static_cast<std::size_t>(at - timeline_.dts.begin()), timeline_.dts.size() - 1);
}

bool FrameSampler::is_planned(std::int64_t pts) const {
  const auto at = std::lower_bound(
      plan_.begin(), plan_.end(), pts, [this](std::size_t index, std::int64_t value) {
        return timeline_.shown[index].pts < value;
      });
  return at != plan_.end() && timeline_.shown[*at].pts == pts;
}

void FrameSampler::decode_packet(AVPacket* packet) {
  if (packet != nullptr) {
    if (packet->pts == AV_NOPTS_VALUE) {
      packet->pts = timeline_.dts[order_];
    }
    // Pictures that no other needs are left out, unless they are wanted.
    codec_->skip_frame = is_planned(packet->pts) ? AVDISCARD_DEFAULT : AVDISCARD_NONREF;
  }
  const int error = ::avcodec_send_packet(codec_.get(), packet);
  if (error == AVERROR(ENOMEM)) {
    throw std::bad_alloc();
  }
  // Packets before the key frame may lack what they refer to.
  damaged_ = damaged_ || (error == AVERROR_INVALIDDATA && order_ >= wanted().key);
  take_pictures();
}

void FrameSampler::take_pictures() {
  while (!done()) {
    const int error = ::avcodec_receive_frame(codec_.get(), frame_.get());
    if (error == AVERROR(ENOMEM)) {
      throw std::bad_alloc();
    }
    if (error < 0) {
      damaged_ = damaged_ || (error != AVERROR(EAGAIN) && error != AVERROR_EOF);
      return;
    }
    take(*frame_);
    ::av_frame_unref(frame_.get());
  }
}

void FrameSampler::take(const AVFrame& frame) {
  const std::int64_t pts = frame.pts != AV_NOPTS_VALUE ? frame.pts : frame.best_effort_timestamp;
  while (!done() && wanted().pts < pts) {
    ++next_;  // it was not decoded; the count tells at the end
  }
  if (done() || wanted().pts != pts) {
    return;
  }
  damaged_ =
      damaged_ || frame.decode_error_flags != 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0;
  add(frame);
  ++next_;
}

void FrameSampler::add(const AVFrame& frame) {
  const cv::Mat picture = converter_.convert(frame);
  if (picture.empty()) {
    damaged_ = true;
    return;
  }
  answer_.add_frame(picture, timeline_.time_ms(plan_[next_]), timeline_.duration_ms(plan_[next_]));
}

}  // namespace muster
