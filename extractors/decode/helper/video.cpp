#include "extractors/decode/helper/video.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <new>
#include <string>
#include <string_view>

#include <fmt/format.h>
extern "C" {
#include <libavutil/pixdesc.h>
}

#include "extractors/decode/helper/frame_sampler.h"
#include "extractors/decode/helper/video_geometry.h"
#include "extractors/decode/helper/video_input.h"
#include "extractors/decode/helper/video_pass.h"
#include "extractors/decode/helper/video_previews.h"
#include "extractors/decode/helper/video_timeline.h"

namespace muster {
namespace {

constexpr const char* kSendH264 = "export it as MP4 with H.264 video";

constexpr auto kCodecs = std::to_array<AVCodecID>({AV_CODEC_ID_H264,
                                                   AV_CODEC_ID_HEVC,
                                                   AV_CODEC_ID_VP8,
                                                   AV_CODEC_ID_VP9,
                                                   AV_CODEC_ID_AV1,
                                                   AV_CODEC_ID_MJPEG,
                                                   AV_CODEC_ID_PRORES});

constexpr auto kSoundCodecs = std::to_array<AVCodecID>({AV_CODEC_ID_AAC,
                                                        AV_CODEC_ID_MP3,
                                                        AV_CODEC_ID_OPUS,
                                                        AV_CODEC_ID_VORBIS,
                                                        AV_CODEC_ID_PCM_S16LE});

bool is_on_list(AVCodecID codec, bool prores) {
  return std::find(kCodecs.begin(), kCodecs.end(), codec) != kCodecs.end() &&
         (codec != AV_CODEC_ID_PRORES || prores);
}

void note_audio(const AVFormatContext& format, MediaFacts& facts) {
  const int index = find_sound(format);
  facts.has_audio = index >= 0;
  if (index < 0) {
    return;
  }
  const AVCodecParameters& parameters = *format.streams[index]->codecpar;
  facts.audio_codec = ::avcodec_get_name(parameters.codec_id);
  if (parameters.ch_layout.nb_channels > 0) {
    facts.audio_channels = parameters.ch_layout.nb_channels;
  }
  if (parameters.sample_rate > 0) {
    facts.audio_sample_rate = parameters.sample_rate;
  }
}

// By the container or the stream's own header; most files say nothing and mean BT.709.
std::string_view color_space_of(const AVCodecParameters& parameters) {
  const bool is_hdr =
      parameters.color_trc == AVCOL_TRC_SMPTE2084 || parameters.color_trc == AVCOL_TRC_ARIB_STD_B67;
  return is_hdr ? "hdr" : parameters.color_primaries == AVCOL_PRI_BT2020 ? "wide" : "sdr";
}

void note_shape(AVFormatContext& format, AVStream& stream, Turn turn, MediaFacts& facts) {
  const AVCodecParameters& parameters = *stream.codecpar;
  facts.coded_width = parameters.width;
  facts.coded_height = parameters.height;
  facts.rotation_degrees = turn.degrees;
  facts.mirrored = turn.mirrored;
  const Shape shape = square_pixels(parameters.width,
                                    parameters.height,
                                    ::av_guess_sample_aspect_ratio(&format, &stream, nullptr));
  facts.width = static_cast<int>(std::lround(shape.width));
  facts.height = static_cast<int>(std::lround(shape.height));
  if (turn.degrees % 180 != 0) {
    std::swap(facts.width, facts.height);
  }
  if (const char* name = ::av_get_pix_fmt_name(static_cast<AVPixelFormat>(parameters.format))) {
    facts.pixel_format = name;
  }
  facts.color_space = color_space_of(parameters);
}

void note_times(const Timeline& timeline, std::uint64_t bytes, MediaFacts& facts) {
  constexpr std::int64_t kYearMs = 1000LL * 60 * 60 * 24 * 365;
  constexpr double kMaxFrameRate = 100'000;
  facts.frame_count = static_cast<std::int64_t>(timeline.shown.size());
  facts.variable_frame_rate = timeline.variable_rate();
  if (timeline.frame_rate() <= kMaxFrameRate) {
    facts.frame_rate = timeline.frame_rate();
  }
  // Broken timestamps may say anything; what no video can be stays unknown.
  if (timeline.total_ms() > 0 && timeline.total_ms() < kYearMs) {
    facts.duration_ms = timeline.total_ms();
    facts.bit_rate = static_cast<std::int64_t>(static_cast<double>(bytes) * 8000.0 /
                                               static_cast<double>(*facts.duration_ms));
  }
}

// Reports whatever speaks against decoding; true where it may go on.
bool is_acceptable(const DecodeRequest& request, const AVStream& stream, AnswerWriter& answer) {
  const AVCodecParameters& parameters = *stream.codecpar;
  if (!is_on_list(parameters.codec_id, request.prores)) {
    answer.report(Integrity::refused,
                  fmt::format("its video codec is {}, which is not read",
                              ::avcodec_get_name(parameters.codec_id)),
                  kSendH264);
    return false;
  }
  const auto width = static_cast<std::uint64_t>(std::max(parameters.width, 0));
  const auto height = static_cast<std::uint64_t>(std::max(parameters.height, 0));
  if (width > request.max_side || height > request.max_side ||
      width * height > request.max_pixels) {
    answer.report(Integrity::refused,
                  fmt::format("its frames are {} x {} pixels; the limit is {:.0f} megapixels",
                              width,
                              height,
                              static_cast<double>(request.max_pixels) / 1e6),
                  "export it in a smaller size, such as 1080 x 1920");
    return false;
  }
  return true;
}

// What the container promises, in ms; 0 where it does not say.
std::int64_t declared_ms(const AVFormatContext& format) {
  return format.duration > 0 ? format.duration / (AV_TIME_BASE / 1000) : 0;
}

void judge_timeline(const AVFormatContext& format,
                    const Timeline& timeline,
                    const DecodeRequest& request,
                    AnswerWriter& answer) {
  const std::int64_t start_ms =
      format.start_time != AV_NOPTS_VALUE ? format.start_time / (AV_TIME_BASE / 1000) : 0;
  const std::int64_t declared = declared_ms(format);
  const std::int64_t there = timeline.end_ms - start_ms;
  const std::int64_t longest = std::max(declared, timeline.total_ms());
  if (timeline.too_many || longest > request.max_duration_ms) {
    answer.report(Integrity::refused,
                  fmt::format("it lasts {} s or has too many frames; the limit is {} s",
                              longest / 1000,
                              request.max_duration_ms / 1000),
                  "send a shorter cut");
  } else if (there + std::max<std::int64_t>(1000, declared / 20) < declared) {
    answer.report(Integrity::truncated,
                  fmt::format("the video ends after {:.1f} of {:.1f} s",
                              static_cast<double>(there) / 1000.0,
                              static_cast<double>(declared) / 1000.0),
                  kSendAgain);
  } else if (timeline.corrupt || timeline.ended_early) {
    answer.report(Integrity::damaged, "part of its data can't be read", kSendAgain);
  }
}

void report_unopened(int error, AnswerWriter& answer) {
  if (error == AVERROR(ENOMEM)) {
    throw std::bad_alloc();
  }
  answer.report(Integrity::unreadable, "its structure can't be read", kSendAgain);
}

}  // namespace

void decode_video(const ChildContext& context, const HeaderFacts& header, AnswerWriter& answer) {
  VideoInput input(context.input, header.type, context.request.prores);
  if (!input.opened()) {
    return report_unopened(input.error(), answer);
  }
  AVFormatContext& format = input.format();
  MediaFacts& facts = answer.facts();
  note_audio(format, facts);
  const int index = find_video(format);
  if (index < 0) {
    return answer.report(
        Integrity::refused,
        facts.has_audio.value_or(false) ? "it has sound, but no video" : "it has no video",
        "send a video, or a photo");
  }
  AVStream& stream = *format.streams[index];
  const Turn turn = turn_of(stream);
  facts.codec = ::avcodec_get_name(stream.codecpar->codec_id);
  note_shape(format, stream, turn, facts);
  if (!is_acceptable(context.request, stream, answer)) {
    return;
  }
  const Timeline timeline = read_timeline(format, index);
  note_times(timeline, context.input.size(), facts);
  judge_timeline(format, timeline, context.request, answer);
  if (facts.integrity == Integrity::refused) {
    return;
  }
  if (context.request.mode == DecodeMode::previews) {
    return make_video_previews(context.request, format, stream, timeline, turn, answer);
  }
  const std::size_t budget = VideoPass::decode_budget(context.request, *stream.codecpar);
  const std::size_t room =
      answer.capacity(fit_size(facts.width, facts.height, context.request.output_side));
  if (!context.request.windows.empty()) {
    const auto plan = plan_windows(timeline, context.request, room);
    FrameSampler(context.request, format, stream, timeline, turn, plan, answer).run();
  } else if (timeline.shown.size() <= budget) {
    VideoPass(context.request, format, stream, timeline, turn, answer).run();
  } else {
    const auto plan = plan_frames(timeline, room, budget);
    FrameSampler(context.request, format, stream, timeline, turn, plan, answer).run();
  }
}

void warm_up_video() {
  ::av_log_set_level(AV_LOG_QUIET);
  for (const AVCodecID codec : kCodecs) {
    AVCodecParameters* parameters = ::avcodec_parameters_alloc();
    parameters->codec_type = AVMEDIA_TYPE_VIDEO;
    parameters->codec_id = codec;
    parameters->width = 64;
    parameters->height = 64;
    open_decoder(*parameters, {1, 1000}, 1 << 20);
    ::avcodec_parameters_free(&parameters);
  }
  for (const AVCodecID codec : kSoundCodecs) {
    AVCodecParameters* parameters = ::avcodec_parameters_alloc();
    parameters->codec_type = AVMEDIA_TYPE_AUDIO;
    parameters->codec_id = codec;
    parameters->sample_rate = 48'000;
    ::av_channel_layout_default(&parameters->ch_layout, 2);
    open_decoder(*parameters, {1, 48'000}, 1);
    ::avcodec_parameters_free(&parameters);
  }
  const ScalerPtr scaler(::sws_getContext(
      64, 64, AV_PIX_FMT_YUV420P, 32, 32, AV_PIX_FMT_BGR24, SWS_AREA, nullptr, nullptr, nullptr));
}

std::string video_libraries() {
  return fmt::format("FFmpeg {}", ::av_version_info());
}

}  // namespace muster
