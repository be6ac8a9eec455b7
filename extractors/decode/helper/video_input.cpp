#include "extractors/decode/helper/video_input.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>

namespace muster {
namespace {

constexpr const char* kVideoContainers = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm";
constexpr int kIoBufferBytes = 64 * 1024;

int refuse_to_open(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) {
  return AVERROR(EACCES);
}

const AVInputFormat* container(MediaType type) {
  const bool iso = type == MediaType::mp4 || type == MediaType::mov;
  return ::av_find_input_format(iso ? "mp4" : "matroska");
}

class Options {
 public:
  Options() = default;
  ~Options() { ::av_dict_free(&options_); }
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  Options& set(const char* key, const char* value) {
    ::av_dict_set(&options_, key, value, 0);
    return *this;
  }
  AVDictionary** get() { return &options_; }

 private:
  AVDictionary* options_ = nullptr;
};

}  // namespace

std::string decoder_list(bool prores) {
  return std::string(kDecoders) + (prores ? ",prores" : "");
}

VideoInput::VideoInput(std::span<const std::byte> bytes, MediaType type, bool prores)
    : bytes_(bytes) {
  auto* buffer = static_cast<unsigned char*>(::av_malloc(kIoBufferBytes));
  if (buffer == nullptr) {
    throw std::bad_alloc();
  }
  io_.reset(::avio_alloc_context(buffer, kIoBufferBytes, 0, this, read, nullptr, seek));
  AVFormatContext* format = ::avformat_alloc_context();
  if (!io_ || format == nullptr) {
    ::avformat_free_context(format);
    throw std::bad_alloc();
  }
  format->pb = io_.get();
  format->flags |= AVFMT_FLAG_CUSTOM_IO;
  format->io_open = refuse_to_open;
  Options options;
  options.set("protocol_whitelist", "")
      .set("format_whitelist", kVideoContainers)
      .set("codec_whitelist", decoder_list(prores).c_str())
      .set("max_streams", "16")
      .set("probesize", "5000000")
      .set("analyzeduration", "5000000");
  error_ = ::avformat_open_input(&format, "", container(type), options.get());
  if (error_ < 0) {
    return;  // FFmpeg has freed the context
  }
  format_.reset(format);
  // Errors here only mean that some stream stays unknown; the caller looks at what is there.
  ::avformat_find_stream_info(format, nullptr);
}

int VideoInput::read(void* self, std::uint8_t* buffer, int size) {
  auto& input = *static_cast<VideoInput*>(self);
  const std::uint64_t left =
      input.bytes_.size() - std::min<std::uint64_t>(input.position_, input.bytes_.size());
  if (left == 0) {
    return AVERROR_EOF;
  }
  const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(size), left);
  std::memcpy(buffer, input.bytes_.data() + input.position_, count);
  input.position_ += count;
  return static_cast<int>(count);
}

std::int64_t VideoInput::seek(void* self, std::int64_t offset, int whence) {
  auto& input = *static_cast<VideoInput*>(self);
  const auto size = static_cast<std::int64_t>(input.bytes_.size());
  if (whence == AVSEEK_SIZE) {
    return size;
  }
  const std::int64_t base = whence == SEEK_SET   ? 0
                            : whence == SEEK_CUR ? static_cast<std::int64_t>(input.position_)
                                                 : size;
  std::int64_t target = 0;
  if (__builtin_add_overflow(base, offset, &target) || target < 0) {
    return AVERROR(EINVAL);
  }
  input.position_ = static_cast<std::uint64_t>(target);
  return target;
}

CodecPtr open_decoder(const AVCodecParameters& parameters,
                      AVRational time_base,
                      std::uint64_t max_pixels) {
  const AVCodec* codec = ::avcodec_find_decoder(parameters.codec_id);
  CodecPtr context(::avcodec_alloc_context3(codec));
  if (!context) {
    throw std::bad_alloc();
  }
  if (codec == nullptr || ::avcodec_parameters_to_context(context.get(), &parameters) < 0) {
    return nullptr;
  }
  context->pkt_timebase = time_base;
  context->thread_count = 1;
  context->max_pixels = static_cast<std::int64_t>(max_pixels);
  context->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
  Options options;
  options.set("codec_whitelist", decoder_list(true).c_str()).set("threads", "1");
  return ::avcodec_open2(context.get(), codec, options.get()) == 0 ? std::move(context) : nullptr;
}

}  // namespace muster
