#include "extractors/surveys/csv_encoding.h"

#include "core/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include <simdjson.h>

namespace muster {
namespace {

using CodePage = std::array<char16_t, 128>;  // code points of the bytes 0x80..0xFF

// The Unicode consortium's tables MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT and
// MAPPINGS/VENDORS/APPLE/ROMAN.TXT. The five bytes that Windows-1252 leaves open map to themselves,
// as the WHATWG encoding standard does.
constexpr CodePage windows_1252() {
  CodePage page{};
  constexpr std::array<char16_t, 32> first = {
      0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  for (std::size_t i = 0; i < page.size(); ++i) {
    page[i] = i < first.size() ? first[i] : static_cast<char16_t>(0x80 + i);
  }
  return page;
}

constexpr CodePage kWindows1252 = windows_1252();
constexpr CodePage kMacRoman = {
    0x00C4, 0x00C5, 0x00C7, 0x00C9, 0x00D1, 0x00D6, 0x00DC, 0x00E1, 0x00E0, 0x00E2, 0x00E4, 0x00E3,
    0x00E5, 0x00E7, 0x00E9, 0x00E8, 0x00EA, 0x00EB, 0x00ED, 0x00EC, 0x00EE, 0x00EF, 0x00F1, 0x00F3,
    0x00F2, 0x00F4, 0x00F6, 0x00F5, 0x00FA, 0x00F9, 0x00FB, 0x00FC, 0x2020, 0x00B0, 0x00A2, 0x00A3,
    0x00A7, 0x2022, 0x00B6, 0x00DF, 0x00AE, 0x00A9, 0x2122, 0x00B4, 0x00A8, 0x2260, 0x00C6, 0x00D8,
    0x221E, 0x00B1, 0x2264, 0x2265, 0x00A5, 0x00B5, 0x2202, 0x2211, 0x220F, 0x03C0, 0x222B, 0x00AA,
    0x00BA, 0x03A9, 0x00E6, 0x00F8, 0x00BF, 0x00A1, 0x00AC, 0x221A, 0x0192, 0x2248, 0x2206, 0x00AB,
    0x00BB, 0x2026, 0x00A0, 0x00C0, 0x00C3, 0x00D5, 0x0152, 0x0153, 0x2013, 0x2014, 0x201C, 0x201D,
    0x2018, 0x2019, 0x00F7, 0x25CA, 0x00FF, 0x0178, 0x2044, 0x20AC, 0x2039, 0x203A, 0xFB01, 0xFB02,
    0x2021, 0x00B7, 0x201A, 0x201E, 0x2030, 0x00C2, 0x00CA, 0x00C1, 0x00CB, 0x00C8, 0x00CD, 0x00CE,
    0x00CF, 0x00CC, 0x00D3, 0x00D4, 0xF8FF, 0x00D2, 0x00DA, 0x00DB, 0x00D9, 0x0131, 0x02C6, 0x02DC,
    0x00AF, 0x02D8, 0x02D9, 0x02DA, 0x00B8, 0x02DD, 0x02DB, 0x02C7};

bool is_lower_letter(unsigned char c) {
  return c >= 'a' && c <= 'z';
}

// How well a character suits its place: small letters stand beside letters, apostrophes between
// them, quotation marks and dashes beside spaces. Signs that nobody writes in survey answers count
// against their code page.
int suits(char16_t code, unsigned char before, unsigned char after) {
  const bool in_word = is_lower_letter(before) || is_lower_letter(after);
  if ((code >= 0xDF && code <= 0xFF && code != 0xF7 && code != 0xFF) || code == 0x0153) {
    return in_word ? 3 : 0;
  }
  if (code >= 0xC0 && code <= 0xDE && code != 0xD7) {
    return is_lower_letter(before) ? -2 : 1;  // a capital within a word is unlikely
  }
  switch (code) {
    case 0x2018:
    case 0x2019:
    case 0x201C:
    case 0x201D:
    case 0x2013:
    case 0x2014:
    case 0x2026:
    case 0x00A0:
      return 3;
    case 0x20AC:
    case 0x00A3:
    case 0x00B0:
    case 0x00BF:
    case 0x00A1:
    case 0x2022:
    case 0x2122:
    case 0x00AB:
    case 0x00BB:
      return 1;
    default:
      return -2;
  }
}

TextEncoding judge_single_byte(std::string_view bytes) {
  constexpr int kEnough = 20000;  // high bytes
  std::int64_t windows = 0;
  std::int64_t mac = 0;
  int judged = 0;
  for (std::size_t i = 0; i < bytes.size() && judged < kEnough; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte < 0x80) {
      continue;
    }
    ++judged;
    const auto before =
        i > 0 ? static_cast<unsigned char>(bytes[i - 1]) : static_cast<unsigned char>(' ');
    const auto after = i + 1 < bytes.size() ? static_cast<unsigned char>(bytes[i + 1])
                                            : static_cast<unsigned char>(' ');
    windows += suits(kWindows1252[byte - 0x80], before, after);
    mac += suits(kMacRoman[byte - 0x80], before, after);
  }
  return mac > windows ? TextEncoding::mac_roman : TextEncoding::windows_1252;
}

std::string from_single_byte(std::string_view bytes, const CodePage& page) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    append_utf8(out, byte < 0x80 ? byte : page[byte - 0x80]);
  }
  return out;
}

// `bytes` begin with the mark, so that places are those in the file.
Parsed<std::string> from_utf16(std::string_view bytes, bool big_endian) {
  if (bytes.size() % 2 != 0) {
    return parse_error("byte " + std::to_string(bytes.size()),
                       "the UTF-16 document ends within a character");
  }
  const auto unit = [&](std::size_t i) -> char32_t {
    const auto first = static_cast<unsigned char>(bytes[i]);
    const auto second = static_cast<unsigned char>(bytes[i + 1]);
    return big_endian ? first << 8 | second : second << 8 | first;
  };
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 2; i < bytes.size(); i += 2) {
    char32_t code = unit(i);
    if (code >= 0xD800 && code <= 0xDFFF) {
      const char32_t low = code < 0xDC00 && i + 3 < bytes.size() ? unit(i + 2) : 0;
      if (low < 0xDC00 || low > 0xDFFF) {
        return parse_error("byte " + std::to_string(i),
                           "not valid UTF-16: half of a surrogate pair stands alone");
      }
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      i += 2;
    }
    append_utf8(out, code);
  }
  return out;
}

// Other encodings than UTF-8 are converted in memory.
constexpr std::size_t kMaxConvertedBytes = 100'000'000;

// Looks at one piece after another, each cut before the first byte of a character.
bool is_utf8(std::string_view text, const std::function<void(std::size_t offset)>& progress) {
  constexpr std::size_t kPiece = 1'000'000;
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t end = std::min(begin + kPiece, text.size());
    for (int back = 0; back < 3 && end < text.size() && (text[end] & 0xC0) == 0x80; ++back) {
      --end;
    }
    if (!simdjson::validate_utf8(text.data() + begin, end - begin)) {
      return false;
    }
    progress(begin);
    begin = end;
  }
  return true;
}

DecodedText converted(TextEncoding encoding, bool mark, std::string text) {
  DecodedText decoded;
  decoded.encoding = encoding;
  decoded.byte_order_mark = mark;
  decoded.converted = std::move(text);
  decoded.is_converted = true;
  return decoded;
}

}  // namespace

std::string_view name_of(TextEncoding encoding) {
  switch (encoding) {
    case TextEncoding::utf8:
      return "UTF-8";
    case TextEncoding::utf16_little_endian:
      return "UTF-16LE";
    case TextEncoding::utf16_big_endian:
      return "UTF-16BE";
    case TextEncoding::windows_1252:
      return "Windows-1252";
    case TextEncoding::mac_roman:
      return "Mac Roman";
  }
  return "unknown";
}

Parsed<DecodedText> decode_text(std::string_view bytes,
                                const std::function<void(std::size_t offset)>& progress) {
  const bool little = bytes.starts_with("\xFF\xFE");
  if (little || bytes.starts_with("\xFE\xFF")) {
    auto text = from_utf16(bytes, !little);
    if (!text) {
      return tl::unexpected(text.error());
    }
    return converted(little ? TextEncoding::utf16_little_endian : TextEncoding::utf16_big_endian,
                     true,
                     std::move(*text));
  }
  DecodedText decoded;
  decoded.byte_order_mark = bytes.starts_with("\xEF\xBB\xBF");
  decoded.borrowed = bytes.substr(decoded.byte_order_mark ? 3 : 0);
  if (is_utf8(decoded.borrowed, progress)) {
    return decoded;
  }
  if (bytes.size() > kMaxConvertedBytes) {
    return parse_error("", "is not UTF-8 and larger than 100 MB: save it as UTF-8");
  }
  const auto encoding = judge_single_byte(decoded.borrowed);
  return converted(
      encoding,
      false,
      from_single_byte(decoded.borrowed,
                       encoding == TextEncoding::mac_roman ? kMacRoman : kWindows1252));
}

}  // namespace muster
