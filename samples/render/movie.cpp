#include "samples/render/movie.h"

#include <memory>
#include <stdexcept>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/display.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

#include "samples/render/noise.h"

namespace muster {

namespace {

constexpr int kSampleRate = 44100;

int checked(int result, const char* what) {
  if (result < 0) {
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(result, text, sizeof text);
    throw std::runtime_error(std::string("encoding a sample video: ") + what + ": " + text);
  }
  return result;
}

template <typename T>
T* made(T* pointer, const char* what) {
  if (pointer == nullptr) {
    throw std::runtime_error(std::string("encoding a sample video: no ") + what);
  }
  return pointer;
}

struct Freed {
  void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
  void operator()(AVFrame* p) const { av_frame_free(&p); }
  void operator()(AVPacket* p) const { av_packet_free(&p); }
  void operator()(SwsContext* p) const { sws_freeContext(p); }
  void operator()(AVFormatContext* p) const { avformat_free_context(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Freed>;

// The file in memory; the MP4 writer seeks in it.
struct Memory {
  std::string bytes;
  std::int64_t at = 0;

  static int write(void* self, std::uint8_t* data, int size) {
    auto& m = *static_cast<Memory*>(self);
    const auto end = static_cast<std::size_t>(m.at + size);
    if (m.bytes.size() < end) {
      m.bytes.resize(end);
    }
    m.bytes.replace(static_cast<std::size_t>(m.at),
                    static_cast<std::size_t>(size),
                    reinterpret_cast<char*>(data),
                    static_cast<std::size_t>(size));
    m.at += size;
    return size;
  }
  static std::int64_t seek(void* self, std::int64_t offset, int whence) {
    auto& m = *static_cast<Memory*>(self);
    const auto size = static_cast<std::int64_t>(m.bytes.size());
    if (whence == AVSEEK_SIZE) {
      return size;
    }
    m.at = whence == SEEK_SET ? offset : (whence == SEEK_CUR ? m.at + offset : size + offset);
    return m.at;
  }
};

class Writer {
 public:
  explicit Writer(const MovieFormat& format) : format_(format) {
    AVFormatContext* file = nullptr;
    checked(avformat_alloc_output_context2(&file, nullptr, "mp4", nullptr), "the MP4 writer");
    file_.reset(file);
    file_->flags |= AVFMT_FLAG_BITEXACT;
    open_picture();
    open_sound();
    auto* buffer = static_cast<std::uint8_t*>(made(av_malloc(1 << 16), "memory"));
    file_->pb = made(
        avio_alloc_context(buffer, 1 << 16, 1, &memory_, nullptr, &Memory::write, &Memory::seek),
        "output");
    AVDictionary* options = nullptr;
    // Fragmented writing is not wanted, so the index is moved to the front by hand below.
    av_dict_set(&options, "use_editlist", "0", 0);
    const int result = avformat_write_header(file_.get(), &options);
    av_dict_free(&options);
    checked(result, "the header");
  }

  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  ~Writer() {
    if (file_->pb != nullptr) {
      av_freep(&file_->pb->buffer);
      avio_context_free(&file_->pb);
    }
  }

  std::string write(const std::function<cv::Mat(int)>& frame) {
    std::int64_t sample = 0;
    for (int i = 0; i < format_.frames; ++i) {
      add_picture(frame(i), i);
      const std::int64_t until =
          static_cast<std::int64_t>(i + 1) * kSampleRate / format_.frames_per_second;
      while (sample + sound_->frame_size <= until) {
        add_sound(sample);
        sample += sound_->frame_size;
      }
    }
    send(*picture_, nullptr, *picture_stream_);
    send(*sound_, nullptr, *sound_stream_);
    checked(av_write_trailer(file_.get()), "the end");
    avio_flush(file_->pb);
    return std::move(memory_.bytes);
  }

 private:
  void open_picture() {
    const AVCodec* codec = made(avcodec_find_encoder_by_name("libx264"), "libx264");
    picture_.reset(made(avcodec_alloc_context3(codec), "memory"));
    picture_->width = format_.size.width;
    picture_->height = format_.size.height;
    picture_->time_base = {1, format_.frames_per_second};
    picture_->framerate = {format_.frames_per_second, 1};
    picture_->pix_fmt = AV_PIX_FMT_YUV420P;
    picture_->colorspace = AVCOL_SPC_BT709;
    picture_->gop_size = format_.frames_per_second * 2;
    picture_->max_b_frames = 0;  // delayed pictures would need an edit list
    picture_->thread_count = 1;
    picture_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
    AVDictionary* options = nullptr;
    av_dict_set(&options, "preset", "veryfast", 0);
    av_dict_set(&options, "crf", "27", 0);
    const int result = avcodec_open2(picture_.get(), codec, &options);
    av_dict_free(&options);
    checked(result, "libx264");
    picture_stream_ = made(avformat_new_stream(file_.get(), nullptr), "stream");
    picture_stream_->time_base = picture_->time_base;
    picture_stream_->avg_frame_rate = picture_->framerate;
    checked(avcodec_parameters_from_context(picture_stream_->codecpar, picture_.get()),
            "the picture's parameters");
    if (format_.rotation != 0) {
      auto* matrix = reinterpret_cast<std::int32_t*>(
          made(av_stream_new_side_data(
                   picture_stream_, AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof(std::int32_t)),
               "memory"));
      av_display_rotation_set(matrix, -format_.rotation);  // FFmpeg counts the other way round
    }
    scaler_.reset(made(sws_getContext(format_.size.width,
                                      format_.size.height,
                                      AV_PIX_FMT_BGR24,
                                      format_.size.width,
                                      format_.size.height,
                                      AV_PIX_FMT_YUV420P,
                                      SWS_BILINEAR | SWS_BITEXACT | SWS_ACCURATE_RND,
                                      nullptr,
                                      nullptr,
                                      nullptr),
                       "converter"));
    const int* bt709 = sws_getCoefficients(SWS_CS_ITU709);
    sws_setColorspaceDetails(scaler_.get(), bt709, 0, bt709, 0, 0, 1 << 16, 1 << 16);
  }

  void open_sound() {
    const AVCodec* codec = made(avcodec_find_encoder(AV_CODEC_ID_AAC), "AAC encoder");
    sound_.reset(made(avcodec_alloc_context3(codec), "memory"));
    sound_->sample_rate = kSampleRate;
    sound_->sample_fmt = AV_SAMPLE_FMT_FLTP;
    av_channel_layout_default(&sound_->ch_layout, 1);
    sound_->bit_rate = 64000;
    sound_->time_base = {1, kSampleRate};
    sound_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
    checked(avcodec_open2(sound_.get(), codec, nullptr), "AAC");
    sound_stream_ = made(avformat_new_stream(file_.get(), nullptr), "stream");
    sound_stream_->time_base = sound_->time_base;
    checked(avcodec_parameters_from_context(sound_stream_->codecpar, sound_.get()),
            "the sound's parameters");
  }

  void add_picture(const cv::Mat& picture, int index) {
    Owned<AVFrame> frame(made(av_frame_alloc(), "memory"));
    frame->format = picture_->pix_fmt;
    frame->width = picture_->width;
    frame->height = picture_->height;
    checked(av_frame_get_buffer(frame.get(), 0), "memory");
    const std::uint8_t* source[] = {picture.data};
    const int stride[] = {static_cast<int>(picture.step)};
    sws_scale(scaler_.get(), source, stride, 0, picture.rows, frame->data, frame->linesize);
    frame->pts = index;
    send(*picture_, frame.get(), *picture_stream_);
  }

  // A room's hush: a little filtered noise.
  void add_sound(std::int64_t sample) {
    Owned<AVFrame> frame(made(av_frame_alloc(), "memory"));
    frame->format = sound_->sample_fmt;
    frame->nb_samples = sound_->frame_size;
    frame->sample_rate = kSampleRate;
    checked(av_channel_layout_copy(&frame->ch_layout, &sound_->ch_layout), "memory");
    checked(av_frame_get_buffer(frame.get(), 0), "memory");
    auto* values = reinterpret_cast<float*>(frame->data[0]);
    for (int i = 0; i < frame->nb_samples; ++i) {
      hush_ += 0.06F * (0.02F * (random_.unit() - 0.5F) - hush_);
      values[i] = hush_;
    }
    frame->pts = sample;
    send(*sound_, frame.get(), *sound_stream_);
  }

  void send(AVCodecContext& codec, const AVFrame* frame, const AVStream& stream) {
    checked(avcodec_send_frame(&codec, frame), "a frame");
    Owned<AVPacket> packet(made(av_packet_alloc(), "memory"));
    while (true) {
      const int result = avcodec_receive_packet(&codec, packet.get());
      if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) {
        return;
      }
      checked(result, "a packet");
      av_packet_rescale_ts(packet.get(), codec.time_base, stream.time_base);
      packet->stream_index = stream.index;
      checked(av_interleaved_write_frame(file_.get(), packet.get()), "writing");
    }
  }

  MovieFormat format_;
  Memory memory_;
  Owned<AVFormatContext> file_;
  Owned<AVCodecContext> picture_;
  Owned<AVCodecContext> sound_;
  Owned<SwsContext> scaler_;
  AVStream* picture_stream_ = nullptr;  // the file's
  AVStream* sound_stream_ = nullptr;
  Random random_{4};
  float hush_ = 0;
};

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    value = value << 8U | static_cast<std::uint8_t>(bytes[at + static_cast<std::size_t>(i)]);
  }
  return value;
}

void add_to_number(std::string& bytes, std::size_t at, std::uint32_t more) {
  const std::uint32_t value = number_at(bytes, at) + more;
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[at + i] = static_cast<char>(value >> (24 - 8 * i));
  }
}

// Adds `by` to every chunk offset (stco) within the boxes from `at` to `end`.
void move_chunks(std::string& moov, std::size_t at, std::size_t end, std::uint32_t by) {
  while (at + 8 <= end) {
    const std::size_t size = number_at(moov, at);
    const std::string kind = moov.substr(at + 4, 4);
    if (kind == "trak" || kind == "mdia" || kind == "minf" || kind == "stbl") {
      move_chunks(moov, at + 8, at + size, by);
    } else if (kind == "stco") {
      const std::uint32_t count = number_at(moov, at + 12);
      for (std::uint32_t i = 0; i < count; ++i) {
        add_to_number(moov, at + 16 + 4 * static_cast<std::size_t>(i), by);
      }
    }
    at += std::max<std::size_t>(size, 8);
  }
}

// FFmpeg's own "faststart" reads the finished file again, which a file in memory cannot offer; our
// files are small and plain, so the index is moved here: ftyp, free, mdat, moov become ftyp, moov,
// free, mdat.
std::string index_first(const std::string& bytes) {
  std::size_t moov_at = 0;
  std::size_t first_size = number_at(bytes, 0);
  for (std::size_t at = 0; at + 8 <= bytes.size();
       at += std::max<std::size_t>(number_at(bytes, at), 8)) {
    if (bytes.compare(at + 4, 4, "moov") == 0) {
      moov_at = at;
    }
  }
  if (moov_at == 0 || first_size >= bytes.size()) {
    throw std::runtime_error("encoding a sample video: the file has no index");
  }
  std::string moov = bytes.substr(moov_at, number_at(bytes, moov_at));
  move_chunks(moov, 8, moov.size(), static_cast<std::uint32_t>(moov.size()));
  return bytes.substr(0, first_size) + moov + bytes.substr(first_size, moov_at - first_size);
}

}  // namespace

std::string encode_movie(const MovieFormat& format, const std::function<cv::Mat(int)>& frame) {
  av_log_set_level(AV_LOG_ERROR);
  Writer writer(format);
  return index_first(writer.write(frame));
}

}  // namespace muster
