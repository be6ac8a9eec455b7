#include "samples/render/solids.h"

#include <cmath>

namespace muster {

namespace {

constexpr float kNear = 1e-3F;

Vec3 to_local(const Solid& s, Vec3 v) {
  return {dot(v, s.axes[0]), dot(v, s.axes[1]), dot(v, s.axes[2])};
}
Vec3 to_world(const Solid& s, Vec3 v) {
  return s.axes[0] * v.x + s.axes[1] * v.y + s.axes[2] * v.z;
}

void hit_ellipsoid(const Solid& solid, Vec3 from, Vec3 along, Hit& hit) {
  const Vec3 inverse{1 / solid.half.x, 1 / solid.half.y, 1 / solid.half.z};
  const Vec3 o = from * inverse;
  const Vec3 d = along * inverse;
  const float a = dot(d, d);
  const float b = dot(o, d);
  const float root = b * b - a * (dot(o, o) - 1);
  if (root <= 0) {
    return;
  }
  const float distance = (-b - std::sqrt(root)) / a;
  if (distance < kNear || distance >= hit.distance) {
    return;
  }
  hit.distance = distance;
  hit.local = from + along * distance;
  hit.normal = to_world(solid, normalize(hit.local * inverse * inverse));
  const Vec3 unit = hit.local * inverse;
  hit.u = 0.5F + std::atan2(unit.x, unit.z) / (2 * kPi);
  hit.v = 0.5F - unit.y / 2;
  hit.material = &solid.materials.front();
  hit.solid = &solid;
}

void hit_box(const Solid& solid, Vec3 from, Vec3 along, Hit& hit) {
  const float o[3] = {from.x, from.y, from.z};
  const float d[3] = {along.x, along.y, along.z};
  const float half[3] = {solid.half.x, solid.half.y, solid.half.z};
  float enter = -1e9F;
  float leave = 1e9F;
  int face = 0;
  for (int i = 0; i < 3; ++i) {
    const float step = std::abs(d[i]) < 1e-9F ? 1e-9F : d[i];
    float t0 = (-half[i] - o[i]) / step;
    float t1 = (half[i] - o[i]) / step;
    if (t0 > t1) {
      std::swap(t0, t1);
    }
    if (t0 > enter) {
      enter = t0;
      face = i;
    }
    leave = std::min(leave, t1);
  }
  if (enter > leave || enter < kNear || enter >= hit.distance) {
    return;
  }
  hit.distance = enter;
  hit.local = from + along * enter;
  const float sign = d[face] > 0 ? -1.0F : 1.0F;
  const Vec3 normal{face == 0 ? sign : 0, face == 1 ? sign : 0, face == 2 ? sign : 0};
  hit.normal = to_world(solid, normal);
  const float across =
      face == 0 ? hit.local.z / half[2] * -sign : hit.local.x / half[0] * (face == 2 ? sign : 1);
  hit.u = 0.5F + 0.5F * across * 0.998F;
  hit.v = face == 1 ? 0.5F + hit.local.z / half[2] / 2 : 0.5F - hit.local.y / half[1] / 2;
  const std::size_t index = face == 2 ? 0 : (face == 0 ? 1 : 2);
  hit.material = &solid.materials[std::min(index, solid.materials.size() - 1)];
  hit.solid = &solid;
}

void hit_card(const Solid& solid, Vec3 from, Vec3 along, Hit& hit) {
  if (std::abs(along.z) < 1e-7F) {
    return;
  }
  const float distance = -from.z / along.z;
  const Vec3 p = from + along * distance;
  if (distance < kNear || distance >= hit.distance || std::abs(p.x) > solid.half.x ||
      std::abs(p.y) > solid.half.y) {
    return;
  }
  const float u = 0.5F + 0.499F * p.x / solid.half.x;
  const float v = 0.5F - 0.499F * p.y / solid.half.y;
  const auto& material = solid.materials.front();
  if (material.texture && material.texture->at(u, v, 0).alpha < 0.5F) {
    return;
  }
  hit.distance = distance;
  hit.local = p;
  hit.normal = to_world(solid, {0, 0, along.z > 0 ? -1.0F : 1.0F});
  hit.u = u;
  hit.v = v;
  hit.material = &material;
  hit.solid = &solid;
}

}  // namespace

void orient(Solid& solid, float face, float tip, float lean) {
  const float f = face * kPi / 180;
  const float t = tip * kPi / 180;
  const float l = lean * kPi / 180;
  const auto turned = [&](Vec3 v) {
    v = {v.x * std::cos(l) - v.y * std::sin(l), v.x * std::sin(l) + v.y * std::cos(l), v.z};
    v = {v.x, v.y * std::cos(t) - v.z * std::sin(t), v.y * std::sin(t) + v.z * std::cos(t)};
    return Vec3{v.x * std::cos(f) + v.z * std::sin(f), v.y, -v.x * std::sin(f) + v.z * std::cos(f)};
  };
  solid.axes[0] = turned({1, 0, 0});
  solid.axes[1] = turned({0, 1, 0});
  solid.axes[2] = turned({0, 0, 1});
}

SolidSet::SolidSet(const std::vector<Solid>& solids) {
  for (const auto& solid : solids) {
    Entry entry{&solid, solid.origin, length(solid.half), {}, 1, 0, 0};
    if (solid.shape == Solid::Shape::revolved) {
      entry.pieces = pieces_of(solid);
      const float low = solid.profile.front().y;
      const float high = solid.profile.back().y;
      float widest = 0;
      float label_low = 1e9F;
      float label_high = -1e9F;
      for (const auto& piece : entry.pieces) {
        widest = std::max({widest, piece.r0, piece.r1});
        // A label covers the pieces of material 0.
        if (piece.material == 0) {
          label_low = std::min({label_low, piece.y0, piece.y1});
          label_high = std::max({label_high, piece.y0, piece.y1});
        }
      }
      entry.widest = widest;
      entry.bottom = label_low;
      entry.height = std::max(label_high - label_low, 1e-3F);
      entry.center = solid.origin + solid.axes[1] * ((low + high) / 2);
      entry.radius = std::hypot(widest, (high - low) / 2) + 0.2F;
    }
    entries_.push_back(std::move(entry));
  }
}

std::vector<SolidSet::Piece> SolidSet::pieces_of(const Solid& solid) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i + 1 < solid.profile.size(); ++i) {
    const auto& a = solid.profile[i];
    const auto& b = solid.profile[i + 1];
    const float size = std::max(std::hypot(b.radius - a.radius, b.y - a.y), 1e-6F);
    const float out = (b.y - a.y) / size;
    const float up = -(b.radius - a.radius) / size;
    pieces.push_back({a.radius, a.y, b.radius, b.y, {out, up}, {out, up}, a.material});
  }
  // Neighbors that meet at less than about 50 degrees look round.
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
    auto& a = pieces[i].normal1;
    auto& b = pieces[i + 1].normal0;
    const auto& next = pieces[i + 1].normal1;
    const float cosine = a[0] * next[0] + a[1] * next[1];
    if (cosine > 0.64F) {
      const float out = a[0] + b[0];
      const float up = a[1] + b[1];
      const float size = std::hypot(out, up);
      a[0] = b[0] = out / size;
      a[1] = b[1] = up / size;
    }
  }
  return pieces;
}

void SolidSet::intersect_revolved(const Entry& entry, Vec3 from, Vec3 along, Hit& hit) {
  // The upright cylinder around the solid first: most rays miss it.
  const float flat = along.x * along.x + along.z * along.z;
  const float aside = from.x * along.z - from.z * along.x;
  if (aside * aside > entry.widest * entry.widest * flat) {
    return;
  }
  // Heights at which the ray is inside that cylinder: only pieces between them can be hit.
  float low = -1e9F;
  float high = 1e9F;
  if (flat > 1e-8F) {
    const float middle = -(from.x * along.x + from.z * along.z) / flat;
    const float half =
        std::sqrt(std::max(0.0F, entry.widest * entry.widest * flat - aside * aside)) / flat;
    const float y0 = from.y + along.y * std::max(middle - half, 0.0F);
    const float y1 = from.y + along.y * (middle + half);
    low = std::min(y0, y1) - 1e-3F;
    high = std::max(y0, y1) + 1e-3F;
  }
  const Piece* found = nullptr;
  float found_t = 0;
  for (const auto& piece : entry.pieces) {
    if (std::max(piece.y0, piece.y1) < low || std::min(piece.y0, piece.y1) > high) {
      continue;
    }
    float t = 0;
    const float distance = nearest_on(piece, from, along, hit.distance, t);
    if (distance < hit.distance) {
      hit.distance = distance;
      found = &piece;
      found_t = t;
    }
  }
  if (found != nullptr) {
    describe(entry, *found, found_t, from + along * hit.distance, along, hit);
  }
}

// Distance to the piece where it is hit before `limit`, else `limit`. `t` becomes the place along
// the piece.
float SolidSet::nearest_on(const Piece& piece, Vec3 from, Vec3 along, float limit, float& t) {
  const float rise = piece.y1 - piece.y0;
  if (std::abs(rise) < 1e-4F) {
    const float distance = std::abs(along.y) < 1e-7F ? -1 : (piece.y0 - from.y) / along.y;
    const float x = from.x + along.x * distance;
    const float z = from.z + along.z * distance;
    const float low = std::min(piece.r0, piece.r1);
    const float high = std::max(piece.r0, piece.r1);
    const float square = x * x + z * z;
    return distance > kNear && distance < limit && square >= low * low && square <= high * high
               ? distance
               : limit;
  }
  const float k = (piece.r1 - piece.r0) / rise;
  const float r = piece.r0 + k * (from.y - piece.y0);
  const float a = along.x * along.x + along.z * along.z - k * k * along.y * along.y;
  const float b = from.x * along.x + from.z * along.z - k * along.y * r;
  const float c = from.x * from.x + from.z * from.z - r * r;
  const float square = b * b - a * c;
  if (square < 0 || std::abs(a) < 1e-9F) {
    return limit;
  }
  const float root = std::sqrt(square);
  for (const float distance : {(-b - root) / a, (-b + root) / a}) {
    if (distance > kNear && distance < limit) {
      const float place = (from.y + along.y * distance - piece.y0) / rise;
      if (place >= 0 && place <= 1) {
        t = place;
        limit = distance;
      }
    }
  }
  return limit;
}

void SolidSet::describe(
    const Entry& entry, const Piece& piece, float t, Vec3 p, Vec3 along, Hit& hit) {
  const auto& solid = *entry.solid;
  const auto& material = solid.materials[static_cast<std::size_t>(piece.material)];
  const float radius = std::max(std::sqrt(p.x * p.x + p.z * p.z), 1e-4F);
  const float out = mix(piece.normal0[0], piece.normal1[0], t);
  const float up = mix(piece.normal0[1], piece.normal1[1], t);
  Vec3 normal = normalize({out * p.x / radius, up, out * p.z / radius});
  if (dot(normal, along) > 0) {
    normal = normal * -1;
  }
  hit.local = p;
  hit.normal = to_world(solid, normal);
  if (material.planar) {
    const float widest = std::max(piece.r0, piece.r1);
    hit.u = 0.5F + 0.499F * p.x / widest;
    hit.v = 0.5F + 0.499F * p.z / widest;
  } else {
    hit.u = std::atan2(p.x, p.z) / (2 * kPi) + 0.25F + material.turn;
    hit.v = 1 - (p.y - entry.bottom) / entry.height;
  }
  hit.material = &material;
  hit.solid = &solid;
}

void SolidSet::intersect_entry(const Entry& entry, const Ray& ray, Hit& hit) {
  const Vec3 offset = entry.center - ray.from;
  const float nearest = dot(offset, ray.direction);
  const float off_axis = dot(offset, offset) - nearest * nearest;
  if (off_axis > entry.radius * entry.radius || nearest + entry.radius < 0 ||
      nearest - entry.radius > hit.distance) {
    return;
  }
  const auto& solid = *entry.solid;
  const Vec3 from = to_local(solid, ray.from - solid.origin);
  const Vec3 along = to_local(solid, ray.direction);
  switch (solid.shape) {
    case Solid::Shape::revolved:
      intersect_revolved(entry, from, along, hit);
      break;
    case Solid::Shape::ellipsoid:
      hit_ellipsoid(solid, from, along, hit);
      break;
    case Solid::Shape::box:
      hit_box(solid, from, along, hit);
      break;
    case Solid::Shape::card:
      hit_card(solid, from, along, hit);
      break;
  }
}

void SolidSet::intersect(const Ray& ray, Hit& hit) const {
  for (const auto& entry : entries_) {
    intersect_entry(entry, ray, hit);
  }
  if (hit.material != nullptr) {
    hit.position = ray.from + ray.direction * hit.distance;
  }
}

bool SolidSet::blocked(const Ray& ray) const {
  Hit hit;
  for (const auto& entry : entries_) {
    intersect_entry(entry, ray, hit);
    if (hit.material != nullptr) {
      return true;
    }
  }
  return false;
}

}  // namespace muster
