#include "extractors/registry.h"

#include "extractors/media/brand_visibility.h"
#include "extractors/media/checks.h"

namespace muster {
namespace {

std::vector<std::unique_ptr<Check>> make_checks() {
  std::vector<std::unique_ptr<Check>> checks;
  checks.push_back(make_intake_check());
  checks.push_back(make_media_integrity_check());
  checks.push_back(make_transcript_check());
  checks.push_back(make_format_check());
  checks.push_back(make_picture_check());
  checks.push_back(make_caption_check());
  checks.push_back(make_disclosure_check());
  checks.push_back(make_watermark_check());
  checks.push_back(make_brand_visibility_check());
  return checks;
}

}  // namespace

const std::vector<std::unique_ptr<Check>>& all_checks() {
  static const std::vector<std::unique_ptr<Check>> kChecks = make_checks();
  return kChecks;
}

}  // namespace muster
