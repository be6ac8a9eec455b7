#include "media_maker.h"

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <unistd.h>
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

namespace muster::test {
namespace {

void require(bool ok, const std::string& what) {
  if (!ok) {
    throw std::runtime_error("make a test video: " + what);
  }
}

cv::Mat turn_back(const cv::Mat& upright, int rotation, bool mirrored) {
  cv::Mat stored = upright.clone();
  if (mirrored) {
    cv::flip(stored, stored, 1);
  }
  if (rotation == 90) {
    cv::rotate(stored, stored, cv::ROTATE_90_COUNTERCLOCKWISE);
  } else if (rotation == 180) {
    cv::rotate(stored, stored, cv::ROTATE_180);
  } else if (rotation == 270) {
    cv::rotate(stored, stored, cv::ROTATE_90_CLOCKWISE);
  }
  return stored;
}

class VideoMaker {
 public:
  explicit VideoMaker(const VideoSpec& spec) : spec_(spec) {
    path_ = std::filesystem::temp_directory_path() /
            ("muster-media-" + std::to_string(::getpid()) + spec.extension);
  }
  ~VideoMaker() {
    ::sws_freeContext(scaler_);
    ::avcodec_free_context(&sound_);
    ::avcodec_free_context(&video_);
    ::avformat_free_context(format_);
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  VideoMaker(const VideoMaker&) = delete;
  VideoMaker& operator=(const VideoMaker&) = delete;

  std::string run() {
    ::av_log_set_level(AV_LOG_QUIET);
    require(::avformat_alloc_output_context2(&format_, nullptr, nullptr, path_.c_str()) >= 0,
            "no container " + spec_.extension);
    open_video();
    if (spec_.audio) {
      add_audio_stream();
    }
    write();
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  void open_video() {
    const AVCodec* codec = ::avcodec_find_encoder_by_name(spec_.encoder.c_str());
    require(codec != nullptr, "no encoder " + spec_.encoder);
    video_ = ::avcodec_alloc_context3(codec);
    video_->width = spec_.width;
    video_->height = spec_.height;
    video_->time_base = {1, 1000};
    video_->pix_fmt = pixel_format();
    if (spec_.hdr) {
      video_->color_primaries = AVCOL_PRI_BT2020;
      video_->color_trc = AVCOL_TRC_SMPTE2084;
      video_->colorspace = AVCOL_SPC_BT2020_NCL;
    }
    video_->gop_size = spec_.gop;
    video_->max_b_frames = spec_.encoder == "libx264" ? spec_.b_frames : 0;
    video_->sample_aspect_ratio = {spec_.aspect_num, spec_.aspect_den};
    video_->thread_count = 1;
    video_->bit_rate = std::int64_t{spec_.width} * spec_.height * 50;
    if ((format_->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
      video_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    ::av_opt_set(video_->priv_data, "preset", "ultrafast", 0);
    const std::string x264 = "bframes=" + std::to_string(spec_.b_frames) +
                             (spec_.quality.empty() ? "" : ":" + spec_.quality);
    ::av_opt_set(video_->priv_data, "x264-params", x264.c_str(), 0);
    ::av_opt_set(video_->priv_data, "x265-params", "log-level=none:pools=none:frame-threads=1", 0);
    ::av_opt_set(video_->priv_data, "cpu-used", "8", 0);
    require(::avcodec_open2(video_, codec, nullptr) == 0, "open " + spec_.encoder);
    stream_ = ::avformat_new_stream(format_, nullptr);
    stream_->time_base = video_->time_base;
    stream_->sample_aspect_ratio = video_->sample_aspect_ratio;
    ::avcodec_parameters_from_context(stream_->codecpar, video_);
    if (spec_.rotation != 0 || spec_.mirrored) {
      auto* matrix = reinterpret_cast<std::int32_t*>(
          ::av_stream_new_side_data(stream_, AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof(std::int32_t)));
      ::av_display_rotation_set(matrix, spec_.rotation);
      ::av_display_matrix_flip(matrix, spec_.mirrored ? 1 : 0, 0);
    }
  }

  AVPixelFormat pixel_format() const {
    return !spec_.pixel_format.empty()    ? ::av_get_pix_fmt(spec_.pixel_format.c_str())
           : spec_.encoder == "mjpeg"     ? AV_PIX_FMT_YUVJ420P
           : spec_.encoder == "prores_ks" ? AV_PIX_FMT_YUV422P10LE
                                          : AV_PIX_FMT_YUV420P;
  }

  void add_audio_stream() {
    audio_ = ::avformat_new_stream(format_, nullptr);
    if (spec_.aac) {
      open_aac();
    } else {
      describe_plain_samples();
    }
  }

  void open_aac() {
    const AVCodec* codec = ::avcodec_find_encoder(AV_CODEC_ID_AAC);
    require(codec != nullptr, "no encoder for AAC");
    sound_ = ::avcodec_alloc_context3(codec);
    sound_->sample_rate = spec_.audio_rate;
    sound_->sample_fmt = AV_SAMPLE_FMT_FLTP;
    sound_->time_base = {1, spec_.audio_rate};
    ::av_channel_layout_default(&sound_->ch_layout, spec_.audio_channels);
    sound_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    require(::avcodec_open2(sound_, codec, nullptr) == 0, "open AAC");
    audio_->time_base = sound_->time_base;
    ::avcodec_parameters_from_context(audio_->codecpar, sound_);
  }

  // They need no encoder.
  void describe_plain_samples() {
    audio_->time_base = {1, rate()};
    audio_->codecpar->codec_type = AVMEDIA_TYPE_AUDIO;
    audio_->codecpar->codec_id = AV_CODEC_ID_PCM_S16LE;
    audio_->codecpar->sample_rate = rate();
    audio_->codecpar->bits_per_coded_sample = 16;
    audio_->codecpar->block_align = 2;
    ::av_channel_layout_default(&audio_->codecpar->ch_layout, 1);
  }

  void write() {
    AVDictionary* options = nullptr;
    ::av_dict_set(&options,
                  "movflags",
                  spec_.fragmented  ? "frag_keyframe+empty_moov"
                  : spec_.faststart ? "faststart"
                                    : "0",
                  0);
    ::av_dict_set(&options, "live", spec_.live ? "1" : "0", 0);
    for (const auto& [name, value] : spec_.tags) {
      ::av_dict_set(&format_->metadata, name.c_str(), value.c_str(), 0);
    }
    require(::avio_open(&format_->pb, path_.c_str(), AVIO_FLAG_WRITE) >= 0, "open the file");
    const int error = ::avformat_write_header(format_, &options);
    ::av_dict_free(&options);
    require(error >= 0, "write the header");
    if (sound_ != nullptr) {
      write_aac();
    } else if (audio_ != nullptr) {
      write_audio();
    }
    for (std::size_t i = 0; i < spec_.times_ms.size(); ++i) {
      encode(i);
    }
    ::avcodec_send_frame(video_, nullptr);
    drain();
    require(::av_write_trailer(format_) >= 0, "write the trailer");
    ::avio_closep(&format_->pb);
  }

  int rate() const { return spec_.sound.empty() ? 8000 : 48'000; }

  void write_audio() {
    const std::vector<float> silence(800);
    const std::vector<float>& samples = spec_.sound.empty() ? silence : spec_.sound;
    constexpr std::size_t kPacketSamples = 4800;
    for (std::size_t start = 0; start < samples.size(); start += kPacketSamples) {
      const std::size_t count = std::min(kPacketSamples, samples.size() - start);
      AVPacket* packet = ::av_packet_alloc();
      require(::av_new_packet(packet, static_cast<int>(2 * count)) == 0, "allocate");
      for (std::size_t i = 0; i < count; ++i) {
        const auto value = static_cast<std::int16_t>(std::lround(samples[start + i] * 32'767));
        packet->data[2 * i] = static_cast<std::uint8_t>(value & 0xFF);
        packet->data[2 * i + 1] = static_cast<std::uint8_t>(value >> 8 & 0xFF);
      }
      packet->stream_index = audio_->index;
      packet->pts = packet->dts = static_cast<std::int64_t>(start);
      packet->duration = static_cast<std::int64_t>(count);
      ::av_packet_rescale_ts(packet, {1, rate()}, audio_->time_base);
      require(::av_interleaved_write_frame(format_, packet) >= 0, "write sound");
      ::av_packet_free(&packet);
    }
  }

  // A second of silence.
  void write_aac() {
    const int samples = sound_->frame_size;
    for (int start = 0; start < spec_.audio_rate; start += samples) {
      AVFrame* frame = ::av_frame_alloc();
      frame->format = sound_->sample_fmt;
      frame->sample_rate = sound_->sample_rate;
      frame->nb_samples = samples;
      frame->pts = start;
      ::av_channel_layout_copy(&frame->ch_layout, &sound_->ch_layout);
      require(::av_frame_get_buffer(frame, 0) == 0, "allocate");
      for (int channel = 0; channel < spec_.audio_channels; ++channel) {
        std::fill_n(reinterpret_cast<float*>(frame->extended_data[channel]), samples, 0.0F);
      }
      require(::avcodec_send_frame(sound_, frame) == 0, "encode sound");
      ::av_frame_free(&frame);
      drain_sound();
    }
    ::avcodec_send_frame(sound_, nullptr);
    drain_sound();
  }

  void drain_sound() {
    AVPacket* packet = ::av_packet_alloc();
    while (::avcodec_receive_packet(sound_, packet) == 0) {
      packet->stream_index = audio_->index;
      ::av_packet_rescale_ts(packet, sound_->time_base, audio_->time_base);
      require(::av_interleaved_write_frame(format_, packet) >= 0, "write sound");
    }
    ::av_packet_free(&packet);
  }

  void encode(std::size_t index) {
    const bool sideways = spec_.rotation % 180 != 0;
    const cv::Mat upright = spec_.draw ? spec_.draw(index)
                                       : test_picture(sideways ? spec_.height : spec_.width,
                                                      sideways ? spec_.width : spec_.height,
                                                      level_of(index));
    const cv::Mat stored = turn_back(upright, spec_.rotation, spec_.mirrored);
    AVFrame* frame = ::av_frame_alloc();
    frame->format = video_->pix_fmt;
    frame->width = spec_.width;
    frame->height = spec_.height;
    require(::av_frame_get_buffer(frame, 0) == 0, "allocate");
    scaler_ = ::sws_getCachedContext(scaler_,
                                     spec_.width,
                                     spec_.height,
                                     AV_PIX_FMT_BGR24,
                                     spec_.width,
                                     spec_.height,
                                     video_->pix_fmt,
                                     SWS_BILINEAR | SWS_ACCURATE_RND,
                                     nullptr,
                                     nullptr,
                                     nullptr);
    require(scaler_ != nullptr, "convert the colours");
    const std::uint8_t* const from[] = {stored.data};
    const int stride[] = {static_cast<int>(stored.step)};
    ::sws_scale(scaler_, from, stride, 0, spec_.height, frame->data, frame->linesize);
    frame->pts = spec_.times_ms[index];
    require(::avcodec_send_frame(video_, frame) == 0, "encode");
    ::av_frame_free(&frame);
    drain();
  }

  void drain() {
    AVPacket* packet = ::av_packet_alloc();
    while (::avcodec_receive_packet(video_, packet) == 0) {
      packet->stream_index = stream_->index;
      packet->duration = duration_at(packet->pts);
      ::av_packet_rescale_ts(packet, video_->time_base, stream_->time_base);
      require(::av_interleaved_write_frame(format_, packet) >= 0, "write a packet");
    }
    ::av_packet_free(&packet);
  }

  std::int64_t duration_at(std::int64_t time_ms) const {
    for (std::size_t i = 0; i + 1 < spec_.times_ms.size(); ++i) {
      if (spec_.times_ms[i] == time_ms) {
        return spec_.times_ms[i + 1] - time_ms;
      }
    }
    return spec_.last_duration_ms;
  }

  const VideoSpec& spec_;
  std::filesystem::path path_;
  AVFormatContext* format_ = nullptr;
  AVCodecContext* video_ = nullptr;
  AVCodecContext* sound_ = nullptr;
  SwsContext* scaler_ = nullptr;
  AVStream* stream_ = nullptr;
  AVStream* audio_ = nullptr;
};

std::string colour_name(const cv::Vec3b& bgr) {
  const bool blue = bgr[0] > 128;
  const bool green = bgr[1] > 128;
  const bool red = bgr[2] > 128;
  return red && green && blue ? "white" : red ? "red" : green ? "green" : blue ? "blue" : "black";
}

}  // namespace

cv::Mat test_picture(int width, int height, int level) {
  cv::Mat picture(height, width, CV_8UC3);
  const int w = width / 2;
  const int h = height / 2;
  picture(cv::Rect(0, 0, w, h)) = cv::Scalar(0, 0, 255);
  picture(cv::Rect(w, 0, width - w, h)) = cv::Scalar(0, 255, 0);
  picture(cv::Rect(0, h, w, height - h)) = cv::Scalar(255, 0, 0);
  picture(cv::Rect(w, h, width - w, height - h)) = cv::Scalar(255, 255, 255);
  cv::circle(picture, {w, h}, std::min(w, h) / 2, cv::Scalar::all(level), cv::FILLED);
  return picture;
}

std::string quadrants(const cv::Mat& bgr) {
  const auto at = [&](int x, int y) {
    return colour_name(bgr.at<cv::Vec3b>(bgr.rows * y / 10, bgr.cols * x / 10));
  };
  return at(1, 1) + " " + at(9, 1) + " " + at(1, 9) + " " + at(9, 9);
}

int middle_level(const cv::Mat& bgr) {
  return bgr.at<cv::Vec3b>(bgr.rows / 2, bgr.cols / 2)[1];
}

std::string encode_still(const cv::Mat& picture, const std::string& extension) {
  std::vector<unsigned char> bytes;
  cv::imencode(extension, picture, bytes);
  return {bytes.begin(), bytes.end()};
}

std::string with_exif(const std::string& jpeg, int orientation, bool gps) {
  using namespace std::string_literals;
  // TIFF, big endian: directory at 8 with orientation and a pointer to the GPS directory at 38 with
  // a latitude reference and a latitude (tags 1 and 2).
  std::string tiff = "MM\0*\0\0\0\x08"s + "\0\x02"s;
  tiff += "\x01\x12\0\x03\0\0\0\x01\0"s + static_cast<char>(orientation) + "\0\0"s;
  tiff += "\x88\x25\0\x04\0\0\0\x01\0\0\0\x26"s + "\0\0\0\0"s;
  tiff += "\0\x02"s + "\0\x01\0\x02\0\0\0\x02N\0\0\0"s + "\0\x02\0\x05\0\0\0\x03\0\0\0\x44"s +
          "\0\0\0\0"s;
  tiff += std::string(24, '\x01');
  if (!gps) {
    tiff[9] = '\x01';  // only the orientation
  }
  const std::string payload = "Exif\0\0"s + tiff;
  const std::size_t length = payload.size() + 2;
  return jpeg.substr(0, 2) + "\xFF\xE1"s + static_cast<char>(length >> 8) +
         static_cast<char>(length & 0xFF) + payload + jpeg.substr(2);
}

cv::Mat stored_for_exif(const cv::Mat& upright, int orientation) {
  // From the names that the standard gives to row 0 and column 0 of the stored picture.
  cv::Mat stored = upright.clone();
  if (orientation >= 5) {
    cv::transpose(stored, stored);
  }
  switch (orientation) {
    case 2:
      cv::flip(stored, stored, 1);  // row 0 top, column 0 right
      break;
    case 3:
      cv::flip(stored, stored, -1);  // bottom, right
      break;
    case 4:
      cv::flip(stored, stored, 0);  // bottom, left
      break;
    case 6:
      cv::flip(stored, stored, 0);  // row 0 is the right side, column 0 the top
      break;
    case 7:
      cv::flip(stored, stored, -1);  // right, bottom
      break;
    case 8:
      cv::flip(stored, stored, 1);  // left, bottom
      break;
    default:
      break;
  }
  return stored;
}

int level_of(std::size_t frame) {
  return 20 + static_cast<int>(frame * 7 % 200);
}

std::vector<std::int64_t> steady_times(std::size_t count, std::int64_t step_ms) {
  std::vector<std::int64_t> times;
  for (std::size_t i = 0; i < count; ++i) {
    times.push_back(static_cast<std::int64_t>(i) * step_ms);
  }
  return times;
}

std::string make_video(const VideoSpec& spec) {
  return VideoMaker(spec).run();
}

}  // namespace muster::test
