#pragma once

#include <memory>

// FFmpeg's C objects with their owners. Include in .cpp files only.
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

namespace muster {

struct FormatCloser {
  void operator()(AVFormatContext* format) const { ::avformat_close_input(&format); }
};
struct IoCloser {
  void operator()(AVIOContext* io) const {
    ::av_freep(&io->buffer);
    ::avio_context_free(&io);
  }
};
struct CodecCloser {
  void operator()(AVCodecContext* codec) const { ::avcodec_free_context(&codec); }
};
struct PacketCloser {
  void operator()(AVPacket* packet) const { ::av_packet_free(&packet); }
};
struct FrameCloser {
  void operator()(AVFrame* frame) const { ::av_frame_free(&frame); }
};
struct ScalerCloser {
  void operator()(SwsContext* scaler) const { ::sws_freeContext(scaler); }
};

using FormatPtr = std::unique_ptr<AVFormatContext, FormatCloser>;
using IoPtr = std::unique_ptr<AVIOContext, IoCloser>;
using CodecPtr = std::unique_ptr<AVCodecContext, CodecCloser>;
using PacketPtr = std::unique_ptr<AVPacket, PacketCloser>;
using FramePtr = std::unique_ptr<AVFrame, FrameCloser>;
using ScalerPtr = std::unique_ptr<SwsContext, ScalerCloser>;

}  // namespace muster
