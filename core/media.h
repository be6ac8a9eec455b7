#pragma once

#include "core/enum_names.h"
#include "core/time_span.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

enum class MediaType { unknown, jpeg, png, webp, gif, heic, avif, mp4, mov, webm, mkv };
template <>
inline constexpr auto kEnumNames<MediaType> = enum_names<MediaType>({{MediaType::unknown,
                                                                      "unknown"},
                                                                     {MediaType::jpeg, "jpeg"},
                                                                     {MediaType::png, "png"},
                                                                     {MediaType::webp, "webp"},
                                                                     {MediaType::gif, "gif"},
                                                                     {MediaType::heic, "heic"},
                                                                     {MediaType::avif, "avif"},
                                                                     {MediaType::mp4, "mp4"},
                                                                     {MediaType::mov, "mov"},
                                                                     {MediaType::webm, "webm"},
                                                                     {MediaType::mkv, "mkv"}});

enum class MediaKind { unknown, image, video };
template <>
inline constexpr auto kEnumNames<MediaKind> = enum_names<MediaKind>(
    {{MediaKind::unknown, "unknown"}, {MediaKind::image, "image"}, {MediaKind::video, "video"}});

constexpr MediaKind kind_of(MediaType type) {
  switch (type) {
    case MediaType::jpeg:
    case MediaType::png:
    case MediaType::webp:
    case MediaType::gif:
    case MediaType::heic:
    case MediaType::avif:
      return MediaKind::image;
    case MediaType::mp4:
    case MediaType::mov:
    case MediaType::webm:
    case MediaType::mkv:
      return MediaKind::video;
    case MediaType::unknown:
      break;
  }
  return MediaKind::unknown;
}

// IANA media type ("image/jpeg") and usual file extension with dot (".jpg");
// "application/octet-stream" and ".bin" for unknown.
std::string_view iana_media_type(MediaType type);
std::string_view file_extension(MediaType type);

// How much of a file could be read.
enum class Integrity {
  whole,       // every byte that the format promises is there and was decoded
  truncated,   // it ends too early; what was decoded is partial
  damaged,     // the decoder reports errors in the middle
  unreadable,  // nothing could be decoded: not a media file, empty, or broken at the start
  refused,     // we do not decode it: type, codec or size is not on our list
  crashed,     // the decoder died or overran a limit on it; no statement about the file itself
};
template <>
inline constexpr auto kEnumNames<Integrity> =
    enum_names<Integrity>({{Integrity::whole, "whole"},
                           {Integrity::truncated, "truncated"},
                           {Integrity::damaged, "damaged"},
                           {Integrity::unreadable, "unreadable"},
                           {Integrity::refused, "refused"},
                           {Integrity::crashed, "crashed"}});

// Of each list of spans or cuts at most so many are kept, the first ones.
inline constexpr std::size_t kMaxListedSpans = 100;

// What goes on in the pictures of a video, from looking at every one of them. What counts as black,
// frozen or a cut is house policy; extractors/decode/helper/video_facts.h states it.
struct VideoContent {
  std::vector<TimeSpan> black;
  std::vector<TimeSpan> frozen;
  std::vector<std::int64_t> cuts_ms;  // when the first picture of a new scene is shown
  // Black bars that stay the whole time, as shares of the shown frame's height or width: 0..1.
  double bar_top = 0;
  double bar_bottom = 0;
  double bar_left = 0;
  double bar_right = 0;

  bool operator==(const VideoContent&) const = default;
};

// What is heard, from decoding the whole track.
struct SoundContent {
  std::int64_t duration_ms = 0;
  // Integrated loudness in LUFS (EBU R 128); nullopt: nothing above its gate of -70 LUFS.
  std::optional<double> loudness_lufs;
  std::optional<double> peak_dbfs;  // of the samples; nullopt: all are zero
  std::vector<TimeSpan> silent;

  bool operator==(const SoundContent&) const = default;
};

// What is known about a media file, apart from what its pictures mean.
struct MediaFacts {
  MediaType type = MediaType::unknown;  // by magic bytes, never by name
  std::uint64_t byte_size = 0;
  Integrity integrity = Integrity::unreadable;
  std::string integrity_detail;  // for people, empty when whole

  // Pixels as a viewer sees them, after orientation and sample aspect ratio; 0 when unknown.
  int width = 0;
  int height = 0;
  // Pixels as stored.
  int coded_width = 0;
  int coded_height = 0;
  // Clockwise degrees by which the stored picture is turned for display: 0, 90, 180 or 270;
  // mirrored afterwards.
  int rotation_degrees = 0;
  bool mirrored = false;

  std::string codec;         // "jpeg", "h264", "vp9": FFmpeg's names
  std::string pixel_format;  // "yuv420p", "rgb24", "cmyk"
  // What its colors are told in. Stills: "srgb", also where nothing says so, "cmyk", or "other"
  // where a profile says so; videos: "sdr", "wide" (BT.2020) or "hdr" (PQ, HLG). Empty: not known.
  std::string color_space = {};
  bool has_alpha = false;
  bool has_icc_profile = false;
  bool has_exif = false;
  bool has_gps = false;
  bool animated = false;  // more than one frame in a still format

  // Videos only.
  std::optional<std::int64_t> duration_ms;
  std::optional<double> frame_rate;  // frames per second, mean over the real timestamps
  std::optional<bool> variable_frame_rate;
  std::optional<std::int64_t> frame_count;
  std::optional<std::int64_t> bit_rate;  // bits per second, whole file
  std::optional<bool> moov_first;        // MP4 and MOV: index before the media data
  std::optional<bool> edit_list;         // MP4 and MOV: a non-trivial edit list
  std::optional<bool> has_audio;
  std::string audio_codec;
  std::optional<int> audio_channels;
  std::optional<int> audio_sample_rate;       // hertz
  std::optional<VideoContent> video_content;  // nullopt: too long to look at every picture
  std::optional<SoundContent> sound_content;  // nullopt: no sound, or a codec that is not read

  MediaKind kind() const { return kind_of(type); }
  bool operator==(const MediaFacts&) const = default;
};

}  // namespace muster
