#pragma once

#include <algorithm>
#include <cmath>

namespace muster {

// Three floats: a point or direction in centimetres (y up), or a linear-light color.
struct Vec3 {
  float x = 0;
  float y = 0;
  float z = 0;
};

inline Vec3 operator+(Vec3 a, Vec3 b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
inline Vec3 operator-(Vec3 a, Vec3 b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
inline Vec3 operator*(Vec3 a, Vec3 b) {
  return {a.x * b.x, a.y * b.y, a.z * b.z};
}
inline Vec3 operator*(Vec3 a, float s) {
  return {a.x * s, a.y * s, a.z * s};
}
inline Vec3 operator*(float s, Vec3 a) {
  return a * s;
}
inline Vec3& operator+=(Vec3& a, Vec3 b) {
  return a = a + b;
}
inline float dot(Vec3 a, Vec3 b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
inline Vec3 cross(Vec3 a, Vec3 b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline float length(Vec3 a) {
  return std::sqrt(dot(a, a));
}
inline Vec3 normalize(Vec3 a) {
  return a * (1.0F / std::max(length(a), 1e-12F));
}
inline Vec3 mix(Vec3 a, Vec3 b, float t) {
  return a * (1 - t) + b * t;
}
inline float mix(float a, float b, float t) {
  return a * (1 - t) + b * t;
}
inline float clamp01(float v) {
  return std::clamp(v, 0.0F, 1.0F);
}
// 0 below `low`, 1 above `high`, smooth between.
inline float smoothstep(float low, float high, float v) {
  const float t = clamp01((v - low) / (high - low));
  return t * t * (3 - 2 * t);
}

inline constexpr float kPi = 3.14159265F;

}  // namespace muster
