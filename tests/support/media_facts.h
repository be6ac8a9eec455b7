#pragma once

#include "core/media.h"
#include "extractors/media/seen_media.h"

namespace muster {

// Facts as muster-decode gives them for a whole JPEG; tests change what they are about.
inline MediaFacts jpeg_facts(int width, int height) {
  MediaFacts facts;
  facts.type = MediaType::jpeg;
  facts.byte_size = 500'000;
  facts.integrity = Integrity::whole;
  facts.width = facts.coded_width = width;
  facts.height = facts.coded_height = height;
  facts.codec = "mjpeg";
  facts.pixel_format = "yuvj420p";
  facts.color_space = "srgb";
  return facts;
}

// For a whole MP4 with H.264 and AAC, 30 frames per second.
inline MediaFacts mp4_facts(int width, int height, std::int64_t duration_ms) {
  MediaFacts facts = jpeg_facts(width, height);
  facts.type = MediaType::mp4;
  facts.byte_size = 20'000'000;
  facts.codec = "h264";
  facts.pixel_format = "yuv420p";
  facts.color_space = "sdr";
  facts.duration_ms = duration_ms;
  facts.frame_rate = 30;
  facts.variable_frame_rate = false;
  facts.frame_count = duration_ms * 30 / 1000;
  facts.bit_rate = 8'000'000;
  facts.moov_first = true;
  facts.edit_list = false;
  facts.has_audio = true;
  facts.audio_codec = "aac";
  facts.audio_channels = 2;
  facts.audio_sample_rate = 48'000;
  return facts;
}

inline SeenMedia decoded(MediaFacts facts) {
  SeenMedia media;
  media.facts = std::move(facts);
  return media;
}

}  // namespace muster
