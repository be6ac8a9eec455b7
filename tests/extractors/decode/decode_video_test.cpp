#include "decode_fixture.h"
#include "media_maker.h"

#include <catch2/catch.hpp>

using namespace muster;
using namespace muster::test;

namespace {

// The frame of the source that a decoded picture shows, by its grey level.
bool shows_frame(const Frame& frame, std::size_t index) {
  return std::abs(middle_level(frame.pixels) - level_of(index)) <= 6;
}

}  // namespace

TEST_CASE("clips of each accepted codec and container are decoded whole") {
  struct Case {
    std::string encoder;
    std::string extension;
    std::string codec;
    MediaType type;
  };
  const auto example = GENERATE(values<Case>({
      {"libx264", ".mp4", "h264", MediaType::mp4},
      {"libx264", ".mov", "h264", MediaType::mov},
      {"libx264", ".mkv", "h264", MediaType::mkv},
      {"libx265", ".mp4", "hevc", MediaType::mp4},
      {"libvpx", ".webm", "vp8", MediaType::webm},
      {"libvpx-vp9", ".webm", "vp9", MediaType::webm},
      {"libaom-av1", ".mkv", "av1", MediaType::mkv},
      {"mjpeg", ".mov", "mjpeg", MediaType::mov},
  }));
  CAPTURE(example.encoder, example.extension);
  VideoSpec spec;
  spec.encoder = example.encoder;
  spec.extension = example.extension;
  spec.times_ms = steady_times(10, 100);
  const DecodedMedia media = decode(make_video(spec));
  CAPTURE(media.facts.integrity_detail);
  CHECK(media.facts.integrity == Integrity::whole);
  CHECK(media.facts.type == example.type);
  CHECK(media.facts.codec == example.codec);
  CHECK(media.facts.width == 160);
  CHECK(media.facts.height == 96);
  CHECK(media.facts.frame_count == 10);
  CHECK(media.facts.duration_ms == 1000);
  CHECK(media.facts.frame_rate.value_or(0) == Approx(10.0));
  CHECK(media.facts.variable_frame_rate == false);
  CHECK(media.facts.has_audio == false);
  CHECK(media.facts.bit_rate.value_or(0) > 0);
  REQUIRE(media.frames.size() == 10);
  for (std::size_t i = 0; i < 10; ++i) {
    CHECK(media.frames[i].time_ms == static_cast<std::int64_t>(i) * 100);
    CHECK(media.frames[i].duration_ms == 100);
    CHECK(shows_frame(media.frames[i], i));
    CHECK(quadrants(media.frames[i].pixels) == "red green blue white");
  }
}

TEST_CASE("a clip says whether it is made for usual screens or for bright ones") {
  VideoSpec spec;
  spec.encoder = GENERATE("libx264", "libx265");
  spec.times_ms = steady_times(4, 100);
  CHECK(decode(make_video(spec)).facts.color_space == "sdr");
  spec.hdr = true;
  CHECK(decode(make_video(spec)).facts.color_space == "hdr");
}

TEST_CASE("T10: a turned clip is judged upright, in facts and pixels alike") {
  const int rotation = GENERATE(0, 90, 180, 270);
  const bool mirrored = GENERATE(false, true);
  CAPTURE(rotation, mirrored);
  VideoSpec spec;
  spec.rotation = rotation;
  spec.mirrored = mirrored;
  const bool sideways = rotation % 180 != 0;
  spec.width = sideways ? 160 : 96;  // shown 96 x 160 in any case
  spec.height = sideways ? 96 : 160;
  spec.times_ms = steady_times(3, 100);
  const DecodedMedia media = decode(make_video(spec));
  REQUIRE(media.facts.integrity == Integrity::whole);
  CHECK(media.facts.width == 96);
  CHECK(media.facts.height == 160);
  CHECK(media.facts.coded_width == spec.width);
  CHECK(media.facts.rotation_degrees == rotation);
  CHECK(media.facts.mirrored == mirrored);
  REQUIRE(media.frames.size() == 3);
  CHECK(media.frames[0].pixels.size() == cv::Size(96, 160));
  CHECK(quadrants(media.frames[0].pixels) == "red green blue white");
}

TEST_CASE("pixels that are not square are stretched") {
  VideoSpec spec;
  spec.aspect_num = 4;
  spec.aspect_den = 3;
  spec.width = 144;
  spec.times_ms = steady_times(3, 100);
  SECTION("lying") {
    const DecodedMedia media = decode(make_video(spec));
    CHECK(media.facts.width == 192);
    CHECK(media.facts.height == 96);
    CHECK(media.frames.at(0).pixels.size() == cv::Size(192, 96));
  }
  SECTION("standing") {
    spec.rotation = 90;
    const DecodedMedia media = decode(make_video(spec));
    CHECK(media.facts.width == 96);
    CHECK(media.facts.height == 192);
    CHECK(media.frames.at(0).pixels.size() == cv::Size(96, 192));
  }
}

TEST_CASE("T11: times of a clip with variable frame rate are the real ones") {
  const std::string extension = GENERATE(".mp4", ".mkv");
  VideoSpec spec;
  spec.extension = extension;
  // A frame that stays for two seconds, and a hurry at the end.
  spec.times_ms = {0, 40, 80, 2080, 2120, 2200, 2240, 2250};
  spec.last_duration_ms = 50;
  const DecodedMedia media = decode(make_video(spec));
  CHECK(media.facts.variable_frame_rate == true);
  CHECK(media.facts.duration_ms == 2300);
  CHECK(media.facts.frame_rate.value_or(0) == Approx(7 / 2.25));
  REQUIRE(media.frames.size() == spec.times_ms.size());
  for (std::size_t i = 0; i < media.frames.size(); ++i) {
    CAPTURE(i, middle_level(media.frames[i].pixels), level_of(i), media.frames[i].time_ms);
    CHECK(media.frames[i].time_ms == spec.times_ms[i]);
    CHECK(shows_frame(media.frames[i], i));
  }
  CHECK(media.frames[2].duration_ms == 2000);
  CHECK(media.frames[7].duration_ms == 50);
}

TEST_CASE("long clips are sampled evenly, each picture at its own time") {
  const int gop = GENERATE(10, 1000);  // with and without key frames to jump to
  const std::string extension = GENERATE(".mp4", ".webm", ".mkv");
  CAPTURE(gop, extension);
  VideoSpec spec;
  spec.extension = extension;
  spec.encoder = extension == ".webm" ? "libvpx" : "libx264";
  spec.gop = gop;
  spec.times_ms = steady_times(300, 40);
  spec.last_duration_ms = 40;
  DecoderOptions options = real_helper();
  options.limits.max_frames = 7;
  const DecodedMedia media = make_decoder(options)->decode(media_bytes(make_video(spec)));
  CHECK(media.facts.integrity == Integrity::whole);
  CHECK(media.facts.frame_count == 300);
  CHECK(media.facts.duration_ms == 12000);
  REQUIRE(media.frames.size() == 7);
  CHECK(media.frames.front().time_ms == 0);
  CHECK(media.frames.back().time_ms == 299 * 40);
  for (const Frame& frame : media.frames) {
    CAPTURE(frame.time_ms, middle_level(frame.pixels));
    CHECK(frame.duration_ms == 40);
    CHECK(shows_frame(frame, static_cast<std::size_t>(frame.time_ms / 40)));
  }
  for (std::size_t i = 1; i < 7; ++i) {
    // 1993 on average; giving up a frame joins two gaps.
    const std::int64_t gap = media.frames[i].time_ms - media.frames[i - 1].time_ms;
    CHECK(gap >= 1000);
    CHECK(gap <= 3000);
  }
}

TEST_CASE("a clip too long to decode up to every sample still gives true times") {
  VideoSpec spec;
  spec.gop = 50;
  spec.times_ms = steady_times(150, 40);
  DecoderOptions options = real_helper();
  options.limits.video_cpu = std::chrono::seconds(1);
  // One second of computing allows for 60 megapixels; these are 138.
  spec.width = 1280;
  spec.height = 720;
  const DecodedMedia media = make_decoder(options)->decode(media_bytes(make_video(spec)));
  INFO(media.facts.integrity_detail);
  CHECK(media.facts.integrity == Integrity::whole);
  // At least one for each key frame, but not what a look at all 150 would give.
  CHECK(media.frames.size() >= 3);
  CHECK(media.frames.size() < 64);
  for (const Frame& frame : media.frames) {
    CAPTURE(frame.time_ms, middle_level(frame.pixels), level_of(frame.time_ms / 40));
    CHECK(shows_frame(frame, static_cast<std::size_t>(frame.time_ms / 40)));
  }
}

TEST_CASE("a clip of a single frame has a picture") {
  VideoSpec spec;
  spec.times_ms = {0};
  const DecodedMedia media = decode(make_video(spec));
  CHECK(media.facts.integrity == Integrity::whole);
  CHECK(media.frames.size() == 1);
}

TEST_CASE("sound is told by its facts") {
  VideoSpec spec;
  spec.extension = ".mov";
  spec.times_ms = steady_times(5, 100);
  spec.audio = true;
  const DecodedMedia media = decode(make_video(spec));
  CHECK(media.facts.has_audio == true);
  CHECK(media.facts.audio_codec == "pcm_s16le");
  CHECK(media.facts.audio_channels == 1);
  CHECK(media.facts.audio_sample_rate == 8000);
}

TEST_CASE("the place of the index is told") {
  VideoSpec spec;
  spec.times_ms = steady_times(5, 100);
  CHECK(decode(make_video(spec)).facts.moov_first == false);
  spec.faststart = true;
  CHECK(decode(make_video(spec)).facts.moov_first == true);
  spec.extension = ".mkv";
  CHECK(decode(make_video(spec)).facts.moov_first == std::nullopt);
}

TEST_CASE("an edit list that pauses or cuts is told from an encoder's delay") {
  VideoSpec spec;
  spec.times_ms = steady_times(20, 100);
  CHECK(decode(make_video(spec)).facts.edit_list == false);
  for (std::int64_t& time : spec.times_ms) {
    time += 1000;  // the muxer writes a pause before the first frame
  }
  const DecodedMedia late = decode(make_video(spec));
  CHECK(late.facts.edit_list == true);
  CHECK(late.frames.at(0).time_ms == 0);
}

TEST_CASE("a cut clip is told from a whole one") {
  VideoSpec spec;
  spec.times_ms = steady_times(40, 100);
  spec.gop = 8;
  SECTION("MP4 with the index at its end") {}
  SECTION("MP4 with the index first") {
    spec.faststart = true;
  }
  SECTION("fragmented MP4") {
    spec.fragmented = true;
  }
  SECTION("MOV") {
    spec.extension = ".mov";
  }
  SECTION("Matroska") {
    spec.extension = ".mkv";
  }
  SECTION("Matroska as streamed, without sizes") {
    spec.extension = ".mkv";
    spec.live = true;
  }
  SECTION("WebM") {
    spec.extension = ".webm";
    spec.encoder = "libvpx-vp9";
  }
  const std::string whole = make_video(spec);
  REQUIRE(decode(whole).facts.integrity == Integrity::whole);
  for (const std::size_t size : {whole.size() / 2, whole.size() * 95 / 100, whole.size() - 1}) {
    const DecodedMedia media = decode(whole.substr(0, size));
    CAPTURE(size, whole.size(), media.facts.integrity_detail);
    CHECK(media.facts.integrity == Integrity::truncated);
    CHECK(media.remedy == "export it again and upload the whole file");
  }
}

TEST_CASE("damage in the middle of a clip is noticed") {
  VideoSpec spec;
  spec.times_ms = steady_times(30, 100);
  spec.b_frames = 0;
  spec.faststart = true;
  std::string bytes = make_video(spec);
  const std::size_t data = bytes.find("mdat");
  REQUIRE(data != std::string::npos);
  for (std::size_t i = data + (bytes.size() - data) / 3; i < data + (bytes.size() - data) / 2;
       ++i) {
    bytes[i] = static_cast<char>(i * 101);
  }
  const DecodedMedia media = decode(bytes);
  CHECK(media.facts.integrity == Integrity::damaged);
  CHECK_FALSE(media.remedy.empty());
}

TEST_CASE("codecs that are not on the list are refused by name") {
  VideoSpec spec;
  spec.encoder = "mpeg4";
  spec.times_ms = steady_times(5, 100);
  const DecodedMedia media = decode(make_video(spec));
  CHECK(media.facts.integrity == Integrity::refused);
  CHECK(media.facts.integrity_detail.find("mpeg4") != std::string::npos);
  CHECK(media.remedy.find("H.264") != std::string::npos);
  CHECK(media.frames.empty());
}

TEST_CASE("ProRes is read where the configuration takes it, and refused by name where not") {
  VideoSpec spec;
  spec.encoder = "prores_ks";
  spec.extension = ".mov";
  spec.times_ms = steady_times(5, 100);
  const std::string bytes = make_video(spec);
  const DecodedMedia refused = decode(bytes);
  CHECK(refused.facts.integrity == Integrity::refused);
  CHECK(refused.facts.integrity_detail.find("prores") != std::string::npos);
  CHECK(refused.remedy.find("H.264") != std::string::npos);

  DecoderOptions options = real_helper();
  options.limits.prores = true;
  const auto decoder = make_decoder(options);
  const DecodedMedia media = decoder->decode(media_bytes(bytes));
  CAPTURE(media.facts.integrity_detail);
  CHECK(media.facts.integrity == Integrity::whole);
  CHECK(media.facts.codec == "prores");
  REQUIRE(media.frames.size() == 5);
  CHECK(quadrants(media.frames[2].pixels) == "red green blue white");
  CHECK(decoder->make_previews(media_bytes(bytes)).size() == 3);
  // Damage is told as for any other.
  const DecodedMedia cut = decoder->decode(media_bytes(bytes.substr(0, bytes.size() / 2)));
  CHECK(cut.facts.integrity == Integrity::truncated);
}

TEST_CASE("a clip longer than the limit is refused") {
  VideoSpec spec;
  spec.times_ms = {0, 1000, 7'201'000};
  const DecodedMedia media = decode(make_video(spec));
  CHECK(media.facts.integrity == Integrity::refused);
  CHECK(media.remedy == "send a shorter cut");
}
