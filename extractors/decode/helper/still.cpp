#include "extractors/decode/helper/still.h"

#include "extractors/decode/helper/still_answer.h"
#include "extractors/decode/helper/still_formats.h"

namespace muster {
namespace {

StillPixels decode_stored(const ChildContext& context, const HeaderFacts& header) {
  const auto side = static_cast<int>(context.request.output_side);
  switch (header.type) {
    case MediaType::jpeg:
      return decode_jpeg(context.input, header, side);
    case MediaType::png:
      return decode_png(context.input, header);
    case MediaType::webp:
      return decode_webp(context.input, header, side);
    case MediaType::gif:
      return decode_gif(context.input, header);
    default:
      return {};
  }
}

}  // namespace

void decode_still(const ChildContext& context, const HeaderFacts& header, AnswerWriter& answer) {
  const Turn turn = turn_of_exif(header.exif_orientation);
  MediaFacts& facts = answer.facts();
  facts.rotation_degrees = turn.degrees;
  facts.mirrored = turn.mirrored;
  const bool sideways = turn.degrees % 180 != 0;
  facts.width = sideways ? header.height : header.width;
  facts.height = sideways ? header.width : header.height;
  if (header.width == 0 || header.height == 0) {
    return;  // cut within its header
  }
  hand_over(context, decode_stored(context, header), turn, answer);
}

bool is_plain_still(MediaType type) {
  return type == MediaType::jpeg || type == MediaType::png || type == MediaType::webp ||
         type == MediaType::gif;
}

}  // namespace muster
