#include "extractors/decode/helper/jpeg_encoder.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <new>

#include <opencv2/core.hpp>
// In this order: jerror.h numbers its messages by what jpeglib.h says of the library.
// clang-format off
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

namespace muster {
namespace {

struct EncoderErrors {
  jpeg_error_mgr manager;  // first, because libjpeg hands back a pointer to it
  std::jmp_buf leave;
};

[[noreturn]] void leave_encoder(j_common_ptr jpeg) {
  std::longjmp(reinterpret_cast<EncoderErrors*>(jpeg->err)->leave, 1);
}

void ignore_message(j_common_ptr, int) {}

// Owns what libjpeg allocates, also when it leaves with longjmp.
class JpegEncoder {
 public:
  JpegEncoder() {
    jpeg_.err = ::jpeg_std_error(&errors_.manager);
    errors_.manager.error_exit = leave_encoder;
    errors_.manager.emit_message = ignore_message;
  }
  ~JpegEncoder() {
    ::jpeg_destroy_compress(&jpeg_);
    std::free(memory_);
  }
  JpegEncoder(const JpegEncoder&) = delete;
  JpegEncoder& operator=(const JpegEncoder&) = delete;

  std::string encode(const cv::Mat& bgr, int quality) {
    if (setjmp(errors_.leave) != 0) {  // nothing of ours is on the stack below
      if (jpeg_.err->msg_code == JERR_OUT_OF_MEMORY) {
        throw std::bad_alloc();
      }
      return {};
    }
    ::jpeg_create_compress(&jpeg_);
    ::jpeg_mem_dest(&jpeg_, &memory_, &size_);
    jpeg_.image_width = static_cast<JDIMENSION>(bgr.cols);
    jpeg_.image_height = static_cast<JDIMENSION>(bgr.rows);
    jpeg_.input_components = 3;
    jpeg_.in_color_space = JCS_EXT_BGR;
    ::jpeg_set_defaults(&jpeg_);
    ::jpeg_set_quality(&jpeg_, quality, TRUE);
    ::jpeg_start_compress(&jpeg_, TRUE);
    while (jpeg_.next_scanline < jpeg_.image_height) {
      auto* row = const_cast<JSAMPLE*>(bgr.ptr(static_cast<int>(jpeg_.next_scanline)));
      ::jpeg_write_scanlines(&jpeg_, &row, 1);
    }
    ::jpeg_finish_compress(&jpeg_);
    return {reinterpret_cast<const char*>(memory_), size_};
  }

 private:
  EncoderErrors errors_{};
  jpeg_compress_struct jpeg_{};
  unsigned char* memory_ = nullptr;
  unsigned long size_ = 0;
};

}  // namespace

std::string encode_jpeg(const cv::Mat& bgr, int quality) {
  return JpegEncoder().encode(bgr, quality);
}

}  // namespace muster
