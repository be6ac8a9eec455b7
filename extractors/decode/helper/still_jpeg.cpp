#include "extractors/decode/helper/still_formats.h"

#include <algorithm>
#include <array>
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

// Cameras leave a few bytes between the picture and its end; more is data that damage has cut off
// from the picture.
constexpr int kMaxPadding = 32;

struct JpegErrors {
  jpeg_error_mgr manager;  // first, because libjpeg hands back a pointer to it
  std::jmp_buf leave;
  bool truncated = false;
  bool damaged = false;
  bool out_of_memory = false;
};

JpegErrors& errors_of(j_common_ptr jpeg) {
  return *reinterpret_cast<JpegErrors*>(jpeg->err);
}

[[noreturn]] void leave_on_jpeg_error(j_common_ptr jpeg) {
  JpegErrors& errors = errors_of(jpeg);
  errors.out_of_memory = jpeg->err->msg_code == JERR_OUT_OF_MEMORY;
  errors.damaged = true;
  std::longjmp(errors.leave, 1);
}

// libjpeg decodes around damage and only mentions it. JPEG has no checksums, so damage that happens
// to decode goes unnoticed.
void note_warning(j_common_ptr jpeg, int level) {
  if (level >= 0) {
    return;  // a trace message
  }
  JpegErrors& errors = errors_of(jpeg);
  switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF:
      errors.truncated = true;
      break;
    case JWRN_EXTRANEOUS_DATA:
      errors.damaged = errors.damaged || jpeg->err->msg_parm.i[0] > kMaxPadding;
      break;
    case JWRN_ARITH_BAD_CODE:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
      errors.damaged = true;
      break;
    default:  // odd versions of JFIF and Adobe's marker harm nothing
      break;
  }
}

// The smallest scale of those that libjpeg-turbo has fast code for (1/8, 1/4, 1/2) that leaves
// `side` pixels.
unsigned scale_eighths(const jpeg_decompress_struct& jpeg, int side) {
  const auto longer = static_cast<int>(std::max(jpeg.image_width, jpeg.image_height));
  for (const unsigned eighths : {1U, 2U, 4U}) {
    if (longer / 8 * static_cast<int>(eighths) >= side) {
      return eighths;
    }
  }
  return 8;
}

class JpegDecoder {
 public:
  explicit JpegDecoder(std::span<const std::byte> file) {
    jpeg_.err = ::jpeg_std_error(&errors_.manager);
    errors_.manager.error_exit = leave_on_jpeg_error;
    errors_.manager.emit_message = note_warning;
    ready_ = guarded([&] {
      ::jpeg_create_decompress(&jpeg_);
      ::jpeg_mem_src(&jpeg_, reinterpret_cast<const unsigned char*>(file.data()), file.size());
    });
  }
  ~JpegDecoder() { ::jpeg_destroy_decompress(&jpeg_); }
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  StillPixels decode(const HeaderFacts& header, int side, const PlacePicture& place) {
    StillPixels still;
    if (ready_ && start(header, side)) {
      still.colors =
          jpeg_.out_color_space == JCS_CMYK ? StillPixels::Colors::cmyk : StillPixels::Colors::bgr;
      read_profile(header, still);
      make_room(place, still);
      read_rows(still);
    }
    if (errors_.out_of_memory) {
      throw std::bad_alloc();
    }
    still.integrity = errors_.truncated ? Integrity::truncated
                      : errors_.damaged ? Integrity::damaged
                                        : Integrity::whole;
    return still;
  }

 private:
  // False where libjpeg gave up. It leaves with longjmp, so `step` must own nothing.
  template <typename Step>
  bool guarded(const Step& step) {
    if (setjmp(errors_.leave) != 0) {
      return false;
    }
    step();
    return true;
  }

  bool start(const HeaderFacts& header, int side) {
    bool same_size = false;
    return guarded([&] {
             if (header.has_icc_profile) {
               ::jpeg_save_markers(&jpeg_, JPEG_APP0 + 2, 0xFFFF);
             }
             ::jpeg_read_header(&jpeg_, TRUE);
             // The limits were held against the header that we read ourselves.
             same_size = static_cast<int>(jpeg_.image_width) == header.width &&
                         static_cast<int>(jpeg_.image_height) == header.height;
             if (!same_size) {
               return;
             }
             const bool ink =
                 jpeg_.jpeg_color_space == JCS_CMYK || jpeg_.jpeg_color_space == JCS_YCCK;
             jpeg_.out_color_space = ink ? JCS_CMYK : JCS_EXT_BGR;
             jpeg_.scale_num = scale_eighths(jpeg_, side);
             jpeg_.scale_denom = 8;
             ::jpeg_start_decompress(&jpeg_);
           }) &&
           same_size;
  }

  void read_profile(const HeaderFacts& header, StillPixels& still) {
    JOCTET* profile = nullptr;
    unsigned size = 0;
    if (header.has_icc_profile &&
        guarded([&] { ::jpeg_read_icc_profile(&jpeg_, &profile, &size); }) && profile != nullptr) {
      const auto* bytes = reinterpret_cast<const std::byte*>(profile);
      still.icc_profile.assign(bytes, bytes + size);
    }
    std::free(profile);
  }

  void make_room(const PlacePicture& place, StillPixels& still) {
    const cv::Size size(static_cast<int>(jpeg_.output_width),
                        static_cast<int>(jpeg_.output_height));
    if (place && still.colors == StillPixels::Colors::bgr) {
      still.pixels = place(size);
      still.placed = !still.pixels.empty();
    }
    if (!still.placed) {
      still.pixels.create(size, jpeg_.output_components == 4 ? CV_8UC4 : CV_8UC3);
    }
  }

  void read_rows(StillPixels& still) {
    cv::Mat& pixels = still.pixels;
    guarded([&] {
      std::array<JSAMPROW, 16> rows{};
      while (jpeg_.output_scanline < jpeg_.output_height) {
        const unsigned count = std::min<unsigned>(static_cast<unsigned>(rows.size()),
                                                  jpeg_.output_height - jpeg_.output_scanline);
        for (unsigned i = 0; i < count; ++i) {
          rows[i] = pixels.ptr(static_cast<int>(jpeg_.output_scanline + i));
        }
        ::jpeg_read_scanlines(&jpeg_, rows.data(), count);
      }
      ::jpeg_finish_decompress(&jpeg_);  // looks at what is left before the end mark
    });
    const auto done = static_cast<int>(jpeg_.output_scanline);
    if (done == 0) {
      pixels.release();
      return;
    }
    pixels.rowRange(done, pixels.rows).setTo(cv::Scalar::all(128));  // libjpeg's filling, too
    if (still.colors == StillPixels::Colors::cmyk && jpeg_.saw_Adobe_marker) {
      cv::bitwise_not(pixels, pixels);  // Adobe's programs store 255 for no ink
    }
  }

  JpegErrors errors_;
  jpeg_decompress_struct jpeg_{};
  bool ready_ = false;
};

}  // namespace

StillPixels decode_jpeg(std::span<const std::byte> file,
                        const HeaderFacts& header,
                        int side,
                        const PlacePicture& place) {
  return JpegDecoder(file).decode(header, side, place);
}

}  // namespace muster
