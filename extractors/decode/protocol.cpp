#include "extractors/decode/protocol.h"

#include "core/text.h"
#include "extractors/decode/byte_reader.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace muster {
namespace {

// Four letters at the start of each message, as they lie in memory.
constexpr std::uint32_t tag(const char (&letters)[5]) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) {
    value = value << 8 | static_cast<unsigned char>(letters[i]);
  }
  return value;
}
constexpr std::uint32_t kRequestTag = tag("MDRQ");
constexpr std::uint32_t kHelloTag = tag("MDHI");
constexpr std::uint32_t kStartedTag = tag("MDST");
constexpr std::uint32_t kEndedTag = tag("MDEN");
constexpr std::uint32_t kAnswerTag = tag("MDAN");

constexpr std::size_t kMaxText = 1000;      // bytes of a sentence
constexpr std::size_t kMaxName = 64;        // bytes of a codec's name
constexpr std::size_t kMaxHelloText = 480;  // bytes; two of them fit in a message
constexpr std::size_t kMaxClaim = 200;      // bytes of a text of MediaOrigin
constexpr std::uint64_t kHashedFrameBytes = 48;
constexpr std::uint64_t kFixedHeaderBytes = 16'384 + kHashedFrameBytes * kMaxHashedFrames;
constexpr std::uint64_t kFrameEntryBytes = 40;
// Headers of refused files may claim any size.
constexpr std::uint32_t kMaxClaimedSide = INT32_MAX;
constexpr std::int64_t kMaxTimeMs = 1'000LL * 60 * 60 * 24 * 365;

class Writer {
 public:
  Writer& u8(std::uint8_t value) { return little_endian(value, 1); }
  Writer& u32(std::uint32_t value) { return little_endian(value, 4); }
  Writer& u64(std::uint64_t value) { return little_endian(value, 8); }
  Writer& i64(std::int64_t value) { return u64(static_cast<std::uint64_t>(value)); }
  Writer& text(std::string_view value, std::size_t limit) {
    // Cut at a code point's start.
    std::size_t size = std::min(value.size(), limit);
    while (size < value.size() && size > 0 && (value[size] & 0xC0) == 0x80) {
      --size;
    }
    u32(static_cast<std::uint32_t>(size));
    bytes_.append(value.substr(0, size));
    return *this;
  }
  template <typename T>
  Writer& optional(const std::optional<T>& value) {
    u8(value.has_value() ? 1 : 0);
    if constexpr (std::is_same_v<T, double>) {
      return u64(std::bit_cast<std::uint64_t>(value.value_or(0.0)));
    } else {
      return i64(static_cast<std::int64_t>(value.value_or(T{})));
    }
  }
  Writer& real(double value) { return u64(std::bit_cast<std::uint64_t>(value)); }
  Writer& spans(const std::vector<TimeSpan>& spans, std::size_t most) {
    const std::size_t count = std::min(spans.size(), most);
    u32(static_cast<std::uint32_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
      i64(spans[i].start_ms).i64(spans[i].end_ms);
    }
    return *this;
  }
  std::string finish() { return std::move(bytes_); }

 private:
  Writer& little_endian(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) {
      bytes_.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
    }
    return *this;
  }

  std::string bytes_;
};

// Reads fields and remembers the first that is out of its range.
class FieldReader {
 public:
  explicit FieldReader(std::span<const std::byte> bytes) : reader_(bytes) {}

  std::uint64_t u64(std::string_view name, std::uint64_t low, std::uint64_t high) {
    return in_range(name, reader_.u64le(), low, high);
  }
  std::int64_t i64(std::string_view name, std::int64_t low, std::int64_t high) {
    return in_range(name, static_cast<std::int64_t>(reader_.u64le()), low, high);
  }
  std::uint32_t u32(std::string_view name, std::uint32_t low, std::uint32_t high) {
    return in_range(name, reader_.u32le(), low, high);
  }
  bool flag(std::string_view name) { return in_range<std::uint8_t>(name, reader_.u8(), 0, 1) != 0; }
  std::string text(std::string_view name, std::size_t limit) {
    const std::uint32_t size = u32(name, 0, static_cast<std::uint32_t>(limit));
    const std::string_view value = reader_.text(problem_.empty() ? size : 0);
    if (find_invalid_utf8(value) || value.find('\0') != std::string_view::npos) {
      fail(name, "is not UTF-8 text");
      return {};
    }
    return std::string(value);
  }
  std::optional<std::int64_t> optional(std::string_view name, std::int64_t high) {
    const bool there = flag(name);
    const std::int64_t value = i64(name, 0, high);
    return there ? std::optional(value) : std::nullopt;
  }
  std::optional<bool> optional_flag(std::string_view name) {
    const auto value = optional(name, 1);
    return value ? std::optional(*value != 0) : std::nullopt;
  }
  template <typename E>
  E name_of(std::string_view name) {
    const std::uint32_t value = u32(name, 0, static_cast<std::uint32_t>(kEnumNames<E>.size() - 1));
    return static_cast<E>(value);
  }
  double real(std::string_view name, double low, double high) {
    const double value = std::bit_cast<double>(reader_.u64le());
    if (!std::isfinite(value) || value < low || value > high) {
      fail(name, "is out of range");
      return low;
    }
    return value;
  }
  std::optional<double> optional_real(std::string_view name, double low, double high) {
    const bool there = flag(name);
    const double value = std::bit_cast<double>(reader_.u64le());
    if (there && (!std::isfinite(value) || value < low || value > high)) {
      fail(name, "is out of range");
    }
    return there ? std::optional(value) : std::nullopt;
  }
  // In order of time, none within another.
  std::vector<TimeSpan> spans(std::string_view name, std::size_t most) {
    std::vector<TimeSpan> spans;
    const std::uint32_t count = u32(name, 0, static_cast<std::uint32_t>(most));
    std::int64_t previous = 0;
    for (std::uint32_t i = 0; i < count && !problem(); ++i) {
      TimeSpan span;
      span.start_ms = i64(name, previous, kMaxTimeMs);
      span.end_ms = i64(name, span.start_ms, kMaxTimeMs);
      previous = span.end_ms;
      spans.push_back(span);
    }
    return spans;
  }
  // A finite number between -limit and limit.
  double within(std::string_view name, double limit) {
    const double value = std::bit_cast<double>(reader_.u64le());
    if (!(std::abs(value) <= limit)) {
      fail(name, "is out of range");
      return 0;
    }
    return value;
  }
  void fail(std::string_view name, std::string_view what) {
    if (problem_.empty()) {
      problem_ = {std::string(name) + " " + std::string(what)};
    }
  }
  // The first problem, with a message that ends too early before all others.
  std::optional<ParseError> problem() const {
    if (!reader_.ok()) {
      return ParseError{"byte " + std::to_string(reader_.position()), "the message ends too early"};
    }
    if (!problem_.empty()) {
      return ParseError{"", problem_};
    }
    return std::nullopt;
  }

 private:
  template <typename T>
  T in_range(std::string_view name, T value, T low, T high) {
    if (value < low || value > high) {
      fail(name, "is out of range");
      return low;
    }
    return value;
  }

  ByteReader reader_;
  std::string problem_;
};

FieldReader open_message(std::span<const std::byte> message, std::uint32_t expected) {
  FieldReader reader(message);
  reader.u32("tag", expected, expected);
  reader.u32("version", kDecodeProtocolVersion, kDecodeProtocolVersion);
  return reader;
}

Writer start_message(std::uint32_t message_tag) {
  Writer writer;
  writer.u32(message_tag).u32(kDecodeProtocolVersion);
  return writer;
}

template <typename T>
Parsed<T> finish(const FieldReader& reader, T value) {
  if (auto problem = reader.problem()) {
    return tl::unexpected(std::move(*problem));
  }
  return value;
}

void write_video_content(Writer& writer, const std::optional<VideoContent>& content) {
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

void write_sound_content(Writer& writer, const std::optional<SoundContent>& content) {
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

void write_facts(Writer& writer, const MediaFacts& facts) {
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
  writer.text(facts.audio_codec, kMaxName);
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

void write_origin(Writer& writer, const MediaOrigin& origin, const std::optional<GeoPoint>& place) {
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

void write_hashed_frames(Writer& writer, const std::vector<HashedFrame>& frames) {
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

}  // namespace

std::string encode(const DecodeRequest& request) {
  Writer writer = start_message(kRequestTag);
  writer.u32(static_cast<std::uint32_t>(request.mode)).u32(request.probe);
  writer.u64(request.input_bytes).u64(request.output_bytes).u64(request.max_pixels);
  writer.u32(request.max_side).u32(request.output_side).u32(request.max_frames);
  writer.i64(request.max_duration_ms).u64(request.memory_bytes).u32(request.cpu_seconds);
  writer.spans(request.windows, kMaxWindows).i64(request.every_ms);
  writer.u8(request.heif ? 1 : 0);
  return writer.finish();
}

Parsed<DecodeRequest> parse_request(std::span<const std::byte> message) {
  constexpr std::uint64_t kTebibyte = 1ULL << 40;
  FieldReader reader = open_message(message, kRequestTag);
  DecodeRequest request;
  request.mode = static_cast<DecodeMode>(reader.u32("mode", 1, 3));
  request.probe = reader.u32("probe", 0, kSandboxProbes.size() - 1);
  request.input_bytes = reader.u64("input_bytes", 0, kTebibyte);
  request.output_bytes = reader.u64("output_bytes", 0, kTebibyte);
  request.max_pixels = reader.u64("max_pixels", 1, UINT32_MAX);
  request.max_side = reader.u32("max_side", 1, kMaxClaimedSide);
  request.output_side = reader.u32("output_side", 1, 65'535);
  request.max_frames = reader.u32("max_frames", 1, 65'535);
  request.max_duration_ms = reader.i64("max_duration_ms", 0, kMaxTimeMs);
  request.memory_bytes = reader.u64("memory_bytes", 1, kTebibyte);
  request.cpu_seconds = reader.u32("cpu_seconds", 1, 86'400);
  request.windows = reader.spans("windows", kMaxWindows);
  request.every_ms = reader.i64("every_ms", 0, kMaxTimeMs);
  request.heif = reader.flag("heif");
  return finish(reader, request);
}

std::string encode(const HelperHello& hello) {
  Writer writer = start_message(kHelloTag);
  writer.u8(hello.sandboxed ? 1 : 0).u32(hello.landlock_abi).u8(hello.privileges_dropped ? 1 : 0);
  writer.text(hello.problem, kMaxHelloText).text(hello.libraries, kMaxHelloText);
  return writer.finish();
}

Parsed<HelperHello> parse_hello(std::span<const std::byte> message) {
  FieldReader reader = open_message(message, kHelloTag);
  HelperHello hello;
  hello.sandboxed = reader.flag("sandboxed");
  hello.landlock_abi = reader.u32("landlock_abi", 0, 1000);
  hello.privileges_dropped = reader.flag("privileges_dropped");
  hello.problem = reader.text("problem", kMaxHelloText);
  hello.libraries = reader.text("libraries", kMaxHelloText);
  return finish(reader, std::move(hello));
}

std::string encode(const ChildStarted&) {
  return start_message(kStartedTag).finish();
}

Parsed<ChildStarted> parse_started(std::span<const std::byte> message) {
  return finish(open_message(message, kStartedTag), ChildStarted{});
}

std::string encode(const ChildEnded& ended) {
  Writer writer = start_message(kEndedTag);
  writer.u32(static_cast<std::uint32_t>(ended.error));
  writer.u32(static_cast<std::uint32_t>(ended.wait_status));
  writer.u64(ended.peak_memory_bytes).u64(ended.cpu_ms);
  return writer.finish();
}

Parsed<ChildEnded> parse_ended(std::span<const std::byte> message) {
  FieldReader reader = open_message(message, kEndedTag);
  ChildEnded ended;
  ended.error = static_cast<std::int32_t>(reader.u32("error", 0, 4095));
  ended.wait_status = static_cast<std::int32_t>(reader.u32("wait_status", 0, 0xFFFF));
  ended.peak_memory_bytes = reader.u64("peak_memory_bytes", 0, UINT64_MAX);
  ended.cpu_ms = reader.u64("cpu_ms", 0, UINT64_MAX);
  return finish(reader, ended);
}

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
  Writer writer = start_message(kAnswerTag);
  write_facts(writer, answer.facts);
  writer.text(answer.remedy, kMaxText);
  write_origin(writer, answer.origin, answer.place);
  writer.u32(static_cast<std::uint32_t>(answer.frames.size()));
  for (const AnswerFrame& frame : answer.frames) {
    writer.i64(frame.time_ms).i64(frame.duration_ms).u32(frame.width).u32(frame.height);
    writer.u32(frame.stride).u64(frame.offset);
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
  answer.hashed_frames = read_hashed_frames(reader);
  if (answer.facts.integrity == Integrity::whole && answer.frames.empty() &&
      request.windows.empty()) {
    reader.fail("integrity", "is whole, but there is no picture");
  }
  return finish(reader, std::move(answer));
}

}  // namespace muster
