#include "extractors/decode/helper/still_formats.h"

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstring>
#include <new>

#include <png.h>

namespace muster {
namespace {

// Bytes that libpng may unpack of one chunk besides the picture: ICC profiles.
constexpr std::size_t kMaxChunkBytes = 1 << 20;

struct Source {
  std::span<const std::byte> left;
  bool ended = false;
};

[[noreturn]] void leave_on_png_error(png_structp png, png_const_charp) {
  ::png_longjmp(png, 1);
}

void ignore_warning(png_structp, png_const_charp) {}

void read_png_bytes(png_structp png, png_bytep to, std::size_t count) {
  Source& source = *static_cast<Source*>(::png_get_io_ptr(png));
  if (count > source.left.size()) {
    source.ended = true;
    ::png_longjmp(png, 1);
  }
  std::memcpy(to, source.left.data(), count);
  source.left = source.left.subspan(count);
}

class PngDecoder {
 public:
  explicit PngDecoder(std::span<const std::byte> file) : source_{file} {
    png_ = ::png_create_read_struct(
        PNG_LIBPNG_VER_STRING, nullptr, leave_on_png_error, ignore_warning);
    info_ = png_ != nullptr ? ::png_create_info_struct(png_) : nullptr;
    if (info_ == nullptr) {
      ::png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
    ::png_set_read_fn(png_, &source_, read_png_bytes);
  }
  ~PngDecoder() { ::png_destroy_read_struct(&png_, &info_, nullptr); }
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;

  StillPixels decode(const HeaderFacts& header) {
    StillPixels still;
    if (!guarded([&] { read_header(); }) ||
        static_cast<int>(::png_get_image_width(png_, info_)) != header.width ||
        static_cast<int>(::png_get_image_height(png_, info_)) != header.height) {
      still.integrity = source_.ended ? Integrity::truncated : Integrity::damaged;
      return still;
    }
    const bool alpha = ::png_get_channels(png_, info_) == 4;
    still.colors = alpha ? StillPixels::Colors::bgra : StillPixels::Colors::bgr;
    still.pixels = cv::Mat::zeros(header.height, header.width, alpha ? CV_8UC4 : CV_8UC3);
    read_profile(still);
    if (!read_rows(still.pixels)) {
      still.integrity = source_.ended ? Integrity::truncated : Integrity::damaged;
    }
    return still;
  }

 private:
  // False where libpng gave up. It leaves with longjmp, so `step` must own nothing.
  template <typename Step>
  bool guarded(const Step& step) {
    if (setjmp(png_jmpbuf(png_)) != 0) {
      return false;
    }
    step();
    return true;
  }

  // Everything becomes 8-bit BGR or BGRA.
  void read_header() {
    // Only these beside the picture's own chunks; texts and the like are not even unpacked.
    static constexpr png_byte kWanted[] = "iCCP\0gAMA\0sRGB";
    ::png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
    ::png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_AS_DEFAULT, kWanted, 3);
    ::png_set_chunk_malloc_max(png_, kMaxChunkBytes);
    ::png_read_info(png_, info_);
    ::png_set_expand(png_);  // palettes, 1 to 4 bit, tRNS
    ::png_set_scale_16(png_);
    ::png_set_gray_to_rgb(png_);
    ::png_set_bgr(png_);
    use_gamma();
    passes_ = ::png_set_interlace_handling(png_);
    ::png_read_update_info(png_, info_);
  }

  // gAMA counts where nothing says more (PNG 3rd edition, 4.3: iCCP and sRGB come first).
  void use_gamma() {
    double gamma = 0;
    const bool says_more = ::png_get_valid(png_, info_, PNG_INFO_iCCP) != 0 ||
                           ::png_get_valid(png_, info_, PNG_INFO_sRGB) != 0;
    constexpr double kUsual = 1 / 2.2;
    if (!says_more && ::png_get_gAMA(png_, info_, &gamma) != 0 && gamma > 0 &&
        std::abs(gamma / kUsual - 1) > 0.05) {
      ::png_set_gamma(png_, PNG_DEFAULT_sRGB, gamma);
    }
  }

  void read_profile(StillPixels& still) {
    png_charp name = nullptr;
    int compression = 0;
    png_bytep profile = nullptr;
    png_uint_32 size = 0;
    if (::png_get_iCCP(png_, info_, &name, &compression, &profile, &size) != 0) {
      const auto* bytes = reinterpret_cast<const std::byte*>(profile);
      still.icc_profile.assign(bytes, bytes + size);
    }
  }

  bool read_rows(cv::Mat& pixels) {
    return guarded([&] {
      for (int pass = 0; pass < passes_; ++pass) {
        for (int row = 0; row < pixels.rows; ++row) {
          ::png_read_row(png_, pixels.ptr(row), nullptr);
        }
      }
    });
  }

  Source source_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  int passes_ = 1;
};

}  // namespace

StillPixels decode_png(std::span<const std::byte> file, const HeaderFacts& header) {
  return PngDecoder(file).decode(header);
}

}  // namespace muster
