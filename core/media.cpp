#include "core/media.h"

namespace muster {
namespace {

struct TypeNames {
  std::string_view iana;
  std::string_view extension;
};

TypeNames names_of(MediaType type) {
  switch (type) {
    case MediaType::jpeg:
      return {"image/jpeg", ".jpg"};
    case MediaType::png:
      return {"image/png", ".png"};
    case MediaType::webp:
      return {"image/webp", ".webp"};
    case MediaType::gif:
      return {"image/gif", ".gif"};
    case MediaType::heic:
      return {"image/heic", ".heic"};
    case MediaType::avif:
      return {"image/avif", ".avif"};
    case MediaType::mp4:
      return {"video/mp4", ".mp4"};
    case MediaType::mov:
      return {"video/quicktime", ".mov"};
    case MediaType::webm:
      return {"video/webm", ".webm"};
    case MediaType::mkv:
      return {"video/x-matroska", ".mkv"};
    case MediaType::unknown:
      break;
  }
  return {"application/octet-stream", ".bin"};
}

}  // namespace

std::string_view iana_media_type(MediaType type) {
  return names_of(type).iana;
}
std::string_view file_extension(MediaType type) {
  return names_of(type).extension;
}

}  // namespace muster
