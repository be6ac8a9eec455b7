#include "extractors/decode/helper/still.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <new>
#include <string_view>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <unistd.h>

namespace muster {
namespace {

constexpr const char* kSendAgain = "export it again and upload the whole file";

// libjpeg scales by 2, 4 or 8 while it decodes, which saves most of the time on camera photos.
int jpeg_flags(const HeaderFacts& header, std::uint32_t side) {
  const int longer = std::max(header.width, header.height);
  const int wanted = static_cast<int>(side);
  const int mode = longer / 8 >= wanted   ? cv::IMREAD_REDUCED_COLOR_8
                   : longer / 4 >= wanted ? cv::IMREAD_REDUCED_COLOR_4
                   : longer / 2 >= wanted ? cv::IMREAD_REDUCED_COLOR_2
                                          : cv::IMREAD_COLOR;
  return mode | cv::IMREAD_IGNORE_ORIENTATION;
}

// Decoded as stored: 8 or 16 bit, 1 to 4 channels, not turned. Empty where it can't be decoded.
cv::Mat decode_stored(const ChildContext& context, const HeaderFacts& header) {
  std::vector<std::byte> png;
  std::span<const std::byte> bytes = context.input;
  int flags = cv::IMREAD_UNCHANGED;
  if (header.type == MediaType::jpeg) {
    flags = jpeg_flags(header, context.request.output_side);
  } else if (header.type == MediaType::png) {
    png = essential_png(context.input);
    bytes = png;
  }
  const cv::Mat view(
      1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::byte*>(bytes.data()));
  return cv::imdecode(view, flags);
}

cv::Mat to_8_bit(const cv::Mat& pixels) {
  if (pixels.depth() == CV_8U) {
    return pixels;
  }
  cv::Mat converted;
  pixels.convertTo(converted, CV_8U, pixels.depth() == CV_16U ? 1.0 / 257.0 : 1.0);
  return converted;
}

cv::Mat to_bgra(const cv::Mat& pixels) {
  cv::Mat converted;
  switch (pixels.channels()) {
    case 1:
      cv::cvtColor(pixels, converted, cv::COLOR_GRAY2BGRA);
      return converted;
    case 3:
      cv::cvtColor(pixels, converted, cv::COLOR_BGR2BGRA);
      return converted;
    default:
      return pixels;
  }
}

// As a viewer sees it on a white page.
cv::Mat over_white(const cv::Mat& bgra) {
  cv::Mat bgr(bgra.size(), CV_8UC3);
  for (int row = 0; row < bgra.rows; ++row) {
    const auto* from = bgra.ptr<cv::Vec4b>(row);
    auto* to = bgr.ptr<cv::Vec3b>(row);
    for (int column = 0; column < bgra.cols; ++column) {
      const int alpha = from[column][3];
      for (int channel = 0; channel < 3; ++channel) {
        const int value = from[column][channel] * alpha + 255 * (255 - alpha);
        to[column][channel] = static_cast<std::uint8_t>((value + 127) / 255);
      }
    }
  }
  return bgr;
}

cv::Mat to_mode(const cv::Mat& pixels, DecodeMode mode) {
  if (mode == DecodeMode::picture) {
    return to_bgra(pixels);
  }
  if (pixels.channels() == 4) {
    return over_white(pixels);
  }
  if (pixels.channels() == 1) {
    cv::Mat converted;
    cv::cvtColor(pixels, converted, cv::COLOR_GRAY2BGR);
    return converted;
  }
  return pixels;
}

cv::Mat scaled(const cv::Mat& pixels, std::uint32_t side) {
  const cv::Size size = fit_size(pixels.cols, pixels.rows, side);
  if (size == pixels.size()) {
    return pixels;
  }
  cv::Mat small;
  cv::resize(pixels, small, size, 0, 0, cv::INTER_AREA);
  return small;
}

// Cameras leave a few bytes between the picture and its end; more is data that damage has cut off
// from the picture.
bool is_harmless(std::string_view complaint) {
  constexpr int kMaxPadding = 32;
  int bytes = 0;
  const auto end = complaint.find(" extraneous bytes before marker");
  std::from_chars(complaint.data(), complaint.data() + complaint.size(), bytes);
  return end != std::string_view::npos && bytes <= kMaxPadding;
}

// libjpeg decodes around damage and says so only on stderr, once; the context holds the other end.
// JPEG has no checksums, so damage that happens to decode goes unnoticed.
void report_complaints(const ChildContext& context, AnswerWriter& answer) {
  constexpr std::string_view kCorrupt = "Corrupt JPEG data: ";
  std::array<char, 4096> buffer{};
  const ssize_t size = ::read(context.messages, buffer.data(), buffer.size());
  const std::string_view text(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  const auto corrupt = text.find(kCorrupt);
  if (text.find("Premature end of JPEG") != std::string_view::npos) {
    answer.report(Integrity::truncated, "the picture's data ends too early", kSendAgain);
  } else if (corrupt != std::string_view::npos &&
             !is_harmless(text.substr(corrupt + kCorrupt.size()))) {
    answer.report(Integrity::damaged, "part of the picture's data is damaged", kSendAgain);
  }
}

}  // namespace

void decode_still(const ChildContext& context, const HeaderFacts& header, AnswerWriter& answer) {
  const Turn turn = turn_of_exif(header.exif_orientation);
  MediaFacts& facts = answer.facts();
  facts.rotation_degrees = turn.degrees;
  facts.mirrored = turn.mirrored;
  const bool sideways = turn.degrees % 180 != 0;
  facts.width = sideways ? header.height : header.width;
  facts.height = sideways ? header.width : header.height;
  if (header.width == 0 || header.height == 0) {
    return;  // cut within its header
  }
  cv::Mat pixels;
  try {
    pixels = decode_stored(context, header);
  } catch (const cv::Exception& error) {
    if (error.code == cv::Error::StsNoMem) {
      throw std::bad_alloc();
    }
    // Anything else is a complaint about the file; pixels stay empty.
  }
  report_complaints(context, answer);
  if (pixels.empty()) {
    return answer.report(Integrity::unreadable, "the picture's data can't be decoded", kSendAgain);
  }
  const cv::Mat ready =
      scaled(to_mode(to_8_bit(pixels), context.request.mode), context.request.output_side);
  answer.add_frame(turned(ready, turn.degrees, turn.mirrored), 0, 0);
}

void warm_up_stills() {
  const cv::Mat picture(32, 32, CV_8UC3, cv::Scalar(20, 120, 220));
  for (const char* extension : {".jpg", ".png", ".webp"}) {
    std::vector<unsigned char> bytes;
    cv::imencode(extension, picture, bytes);
    cv::Mat small;
    cv::resize(cv::imdecode(bytes, cv::IMREAD_UNCHANGED), small, {7, 5}, 0, 0, cv::INTER_AREA);
    cv::cvtColor(small, small, cv::COLOR_BGR2BGRA);
    turned(small, 90, true);
  }
}

}  // namespace muster
