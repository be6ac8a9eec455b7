// Every rule of the shipped placement packs about a file, held against files: one drawn to keep the
// rule, one to break it, both read by the real helper.

#include "config/packs.h"
#include "core/text.h"
#include "decode_fixture.h"
#include "extractors/media/placement_rules.h"
#include "media_maker.h"
#include "still_maker.h"
#include "tests/extractors/checks/check_bench.h"
#include "tests/extractors/checks/pack_ends.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>

#include <catch2/catch.hpp>
#include <opencv2/core.hpp>

namespace muster {
namespace {

// A file and how many bytes of nothing follow it.
struct DrawnFile {
  std::string bytes;
  std::uint64_t padding = 0;
};

// Read as the pieces come, so that a file of gigabytes needs no memory.
MediaBytes bytes_of(const DrawnFile& file) {
  return {file.bytes.size() + file.padding,
          [&file, at = std::uint64_t{0}](std::span<std::byte> into) mutable {
            const std::uint64_t size = file.bytes.size() + file.padding;
            const auto count =
                static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size - at));
            const std::size_t real =
                at < file.bytes.size() ? std::min<std::size_t>(count, file.bytes.size() - at) : 0;
            std::memcpy(into.data(), file.bytes.data() + at, real);
            std::memset(into.data() + real, 0, count - real);
            at += count;
            return count;
          }};
}

int even_below(double number) {
  return static_cast<int>(std::floor(number / 2)) * 2;
}

int even_above(double number) {
  return static_cast<int>(std::ceil(number / 2)) * 2;
}

test::VideoSpec second_of_video() {
  test::VideoSpec spec;
  spec.times_ms = test::steady_times(30, 33);
  spec.b_frames = 0;
  spec.faststart = true;
  return spec;
}

DrawnFile drawn(const test::VideoSpec& spec) {
  return {test::make_video(spec), 0};
}

// The size of a picture whose shape is `aspect`, as exactly as whole pixels (of videos: even ones)
// can say it.
cv::Size size_of_shape(double aspect, bool is_video) {
  cv::Size best;
  double least = 1e9;
  for (int height = 360; height <= 3600; height += is_video ? 2 : 1) {
    const double width = aspect * height;
    const int whole = is_video ? 2 * static_cast<int>(std::lround(width / 2))
                               : static_cast<int>(std::lround(width));
    const double error = std::abs(width - whole) / height;
    if (whole >= 32 && whole <= 4200 && error < least - 1e-12) {
      least = error;
      best = {whole, height};
    }
  }
  return best;
}

// One file of `size`, a still or a second of video.
DrawnFile of_size(cv::Size size, bool is_video) {
  if (!is_video) {
    return {test::encode_still(test::test_picture(size.width, size.height), ".jpg"), 0};
  }
  test::VideoSpec spec = second_of_video();
  spec.width = size.width;
  spec.height = size.height;
  spec.times_ms = {0, 500};
  spec.last_duration_ms = 500;
  return drawn(spec);
}

DrawnFile with_side(const PlacementRule& rule, double number, bool above, bool is_video) {
  const int side = above ? even_above(number) : even_below(number);
  const bool is_wide = rule.shape == Shape::wide;
  const bool own_is_shorter = (rule.property == Property::width) != is_wide;
  const int other = rule.shape == Shape::any      ? 640
                    : rule.shape == Shape::square ? side
                    : own_is_shorter              ? side * 2
                                                  : side / 4 * 2;
  return of_size(rule.property == Property::width ? cv::Size(side, other) : cv::Size(other, side),
                 is_video);
}

DrawnFile with_length(double seconds) {
  test::VideoSpec spec = second_of_video();
  const std::int64_t total = std::llround(seconds * 1000);
  spec.times_ms = {0, total / 2};
  spec.last_duration_ms = total - total / 2;
  return drawn(spec);
}

DrawnFile with_frame_rate(double rate) {
  test::VideoSpec spec = second_of_video();
  const auto frames = static_cast<std::size_t>(std::lround(rate));
  const auto total_ms = 1000 * static_cast<double>(frames) / rate;
  spec.times_ms.clear();
  for (std::size_t i = 0; i < frames; ++i) {
    spec.times_ms.push_back(
        std::llround(total_ms * static_cast<double>(i) / static_cast<double>(frames)));
  }
  spec.last_duration_ms = std::llround(total_ms) - spec.times_ms.back();
  return drawn(spec);
}

// A second of grey pictures in which so many rows, counted through all frames, are noise.
DrawnFile noise_of(int rows) {
  test::VideoSpec spec = second_of_video();
  spec.width = 320;
  spec.height = 240;
  spec.times_ms = test::steady_times(40, 25);
  spec.last_duration_ms = 25;
  spec.gop = 1;
  spec.quality = "qp=1";
  spec.draw = [rows](std::size_t frame) {
    cv::Mat picture(240, 320, CV_8UC3, cv::Scalar::all(128));
    const int left = std::clamp(rows - static_cast<int>(frame) * 240, 0, 240);
    if (left > 0) {
      cv::RNG(frame + 1).fill(picture.rowRange(0, left), cv::RNG::UNIFORM, 0, 256);
    }
    return picture;
  };
  return drawn(spec);
}

// Just below `rate` bits a second, or just above.
DrawnFile with_bit_rate(double rate, bool above) {
  constexpr int kRows = 2400;
  const auto bits_of = [](int rows) {
    return static_cast<double>(noise_of(rows).bytes.size()) * 8;
  };
  const double without = bits_of(0);
  const double row_bits = (bits_of(kRows) - without) / kRows;
  return noise_of(static_cast<int>((rate * (above ? 1.03 : 0.97) - without) / row_bits));
}

DrawnFile with_sound(int channels, double rate, bool above) {
  constexpr int kAacRates[] = {32'000, 44'100, 48'000, 96'000};
  test::VideoSpec spec = second_of_video();
  spec.audio = spec.aac = true;
  spec.audio_channels = channels;
  spec.audio_rate = above ? 96'000 : 32'000;
  for (const int known : kAacRates) {
    const bool is_nearer =
        above ? known < spec.audio_rate && known >= rate : known > spec.audio_rate && known <= rate;
    spec.audio_rate = is_nearer ? known : spec.audio_rate;
  }
  return drawn(spec);
}

DrawnFile with_bytes(double size, bool is_video) {
  DrawnFile file = of_size({320, 400}, is_video);
  const auto total = static_cast<std::uint64_t>(std::llround(size));
  if (is_video) {
    // A box of free space with a size of 64 bits.
    file.bytes += std::string("\0\0\0\1free", 8);
    const std::uint64_t box = total - file.bytes.size() + 8;
    for (int shift = 56; shift >= 0; shift -= 8) {
      file.bytes += static_cast<char>(box >> shift & 0xFF);
    }
  }
  file.padding = total - file.bytes.size();
  return file;
}

// `above` says to which side whole pixels and known rates are rounded.
DrawnFile with_number(const PlacementRule& rule, double number, bool above) {
  const bool is_video = rule.applies_to == "video";
  switch (rule.property) {
    case Property::byte_size:
      return with_bytes(number, is_video);
    case Property::width:
    case Property::height:
      return with_side(rule, number, above, is_video);
    case Property::aspect:
      return of_size(size_of_shape(number, is_video), is_video);
    case Property::duration:
      return with_length(number);
    case Property::frame_rate:
      return with_frame_rate(number);
    case Property::bit_rate:
      return with_bit_rate(number, above);
    case Property::audio_channels:
      return with_sound(static_cast<int>(above ? std::ceil(number) : number), 48'000, false);
    case Property::audio_sample_rate:
      return with_sound(2, number, above);
    default:
      FAIL("no file is drawn for " << to_string(rule.property));
  }
  return {};
}

DrawnFile with_codec(const std::string& codec) {
  static const std::map<std::string, std::pair<std::string, std::string>> encoders = {
      {"h264", {"libx264", ".mp4"}},
      {"hevc", {"libx265", ".mp4"}},
      {"vp8", {"libvpx", ".webm"}},
      {"vp9", {"libvpx-vp9", ".mp4"}},
      {"av1", {"libaom-av1", ".mp4"}},
      {"other", {"mjpeg", ".mov"}}};
  test::VideoSpec spec = second_of_video();
  std::tie(spec.encoder, spec.extension) = encoders.at(codec);
  spec.times_ms = {0, 500};
  spec.last_duration_ms = 500;
  return drawn(spec);
}

DrawnFile of_type(const std::string& type) {
  if (kind_of(*parse_enum<MediaType>(type)) == MediaKind::image) {
    if (type == "gif") {
      return {test::make_gif({{0, 0, 64, 64, 1}}, 64, 64), 0};
    }
    return {test::encode_still(test::test_picture(320, 400), "." + type), 0};
  }
  test::VideoSpec spec = second_of_video();
  spec.extension = "." + type;
  spec.encoder = type == "webm" ? "libvpx" : "libx264";
  return drawn(spec);
}

DrawnFile with_profile(const std::string& profile) {
  const std::string jpeg = test::encode_still(test::test_picture(320, 400), ".jpg");
  return {test::jpeg_with_profile(jpeg, profile), 0};
}

DrawnFile with_value(const PlacementRule& rule, const std::string& value) {
  test::VideoSpec spec = second_of_video();
  switch (rule.property) {
    case Property::media_type:
      return of_type(value);
    case Property::codec:
      return with_codec(value);
    case Property::color_space:
      return with_profile(value == "srgb" ? test::srgb_profile() : test::swapped_profile());
    case Property::audio_codec:
      spec.audio = true;
      spec.aac = value == "aac";
      spec.extension = spec.aac ? ".mp4" : ".mov";
      break;
    case Property::pixel_format:
      spec.pixel_format = value == "other" ? "yuv444p" : value;
      break;
    case Property::moov_first:
      spec.faststart = value == "true";
      break;
    case Property::edit_list:
      if (value == "true") {  // what begins late needs one
        for (std::int64_t& time : spec.times_ms) {
          time += 1000;
        }
      }
      break;
    case Property::fixed_rate:
      if (value == "false") {
        spec.times_ms = {0, 33, 66, 400, 433, 900};
      }
      break;
    default:
      FAIL("no file is drawn for " << to_string(rule.property));
  }
  return drawn(spec);
}

// What the format check says of it by this rule, and why.
Finding judged(const PlacementPack& pack, const PlacementRule& rule, const DrawnFile& file) {
  CheckBench bench;
  bench.placement = pack;
  bench.media = {decoded(test::shared_decoder().decode(bytes_of(file)).facts)};
  return only(bench.run(make_format_check()), pack.id + "." + rule.id);
}

class DrawnPacks {
 public:
  void judge_all() {
    for (const auto& [id, pack] : shipped_packs().placements) {
      for (const PlacementRule& rule : pack.rules) {
        if (!is_submission_property(rule.property)) {
          judge_values(pack, rule);
          judge_ends(pack, rule);
        }
      }
    }
  }
  const RulesSeen& seen() const { return seen_; }

 private:
  void expect(Outcome outcome,
              const PlacementPack& pack,
              const PlacementRule& rule,
              const DrawnFile& file) {
    const Finding finding = judged(pack, rule, file);
    seen_.see(pack.id + "." + rule.id, finding.outcome);
    CAPTURE(pack.id, rule.id, finding.message);
    CHECK(finding.outcome == outcome);
  }

  void judge_values(const PlacementPack& pack, const PlacementRule& rule) {
    for (const std::string& value : rule.limit.values) {
      if (!refuses_kind(rule, value)) {
        expect(Outcome::pass, pack, rule, with_value(rule, value));
      }
    }
    if (!rule.limit.values.empty()) {
      expect(broken(rule), pack, rule, with_value(rule, other_value(rule)));
    }
  }

  void judge_ends(const PlacementPack& pack, const PlacementRule& rule) {
    for (const bool above : {false, true}) {
      const std::optional<double>& end = above ? rule.limit.max : rule.limit.min;
      if (!end || (!above && *end <= 0)) {
        continue;
      }
      expect(Outcome::pass, pack, rule, with_number(rule, *end, !above));
      const double far = is_open(rule, above) ? *end * (above ? 1.1 : 0.9) : beyond(rule, above);
      expect(is_open(rule, above) ? Outcome::warn : broken(rule),
             pack,
             rule,
             with_number(rule, far, above));
    }
  }

  static Outcome broken(const PlacementRule& rule) {
    return rule.advice ? Outcome::warn : Outcome::fail;
  }

  RulesSeen seen_;
};

TEST_CASE(
    "every shipped rule about a file passes one drawn to keep it and stops one that breaks it") {
  DrawnPacks packs;
  packs.judge_all();
  check_all_seen(packs.seen(), false);
}

TEST_CASE("a file that is too large to be decoded is still held against its placement's size") {
  const PlacementPack& reel = shipped_packs().placements.at("instagram-reel");
  const auto rule = std::find_if(reel.rules.begin(), reel.rules.end(), [](const PlacementRule& r) {
    return r.property == Property::byte_size;
  });
  const Finding finding = judged(reel, *rule, with_bytes(990e6, true));
  CHECK(finding.outcome == Outcome::fail);
  CHECK(contains(finding.message, "990 MB"));
  CHECK(contains(finding.message, "300 MB"));
}

}  // namespace
}  // namespace muster
