#pragma once

#include "config/brief.h"
#include "config/packs.h"
#include "core/finding.h"
#include "core/media.h"
#include "core/submission.h"
#include "extractors/media/seen_media.h"

#include <optional>
#include <string_view>
#include <vector>

namespace muster {

// What the checks of one revision look at. Everything is borrowed and constant while they run.
struct CheckInput {
  const Manifest& manifest;
  const std::vector<SeenMedia>& media;  // in order
  const Brief& brief;
  const PlacementPack* placement = nullptr;  // nullptr: none named or known
  std::vector<const MarketPack*> markets;
  const BrandIndex* brands = nullptr;  // nullptr: the brief has no kit
};

// One kind of question about a submission. Instances are stateless: one serves all threads.
class Check {
 public:
  virtual ~Check() = default;
  // "format", "disclosure": Finding::check of what it finds.
  virtual std::string_view name() const = 0;
  // Never throws for bad media or text: what can't be judged is a could_not_check finding with the
  // reason.
  virtual std::vector<Finding> run(const CheckInput& input) const = 0;
};

}  // namespace muster
