#include "extractors/decode/helper/video_pass.h"

#include "extractors/decode/helper/video_input.h"

#include <algorithm>
#include <new>

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace muster {
namespace {

// Decoding speed that even a slow core reaches, in pixels per second of CPU time; leaves half of
// the limit spare.
constexpr std::uint64_t kPixelsPerCpuSecond = 60'000'000;

bool is_full_range(const AVFrame& frame) {
  switch (frame.format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_GBRP:
    case AV_PIX_FMT_GBRP10:
    case AV_PIX_FMT_GBRP12:
      return true;
    default:
      return frame.color_range == AVCOL_RANGE_JPEG;
  }
}

// Of the first component: luma, or green where the codec stores RGB.
LumaGrid measure_frame(const AVFrame& frame) {
  const AVPixFmtDescriptor* format =
      ::av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  if (format == nullptr || frame.data[0] == nullptr ||
      (format->flags & (AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_BE |
                        AV_PIX_FMT_FLAG_PAL)) != 0) {
    return {};
  }
  const AVComponentDescriptor& luma = format->comp[0];
  return LumaGrid::of_plane(frame.data[luma.plane] + luma.offset,
                            frame.width,
                            frame.height,
                            frame.linesize[luma.plane],
                            luma.step,
                            luma.depth + luma.shift,
                            is_full_range(frame));
}

LumaGrid as_shown(const LumaGrid& grid, Turn turn) {
  if (turn.degrees == 0 && !turn.mirrored) {
    return grid;
  }
  LumaGrid shown;
  // The const_cast: cv::Mat has no view of constant data; turned() only reads.
  const cv::Mat cells(
      LumaGrid::kSide, LumaGrid::kSide, CV_32F, const_cast<float*>(grid.cells.data()));
  turned(cells, turn.degrees, turn.mirrored)
      .copyTo(cv::Mat(LumaGrid::kSide, LumaGrid::kSide, CV_32F, shown.cells.data()));
  return shown;
}

template <typename T>
T required(T pointer) {
  if (!pointer) {
    throw std::bad_alloc();
  }
  return pointer;
}

}  // namespace

std::size_t VideoPass::decode_budget(const DecodeRequest& request,
                                     const AVCodecParameters& parameters) {
  const std::uint64_t pixels = std::max<std::uint64_t>(
      static_cast<std::uint64_t>(parameters.width) * static_cast<std::uint64_t>(parameters.height),
      16 * 16);
  return static_cast<std::size_t>(request.cpu_seconds * kPixelsPerCpuSecond / pixels);
}

VideoPass::VideoPass(const DecodeRequest& request,
                     AVFormatContext& format,
                     AVStream& stream,
                     const Timeline& timeline,
                     Turn turn,
                     AnswerWriter& answer)
    : format_(format),
      stream_(stream),
      timeline_(timeline),
      answer_(answer),
      codec_(open_decoder(*stream.codecpar, stream.time_base, request.max_pixels)),
      packet_(required(PacketPtr(::av_packet_alloc()))),
      frame_(required(FramePtr(::av_frame_alloc()))),
      previous_(required(FramePtr(::av_frame_alloc()))),
      turn_(turn),
      converter_(format, stream, turn, request.output_side),
      sound_stream_(find_sound(format)),
      keeper_(answer.capacity(
                  converter_.size_of(stream.codecpar->width, stream.codecpar->height, nullptr)),
              timeline.shown.size(),
              timeline.total_ms()) {}

void VideoPass::run() {
  if (sound_stream_ >= 0 && !timeline_.shown.empty()) {
    const std::int64_t start_ms =
        ::av_rescale_q(timeline_.shown.front().pts, timeline_.time_base, {1, 1000});
    sound_.emplace(*format_.streams[sound_stream_], start_ms);
  }
  if (codec_ && !timeline_.shown.empty() &&
      ::av_seek_frame(&format_, stream_.index, timeline_.pts.front(), AVSEEK_FLAG_BACKWARD) >= 0) {
    read_all();
  }
  if (decoded_ > 0) {
    keeper_.advance(timeline_.time_ms(previous_index_), 0, false);
    if (!keeper_.is_kept(timeline_.time_ms(previous_index_))) {
      keep(*previous_, previous_index_, true);
    }
    answer_.facts().video_content = facts_.finish();
    answer_.set_hashed_frames(hasher_.finish());
  }
  if (sound_) {
    answer_.facts().sound_content = sound_->finish();
  }
  judge();
}

void VideoPass::judge() {
  if (answer_.frame_count() == 0) {
    return answer_.report(Integrity::unreadable, "none of its pictures can be decoded", kSendAgain);
  }
  // Pictures before the first key frame can't be decoded; encoders that cut without encoding again
  // leave some.
  const std::size_t expected = timeline_.shown.size() - first_;
  if (damaged_ || decoded_ + std::max<std::size_t>(1, expected / 100) < expected) {
    answer_.report(Integrity::damaged, "some of its pictures can't be decoded", kSendAgain);
  } else if (sound_ && sound_->damaged()) {
    answer_.report(Integrity::damaged, "part of its sound can't be decoded", kSendAgain);
  }
}

void VideoPass::read_all() {
  while (::av_read_frame(&format_, packet_.get()) >= 0) {
    if (packet_->stream_index == stream_.index) {
      decode_packet(packet_.get());
    } else if (sound_ && packet_->stream_index == sound_stream_) {
      sound_->decode_packet(packet_.get());
    }
    ::av_packet_unref(packet_.get());
  }
  decode_packet(nullptr);  // drains what the decoder still holds
  if (sound_) {
    sound_->decode_packet(nullptr);
  }
}

void VideoPass::decode_packet(const AVPacket* packet) {
  const int sent = ::avcodec_send_packet(codec_.get(), packet);
  if (sent == AVERROR(ENOMEM)) {
    throw std::bad_alloc();
  }
  damaged_ = damaged_ || (sent == AVERROR_INVALIDDATA && decoded_ > 0);
  while (true) {
    const int error = ::avcodec_receive_frame(codec_.get(), frame_.get());
    if (error == AVERROR(ENOMEM)) {
      throw std::bad_alloc();
    }
    if (error < 0) {
      damaged_ = damaged_ || (error != AVERROR(EAGAIN) && error != AVERROR_EOF && decoded_ > 0);
      return;
    }
    take(*frame_);
    ::av_frame_unref(frame_.get());
  }
}

// Place of a decoded picture in the timeline; nullopt for one that is not shown, or shown already.
std::optional<std::size_t> VideoPass::index_of(const AVFrame& frame) {
  const std::int64_t pts = frame.pts != AV_NOPTS_VALUE ? frame.pts : frame.best_effort_timestamp;
  const auto& shown = timeline_.shown;
  const auto at =
      std::lower_bound(shown.begin() + static_cast<std::ptrdiff_t>(next_),
                       shown.end(),
                       pts,
                       [](const Shown& one, std::int64_t value) { return one.pts < value; });
  if (at == shown.end() || at->pts != pts) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(at - shown.begin());
}

void VideoPass::take(const AVFrame& frame) {
  const auto index = index_of(frame);
  if (!index) {
    return;
  }
  damaged_ =
      damaged_ || frame.decode_error_flags != 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0;
  next_ = *index + 1;
  first_ = decoded_ == 0 ? *index : first_;
  ++decoded_;
  const std::int64_t time_ms = timeline_.time_ms(*index);
  const LumaGrid grid = measure_frame(frame);
  const VideoFacts::Change change = facts_.add(time_ms, timeline_.duration_ms(*index), grid);
  hasher_.add(time_ms, timeline_.duration_ms(*index), as_shown(grid, turn_));
  keeper_.advance(time_ms, change.mean, change.jump);
  if (keeper_.wants_previous() && previous_->data[0] != nullptr) {
    keep(*previous_, previous_index_, false);
  }
  if (keeper_.wants_current()) {
    keep(frame, *index, true);
  }
  ::av_frame_unref(previous_.get());
  if (::av_frame_ref(previous_.get(), &frame) < 0) {
    throw std::bad_alloc();
  }
  previous_index_ = *index;
}

void VideoPass::keep(const AVFrame& frame, std::size_t index, bool current) {
  const cv::Mat picture = converter_.convert(frame);
  if (picture.empty()) {
    damaged_ = true;
    return;
  }
  facts_.add_shown(picture);
  if (const auto given_up = keeper_.make_room()) {
    answer_.drop_frame(*given_up);
  }
  if (!answer_.add_frame(picture, timeline_.time_ms(index), timeline_.duration_ms(index))) {
    return;  // the size changes on the way, and this one finds no room
  }
  if (current) {
    keeper_.kept_current();
  } else {
    keeper_.kept_previous();
  }
}

}  // namespace muster
