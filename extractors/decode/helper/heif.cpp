#include "extractors/decode/helper/heif.h"

#include "extractors/decode/byte_reader.h"
#include "extractors/decode/header_formats.h"
#include "extractors/decode/helper/still_answer.h"

#include <memory>
#include <new>

#include <libheif/heif.h>
#include <opencv2/core.hpp>

// libheif starts a thread for libde265, which the sandbox forbids and which a file of one picture
// does not need: libde265 decodes in the calling thread where it was given none. This definition is
// the one that libheif finds.
extern "C" int de265_start_worker_threads(void* decoder, int count);
extern "C" int de265_start_worker_threads(void* /*decoder*/, int /*count*/) {
  return 0;  // DE265_OK
}

namespace muster {
namespace {

struct ContextCloser {
  void operator()(heif_context* context) const { ::heif_context_free(context); }
};
struct HandleCloser {
  void operator()(heif_image_handle* handle) const { ::heif_image_handle_release(handle); }
};
struct ImageCloser {
  void operator()(heif_image* image) const { ::heif_image_release(image); }
};
struct OptionsCloser {
  void operator()(heif_decoding_options* options) const { ::heif_decoding_options_free(options); }
};
using ContextPtr = std::unique_ptr<heif_context, ContextCloser>;
using HandlePtr = std::unique_ptr<heif_image_handle, HandleCloser>;
using ImagePtr = std::unique_ptr<heif_image, ImageCloser>;
using OptionsPtr = std::unique_ptr<heif_decoding_options, OptionsCloser>;

// True where the call went well.
bool good(const heif_error& error) {
  if (error.code == heif_error_Memory_allocation_error) {
    throw std::bad_alloc();
  }
  return error.code == heif_error_Ok;
}

void read_profile(const heif_image_handle* handle, StillPixels& still) {
  constexpr std::size_t kMaxProfileBytes = 1 << 20;
  const std::size_t size = ::heif_image_handle_get_raw_color_profile_size(handle);
  const auto type = ::heif_image_handle_get_color_profile_type(handle);
  if ((type == heif_color_profile_type_prof || type == heif_color_profile_type_rICC) && size > 0 &&
      size <= kMaxProfileBytes) {
    still.icc_profile.resize(size);
    if (!good(::heif_image_handle_get_raw_color_profile(handle, still.icc_profile.data()))) {
      still.icc_profile.clear();
    }
  }
}

// The EXIF block of the picture, behind the offset that HEIF puts before it.
std::vector<std::byte> read_exif_block(const heif_image_handle* handle) {
  heif_item_id id = 0;
  if (::heif_image_handle_get_list_of_metadata_block_IDs(handle, "Exif", &id, 1) != 1) {
    return {};
  }
  const std::size_t size = ::heif_image_handle_get_metadata_size(handle, id);
  if (size <= 4 || size > kMaxMetadataBytes) {
    return {};
  }
  std::vector<std::byte> block(size);
  if (!good(::heif_image_handle_get_metadata(handle, id, block.data()))) {
    return {};
  }
  ByteReader reader(block);
  const std::uint64_t skip = std::uint64_t{reader.u32be()} + 4;
  if (skip >= block.size()) {
    return {};
  }
  block.erase(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(skip));
  return block;
}

// Kept open as long as the picture's handle is used.
struct Opened {
  ContextPtr context;
  HandlePtr handle;  // empty where there is no picture within the limits
};

Opened open_heif(const ChildContext& context) {
  const DecodeRequest& request = context.request;
  Opened opened{ContextPtr(::heif_context_alloc()), nullptr};
  if (!opened.context) {
    throw std::bad_alloc();
  }
  ::heif_context_set_max_decoding_threads(opened.context.get(), 0);
  ::heif_context_set_maximum_image_size_limit(opened.context.get(),
                                              static_cast<int>(request.max_side));
  heif_image_handle* raw = nullptr;
  if (!good(::heif_context_read_from_memory_without_copy(
          opened.context.get(), context.input.data(), context.input.size(), nullptr)) ||
      !good(::heif_context_get_primary_image_handle(opened.context.get(), &raw))) {
    return opened;
  }
  HandlePtr handle(raw);
  const int width = ::heif_image_handle_get_width(raw);
  const int height = ::heif_image_handle_get_height(raw);
  if (width > 0 && height > 0 &&
      static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) <=
          request.max_pixels) {
    opened.handle = std::move(handle);
  }
  return opened;
}

// Upright: libheif turns and mirrors by itself; EXIF's orientation does not count in these files.
StillPixels decode_pixels(const heif_image_handle* handle) {
  StillPixels still;
  still.integrity = Integrity::damaged;
  const bool alpha = ::heif_image_handle_has_alpha_channel(handle) != 0;
  const OptionsPtr options(::heif_decoding_options_alloc());
  options->convert_hdr_to_8bit = 1;
  heif_image* raw = nullptr;
  if (!good(::heif_decode_image(handle,
                                &raw,
                                heif_colorspace_RGB,
                                alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB,
                                options.get()))) {
    return still;
  }
  const ImagePtr image(raw);
  int stride = 0;
  const std::uint8_t* plane =
      ::heif_image_get_plane_readonly(raw, heif_channel_interleaved, &stride);
  if (plane == nullptr || stride <= 0) {
    return still;
  }
  const cv::Mat view(::heif_image_get_height(raw, heif_channel_interleaved),
                     ::heif_image_get_width(raw, heif_channel_interleaved),
                     alpha ? CV_8UC4 : CV_8UC3,
                     const_cast<std::uint8_t*>(plane),
                     static_cast<std::size_t>(stride));
  still.pixels.create(view.size(), view.type());
  const int swapped[] = {0, 2, 1, 1, 2, 0, 3, 3};
  cv::mixChannels(&view, 1, &still.pixels, 1, swapped, alpha ? 4 : 3);
  still.colors = alpha ? StillPixels::Colors::bgra : StillPixels::Colors::bgr;
  still.integrity = Integrity::whole;
  read_profile(handle, still);
  return still;
}

void note_exif(const heif_image_handle* handle, AnswerWriter& answer) {
  const std::vector<std::byte> block = read_exif_block(handle);
  if (block.empty()) {
    return;
  }
  HeaderFacts exif;
  read_exif(block, exif);
  answer.facts().has_exif = exif.has_exif;
  answer.facts().has_gps = exif.has_gps;
  answer.set_origin(read_origin(exif.metadata), read_place(exif.metadata.exif));
}

}  // namespace

bool is_heif(MediaType type) {
  return type == MediaType::heic || type == MediaType::avif;
}

void decode_heif(const ChildContext& context, const HeaderFacts&, AnswerWriter& answer) {
  const Opened opened = open_heif(context);
  StillPixels still;
  if (opened.handle) {
    MediaFacts& facts = answer.facts();
    facts.width = ::heif_image_handle_get_width(opened.handle.get());
    facts.height = ::heif_image_handle_get_height(opened.handle.get());
    facts.has_alpha = ::heif_image_handle_has_alpha_channel(opened.handle.get()) != 0;
    note_exif(opened.handle.get(), answer);
    still = decode_pixels(opened.handle.get());
  }
  hand_over(context, std::move(still), {}, answer);
}

std::string heif_libraries() {
  return std::string("libheif ") + ::heif_get_version();
}

}  // namespace muster
