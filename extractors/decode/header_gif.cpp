#include "extractors/decode/byte_reader.h"
#include "extractors/decode/header_formats.h"

#include <algorithm>

// GIF87a and GIF89a.

namespace muster {
namespace {

constexpr std::uint8_t kImage = 0x2C;
constexpr std::uint8_t kExtension = 0x21;
constexpr std::uint8_t kTrailer = 0x3B;
constexpr std::uint8_t kGraphicControl = 0xF9;

// Bytes of the color table that the flags of a descriptor announce.
std::size_t table_bytes(std::uint8_t flags) {
  return (flags & 0x80) != 0 ? std::size_t{3} << ((flags & 7) + 1) : 0;
}

class GifCheck {
 public:
  GifCheck(std::span<const std::byte> file, HeaderFacts& facts) : reader_(file), facts_(facts) {}

  void run() {
    reader_.skip(6);
    facts_.width = reader_.u16le();
    facts_.height = reader_.u16le();
    const std::uint8_t flags = reader_.u8();
    reader_.skip(2);
    reader_.skip(table_bytes(flags));
    bool more = true;
    while (more && reader_.ok()) {
      more = block();
    }
    finish();
  }

 private:
  // False behind the last block, or where it makes no sense to go on.
  bool block() {
    switch (const std::uint8_t kind = reader_.u8(); kind) {
      case kImage:
        image();
        return true;
      case kExtension:
        extension();
        return true;
      case kTrailer:
        return false;
      default:
        if (reader_.ok()) {
          set_damaged(facts_, "its data makes no sense from the middle on");
        }
        return false;
    }
  }

  void image() {
    reader_.skip(4);
    const std::uint16_t width = reader_.u16le();
    const std::uint16_t height = reader_.u16le();
    reader_.skip(table_bytes(reader_.u8()));
    reader_.skip(1);  // code size
    skip_data();
    frames_ += reader_.ok() ? 1 : 0;
    empty_ = empty_ || width == 0 || height == 0;
  }

  void extension() {
    const bool control = reader_.u8() == kGraphicControl;
    const std::size_t size = reader_.u8();
    ByteReader data(reader_.take(size));
    if (control && size == 4) {
      const bool transparent = (data.u8() & 1) != 0;
      delay_ms_ += std::int64_t{10} * data.u16le();  // it counts hundredths of a second
      facts_.has_alpha = facts_.has_alpha || (transparent && frames_ == 0);
    }
    if (size > 0) {
      skip_data();
    }
  }

  void skip_data() {
    while (reader_.ok()) {
      const std::size_t size = reader_.u8();
      if (size == 0) {
        return;
      }
      reader_.skip(size);
    }
  }

  void finish() {
    facts_.animated = frames_ > 1;
    if (facts_.animated) {
      facts_.frame_count = frames_;
      facts_.animation_ms = delay_ms_;
    }
    if (!reader_.ok()) {
      set_truncated(facts_,
                    frames_ == 0 ? "the file ends in the middle of the picture"
                                 : "the file ends before its end mark");
    } else if (facts_.width == 0 || facts_.height == 0 || empty_) {
      set_unreadable(facts_, "its header gives no width or height");
    } else if (frames_ == 0) {
      set_unreadable(facts_, "it is a GIF without a picture");
    }
  }

  ByteReader reader_;
  HeaderFacts& facts_;
  std::int64_t frames_ = 0;
  std::int64_t delay_ms_ = 0;
  bool empty_ = false;
};

}  // namespace

void check_gif(std::span<const std::byte> file, HeaderFacts& facts) {
  facts.codec = "gif";
  facts.pixel_format = "pal8";
  GifCheck(file, facts).run();
}

}  // namespace muster
