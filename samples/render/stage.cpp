#include "samples/render/stage.h"

#include "samples/render/noise.h"
#include "samples/render/solids.h"

#include <cmath>

#include <opencv2/imgproc.hpp>

namespace muster {

namespace {

struct Frame {
  Vec3 right;
  Vec3 up;
  Vec3 forward;
};

Frame frame_along(Vec3 forward) {
  const Vec3 f = normalize(forward);
  const Vec3 r = normalize(cross(f, std::abs(f.y) > 0.99F ? Vec3{0, 0, -1} : Vec3{0, 1, 0}));
  return {r, cross(r, f), f};
}

// Softens the edges of a light by the roughness of what mirrors it.
float light_shape(const Light& light, const Frame& frame, Vec3 direction, float roughness) {
  const float ahead = dot(direction, frame.forward);
  if (ahead <= 0.05F) {
    return 0;
  }
  const float edge = 0.05F + roughness;
  const float a = std::abs(dot(direction, frame.right) / ahead);
  const float b = std::abs(dot(direction, frame.up) / ahead);
  const float cover = (1 - smoothstep(light.half_width - edge, light.half_width + edge, a)) *
                      (1 - smoothstep(light.half_height - edge, light.half_height + edge, b));
  const float area = 4 * std::max(light.half_width, edge) * std::max(light.half_height, edge);
  return cover / area;
}

class Painter {
 public:
  Painter(const Stage& stage, cv::Size size, std::uint32_t seed)
      : stage_(stage), solids_(stage.solids), size_(size), seed_(seed) {
    for (const auto& light : stage.surroundings.lights) {
      frames_.push_back(frame_along(light.direction));
    }
    set_camera();
    if (stage.ground.albedo) {
      mean_ground_ = mean_ground();
      light_ground();
    }
  }

  cv::Mat paint();

 private:
  struct Seen {
    Vec3 color;
    float distance = 1e9F;
    bool background = false;
    bool foreground = false;
  };

  void set_camera();
  Vec3 mean_ground() const;
  void light_ground();
  Vec3 ground_light(float x, float z) const;
  Vec3 ground_irradiance(Vec3 at, Random& random) const;
  Vec3 sky(Vec3 direction, float roughness) const;
  Vec3 ambient(Vec3 normal) const;
  Vec3 shade(const Hit& hit, Vec3 direction, Random& random, bool mirrored) const;
  Vec3 shade_ground(Vec3 at, Vec3 direction, Random& random) const;
  Vec3 bumped(const Hit& hit) const;
  Seen look(float px, float py, Random& random) const;
  cv::Mat composed(const cv::Mat& near,
                   const cv::Mat& sharp,
                   const cv::Mat& far,
                   const cv::Mat& far_blur) const;

  const Stage& stage_;
  SolidSet solids_;
  cv::Size size_;
  std::uint32_t seed_;
  std::vector<Frame> frames_;
  Frame view_;
  float tangent_ = 1;  // of half the field of view
  float focus_ = 1;    // distance to the target
  float pixel_ = 1;    // angle of a pixel
  Vec3 mean_ground_;
  cv::Mat ground_light_;  // CV_32FC3 over [-reach, reach]^2
};

void Painter::set_camera() {
  const auto& camera = stage_.camera;
  view_ = frame_along(camera.to - camera.from);
  const float roll = camera.roll * kPi / 180;
  const Vec3 right = view_.right;
  view_.right = right * std::cos(roll) + view_.up * std::sin(roll);
  view_.up = view_.up * std::cos(roll) - right * std::sin(roll);
  tangent_ = std::tan(camera.field_of_view * kPi / 360);
  focus_ = length(camera.to - camera.from);
  pixel_ = 2 * tangent_ / static_cast<float>(size_.height);
}

Vec3 Painter::mean_ground() const {
  Vec3 sum;
  for (int i = 0; i < 64; ++i) {
    sum += stage_.ground.albedo(static_cast<float>(i % 8) * 3.7F - 13,
                                static_cast<float>(i / 8) * 3.3F - 11);
  }
  return sum * (1.0F / 64);
}

Vec3 Painter::ambient(Vec3 n) const {
  const auto& s = stage_.surroundings;
  const Vec3 low = stage_.ground.albedo ? mean_ground_ * (s.above + s.below) * 0.6F : s.below;
  return n.y > 0 ? mix(s.level, s.above, n.y) : mix(s.level, low, -n.y);
}

// Light that reaches a point of the ground: 20 rays to every light, 30 to the open sky.
Vec3 Painter::ground_irradiance(Vec3 at, Random& random) const {
  constexpr int kLightRays = 4;
  constexpr int kSkyRays = 28;
  Vec3 sum;
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    const auto& light = stage_.surroundings.lights[i];
    const float slope = std::max(0.0F, frames_[i].forward.y);
    int open = 0;
    for (int a = 0; a < kLightRays * kLightRays; ++a) {
      const float u = ((static_cast<float>(a % kLightRays) + random.unit()) / kLightRays * 2 - 1) *
                      light.half_width;
      const float v = ((static_cast<float>(a / kLightRays) + random.unit()) / kLightRays * 2 - 1) *
                      light.half_height;
      const Vec3 to = normalize(frames_[i].forward + frames_[i].right * u + frames_[i].up * v);
      open += solids_.blocked({at, to}) ? 0 : 1;
    }
    sum += light.color * (slope * static_cast<float>(open) / (kLightRays * kLightRays));
  }
  int open = 0;
  for (int i = 0; i < kSkyRays; ++i) {
    const float angle = 2 * kPi * (static_cast<float>(i) + random.unit()) / kSkyRays;
    const float radius = std::sqrt(random.unit());
    const Vec3 to{radius * std::cos(angle),
                  std::sqrt(std::max(0.0F, 1 - radius * radius)),
                  radius * std::sin(angle)};
    open += solids_.blocked({at, to}) ? 0 : 1;
  }
  return sum + ambient({0, 1, 0}) * (static_cast<float>(open) / kSkyRays);
}

void Painter::light_ground() {
  // Fine enough for the shadow of a can's edge at the size of the picture.
  const int cells = std::clamp(size_.width / 4, 40, 200);
  ground_light_.create(cells, cells, CV_32FC3);
  Random random(seed_ + 11);
  const float reach = stage_.ground.reach;
  for (int y = 0; y < cells; ++y) {
    auto* row = ground_light_.ptr<cv::Vec3f>(y);
    for (int x = 0; x < cells; ++x) {
      const float px = (static_cast<float>(x) + 0.5F) / cells * 2 * reach - reach;
      const float pz = (static_cast<float>(y) + 0.5F) / cells * 2 * reach - reach;
      const Vec3 light = ground_irradiance({px, 0.002F, pz}, random);
      row[x] = {light.x, light.y, light.z};
    }
  }
  cv::GaussianBlur(ground_light_, ground_light_, cv::Size(), 1.0);
}

Vec3 Painter::ground_light(float x, float z) const {
  const float reach = stage_.ground.reach;
  const auto cells = static_cast<float>(ground_light_.cols);
  const float gx = std::clamp((x + reach) / (2 * reach) * cells - 0.5F, 0.0F, cells - 1.001F);
  const float gz = std::clamp((z + reach) / (2 * reach) * cells - 0.5F, 0.0F, cells - 1.001F);
  const int ix = static_cast<int>(gx);
  const int iz = static_cast<int>(gz);
  const float fx = gx - static_cast<float>(ix);
  const float fz = gz - static_cast<float>(iz);
  const auto* a = ground_light_.ptr<cv::Vec3f>(iz) + ix;
  const auto* b = ground_light_.ptr<cv::Vec3f>(std::min(iz + 1, ground_light_.rows - 1)) + ix;
  const cv::Vec3f l = (a[0] * (1 - fx) + a[1] * fx) * (1 - fz) + (b[0] * (1 - fx) + b[1] * fx) * fz;
  return {l[0], l[1], l[2]};
}

Vec3 Painter::sky(Vec3 direction, float roughness) const {
  const auto& s = stage_.surroundings;
  Vec3 color = direction.y > 0 ? mix(s.level, s.above, std::sqrt(direction.y))
                               : mix(s.level, s.below, std::sqrt(-direction.y));
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    color +=
        s.lights[i].color * (0.32F * light_shape(s.lights[i], frames_[i], direction, roughness));
  }
  return color;
}

Vec3 Painter::bumped(const Hit& hit) const {
  const auto& m = *hit.material;
  if (m.bumps <= 0 && !m.droplets) {
    return hit.normal;
  }
  const Frame frame = frame_along(hit.normal);
  float x = 0;
  float y = 0;
  if (m.bumps > 0) {
    const float s = 1 / m.bump_size;
    x += m.bumps * (value_noise(hit.local.x * s + hit.local.z * s, hit.local.y * s, seed_) - 0.5F);
    y += m.bumps *
         (value_noise(hit.local.y * s + 31, hit.local.x * s - hit.local.z * s, seed_ + 7) - 0.5F);
  }
  if (m.droplets) {
    // One drop in every third cell of a grid around the can; finer drops in between.
    for (const float cell : {0.36F, 0.17F}) {
      const float u = (hit.u - m.turn) * 17.9F / cell;
      const float v = hit.local.y / cell;
      const auto iu = static_cast<int>(std::floor(u));
      const auto iv = static_cast<int>(std::floor(v));
      if (unit_hash(iu, iv, seed_ + 3) > 0.34F) {
        continue;
      }
      const float radius = 0.2F + 0.24F * unit_hash(iu, iv, seed_ + 4);
      const float du = u - static_cast<float>(iu) - 0.5F;
      const float dv = (v - static_cast<float>(iv) - 0.5F) * 0.85F;
      const float distance = std::sqrt(du * du + dv * dv) / radius;
      if (distance < 1) {
        x += 0.9F * du / radius * distance;
        y += 0.9F * dv / radius * distance;
      }
    }
  }
  return normalize(hit.normal + frame.right * x + frame.up * y);
}

Vec3 Painter::shade(const Hit& hit, Vec3 direction, Random& random, bool mirrored) const {
  const auto& m = *hit.material;
  const auto& s = stage_.surroundings;
  Vec3 albedo = m.tint;
  if (m.texture) {
    const float level = std::log2(std::max(hit.distance * pixel_ * m.texels_per_cm, 1.0F)) - 0.6F;
    albedo = albedo * m.texture->at(hit.u, hit.v, mirrored ? level + 1 : level).color;
  }
  const Vec3 normal = bumped(hit);
  // Close to the ground less of the surroundings is seen.
  const float open =
      stage_.ground.albedo ? 0.45F + 0.55F * smoothstep(-0.3F, 3.5F, hit.position.y) : 1.0F;
  Vec3 diffuse = ambient(normal) * open;
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    const float facing = dot(normal, frames_[i].forward);
    if (facing <= -0.1F) {
      continue;
    }
    const Vec3 to = normalize(frames_[i].forward +
                              frames_[i].right * (random.range(-1, 1) * s.lights[i].half_width) +
                              frames_[i].up * (random.range(-1, 1) * s.lights[i].half_height));
    if (!solids_.blocked({hit.position + hit.normal * 0.01F, to})) {
      diffuse += s.lights[i].color * clamp01((facing + 0.1F) / 1.1F);
    }
  }
  const Vec3 mirror = direction - normal * (2 * dot(direction, normal));
  const float grazing = std::pow(clamp01(1 + dot(direction, normal)), 5.0F);
  Vec3 reflected = sky(mirror, m.roughness);
  if (mirror.y < -0.02F && stage_.ground.albedo && !mirrored) {
    const Vec3 at = hit.position + mirror * (hit.position.y / -mirror.y);
    reflected = stage_.ground.albedo(at.x, at.z) * ground_light(at.x, at.z);
    // From higher up the eye meets the far and blurred part of the table, and beyond it the room.
    reflected = mix(reflected, sky(mirror, m.roughness), smoothstep(5, 18, hit.position.y));
  }
  if (m.metal) {
    return reflected * mix(albedo, {1, 1, 1}, grazing) * open;
  }
  const float share = m.shine + (1 - m.shine) * grazing * (1 - m.roughness);
  return albedo * diffuse * (1 - share) + reflected * share * open;
}

Vec3 Painter::shade_ground(Vec3 at, Vec3 direction, Random& random) const {
  const auto& ground = stage_.ground;
  const Vec3 base = ground.albedo(at.x, at.z) * ground_light(at.x, at.z);
  const float share = ground.shine + (1 - ground.shine) * std::pow(clamp01(1 + direction.y), 5.0F);
  const float visible = share * (ground.shine > 0 ? 1.0F : 0.0F);
  if (visible < 0.01F) {
    return base;
  }
  const float rough = ground.roughness * 0.4F;
  const Vec3 mirror = normalize(Vec3{
      direction.x + random.normal() * rough, -direction.y, direction.z + random.normal() * rough});
  Hit hit;
  solids_.intersect({at, mirror}, hit);
  const Vec3 seen =
      hit.material != nullptr ? shade(hit, mirror, random, true) : sky(mirror, ground.roughness);
  return base * (1 - visible) + seen * visible;
}

Painter::Seen Painter::look(float px, float py, Random& random) const {
  const float aspect = static_cast<float>(size_.width) / static_cast<float>(size_.height);
  const float x = (px / static_cast<float>(size_.width) * 2 - 1) * tangent_ * aspect;
  const float y = (1 - py / static_cast<float>(size_.height) * 2) * tangent_;
  const Ray ray{stage_.camera.from, normalize(view_.forward + view_.right * x + view_.up * y)};
  Hit hit;
  solids_.intersect(ray, hit);
  if (stage_.ground.albedo && ray.direction.y < 0) {
    const float distance = -ray.from.y / ray.direction.y;
    const Vec3 at = ray.from + ray.direction * distance;
    if (distance < hit.distance && at.z > stage_.ground.min_z && at.z < stage_.ground.max_z) {
      return {shade_ground(at, ray.direction, random),
              distance * dot(ray.direction, view_.forward),
              false,
              false};
    }
  }
  if (hit.material != nullptr) {
    return {shade(hit, ray.direction, random, false),
            hit.distance * dot(ray.direction, view_.forward),
            false,
            hit.solid->foreground};
  }
  const auto c =
      stage_.background.at<cv::Vec3f>(std::clamp(static_cast<int>(py), 0, size_.height - 1),
                                      std::clamp(static_cast<int>(px), 0, size_.width - 1));
  return {{c[2], c[1], c[0]}, 1e9F, true, false};
}

cv::Mat blurred(const cv::Mat& picture, float sigma) {
  // Large blurs at a quarter of the size: nobody sees the difference, and they cost a sixteenth.
  cv::Mat result;
  if (sigma < 6) {
    cv::GaussianBlur(picture, result, cv::Size(), sigma, 0, cv::BORDER_REPLICATE);
    return result;
  }
  cv::Mat small;
  cv::resize(picture, small, cv::Size(), 0.25, 0.25, cv::INTER_AREA);
  cv::GaussianBlur(small, small, cv::Size(), sigma / 4, 0, cv::BORDER_REPLICATE);
  cv::resize(small, result, picture.size(), 0, 0, cv::INTER_CUBIC);
  return result;
}

// Layers are color times weight with the weight in the fourth channel. Far points are blurred
// without taking color from sharp ones; what stands in front is blurred over everything.
cv::Mat Painter::composed(const cv::Mat& near,
                          const cv::Mat& sharp,
                          const cv::Mat& far,
                          const cv::Mat& far_blur) const {
  const float sigma = stage_.blur * static_cast<float>(size_.width) / 1080;
  const cv::Mat soft_far = blurred(far, std::max(sigma * 0.3F, 0.6F));
  const cv::Mat softest = blurred(far, std::max(sigma, 0.8F));
  cv::Mat strength;
  cv::GaussianBlur(far_blur, strength, cv::Size(), 2.0);
  const cv::Mat front = blurred(near, std::max(sigma * 1.2F, 1.0F));
  cv::Mat result(size_, CV_32FC3);
  for (int y = 0; y < size_.height; ++y) {
    const auto* s = sharp.ptr<cv::Vec4f>(y);
    const auto* f1 = soft_far.ptr<cv::Vec4f>(y);
    const auto* f2 = softest.ptr<cv::Vec4f>(y);
    const auto* n = front.ptr<cv::Vec4f>(y);
    const auto* w = strength.ptr<float>(y);
    auto* out = result.ptr<cv::Vec3f>(y);
    for (int x = 0; x < size_.width; ++x) {
      const float t = clamp01(w[x] / std::max(f1[x][3], 1e-3F));
      const cv::Vec4f behind = f1[x] * (1 / std::max(f1[x][3], 1e-3F)) * (1 - t) +
                               f2[x] * (1 / std::max(f2[x][3], 1e-3F)) * t;
      const float cover = clamp01(s[x][3]);
      const float veil = clamp01(n[x][3]);
      for (int c = 0; c < 3; ++c) {
        const float middle = s[x][c] + behind[c] * (1 - cover);
        out[x][c] = middle * (1 - veil) + n[x][c];
      }
    }
  }
  return result;
}

cv::Mat Painter::paint() {
  constexpr int kSide = 2;  // samples across a pixel
  constexpr float kWeight = 1.0F / (kSide * kSide);
  cv::Mat near(size_, CV_32FC4, cv::Scalar::all(0));
  cv::Mat sharp(size_, CV_32FC4, cv::Scalar::all(0));
  cv::Mat far(size_, CV_32FC4, cv::Scalar::all(0));
  cv::Mat far_blur(size_, CV_32F, cv::Scalar(0));
  const float from = focus_ + stage_.focus_far;
  for (int y = 0; y < size_.height; ++y) {
    Random random(seed_ * 7919ULL + static_cast<std::uint64_t>(y));
    for (int x = 0; x < size_.width; ++x) {
      for (int i = 0; i < kSide * kSide; ++i) {
        const float px =
            static_cast<float>(x) + (static_cast<float>(i % kSide) + random.unit()) / kSide;
        const float py =
            static_cast<float>(y) + (static_cast<float>(i / kSide) + random.unit()) / kSide;
        const Seen seen = look(px, py, random);
        // One very bright sample must not make a speck.
        const cv::Vec4f value = cv::Vec4f(std::min(seen.color.z, 4.0F),
                                          std::min(seen.color.y, 4.0F),
                                          std::min(seen.color.x, 4.0F),
                                          1) *
                                kWeight;
        const float before =
            seen.foreground
                ? 1
                : smoothstep(0, focus_ * 0.5F, focus_ - stage_.focus_near - seen.distance);
        const float behind =
            seen.background ? 1 : smoothstep(from, from + focus_ * 0.35F, seen.distance);
        near.at<cv::Vec4f>(y, x) += value * before;
        far.at<cv::Vec4f>(y, x) += value * (behind * (1 - before));
        sharp.at<cv::Vec4f>(y, x) += value * ((1 - behind) * (1 - before));
        far_blur.at<float>(y, x) +=
            kWeight * behind *
            (seen.background ? 0.25F : smoothstep(from, from + focus_, seen.distance));
      }
    }
  }
  return composed(near, sharp, far, far_blur);
}

}  // namespace

cv::Mat render(const Stage& stage, cv::Size size, std::uint32_t seed) {
  return Painter(stage, size, seed).paint();
}

}  // namespace muster
