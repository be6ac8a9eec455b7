#pragma once

#include "core/hash.h"
#include "core/preview.h"

#include <vector>

namespace muster {

// The previews of files and of submissions, known by the hash of what they show: the bytes of a
// file, or the content of a revision for its contact sheet. So the same bytes are previewed once,
// whoever sends them.
class Previews {
 public:
  virtual ~Previews() = default;

  // In the order of kinds; empty where nothing was tried yet, or by an older form of previews.
  virtual std::vector<Preview> of(const ContentHash& subject) = 0;
  // Replaces what is there. The bytes must be in the blob store already.
  virtual void keep(const ContentHash& subject, const std::vector<Preview>& previews) = 0;
};

// Grows when previews are made differently, so that they are made anew with the next check.
inline constexpr int kPreviewForm = 1;

}  // namespace muster
