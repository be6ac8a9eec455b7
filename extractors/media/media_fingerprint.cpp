#include "extractors/media/media_fingerprint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

// So many frames of a video are compared to the pixel; its hashed frames stand for the others.
constexpr std::size_t kPixelFrames = 8;

std::array<float, kLightSide * kLightSide> light_of(const cv::Mat& bgr) {
  cv::Mat small;
  cv::resize(bgr, small, {kLightSide, kLightSide}, 0, 0, cv::INTER_AREA);
  cv::Mat gray;
  cv::cvtColor(small, gray, cv::COLOR_BGR2GRAY);
  std::array<float, kLightSide * kLightSide> light{};
  gray.convertTo(cv::Mat(kLightSide, kLightSide, CV_32F, light.data()), CV_32F, 1.0 / 255);
  return light;
}

void add_pixels(Hasher& hasher, const cv::Mat& pixels) {
  for (int row = 0; row < pixels.rows; ++row) {
    const auto* bytes = reinterpret_cast<const char*>(pixels.ptr(row));
    hasher.add(std::string_view(bytes, static_cast<std::size_t>(pixels.cols) * pixels.elemSize()));
  }
}

std::string measures(const std::optional<SoundContent>& sound) {
  return sound ? fmt::format("{} {} {}",
                             sound->duration_ms,
                             sound->loudness_lufs.value_or(0),
                             sound->peak_dbfs.value_or(0))
               : "";
}

ContentHash decoded_hash(const DecodedMedia& media) {
  const MediaFacts& facts = media.facts;
  Hasher hasher;
  hasher.add_field(fmt::format("{} {} {} {} {}",
                               to_string(facts.kind()),
                               facts.width,
                               facts.height,
                               facts.duration_ms.value_or(0),
                               facts.frame_count.value_or(0)));
  hasher.add_field(measures(facts.sound_content));
  for (const HashedFrame& frame : media.hashed_frames) {
    const auto& words = frame.hash.words;
    hasher.add_field(fmt::format(
        "{} {:x} {:x} {:x} {:x}", frame.time_ms, words[0], words[1], words[2], words[3]));
  }
  const std::size_t count = media.frames.size();
  const std::size_t taken = std::min(count, kPixelFrames);
  for (std::size_t i = 0; i < taken; ++i) {
    const Frame& frame = media.frames[i * count / taken];
    hasher.add_field(fmt::format("{} {}", frame.time_ms, frame.duration_ms));
    add_pixels(hasher, frame.pixels);
  }
  return hasher.finish();
}

}  // namespace

std::optional<MediaFingerprint> fingerprint_of(const DecodedMedia& media) {
  if (media.frames.empty()) {
    return std::nullopt;
  }
  MediaFingerprint fingerprint;
  fingerprint.content = decoded_hash(media);
  fingerprint.frames = media.hashed_frames;
  if (media.facts.kind() == MediaKind::image) {
    const auto light = light_of(media.frames.front().pixels);
    for (const float part : light) {
      fingerprint.light.push_back(static_cast<std::uint8_t>(std::lround(part * 255)));
    }
    if (picture_quality(light) >= kLeastPictureQuality) {
      fingerprint.frames = {{0, 0, picture_hash(light)}};
    }
  }
  return fingerprint;
}

}  // namespace muster
