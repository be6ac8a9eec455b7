#include "bench/bench.h"
#include "core/error.h"
#include "extractors/decode/decoder.h"
#include "extractors/decode/header_check.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace muster {

int bench_decode(std::span<const std::string> args);

namespace {

constexpr double kGoalMs = 5.0;  // what the sandbox may cost per still, at the median
constexpr int kRounds = 25;

double elapsed_ms(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(),
                   values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

// Smooth shapes under noise, about as hard to decode as a photo.
std::string draw_photo(int width, int height, const char* extension) {
  cv::Mat picture(height, width, CV_8UC3);
  cv::RNG random(42);
  random.fill(picture, cv::RNG::UNIFORM, 60, 200);
  cv::GaussianBlur(picture, picture, {9, 9}, 3);
  for (int i = 0; i < 40; ++i) {
    const cv::Scalar colour(random.uniform(0, 255), random.uniform(0, 255), random.uniform(0, 255));
    cv::circle(picture,
               {random.uniform(0, width), random.uniform(0, height)},
               random.uniform(10, height / 4),
               colour,
               random.uniform(1, 8));
  }
  std::vector<unsigned char> bytes;
  cv::imencode(extension, picture, bytes);
  return {bytes.begin(), bytes.end()};
}

// The same work without a sandbox: read, decode at libjpeg's scale, reduce to the analysis side.
void decode_in_process(const std::string& bytes, int longer_side, int analysis_side) {
  const cv::Mat view(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char*>(bytes.data()));
  const int flags = longer_side / 2 >= analysis_side && bytes.starts_with("\xFF\xD8")
                        ? cv::IMREAD_REDUCED_COLOR_2
                        : cv::IMREAD_COLOR;
  cv::Mat picture = cv::imdecode(view, flags);
  const double scale = static_cast<double>(analysis_side) / std::max(picture.cols, picture.rows);
  if (scale < 1.0) {
    cv::resize(picture, picture, {}, scale, scale, cv::INTER_AREA);
  }
}

// True where the sandbox costs no more than the goal. Both ways take turns, so that a busy machine
// slows both.
bool compare_still(Decoder& decoder, int width, int height, const char* extension) {
  const std::string bytes = draw_photo(width, height, extension);
  const int analysis_side = DecoderOptions().limits.analysis_side;
  std::vector<double> bare;
  std::vector<double> sandboxed;
  for (int round = 0; round < kRounds; ++round) {
    auto start = std::chrono::steady_clock::now();
    decode_in_process(bytes, std::max(width, height), analysis_side);
    bare.push_back(elapsed_ms(start));
    start = std::chrono::steady_clock::now();
    const DecodedMedia media = decoder.decode(media_bytes(bytes));
    sandboxed.push_back(elapsed_ms(start));
    if (media.facts.integrity != Integrity::whole) {
      throw PermanentError("bench decode: a good picture is not whole: " +
                           media.facts.integrity_detail);
    }
  }
  const double cost = median(sandboxed) - median(bare);
  std::cout << fmt::format(
                   "{:>5} x {:<5} {:5}  in process {:7.2f} ms  sandboxed {:7.2f} ms  cost {:6.2f} "
                   "ms  {}\n",
                   width,
                   height,
                   extension + 1,
                   median(bare),
                   median(sandboxed),
                   cost,
                   cost <= kGoalMs ? "ok" : fmt::format("over the goal of {} ms", kGoalMs))
            << std::flush;
  return cost <= kGoalMs;
}

constexpr double kVideoGoal = 0.7;  // of ffmpeg's speed
constexpr std::uint64_t kMemoryGoal = 400'000'000;

// How long ffmpeg needs to decode the file in one thread; nullopt where there is none.
std::optional<double> ffmpeg_ms(const std::string& path) {
  std::vector<std::string> words = {
      "ffmpeg", "-nostdin", "-loglevel", "quiet", "-threads", "1", "-i", path, "-f", "null", "-"};
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const auto start = std::chrono::steady_clock::now();
  if (::posix_spawnp(&pid, "ffmpeg", nullptr, nullptr, arguments.data(), environ) != 0) {
    return std::nullopt;
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status == 0 ? std::optional(elapsed_ms(start)) : std::nullopt;
}

// How fast a file of the user's is decoded, against its own length and, for videos, ffmpeg. Both
// take turns, so that a busy machine slows both.
bool time_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::vector<double> ours;
  std::vector<double> theirs;
  DecodedMedia media;
  {
    const auto decoder = make_decoder({});
    decoder->self_test();  // starts the helper
    const int rounds =
        kind_of(sniff_media_type(std::as_bytes(std::span(bytes)))) == MediaKind::video ? 3 : 1;
    for (int round = 0; round < rounds; ++round) {
      const auto start = std::chrono::steady_clock::now();
      media = decoder->decode(media_bytes(bytes));
      ours.push_back(elapsed_ms(start));
      if (const auto peer = rounds > 1 ? ffmpeg_ms(path) : std::nullopt) {
        theirs.push_back(*peer);
      }
    }
  }
  rusage children{};
  ::getrusage(RUSAGE_CHILDREN, &children);  // the helper's included, now that it is gone
  const auto memory = static_cast<std::uint64_t>(children.ru_maxrss) * 1024;
  const auto length = static_cast<double>(media.facts.duration_ms.value_or(0));
  const double ms = median(ours);
  std::cout << fmt::format(
      "{}: {} {} x {} {}, {} pictures kept of {}, in {:.0f} ms{}, peak {:.0f} MB\n",
      path,
      to_string(media.facts.integrity),
      media.facts.width,
      media.facts.height,
      media.facts.codec,
      media.frames.size(),
      media.facts.frame_count.value_or(1),
      ms,
      length > 0 ? fmt::format(", {:.1f} x real time", length / ms) : "",
      static_cast<double>(memory) / 1e6);
  if (theirs.empty()) {
    return memory <= kMemoryGoal;
  }
  const double ratio = median(theirs) / ms;
  std::cout << fmt::format("  ffmpeg -threads 1 to null: {:.0f} ms; speed {:.2f} of it (goal {})\n",
                           median(theirs),
                           ratio,
                           kVideoGoal);
  return ratio >= kVideoGoal && memory <= kMemoryGoal;
}

}  // namespace

// muster-bench decode [FILE...]: what the sandbox costs per still, or how fast the files are
// decoded and how much memory that takes, videos beside ffmpeg.
int bench_decode(std::span<const std::string> args) {
  bool good = true;
  if (!args.empty()) {
    for (const std::string& path : args) {
      good = time_file(path) && good;
    }
    return good ? 0 : 1;
  }
  const auto decoder = make_decoder({});
  for (const char* extension : {".jpg", ".png", ".webp"}) {
    good = compare_still(*decoder, 1080, 1350, extension) && good;
  }
  good = compare_still(*decoder, 640, 640, ".jpg") && good;
  good = compare_still(*decoder, 4032, 3024, ".jpg") && good;
  return good ? 0 : 1;
}

}  // namespace muster
