#include "extractors/decode/helper/decode.h"

#include "extractors/decode/helper/probes.h"

#include <algorithm>
#include <cstdio>

#include <opencv2/core.hpp>
#include <sys/stat.h>

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
  facts.frame_count = header.frame_count;
  // Delays may add up to years.
  constexpr std::int64_t kLongest = 1'000'000'000;
  if (header.animation_ms) {
    facts.duration_ms = std::min(*header.animation_ms, kLongest);
  }
  facts.moov_first = header.moov_first;
  facts.edit_list = header.edit_list;
}

void decode_media(const ChildContext& context, const MediaDecoder& decoder, AnswerWriter& answer) {
  const HeaderFacts header = check_header(
      context.input, {context.request.max_pixels, context.request.max_side, context.request.heif});
  copy_facts(header, answer.facts());
  answer.set_origin(read_origin(header.metadata), read_place(header.metadata.exif));
  answer.facts().integrity = Integrity::whole;
  if (header.integrity != Integrity::whole) {
    answer.report(header.integrity, header.detail, header.remedy);
  }
  if (header.integrity == Integrity::refused || header.integrity == Integrity::unreadable) {
    return;
  }
  if (context.request.mode == DecodeMode::picture && kind_of(header.type) == MediaKind::video) {
    answer.report(Integrity::refused, "it is a video", "use a JPEG, PNG or WebP picture");
  } else if (decoder.takes(header.type)) {
    decoder.decode(context, header, answer);
  } else {
    answer.report(Integrity::refused, "it came to the wrong decoder", "upload the file again");
  }
}

}  // namespace

int run_child(const ChildContext& context, const MediaDecoder& decoder) {
  if (context.request.mode == DecodeMode::probe) {
    return run_probe(context.request.probe, context.request.memory_bytes, context.zygote);
  }
  AnswerWriter answer(context);
  if (context.request.mode != DecodeMode::sheet) {
    decode_media(context, decoder, answer);
  } else if (decoder.make_sheet != nullptr) {
    decoder.make_sheet(context, answer);
  }
  answer.finish();
  return kExitAnswered;
}

int run_helper(const MediaDecoder& decoder) {
  struct stat status {};
  if (::fstat(kControlFd, &status) != 0 || !S_ISSOCK(status.st_mode)) {
    std::fputs("this program is started by muster; there is nothing to run by hand\n", stderr);
    return 2;
  }
  cv::setNumThreads(0);
  decoder.warm_up();
  return run_zygote([&](const ChildContext& context) { return run_child(context, decoder); },
                    decoder.libraries());
}

}  // namespace muster
