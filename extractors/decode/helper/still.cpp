#include "extractors/decode/helper/still.h"

#include "extractors/decode/helper/previews.h"
#include "extractors/decode/helper/still_answer.h"
#include "extractors/decode/helper/still_formats.h"

#include <opencv2/core.hpp>

namespace muster {
namespace {

StillPixels decode_stored(const ChildContext& context,
                          const HeaderFacts& header,
                          const PlacePicture& place) {
  const DecodeRequest& request = context.request;
  switch (header.type) {
    case MediaType::jpeg:
      return decode_jpeg(context.input, header, static_cast<int>(request.scale_side), place);
    case MediaType::png:
      return decode_png(context.input, header);
    case MediaType::webp:
      return decode_webp(context.input, header, request);
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
  // Where nothing is left to do, pixels are decoded to where they stay.
  const bool upright = turn.degrees == 0 && !turn.mirrored &&
                       context.request.mode != DecodeMode::picture && !header.has_icc_profile;
  const PlacePicture place = [&](cv::Size size) {
    const bool fits = size_in_answer(context.request, size.width, size.height) == size;
    return upright && fits ? answer.place_frame(size, 0, 0) : cv::Mat();
  };
  hand_over(context, decode_stored(context, header, place), turn, answer);
}

void make_still_sheet(const ChildContext& context, AnswerWriter& answer) {
  add_sheet_of_thumbnails(
      context,
      [](std::span<const std::byte> jpeg) {
        const HeaderFacts header = check_header(jpeg, {});
        constexpr int kSide = 480;
        return header.type == MediaType::jpeg && header.integrity == Integrity::whole
                   ? decode_jpeg(jpeg, header, kSide).pixels
                   : cv::Mat();
      },
      answer);
}

bool is_plain_still(MediaType type) {
  return type == MediaType::jpeg || type == MediaType::png || type == MediaType::webp ||
         type == MediaType::gif;
}

}  // namespace muster
