#pragma once

#include "core/result.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace muster {

enum class TextEncoding { utf8, utf16_little_endian, utf16_big_endian, windows_1252, mac_roman };

std::string_view name_of(TextEncoding encoding);

// A document as UTF-8. `text` refers to the bytes given where they were UTF-8 already, else to
// `converted`; it is valid UTF-8 without a byte order mark.
struct DecodedText {
  TextEncoding encoding = TextEncoding::utf8;
  bool byte_order_mark = false;
  std::string converted;
  bool is_converted = false;
  std::string_view borrowed;

  std::string_view text() const { return is_converted ? std::string_view(converted) : borrowed; }
};

// `progress` hears of the offsets that were looked at; what is not UTF-8 is converted in memory,
// and refused where it is larger than 100 MB. Judges the encoding: byte order marks, then UTF-8,
// then Windows-1252 against Mac Roman by where their letters and signs would stand. An error where
// a UTF-16 document is cut or malformed.
Parsed<DecodedText> decode_text(
    std::string_view bytes,
    const std::function<void(std::size_t offset)>& progress = [](std::size_t) {});

}  // namespace muster
