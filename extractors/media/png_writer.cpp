#include "extractors/media/png_writer.h"

#include <array>
#include <cstdint>
#include <stdexcept>

#include <zlib.h>

namespace muster {
namespace {

void append_number(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += static_cast<char>(value >> shift);
  }
}

// Length, type, data, CRC over type and data (PNG specification, section 5.3).
void append_chunk(std::string& out, const std::string& type, const std::string& data) {
  append_number(out, static_cast<std::uint32_t>(data.size()));
  const std::string body = type + data;
  out += body;
  append_number(
      out,
      static_cast<std::uint32_t>(
          crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()))));
}

// Rows as RGB, each the difference to the one above (filter type 2): photographs deflate to about
// two thirds of what they do unfiltered.
std::string filtered_rows(const cv::Mat& picture) {
  std::string rows;
  rows.reserve(picture.total() * 3 + static_cast<std::size_t>(picture.rows));
  for (int y = 0; y < picture.rows; ++y) {
    rows += '\2';
    const auto* row = picture.ptr<cv::Vec3b>(y);
    const auto* above = y > 0 ? picture.ptr<cv::Vec3b>(y - 1) : nullptr;
    for (int x = 0; x < picture.cols; ++x) {
      for (int c = 2; c >= 0; --c) {
        rows += static_cast<char>(row[x][c] - (above != nullptr ? above[x][c] : 0));
      }
    }
  }
  return rows;
}

}  // namespace

std::string png_of(const cv::Mat& picture) {
  CV_Assert(picture.type() == CV_8UC3 && !picture.empty());
  const std::string rows = filtered_rows(picture);
  uLongf size = compressBound(static_cast<uLong>(rows.size()));
  std::string data(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(data.data()),
                &size,
                reinterpret_cast<const Bytef*>(rows.data()),
                static_cast<uLong>(rows.size()),
                6) != Z_OK) {
    throw std::runtime_error("write a PNG: zlib failed");
  }
  data.resize(size);
  std::string header;
  append_number(header, static_cast<std::uint32_t>(picture.cols));
  append_number(header, static_cast<std::uint32_t>(picture.rows));
  header += std::string("\x08\x02\x00\x00\x00", 5);  // 8 bit RGB, not interlaced
  std::string png = "\x89PNG\r\n\x1A\n";
  append_chunk(png, "IHDR", header);
  append_chunk(png, "IDAT", data);
  append_chunk(png, "IEND", "");
  return png;
}

std::string base64(const std::string& bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  result.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<std::uint8_t>(bytes[i + k]) : 0);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      result += i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63];
    }
  }
  return result;
}

}  // namespace muster
