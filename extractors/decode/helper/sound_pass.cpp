#include "extractors/decode/helper/sound_pass.h"

#include "extractors/decode/helper/video_input.h"

#include <algorithm>
#include <cmath>
#include <new>

#include <ebur128.h>

namespace muster {
namespace {

constexpr AVRational kSoundMilliseconds{1, 1000};
constexpr int kMaxChannels = 16;
constexpr int kMaxSampleRate = 192'000;
constexpr int kSilenceBlockMs = 50;

// Samples of any kind as interleaved floats, 1 at full scale.
template <typename Sample>
void interleave(const AVFrame& frame, int channels, double scale, double zero, float* to) {
  const bool planar = ::av_sample_fmt_is_planar(static_cast<AVSampleFormat>(frame.format)) != 0;
  for (int i = 0; i < frame.nb_samples; ++i) {
    for (int channel = 0; channel < channels; ++channel) {
      const auto* from = reinterpret_cast<const Sample*>(frame.extended_data[planar ? channel : 0]);
      const auto value = static_cast<double>(planar ? from[i] : from[i * channels + channel]);
      *to++ = static_cast<float>((value - zero) * scale);
    }
  }
}

bool interleave(const AVFrame& frame, int channels, float* to) {
  switch (::av_get_packed_sample_fmt(static_cast<AVSampleFormat>(frame.format))) {
    case AV_SAMPLE_FMT_U8:
      interleave<std::uint8_t>(frame, channels, 1.0 / 128, 128, to);
      return true;
    case AV_SAMPLE_FMT_S16:
      interleave<std::int16_t>(frame, channels, 1.0 / 32'768, 0, to);
      return true;
    case AV_SAMPLE_FMT_S32:
      interleave<std::int32_t>(frame, channels, 1.0 / 2'147'483'648, 0, to);
      return true;
    case AV_SAMPLE_FMT_FLT:
      interleave<float>(frame, channels, 1, 0, to);
      return true;
    case AV_SAMPLE_FMT_DBL:
      interleave<double>(frame, channels, 1, 0, to);
      return true;
    default:
      return false;
  }
}

}  // namespace

int find_sound(const AVFormatContext& format) {
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    if (format.streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

struct SoundPass::Meter {
  Meter(int channels, int rate)
      : state(::ebur128_init(static_cast<unsigned>(channels),
                             static_cast<unsigned long>(rate),
                             EBUR128_MODE_I | EBUR128_MODE_HISTOGRAM)) {
    if (state == nullptr) {
      throw std::bad_alloc();
    }
  }
  ~Meter() { ::ebur128_destroy(&state); }
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;

  ebur128_state* state;
};

SoundPass::SoundPass(const AVStream& stream, std::int64_t start_ms)
    : time_base_(stream.time_base),
      start_ms_(start_ms),
      codec_(open_decoder(*stream.codecpar, stream.time_base, 1)),
      frame_(::av_frame_alloc()) {
  if (!frame_) {
    throw std::bad_alloc();
  }
}

SoundPass::~SoundPass() = default;

void SoundPass::decode_packet(const AVPacket* packet) {
  if (!codec_) {
    return;
  }
  packets_ += packet != nullptr ? 1 : 0;
  const int sent = ::avcodec_send_packet(codec_.get(), packet);
  if (sent == AVERROR(ENOMEM)) {
    throw std::bad_alloc();
  }
  bad_packets_ += sent == AVERROR_INVALIDDATA ? 1 : 0;
  while (::avcodec_receive_frame(codec_.get(), frame_.get()) >= 0) {
    take(*frame_);
    ::av_frame_unref(frame_.get());
  }
}

// The first frame decides on rate and channels; frames that differ from it are left out.
bool SoundPass::prepare_meter(const AVFrame& frame) {
  const int channels = frame.ch_layout.nb_channels;
  if (meter_) {
    return channels == channels_ && frame.sample_rate == rate_;
  }
  if (channels < 1 || channels > kMaxChannels || frame.sample_rate < 1000 ||
      frame.sample_rate > kMaxSampleRate) {
    return false;
  }
  channels_ = channels;
  rate_ = frame.sample_rate;
  meter_ = std::make_unique<Meter>(channels, rate_);
  return true;
}

void SoundPass::take(const AVFrame& frame) {
  if (frame.nb_samples < 1 || !prepare_meter(frame)) {
    return;
  }
  samples_.resize(static_cast<std::size_t>(frame.nb_samples) * static_cast<std::size_t>(channels_));
  if (!interleave(frame, channels_, samples_.data())) {
    return;
  }
  for (float& sample : samples_) {
    sample = std::isfinite(sample) ? std::clamp(sample, -8.0F, 8.0F) : 0.0F;
  }
  ::ebur128_add_frames_float(
      meter_->state, samples_.data(), static_cast<std::size_t>(frame.nb_samples));
  const std::int64_t time_ms =
      frame.pts != AV_NOPTS_VALUE
          ? ::av_rescale_q(frame.pts, time_base_, kSoundMilliseconds) - start_ms_
          : end_ms_;
  follow_silence(time_ms, frame, channels_);
  sample_count_ += frame.nb_samples;
  end_ms_ = time_ms + std::int64_t{frame.nb_samples} * 1000 / rate_;
}

void SoundPass::follow_silence(std::int64_t time_ms, const AVFrame& frame, int channels) {
  const int block = std::max(1, rate_ * kSilenceBlockMs / 1000);
  for (int start = 0; start < frame.nb_samples; start += block) {
    const int end = std::min(start + block, frame.nb_samples);
    float highest = 0;
    for (int i = start * channels; i < end * channels; ++i) {
      highest = std::max(highest, std::abs(samples_[static_cast<std::size_t>(i)]));
    }
    peak_ = std::max(peak_, highest);
    const std::int64_t at = std::max<std::int64_t>(time_ms + std::int64_t{start} * 1000 / rate_, 0);
    if (highest <= kSilentLevel) {
      silent_since_ = silent_since_.value_or(at);
    } else if (silent_since_) {
      if (at - *silent_since_ >= kLeastSilentMs && content_.silent.size() < kMaxListedSpans) {
        content_.silent.push_back({*silent_since_, at});
      }
      silent_since_.reset();
    }
  }
}

std::optional<SoundContent> SoundPass::finish() {
  if (!meter_ || sample_count_ == 0) {
    return std::nullopt;
  }
  if (silent_since_ && end_ms_ - *silent_since_ >= kLeastSilentMs &&
      content_.silent.size() < kMaxListedSpans) {
    content_.silent.push_back({*silent_since_, end_ms_});
  }
  content_.duration_ms = sample_count_ * 1000 / rate_;
  double loudness = 0;
  if (::ebur128_loudness_global(meter_->state, &loudness) == EBUR128_SUCCESS &&
      std::isfinite(loudness)) {
    content_.loudness_lufs = loudness;
  }
  if (peak_ > 0) {
    content_.peak_dbfs = std::max(20 * std::log10(static_cast<double>(peak_)), -199.0);
  }
  return std::move(content_);
}

}  // namespace muster
