#pragma once

#include "core/result.h"

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

// Judges the encoding: byte order marks, then UTF-8, then Windows-1252 against Mac Roman by where
// their letters and signs would stand. An error where a UTF-16 document is cut or malformed.
Parsed<DecodedText> decode_text(std::string_view bytes);

}  // namespace muster
