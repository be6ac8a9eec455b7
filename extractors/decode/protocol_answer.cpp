#include "extractors/decode/message_fields.h"
#include "extractors/decode/protocol.h"

#include <array>
#include <cstring>

// What a child leaves in the output memory: the one part of the protocol that hostile bytes can
// shape.

namespace muster {
namespace {

constexpr std::uint32_t kAnswerTag = message_tag("MDAN");

constexpr std::size_t kMaxText = 1000;  // bytes of a sentence
constexpr std::size_t kMaxName = 64;    // bytes of a codec's name
constexpr std::size_t kMaxClaim = 200;  // bytes of a text of MediaOrigin
constexpr std::uint64_t kHashedFrameBytes = 48;
constexpr std::uint64_t kFixedHeaderBytes = 16'384 + kHashedFrameBytes * kMaxHashedFrames;
constexpr std::uint64_t kFrameEntryBytes = 40;

void write_video_content(FieldWriter& writer, const std::optional<VideoContent>& content) {
  writer.u8(content ? 1 : 0);
  if (!content) {
    return;
  }
  writer.spans(content->black, kMaxListedSpans).spans(content->frozen, kMaxListedSpans);
  const std::size_t cuts = std::min(content->cuts_ms.size(), kMaxListedSpans);
  writer.u32(static_cast<std::uint32_t>(cuts));
  for (std::size_t i = 0; i < cuts; ++i) {
    writer.i64(content->cuts_ms[i]);
  }
  writer.real(content->bar_top).real(content->bar_bottom);
  writer.real(content->bar_left).real(content->bar_right);
}

std::optional<VideoContent> read_video_content(FieldReader& reader) {
  if (!reader.flag("video_content")) {
    return std::nullopt;
  }
  VideoContent content;
  content.black = reader.spans("black", kMaxListedSpans);
  content.frozen = reader.spans("frozen", kMaxListedSpans);
  const std::uint32_t cuts = reader.u32("cuts", 0, kMaxListedSpans);
  std::int64_t previous = 0;
  for (std::uint32_t i = 0; i < cuts && !reader.problem(); ++i) {
    previous = reader.i64("a cut", previous, kMaxTimeMs);
    content.cuts_ms.push_back(previous);
  }
  for (double* bar :
       {&content.bar_top, &content.bar_bottom, &content.bar_left, &content.bar_right}) {
    *bar = reader.real("a bar", 0, 1);
  }
  return content;
}

void write_sound_content(FieldWriter& writer, const std::optional<SoundContent>& content) {
  writer.u8(content ? 1 : 0);
  if (content) {
    writer.i64(content->duration_ms).optional(content->loudness_lufs).optional(content->peak_dbfs);
    writer.spans(content->silent, kMaxListedSpans);
  }
}

std::optional<SoundContent> read_sound_content(FieldReader& reader) {
  if (!reader.flag("sound_content")) {
    return std::nullopt;
  }
  constexpr double kQuietest = -200;  // dB; 24 bits end at -144
  constexpr double kLoudest = 100;
  SoundContent content;
  content.duration_ms = reader.i64("sound duration", 0, kMaxTimeMs);
  content.loudness_lufs = reader.optional_real("loudness_lufs", kQuietest, kLoudest);
  content.peak_dbfs = reader.optional_real("peak_dbfs", kQuietest, kLoudest);
  content.silent = reader.spans("silent", kMaxListedSpans);
  return content;
}

void write_facts(FieldWriter& writer, const MediaFacts& facts) {
  writer.u32(static_cast<std::uint32_t>(facts.type));
  writer.u32(static_cast<std::uint32_t>(facts.integrity));
  writer.text(facts.integrity_detail, kMaxText);
  for (const int value :
       {facts.width, facts.height, facts.coded_width, facts.coded_height, facts.rotation_degrees}) {
    writer.u32(static_cast<std::uint32_t>(value));
  }
  for (const bool value : {facts.mirrored,
                           facts.has_alpha,
                           facts.has_icc_profile,
                           facts.has_exif,
                           facts.has_gps,
                           facts.animated}) {
    writer.u8(value ? 1 : 0);
  }
  writer.text(facts.codec, kMaxName).text(facts.pixel_format, kMaxName);
  writer.text(facts.color_space, kMaxName).text(facts.audio_codec, kMaxName);
  writer.optional(facts.duration_ms).optional(facts.frame_rate);
  writer.optional(facts.variable_frame_rate).optional(facts.frame_count);
  writer.optional(facts.bit_rate).optional(facts.moov_first).optional(facts.edit_list);
  writer.optional(facts.has_audio).optional(facts.audio_channels);
  writer.optional(facts.audio_sample_rate);
  write_video_content(writer, facts.video_content);
  write_sound_content(writer, facts.sound_content);
}

template <typename Origin>
auto origin_texts(Origin& origin) {
  return std::array{&origin.camera_make,
                    &origin.camera_model,
                    &origin.software,
                    &origin.taken_at,
                    &origin.author,
                    &origin.copyright,
                    &origin.digital_source_type};
}

void write_origin(FieldWriter& writer,
                  const MediaOrigin& origin,
                  const std::optional<GeoPoint>& place) {
  for (const std::string* text : origin_texts(origin)) {
    writer.text(*text, kMaxClaim);
  }
  writer.u8(origin.has_xmp ? 1 : 0).u8(origin.has_iptc ? 1 : 0);
  writer.u8(origin.has_content_credentials ? 1 : 0);
  const GeoPoint point = place.value_or(GeoPoint{});
  writer.u8(place ? 1 : 0).u64(std::bit_cast<std::uint64_t>(point.latitude));
  writer.u64(std::bit_cast<std::uint64_t>(point.longitude));
}

void read_origin(FieldReader& reader, DecodeAnswer& answer) {
  for (std::string* text : origin_texts(answer.origin)) {
    *text = reader.text("a text of the origin", kMaxClaim);
  }
  answer.origin.has_xmp = reader.flag("has_xmp");
  answer.origin.has_iptc = reader.flag("has_iptc");
  answer.origin.has_content_credentials = reader.flag("has_content_credentials");
  const bool there = reader.flag("place");
  GeoPoint point;
  point.latitude = reader.within("latitude", 90);
  point.longitude = reader.within("longitude", 180);
  if (there) {
    answer.place = point;
  }
}

std::optional<int> to_int(std::optional<std::int64_t> value) {
  return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

MediaFacts read_facts(FieldReader& reader) {
  MediaFacts facts;
  facts.type = reader.name_of<MediaType>("type");
  facts.integrity = reader.name_of<Integrity>("integrity");
  facts.integrity_detail = reader.text("integrity_detail", kMaxText);
  for (int* value : {&facts.width, &facts.height, &facts.coded_width, &facts.coded_height}) {
    *value = static_cast<int>(reader.u32("a side", 0, kMaxClaimedSide));
  }
  facts.rotation_degrees = static_cast<int>(reader.u32("rotation_degrees", 0, 270));
  if (facts.rotation_degrees % 90 != 0) {
    reader.fail("rotation_degrees", "is not a quarter turn");
  }
  for (bool* value : {&facts.mirrored,
                      &facts.has_alpha,
                      &facts.has_icc_profile,
                      &facts.has_exif,
                      &facts.has_gps,
                      &facts.animated}) {
    *value = reader.flag("a flag");
  }
  facts.codec = reader.text("codec", kMaxName);
  facts.pixel_format = reader.text("pixel_format", kMaxName);
  facts.color_space = reader.text("color_space", kMaxName);
  facts.audio_codec = reader.text("audio_codec", kMaxName);
  facts.duration_ms = reader.optional("duration_ms", kMaxTimeMs);
  facts.frame_rate = reader.optional_real("frame_rate", 0, 1e6);
  facts.variable_frame_rate = reader.optional_flag("variable_frame_rate");
  facts.frame_count = reader.optional("frame_count", 1'000'000'000);
  facts.bit_rate = reader.optional("bit_rate", 1'000'000'000'000);
  facts.moov_first = reader.optional_flag("moov_first");
  facts.edit_list = reader.optional_flag("edit_list");
  facts.has_audio = reader.optional_flag("has_audio");
  facts.audio_channels = to_int(reader.optional("audio_channels", 1024));
  facts.audio_sample_rate = to_int(reader.optional("audio_sample_rate", 10'000'000));
  facts.video_content = read_video_content(reader);
  facts.sound_content = read_sound_content(reader);
  return facts;
}

// The picture lies behind the header, within the memory, and is not larger than asked for.
AnswerFrame read_frame(FieldReader& reader,
                       const DecodeRequest& request,
                       std::uint64_t output_bytes) {
  AnswerFrame frame;
  frame.time_ms = reader.i64("frame time", 0, kMaxTimeMs);
  frame.duration_ms = reader.i64("frame duration", 0, kMaxTimeMs);
  frame.width = reader.u32("frame width", 1, request.output_side);
  frame.height = reader.u32("frame height", 1, request.output_side);
  frame.channels = answer_channels(request.mode);
  frame.stride = reader.u32("frame stride", 0, UINT32_MAX);
  frame.offset = reader.u64("frame offset", 0, output_bytes);
  // No overflow: sides are at most 2^32 - 1, channels at most 4, and the product fits 64 bits only
  // when checked in turn.
  const std::uint64_t row_bytes = std::uint64_t{frame.width} * frame.channels;
  if (frame.stride < row_bytes) {
    reader.fail("frame stride", "is shorter than a row");
  } else if (frame.offset < answer_header_bytes(request.max_frames)) {
    reader.fail("frame offset", "lies within the header");
  } else if (std::uint64_t{frame.stride} > (output_bytes - frame.offset) / frame.height) {
    reader.fail("frame", "reaches beyond the memory");
  }
  return frame;
}

void write_preview(FieldWriter& writer, const AnswerPreview& preview) {
  writer.u32(static_cast<std::uint32_t>(preview.kind)).text(preview.why, kMaxText);
  writer.u32(static_cast<std::uint32_t>(preview.type)).u32(preview.width).u32(preview.height);
  writer.i64(preview.duration_ms).u64(preview.offset).u64(preview.bytes);
}

// Its bytes lie behind the header, within the memory; or there are none, and it says why.
AnswerPreview read_preview(FieldReader& reader,
                           const DecodeRequest& request,
                           std::uint64_t output_bytes) {
  AnswerPreview preview;
  preview.kind = reader.name_of<PreviewKind>("preview kind");
  preview.why = reader.text("why", kMaxText);
  const std::uint32_t least = preview.why.empty() ? 1 : 0;
  preview.type = reader.name_of<MediaType>("preview type");
  preview.width = reader.u32("preview width", least, least * kMaxPreviewSide);
  preview.height = reader.u32("preview height", least, least * kMaxPreviewSide);
  preview.duration_ms = reader.i64("preview duration", 0, least * kMaxTimeMs);
  preview.offset = reader.u64("preview offset", 0, least * output_bytes);
  preview.bytes = reader.u64("preview size", least, least * kPreviewBytes);
  if (least == 0) {
    return preview;
  }
  if (preview.offset < answer_header_bytes(request.max_frames)) {
    reader.fail("preview offset", "lies within the header");
  } else if (preview.bytes > output_bytes - preview.offset) {
    reader.fail("preview", "reaches beyond the memory");
  }
  return preview;
}

void write_hashed_frames(FieldWriter& writer, const std::vector<HashedFrame>& frames) {
  const std::size_t count = std::min(frames.size(), kMaxHashedFrames);
  writer.u32(static_cast<std::uint32_t>(count));
  for (std::size_t i = 0; i < count; ++i) {
    writer.i64(frames[i].time_ms).i64(frames[i].duration_ms);
    for (const std::uint64_t word : frames[i].hash.words) {
      writer.u64(word);
    }
  }
}

std::vector<HashedFrame> read_hashed_frames(FieldReader& reader) {
  std::vector<HashedFrame> frames;
  const std::uint32_t count = reader.u32("hashed frames", 0, kMaxHashedFrames);
  std::int64_t previous = 0;
  for (std::uint32_t i = 0; i < count && !reader.problem(); ++i) {
    HashedFrame frame;
    frame.time_ms = reader.i64("hashed frame time", previous, kMaxTimeMs);
    frame.duration_ms = reader.i64("hashed frame duration", 0, kMaxTimeMs);
    for (std::uint64_t& word : frame.hash.words) {
      word = reader.u64("hash", 0, UINT64_MAX);
    }
    previous = frame.time_ms;
    frames.push_back(frame);
  }
  return frames;
}

bool makes_previews(DecodeMode mode) {
  return mode == DecodeMode::previews || mode == DecodeMode::sheet;
}

}  // namespace

std::uint64_t answer_header_bytes(std::uint32_t max_frames) {
  // Whole cache lines, so that rows start aligned.
  return (kFixedHeaderBytes + kFrameEntryBytes * max_frames + 63) / 64 * 64;
}

std::uint32_t answer_channels(DecodeMode mode) {
  return mode == DecodeMode::picture ? 4 : 3;
}

std::uint64_t answer_frame_bytes(const DecodeRequest& request) {
  const std::uint64_t side = request.output_side;
  return (side * side * answer_channels(request.mode) + 63) / 64 * 64;
}

void write_answer(std::span<std::byte> output, const DecodeAnswer& answer) {
  FieldWriter writer = start_message(kAnswerTag);
  write_facts(writer, answer.facts);
  writer.text(answer.remedy, kMaxText);
  write_origin(writer, answer.origin, answer.place);
  writer.u32(static_cast<std::uint32_t>(answer.frames.size()));
  for (const AnswerFrame& frame : answer.frames) {
    writer.i64(frame.time_ms).i64(frame.duration_ms).u32(frame.width).u32(frame.height);
    writer.u32(frame.stride).u64(frame.offset);
  }
  writer.u32(static_cast<std::uint32_t>(answer.previews.size()));
  for (const AnswerPreview& preview : answer.previews) {
    write_preview(writer, preview);
  }
  write_hashed_frames(writer, answer.hashed_frames);
  const std::string bytes = writer.finish();
  std::memcpy(output.data(), bytes.data(), std::min(bytes.size(), output.size()));
}

Parsed<DecodeAnswer> parse_answer(std::span<const std::byte> output, const DecodeRequest& request) {
  FieldReader reader = open_message(output, kAnswerTag);
  DecodeAnswer answer;
  answer.facts = read_facts(reader);
  answer.remedy = reader.text("remedy", kMaxText);
  read_origin(reader, answer);
  const std::uint32_t count = reader.u32("frame count", 0, request.max_frames);
  std::int64_t previous_ms = -1;
  for (std::uint32_t i = 0; i < count && !reader.problem(); ++i) {
    answer.frames.push_back(read_frame(reader, request, output.size()));
    if (answer.frames.back().time_ms < previous_ms) {
      reader.fail("frame time", "goes backwards");
    }
    previous_ms = answer.frames.back().time_ms;
  }
  const std::uint32_t previews =
      reader.u32("preview count", 0, makes_previews(request.mode) ? kMaxPreviews : 0);
  for (std::uint32_t i = 0; i < previews && !reader.problem(); ++i) {
    answer.previews.push_back(read_preview(reader, request, output.size()));
  }
  answer.hashed_frames = read_hashed_frames(reader);
  if (answer.facts.integrity == Integrity::whole && answer.frames.empty() &&
      answer.previews.empty() && request.windows.empty()) {
    reader.fail("integrity", "is whole, but there is no picture");
  }
  return finish_reading(reader, std::move(answer));
}

}  // namespace muster
