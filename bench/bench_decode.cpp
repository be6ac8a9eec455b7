#include "bench/bench.h"
#include "core/error.h"
#include "extractors/decode/decoder.h"
#include "extractors/decode/header_check.h"
#include "extractors/decode/helper/decode.h"
#include "extractors/decode/helper/still.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <jpeglib.h>
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

constexpr double kSandboxGoalMs = 5.0;  // what the sandbox may cost per still, at the median
constexpr double kRatioGoal = 0.8;      // of libjpeg-turbo's speed, scaling and checking included
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

// The same work in this process: what a child does between its birth and its end.
class InProcess {
 public:
  explicit InProcess(int analysis_side) {
    context_.request.scale_side = static_cast<std::uint32_t>(analysis_side);
    context_.request.output_side = context_.request.scale_side * 11 / 10;
    context_.request.max_frames = 1;
    const DecodeConfig limits;
    context_.request.max_pixels = limits.max_pixels;
    context_.request.max_side = static_cast<std::uint32_t>(limits.max_side);
    output_.resize(answer_header_bytes(1) + answer_frame_bytes(context_.request));
    context_.output = output_;
  }
  void decode(const std::string& bytes) {
    context_.input = std::as_bytes(std::span(bytes.data(), bytes.size()));
    run_child(context_,
              {warm_up_stills, still_libraries, is_plain_still, decode_still, make_still_sheet});
  }

 private:
  ChildContext context_;
  std::vector<std::byte> output_;
};

// Nothing but libjpeg-turbo: decodes at `eighths` of the size into memory that is there.
void decode_with_libjpeg(const std::string& bytes, unsigned eighths, std::vector<JSAMPLE>& memory) {
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = ::jpeg_std_error(&errors);
  ::jpeg_create_decompress(&jpeg);
  ::jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  ::jpeg_read_header(&jpeg, TRUE);
  jpeg.out_color_space = JCS_EXT_BGR;
  jpeg.scale_num = eighths;
  jpeg.scale_denom = 8;
  ::jpeg_start_decompress(&jpeg);
  const std::size_t row_bytes = std::size_t{jpeg.output_width} * 3;
  memory.resize(row_bytes * jpeg.output_height);
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = memory.data() + row_bytes * jpeg.output_scanline;
    ::jpeg_read_scanlines(&jpeg, &row, 1);
  }
  ::jpeg_finish_decompress(&jpeg);
  ::jpeg_destroy_decompress(&jpeg);
}

template <typename Work>
void time_into(std::vector<double>& times, const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  times.push_back(elapsed_ms(start));
}

double least(const std::vector<double>& values) {
  return *std::min_element(values.begin(), values.end());
}

// Time of the processor that this process and its ended children have used.
double cpu_ms() {
  double total = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(who, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime}) {
      total += static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
    }
  }
  return total;
}

// What the sandbox costs in time of the processor: client, zygote and children together, without
// the start of the zygote. Other programs on the machine can't hide it.
double sandbox_cpu_ms(const std::string& bytes, InProcess& in_process) {
  const auto decode_in_sandbox = [&](int count) {
    const double start = cpu_ms();
    {
      const auto decoder = make_decoder({});
      for (int i = 0; i < count; ++i) {
        decoder->decode(media_bytes(bytes));
      }
    }  // the zygote is reaped here, and counted from then on
    return cpu_ms() - start;
  };
  const double sandboxed = decode_in_sandbox(kRounds + 1) - decode_in_sandbox(1);
  const double start = cpu_ms();
  for (int i = 0; i < kRounds; ++i) {
    in_process.decode(bytes);
  }
  return (sandboxed - (cpu_ms() - start)) / kRounds;
}

// True where both goals are met. The ways take turns, so that a busy machine slows all.
bool compare_still(Decoder& decoder, int width, int height, const char* extension) {
  const std::string bytes = draw_photo(width, height, extension);
  const bool jpeg = std::string_view(extension) == ".jpg";
  const int analysis_side = DecoderOptions().limits.analysis_side;
  // The scales that give at least the analysis size, of which the fastest counts: the smallest,
  // and the smallest with code of its own for vectors.
  std::vector<unsigned> scales;
  for (unsigned eighths = 1; eighths <= 8; ++eighths) {
    const bool enough = std::max(width, height) * static_cast<int>(eighths) / 8 >= analysis_side;
    if (jpeg && (enough || eighths == 8) && (scales.empty() || eighths == 4 || eighths == 8)) {
      scales.push_back(eighths);
    }
  }
  InProcess in_process(analysis_side);
  std::vector<JSAMPLE> memory;
  std::vector<double> bare;
  std::vector<double> sandboxed;
  std::vector<std::vector<double>> library(scales.size());
  for (int round = 0; round < kRounds; ++round) {
    time_into(bare, [&] { in_process.decode(bytes); });
    time_into(sandboxed, [&] {
      const DecodedMedia media = decoder.decode(media_bytes(bytes));
      if (media.facts.integrity != Integrity::whole) {
        throw PermanentError("bench decode: a good picture is not whole: " +
                             media.facts.integrity_detail);
      }
    });
    for (std::size_t i = 0; i < scales.size(); ++i) {
      time_into(library[i], [&] { decode_with_libjpeg(bytes, scales[i], memory); });
    }
  }
  const double cost = median(sandboxed) - median(bare);
  bool good = cost <= kSandboxGoalMs;
  std::cout << fmt::format(
      "{:>5} x {:<5} {:5} in process {:6.2f} (least {:6.2f}) ms, sandboxed {:6.2f} ({:6.2f}) ms: "
      "the sandbox costs {:5.2f} ({:5.2f}) ms, {:5.2f} ms of the processor, goal {} ms\n",
      width,
      height,
      extension + 1,
      median(bare),
      least(bare),
      median(sandboxed),
      least(sandboxed),
      cost,
      least(sandboxed) - least(bare),
      sandbox_cpu_ms(bytes, in_process),
      kSandboxGoalMs);
  if (jpeg) {
    const auto fastest =
        std::min_element(library.begin(), library.end(), [](const auto& a, const auto& b) {
          return median(a) < median(b);
        });
    const double ratio = median(*fastest) / median(bare);
    good = good && ratio >= kRatioGoal;
    std::cout << fmt::format(
        "{:21}libjpeg-turbo alone at {}/8: {:6.2f} ({:6.2f}) ms, ratio {:4.2f} ({:4.2f}), goal "
        "{}\n",
        "",
        scales[static_cast<std::size_t>(fastest - library.begin())],
        median(*fastest),
        least(*fastest),
        ratio,
        least(*fastest) / least(bare),
        kRatioGoal);
  }
  std::cout << std::flush;
  return good;
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

// muster-bench decode [FILE...]: how fast stills are decoded next to libjpeg-turbo and what the
// sandbox costs, or how fast the files are decoded and how much memory that takes, videos beside
// ffmpeg.
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
