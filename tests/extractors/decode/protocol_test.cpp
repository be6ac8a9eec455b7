#include "extractors/decode/protocol.h"

#include <limits>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

DecodeRequest some_request() {
  DecodeRequest request;
  request.input_bytes = 1234;
  request.max_pixels = 50'000'000;
  request.max_side = 20'000;
  request.output_side = 64;
  request.scale_side = 60;
  request.max_frames = 4;
  request.max_duration_ms = 7'200'000;
  request.memory_bytes = 1 << 30;
  request.cpu_seconds = 10;
  request.windows = {{0, 40}, {40, 90}, {1000, 1000}};
  request.every_ms = 20;
  request.output_bytes = answer_header_bytes(4) + 4 * answer_frame_bytes(request);
  return request;
}

DecodeAnswer some_answer(const DecodeRequest& request) {
  DecodeAnswer answer;
  MediaFacts& facts = answer.facts;
  facts.type = MediaType::mp4;
  facts.integrity = Integrity::truncated;
  facts.integrity_detail = "endet nach 61 % – zu früh";
  facts.width = 1080;
  facts.height = 1920;
  facts.coded_width = 1920;
  facts.coded_height = 1080;
  facts.rotation_degrees = 270;
  facts.mirrored = true;
  facts.codec = "h264";
  facts.pixel_format = "yuv420p";
  facts.color_space = "wide";
  facts.has_gps = true;
  facts.duration_ms = 12'345;
  facts.frame_rate = 29.97;
  facts.variable_frame_rate = false;
  facts.frame_count = 370;
  facts.has_audio = true;
  facts.audio_codec = "aac";
  facts.audio_channels = 2;
  facts.audio_sample_rate = 48'000;
  facts.edit_list = true;
  facts.video_content =
      VideoContent{{{0, 500}}, {{100, 2100}, {2100, 4000}}, {500, 2000}, 0.1, 0.2, 0, 1};
  facts.sound_content = SoundContent{12'000, -23.5, std::nullopt, {{0, 100}}};
  answer.remedy = "send the whole file";
  for (std::uint32_t i = 0; i < 4; ++i) {
    answer.frames.push_back(
        {100 * i, 100, 64, 36, 3, 192, answer_header_bytes(4) + i * answer_frame_bytes(request)});
  }
  return answer;
}

}  // namespace

TEST_CASE("messages come back as they were sent") {
  const DecodeRequest request = some_request();
  CHECK(parse_request(bytes_of(encode(request))) == request);
  const HelperHello hello{true, 7, true, "no problem"};
  CHECK(parse_hello(bytes_of(encode(hello))) == hello);
  CHECK(parse_started(bytes_of(encode(ChildStarted{}))));
  const ChildEnded ended{11, 0x8B, 1'000'000, 25};
  CHECK(parse_ended(bytes_of(encode(ended))) == ended);
}

TEST_CASE("an answer comes back as it was written") {
  const DecodeRequest request = some_request();
  std::vector<std::byte> memory(request.output_bytes);
  const DecodeAnswer answer = some_answer(request);
  write_answer(memory, answer);
  const auto parsed = parse_answer(memory, request);
  REQUIRE(parsed);
  CHECK(*parsed == answer);
}

TEST_CASE("a message cut anywhere is an error") {
  for (const std::string& message : {encode(some_request()),
                                     encode(HelperHello{true, 7, true, "x"}),
                                     encode(ChildStarted{}),
                                     encode(ChildEnded{})}) {
    for (std::size_t size = 0; size < message.size(); ++size) {
      const std::string cut = message.substr(0, size);
      CHECK_FALSE(parse_request(bytes_of(cut)));
      CHECK_FALSE(parse_hello(bytes_of(cut)));
      CHECK_FALSE(parse_started(bytes_of(cut)));
      CHECK_FALSE(parse_ended(bytes_of(cut)));
    }
  }
}

TEST_CASE("one kind of message is not taken for another, nor another version") {
  const std::string hello = encode(HelperHello{});
  CHECK_FALSE(parse_request(bytes_of(hello)));
  CHECK_FALSE(parse_started(bytes_of(hello)));
  std::string newer = encode(some_request());
  ++newer[4];
  CHECK_FALSE(parse_request(bytes_of(newer)));
}

TEST_CASE("an answer that lies about a frame is an error that names the field") {
  const DecodeRequest request = some_request();
  DecodeAnswer answer = some_answer(request);
  AnswerFrame& last = answer.frames.back();
  std::string field;
  SECTION("wider than asked for") {
    last.width = 65;
    field = "width";
  }
  SECTION("no height") {
    last.height = 0;
    field = "height";
  }
  SECTION("rows that overlap") {
    last.stride = 191;
    field = "stride";
  }
  SECTION("a last row that ends one byte behind the memory") {
    last.offset = request.output_bytes - 192 * 36 + 1;
    field = "beyond";
  }
  SECTION("a product that overflows 32 bits") {
    last.stride = 0x80000000;
    field = "beyond";
  }
  SECTION("an offset behind the memory") {
    last.offset = request.output_bytes + 1;
    field = "offset";
  }
  SECTION("an offset that wraps around") {
    last.offset = std::numeric_limits<std::uint64_t>::max();
    field = "offset";
  }
  SECTION("pixels within the header") {
    last.offset = 64;
    field = "header";
  }
  SECTION("time that runs backwards") {
    last.time_ms = 150;
    answer.frames[2].time_ms = 200;
    field = "backwards";
  }
  std::vector<std::byte> memory(request.output_bytes);
  write_answer(memory, answer);
  const auto parsed = parse_answer(memory, request);
  REQUIRE_FALSE(parsed);
  CAPTURE(to_string(parsed.error()));
  CHECK(to_string(parsed.error()).find(field) != std::string::npos);
}

TEST_CASE("a frame that ends with the memory is fine") {
  const DecodeRequest request = some_request();
  DecodeAnswer answer = some_answer(request);
  answer.frames.back().offset = request.output_bytes - 192 * 36;
  std::vector<std::byte> memory(request.output_bytes);
  write_answer(memory, answer);
  CHECK(parse_answer(memory, request));
}

TEST_CASE("an answer that lies about its facts is an error") {
  DecodeRequest request = some_request();
  DecodeAnswer answer = some_answer(request);
  SECTION("an integrity that does not exist") {
    answer.facts.integrity = static_cast<Integrity>(6);
  }
  SECTION("a type that does not exist") {
    answer.facts.type = static_cast<MediaType>(-1);
  }
  SECTION("an eighth of a turn") {
    answer.facts.rotation_degrees = 45;
  }
  SECTION("a negative width") {
    answer.facts.width = -1;
  }
  SECTION("a negative duration") {
    answer.facts.duration_ms = -1;
  }
  SECTION("a frame rate that is no number") {
    answer.facts.frame_rate = std::numeric_limits<double>::quiet_NaN();
  }
  SECTION("a black span that ends before it starts") {
    answer.facts.video_content->black = {{500, 499}};
  }
  SECTION("frozen spans that overlap") {
    answer.facts.video_content->frozen = {{0, 500}, {499, 900}};
  }
  SECTION("cuts that run backwards") {
    answer.facts.video_content->cuts_ms = {500, 400};
  }
  SECTION("a bar higher than the frame") {
    answer.facts.video_content->bar_top = 1.01;
  }
  SECTION("a loudness that is no number") {
    answer.facts.sound_content->loudness_lufs = std::numeric_limits<double>::quiet_NaN();
  }
  SECTION("a silence before the start") {
    answer.facts.sound_content->silent = {{-1, 5}};
  }
  SECTION("text that is not UTF-8") {
    answer.facts.codec = "h\xFF";
  }
  SECTION("text with NUL") {
    answer.remedy = std::string("a\0b", 3);
  }
  SECTION("more frames than asked for") {
    answer.frames.resize(5, answer.frames[0]);
  }
  SECTION("whole without a frame") {
    request.windows.clear();  // a window may be empty, a video is not
    answer.facts.integrity = Integrity::whole;
    answer.frames.clear();
  }
  std::vector<std::byte> memory(request.output_bytes + 1000);
  write_answer(memory, answer);
  CHECK_FALSE(parse_answer(memory, request));
}

TEST_CASE("untouched memory is no answer") {
  const std::vector<std::byte> memory(some_request().output_bytes);
  CHECK_FALSE(parse_answer(memory, some_request()));
  CHECK_FALSE(parse_answer({}, some_request()));
}

TEST_CASE("texts that are too long are cut between characters") {
  const DecodeRequest request = some_request();
  DecodeAnswer answer = some_answer(request);
  answer.remedy = "x";
  for (int i = 0; i < 600; ++i) {
    answer.remedy += "é";
  }
  std::vector<std::byte> memory(request.output_bytes);
  write_answer(memory, answer);
  const auto parsed = parse_answer(memory, request);
  REQUIRE(parsed);
  CHECK(parsed->remedy == answer.remedy.substr(0, 999));
}

TEST_CASE("previews in an answer lie behind its header and within the memory, or say why not") {
  DecodeRequest request = some_request();
  request.mode = DecodeMode::previews;
  std::vector<std::byte> memory(answer_header_bytes(request.max_frames) + 1000);
  AnswerPreview good;
  good.type = MediaType::jpeg;
  good.width = 480;
  good.height = 320;
  good.offset = answer_header_bytes(request.max_frames);
  good.bytes = 1000;
  AnswerPreview none;
  none.kind = PreviewKind::clip;
  none.why = "it became too large";
  const auto reread = [&](const AnswerPreview& preview) {
    DecodeAnswer answer;
    answer.facts.integrity = Integrity::whole;
    answer.previews = {preview, none};
    write_answer(memory, answer);
    const auto read = parse_answer(memory, request);
    return read && *read == answer;
  };
  CHECK(reread(good));
  const auto spoiled = [&](auto spoil) {
    AnswerPreview preview = good;
    spoil(preview);
    return !reread(preview);
  };
  CHECK(spoiled([](AnswerPreview& preview) { preview.bytes = 1001; }));
  CHECK(spoiled([](AnswerPreview& preview) { preview.bytes = UINT64_MAX; }));
  CHECK(spoiled([](AnswerPreview& preview) { preview.bytes = 0; }));
  CHECK(spoiled([](AnswerPreview& preview) { preview.offset -= 1; }));
  CHECK(spoiled([](AnswerPreview& preview) { preview.offset = UINT64_MAX; }));
  CHECK(spoiled([](AnswerPreview& preview) { preview.width = 0; }));
  CHECK(spoiled([](AnswerPreview& preview) { preview.height = kMaxPreviewSide + 1; }));
  CHECK(spoiled([](AnswerPreview& preview) { preview.kind = static_cast<PreviewKind>(3); }));
  CHECK(spoiled([](AnswerPreview& preview) { preview.why = "none, but with bytes"; }));
  request.mode = DecodeMode::media;  // which has none
  CHECK_FALSE(reread(good));
}

TEST_CASE("a list of thumbnails is read as it was written, and no further") {
  const std::vector<std::string> thumbnails = {"first", "", "third"};
  const std::string packed = pack_thumbnails(thumbnails);
  const auto read = unpack_thumbnails(bytes_of(packed));
  REQUIRE(read);
  REQUIRE(read->size() == 3);
  CHECK((*read)[1].empty());
  CHECK((*read)[2].size() == 5);
  for (std::size_t size = 1; size < packed.size(); ++size) {
    const auto cut = unpack_thumbnails(bytes_of(packed).first(size));
    CHECK((!cut || cut->size() < 3));
  }
  CHECK_FALSE(unpack_thumbnails(bytes_of(pack_thumbnails(std::vector<std::string>(101)))));
}
