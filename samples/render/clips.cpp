#include "samples/render/clips.h"

#include "samples/render/movie.h"
#include "samples/render/noise.h"
#include "samples/render/vec.h"

#include <cmath>
#include <stdexcept>

#include <opencv2/imgproc.hpp>

namespace muster {

namespace {

constexpr int kFramesPerSecond = 24;

struct Shot {
  std::string_view scene;
  float seconds;
  float zoom_from;  // 1: as much of the photo as fits
  float zoom_to;
  float drift;  // share of the spare width that the camera travels
};

struct Clip {
  std::string_view name;
  bool wide;
  int rotation;
  std::vector<Shot> shots;
};

const std::vector<Clip>& clips() {
  static const std::vector<Clip> kClips = {
      {"reel-kitchen",
       false,
       0,
       {{"marble-produce", 1.5F, 1.12F, 1.0F, 0.5F},
        {"kitchen-citrus", 2.4F, 1.0F, 1.18F, 0.2F},
        {"beach-mint-story", 2.1F, 1.2F, 1.02F, 0}}},
      {"reel-late",
       false,
       0,
       {{"beach-empty", 2.8F, 1.0F, 1.15F, 0.8F},
        {"desk-notes", 2.5F, 1.15F, 1.0F, -0.6F},
        {"pool-can", 0.7F, 1.05F, 1.08F, 0}}},
      {"landscape", true, 0, {{"pool-wide", 5.5F, 1.0F, 1.25F, 0.9F}}},
      {"rotated",
       false,
       90,
       {{"sunset-story", 2.8F, 1.25F, 1.05F, 0.3F},
        {"beach-mint-story", 2.7F, 1.0F, 1.15F, -0.4F}}},
  };
  return kClips;
}

const Clip& clip_called(std::string_view name) {
  for (const auto& clip : clips()) {
    if (clip.name == name) {
      return clip;
    }
  }
  throw std::invalid_argument("no clip is called '" + std::string(name) + "'");
}

// The part of the photo that the camera sees `t` (0..1) into the shot; a hand trembles a little.
cv::Mat frame_of(const Shot& shot, const cv::Mat& photo, cv::Size size, float t, int frame) {
  const float eased = t * t * (3 - 2 * t);
  const float zoom = shot.zoom_from + (shot.zoom_to - shot.zoom_from) * eased;
  const float fit = std::max(static_cast<float>(size.width) / static_cast<float>(photo.cols),
                             static_cast<float>(size.height) / static_cast<float>(photo.rows)) *
                    1.02F * zoom;
  const float spare_x = static_cast<float>(photo.cols) * fit - static_cast<float>(size.width);
  const float spare_y = static_cast<float>(photo.rows) * fit - static_cast<float>(size.height);
  const auto time = static_cast<float>(frame) / kFramesPerSecond;
  const float tremble_x =
      (value_noise(time * 1.7F, 0.5F, 3) - 0.5F) * 0.012F * static_cast<float>(size.width);
  const float tremble_y =
      (value_noise(time * 1.9F, 7.5F, 4) - 0.5F) * 0.012F * static_cast<float>(size.height);
  const float x =
      std::clamp(spare_x * (0.5F + 0.5F * shot.drift * (eased - 0.5F)) + tremble_x, 0.0F, spare_x);
  const float y = std::clamp(spare_y * 0.5F + tremble_y, 0.0F, spare_y);
  const cv::Matx23f matrix(fit, 0, -x, 0, fit, -y);
  cv::Mat picture;
  cv::warpAffine(photo, picture, matrix, size, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  return picture;
}

}  // namespace

const std::vector<std::string_view>& clip_names() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const auto& clip : clips()) {
      names.push_back(clip.name);
    }
    return names;
  }();
  return kNames;
}

std::vector<std::string> scenes_of_clip(std::string_view name) {
  std::vector<std::string> scenes;
  for (const auto& shot : clip_called(name).shots) {
    scenes.emplace_back(shot.scene);
  }
  return scenes;
}

std::string film_clip(std::string_view name, const Photos& photos, bool quick) {
  const Clip& clip = clip_called(name);
  const cv::Size upright = quick ? cv::Size(240, 426) : cv::Size(720, 1280);
  const cv::Size seen = clip.wide ? cv::Size(upright.height, upright.width) : upright;
  const float pace = quick ? 0.34F : 1.0F;
  std::vector<std::pair<const Shot*, float>> frames;
  for (const auto& shot : clip.shots) {
    const int count = std::max(2, cvRound(shot.seconds * pace * kFramesPerSecond));
    for (int i = 0; i < count; ++i) {
      frames.emplace_back(&shot, static_cast<float>(i) / static_cast<float>(count - 1));
    }
  }
  MovieFormat format;
  format.size = clip.rotation == 0 ? seen : cv::Size(seen.height, seen.width);
  format.frames_per_second = kFramesPerSecond;
  format.frames = static_cast<int>(frames.size());
  format.rotation = clip.rotation;
  return encode_movie(format, [&](int i) {
    const auto& [shot, t] = frames[static_cast<std::size_t>(i)];
    cv::Mat picture = frame_of(*shot, photos.find(shot->scene)->second, seen, t, i);
    if (clip.rotation == 90) {
      cv::rotate(picture, picture, cv::ROTATE_90_COUNTERCLOCKWISE);
    }
    return picture;
  });
}

}  // namespace muster
