#include "extractors/decode/helper/decode.h"

#include "core/text.h"
#include "extractors/decode/header_check.h"
#include "extractors/decode/helper/output.h"
#include "extractors/decode/helper/probes.h"
#include "extractors/decode/helper/still.h"
#include "extractors/decode/helper/video.h"

#include <fmt/format.h>

namespace muster {
namespace {

void copy_facts(const HeaderFacts& header, MediaFacts& facts) {
  facts.type = header.type;
  facts.coded_width = header.width;
  facts.coded_height = header.height;
  facts.width = header.width;
  facts.height = header.height;
  facts.codec = header.codec;
  facts.pixel_format = header.pixel_format;
  facts.has_alpha = header.has_alpha;
  facts.has_icc_profile = header.has_icc_profile;
  facts.has_exif = header.has_exif;
  facts.has_gps = header.has_gps;
  facts.animated = header.animated;
  facts.moov_first = header.moov_first;
  facts.edit_list = header.edit_list;
}

void decode_media(const ChildContext& context, AnswerWriter& answer) {
  const HeaderFacts header =
      check_header(context.input, {context.request.max_pixels, context.request.max_side});
  copy_facts(header, answer.facts());
  answer.facts().integrity = Integrity::whole;
  if (header.integrity != Integrity::whole) {
    answer.report(header.integrity, header.detail, header.remedy);
  }
  if (header.integrity == Integrity::refused || header.integrity == Integrity::unreadable) {
    return;
  }
  if (kind_of(header.type) == MediaKind::image) {
    decode_still(context, header, answer);
  } else if (context.request.mode == DecodeMode::media) {
    decode_video(context, header, answer);
  } else {
    answer.report(Integrity::refused, "it is a video", "use a JPEG, PNG or WebP picture");
  }
}

}  // namespace

int decode(const ChildContext& context) {
  if (context.request.mode == DecodeMode::probe) {
    return run_probe(context);
  }
  AnswerWriter answer(context);
  decode_media(context, answer);
  answer.finish();
  return kExitAnswered;
}

void warm_up() {
  warm_up_stills();
  warm_up_video();
}

}  // namespace muster
