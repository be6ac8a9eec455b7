#include "extractors/decode/helper/decode.h"
#include "extractors/decode/helper/heif.h"
#include "extractors/decode/helper/video.h"

#include <string>

namespace {

using namespace muster;

std::string libraries() {
  return video_libraries() + ", " + heif_libraries();
}

bool takes(MediaType type) {
  return kind_of(type) == MediaKind::video || is_heif(type);
}

void decode_large(const ChildContext& context, const HeaderFacts& header, AnswerWriter& answer) {
  if (is_heif(header.type)) {
    decode_heif(context, header, answer);
  } else {
    decode_video(context, header, answer);
  }
}

}  // namespace

// muster-decode-video: the same for videos, and for photos that are coded like them.
int main() {
  return run_helper({warm_up_video, libraries, takes, decode_large});
}
