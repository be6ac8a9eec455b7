#pragma once

#include "samples/render/stage.h"

#include <vector>

namespace muster {

struct Ray {
  Vec3 from;
  Vec3 direction;  // of length 1
};

struct Hit {
  float distance = 1e9F;
  Vec3 position;
  Vec3 local;
  Vec3 normal;
  float u = 0;
  float v = 0;
  const Material* material = nullptr;
  const Solid* solid = nullptr;
};

// The solids with what can be worked out once.
class SolidSet {
 public:
  explicit SolidSet(const std::vector<Solid>& solids);  // borrows them

  // Updates `hit` where something is nearer.
  void intersect(const Ray& ray, Hit& hit) const;
  bool blocked(const Ray& ray) const;

 private:
  struct Piece {  // of a revolved solid
    float r0, y0, r1, y1;
    float normal0[2];  // outwards, up
    float normal1[2];
    int material;
  };
  struct Entry {
    const Solid* solid;
    Vec3 center;  // of a sphere around it
    float radius;
    std::vector<Piece> pieces;
    float height;  // of the label's pieces
    float bottom;
    float widest;
  };

  static std::vector<Piece> pieces_of(const Solid& solid);
  static void intersect_entry(const Entry& entry, const Ray& ray, Hit& hit);
  static void intersect_revolved(const Entry& entry, Vec3 from, Vec3 along, Hit& hit);
  static float nearest_on(const Piece& piece, Vec3 from, Vec3 along, float limit, float& t);
  static void describe(
      const Entry& entry, const Piece& piece, float t, Vec3 p, Vec3 along, Hit& hit);

  std::vector<Entry> entries_;
};

}  // namespace muster
