#pragma once

#include "core/enum_names.h"
#include "core/hash.h"
#include "core/media.h"

#include <cstdint>
#include <optional>
#include <string>

namespace muster {

// What reviewers look at instead of a creator's own file.
enum class PreviewKind {
  thumbnail,      // JPEG; of a video, the picture that shows most
  contact_sheet,  // JPEG; pictures of a video with their times, or all files of a submission
  clip,           // MP4 with H.264, without sound; of videos
};
template <>
inline constexpr auto kEnumNames<PreviewKind> =
    enum_names<PreviewKind>({{PreviewKind::thumbnail, "thumbnail"},
                             {PreviewKind::contact_sheet, "contact_sheet"},
                             {PreviewKind::clip, "clip"}});

// Encoded anew from pixels, so that nothing of the file's own bytes is in it.
struct Preview {
  PreviewKind kind = PreviewKind::thumbnail;
  std::optional<ContentHash> blob;  // its bytes; nullopt: there is none
  std::string why;                  // why there is none, for people
  MediaType type = MediaType::unknown;
  std::uint64_t byte_size = 0;
  int width = 0;  // px
  int height = 0;
  std::int64_t duration_ms = 0;  // of a clip

  bool operator==(const Preview&) const = default;
};

}  // namespace muster
