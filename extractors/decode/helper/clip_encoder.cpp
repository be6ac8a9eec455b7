#include "extractors/decode/helper/clip_encoder.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

extern "C" {
#include <libavutil/opt.h>
}
#include <opencv2/core.hpp>

namespace muster {
namespace {

constexpr AVRational kClipTimeBase{1, 1000};
constexpr int kIoBytes = 16 * 1024;
// Room for the index; that of as many pictures as a clip has takes half of it at most.
constexpr std::size_t kIndexBytes = 8192;
constexpr const char* kCantEncode = "the clip can't be encoded";

void check_memory(int error) {
  if (error == AVERROR(ENOMEM)) {
    throw std::bad_alloc();
  }
}

template <typename T>
T required_part(T pointer) {
  if (!pointer) {
    throw std::bad_alloc();
  }
  return pointer;
}

// FFmpeg writes an empty list of metadata into every MP4; it becomes a box that nobody reads.
void blank_user_data(std::string& file) {
  const std::size_t type = file.substr(0, kIndexBytes).find("udta");
  if (type == std::string::npos || type < 4) {
    return;
  }
  std::size_t size = 0;
  for (std::size_t i = type - 4; i < type; ++i) {
    size = size << 8 | static_cast<unsigned char>(file[i]);
  }
  if (size >= 8 && type - 4 + size <= file.size()) {
    file.replace(type, size - 4, "free" + std::string(size - 8, '\0'));
  }
}

}  // namespace

// The container, written to memory. Its index is put before the pictures, so that a browser can
// start at once: room is kept for it, and what it does not need stays a `free` box.
struct ClipEncoder::Muxer {
  struct ContextFreer {
    void operator()(AVFormatContext* format) const { ::avformat_free_context(format); }
  };

  Muxer() {
    AVFormatContext* made = nullptr;
    check_memory(::avformat_alloc_output_context2(&made, nullptr, "mp4", nullptr));
    format.reset(made);
    io.reset(::avio_alloc_context(static_cast<unsigned char*>(required_part(::av_malloc(kIoBytes))),
                                  kIoBytes,
                                  1,
                                  this,
                                  nullptr,
                                  write,
                                  seek));
    if (format && io) {
      format->pb = io.get();
      // No name of an encoder, no time of making.
      format->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
    }
  }

  static int write(void* self, std::uint8_t* bytes, int count) {
    auto& muxer = *static_cast<Muxer*>(self);
    const std::size_t end = muxer.position + static_cast<std::size_t>(count);
    muxer.bytes.resize(std::max(muxer.bytes.size(), end));
    std::memcpy(muxer.bytes.data() + muxer.position, bytes, static_cast<std::size_t>(count));
    muxer.position = end;
    return count;
  }
  static std::int64_t seek(void* self, std::int64_t offset, int whence) {
    auto& muxer = *static_cast<Muxer*>(self);
    const auto size = static_cast<std::int64_t>(muxer.bytes.size());
    if (whence == AVSEEK_SIZE) {
      return size;
    }
    const std::int64_t target = whence == SEEK_SET ? offset
                                : whence == SEEK_CUR
                                    ? static_cast<std::int64_t>(muxer.position) + offset
                                    : size + offset;
    if (target < 0) {
      return AVERROR(EINVAL);
    }
    muxer.position = static_cast<std::size_t>(target);
    return target;
  }

  std::string bytes;
  std::size_t position = 0;
  IoPtr io;
  std::unique_ptr<AVFormatContext, ContextFreer> format;
  AVStream* stream = nullptr;
};

ClipEncoder::ClipEncoder(cv::Size size)
    : size_(std::max(size.width & ~1, 2), std::max(size.height & ~1, 2)),
      picture_size_(size),
      frame_(required_part(FramePtr(::av_frame_alloc()))),
      packet_(required_part(PacketPtr(::av_packet_alloc()))),
      muxer_(std::make_unique<Muxer>()) {
  if (size.width < 2 || size.height < 2) {
    fail("its pictures are too small for a clip");
  } else {
    open_encoder();
  }
}

ClipEncoder::~ClipEncoder() = default;

void ClipEncoder::fail(std::string problem) {
  if (problem_.empty()) {
    problem_ = std::move(problem);
  }
}

void ClipEncoder::open_encoder() {
  const AVCodec* codec = ::avcodec_find_encoder_by_name("libx264");
  if (codec == nullptr || !muxer_->format || !muxer_->io) {
    return fail("this FFmpeg has no encoder for H.264");
  }
  encoder_ = required_part(CodecPtr(::avcodec_alloc_context3(codec)));
  encoder_->width = size_.width;
  encoder_->height = size_.height;
  encoder_->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder_->time_base = kClipTimeBase;
  encoder_->framerate = {10, 1};
  encoder_->max_b_frames = 0;  // so that no edit list is needed
  encoder_->thread_count = 1;
  encoder_->color_range = AVCOL_RANGE_MPEG;
  encoder_->colorspace = AVCOL_SPC_SMPTE170M;
  encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
  AVDictionary* options = nullptr;
  ::av_dict_set(&options, "preset", "veryfast", 0);
  ::av_dict_set(&options, "crf", "28", 0);
  const int opened = ::avcodec_open2(encoder_.get(), codec, &options);
  ::av_dict_free(&options);
  check_memory(opened);
  muxer_->stream = ::avformat_new_stream(muxer_->format.get(), nullptr);
  if (opened < 0 || muxer_->stream == nullptr ||
      ::avcodec_parameters_from_context(muxer_->stream->codecpar, encoder_.get()) < 0) {
    return fail(kCantEncode);
  }
  muxer_->stream->time_base = kClipTimeBase;
  ::av_dict_set_int(&options, "moov_size", kIndexBytes, 0);
  const int started = ::avformat_write_header(muxer_->format.get(), &options);
  ::av_dict_free(&options);
  check_memory(started);
  frame_->format = encoder_->pix_fmt;
  frame_->width = size_.width;
  frame_->height = size_.height;
  check_memory(::av_frame_get_buffer(frame_.get(), 0));
  scaler_.reset(::sws_getContext(size_.width,
                                 size_.height,
                                 AV_PIX_FMT_BGR24,
                                 size_.width,
                                 size_.height,
                                 AV_PIX_FMT_YUV420P,
                                 SWS_BILINEAR | SWS_ACCURATE_RND,
                                 nullptr,
                                 nullptr,
                                 nullptr));
  if (started < 0 || !scaler_ || frame_->data[0] == nullptr) {
    fail(kCantEncode);
  }
}

void ClipEncoder::add(const cv::Mat& bgr, std::int64_t time_ms) {
  if (!problem_.empty() || bgr.size() != picture_size_ || time_ms <= last_time_ms_) {
    return;
  }
  check_memory(::av_frame_make_writable(frame_.get()));
  const std::uint8_t* const rows[] = {bgr.data};
  const int strides[] = {static_cast<int>(bgr.step)};
  ::sws_scale(scaler_.get(), rows, strides, 0, size_.height, frame_->data, frame_->linesize);
  frame_->pts = last_time_ms_ = time_ms;
  send(frame_.get());
}

void ClipEncoder::send(const AVFrame* frame) {
  const int sent = ::avcodec_send_frame(encoder_.get(), frame);
  check_memory(sent);
  if (sent < 0) {
    return fail(kCantEncode);
  }
  while (true) {
    const int got = ::avcodec_receive_packet(encoder_.get(), packet_.get());
    check_memory(got);
    if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) {
      return;
    }
    if (got < 0) {
      return fail(kCantEncode);
    }
    packet_->stream_index = 0;
    packet_->duration = packet_->pts == last_time_ms_ ? last_ms_ : 0;
    ::av_packet_rescale_ts(packet_.get(), kClipTimeBase, muxer_->stream->time_base);
    const int written = ::av_write_frame(muxer_->format.get(), packet_.get());
    check_memory(written);
    ::av_packet_unref(packet_.get());
    if (written < 0) {
      return fail(kCantEncode);
    }
  }
}

std::string ClipEncoder::finish(std::int64_t last_ms) {
  last_ms_ = last_ms;
  if (problem_.empty()) {
    send(nullptr);
  }
  if (problem_.empty()) {
    const int ended = ::av_write_trailer(muxer_->format.get());
    check_memory(ended);
    if (ended < 0) {
      fail(kCantEncode);
    }
    blank_user_data(muxer_->bytes);
  }
  return problem_.empty() ? std::move(muxer_->bytes) : std::string();
}

}  // namespace muster
