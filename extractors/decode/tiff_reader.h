#pragma once

#include "extractors/decode/byte_reader.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace muster {

// The directories of a TIFF structure, as EXIF carries it (TIFF 6.0, section 2). Reads nothing
// outside the structure and follows no chain, so its time is bounded by its size.
class TiffReader {
 public:
  // nullopt where it does not begin as TIFF.
  static std::optional<TiffReader> open(std::span<const std::byte> tiff) {
    const std::string_view order = ByteReader(tiff).text(2);
    if (order != "II" && order != "MM") {
      return std::nullopt;
    }
    return TiffReader(tiff, order == "MM");
  }

  // Offset of the first directory.
  std::uint32_t root() const { return number(4, 4); }
  // `size` (2 or 4) bytes; 0 beyond the end.
  std::uint32_t number(std::uint64_t at, std::size_t size) const {
    if (at + size > tiff_.size()) {
      return 0;
    }
    ByteReader reader(tiff_.subspan(static_cast<std::size_t>(at)));
    return size == 2 ? (big_ ? reader.u16be() : reader.u16le())
                     : (big_ ? reader.u32be() : reader.u32le());
  }
  // Offset of the entry of `tag` in the directory at `directory`, or 0.
  std::uint64_t find(std::uint64_t directory, std::uint32_t tag) const {
    constexpr std::uint64_t kEntryBytes = 12;
    const std::uint32_t count = number(directory, 2);
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint64_t at = directory + 2 + i * kEntryBytes;
      if (at + kEntryBytes > tiff_.size()) {
        break;
      }
      if (number(at, 2) == tag) {
        return at;
      }
    }
    return 0;
  }
  // The text of an ASCII entry up to its first NUL; empty where there is none.
  std::string_view text(std::uint64_t directory, std::uint32_t tag) const {
    constexpr std::uint32_t kAscii = 2;
    const std::uint64_t entry = find(directory, tag);
    if (entry == 0 || number(entry + 2, 2) != kAscii) {
      return {};
    }
    const std::uint64_t size = number(entry + 4, 4);
    const std::uint64_t at = size <= 4 ? entry + 8 : number(entry + 8, 4);
    if (at > tiff_.size() || size > tiff_.size() - at) {
      return {};
    }
    const std::string_view whole(
        reinterpret_cast<const char*>(tiff_.data()) + static_cast<std::size_t>(at),
        static_cast<std::size_t>(size));
    return whole.substr(0, whole.find('\0'));
  }

 private:
  TiffReader(std::span<const std::byte> tiff, bool big) : tiff_(tiff), big_(big) {}

  std::span<const std::byte> tiff_;
  bool big_ = false;
};

}  // namespace muster
