// muster-read: reads text and QR codes in pictures that muster hands over, one after the other. A
// process of its own, because Tesseract ends the process where it finds itself at fault, because
// its libraries and models take more memory than the rest of muster, and because whoever made the
// picture chose every pixel: once the models are loaded it locks itself in.

#include "core/text.h"
#include "extractors/decode/message_socket.h"
#include "extractors/decode/protocol.h"
#include "extractors/text_seen/engine/lock_in.h"
#include "extractors/text_seen/reading_protocol.h"

#include <exception>
#include <optional>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

namespace muster {
namespace {

// Nobody waits longer for an answer; whoever asked may be gone by then.
constexpr unsigned kLongestTask = 120;  // s

// The picture's memory, for as long as it is looked at.
class PictureMemory {
 public:
  PictureMemory(int fd, std::size_t size) : size_(size) {
    void* memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    data_ = memory == MAP_FAILED ? nullptr : memory;
  }
  ~PictureMemory() {
    if (data_ != nullptr) {
      ::munmap(data_, size_);
    }
  }
  PictureMemory(const PictureMemory&) = delete;
  PictureMemory& operator=(const PictureMemory&) = delete;
  void* data() const { return data_; }

 private:
  void* data_ = nullptr;
  std::size_t size_;
};

void read_picture(ReadingEngine& engine,
                  const ReadingRequest& request,
                  void* pixels,
                  ReadingAnswer& answer) {
  const cv::Mat picture(
      static_cast<int>(request.rows), static_cast<int>(request.cols), CV_8UC3, pixels);
  switch (request.task) {
    case ReadingTask::text:
      answer.lines = engine.read_text(picture, static_cast<int>(request.longest_side));
      break;
    case ReadingTask::line:
      if (auto line = engine.read_line(picture, request.outline)) {
        answer.lines.push_back(std::move(*line));
      }
      break;
    case ReadingTask::codes:
      answer.codes = engine.read_codes(picture);
      break;
  }
  for (TextLine& line : answer.lines) {
    line.text = sanitize_utf8(line.text);
  }
}

// What went wrong goes back as words: the process is good for the next picture.
template <typename Work>
std::string problem_of(Work work) {
  try {
    work();
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

// Libraries open and load some things when they are first used.
void warm_up(ReadingEngine& engine) {
  cv::Mat picture(160, 480, CV_8UC3, cv::Scalar::all(255));
  cv::putText(picture, "Muster", {40, 110}, cv::FONT_HERSHEY_SIMPLEX, 3, cv::Scalar::all(0), 8);
  engine.read_text(picture, picture.cols);
  engine.read_codes(picture);
}

std::unique_ptr<ReadingEngine> start_engine(const ReadingEngineOptions& options) {
  auto engine = make_reading_engine(options);
  warm_up(*engine);
  lock_in();
  return engine;
}

int serve() {
  std::unique_ptr<ReadingEngine> engine;
  while (const auto message = receive_message(kControlFd, kMaxReadingBytes)) {
    ReadingAnswer answer;
    ::alarm(kLongestTask);
    if (engine == nullptr && parse_trial_request(message->bytes)) {
      send_message(kControlFd, encode(try_lock_in()), {});
      return 0;
    }
    if (engine == nullptr) {
      const auto options = parse_reading_options(message->bytes);
      if (!options) {
        return 1;
      }
      answer.problem = problem_of([&] { engine = start_engine(*options); });
    } else {
      const auto request = parse_reading_request(message->bytes);
      if (!request || message->fds.size() != 1) {
        return 1;
      }
      const PictureMemory memory(message->fds.front().get(), request->bytes());
      answer.problem =
          memory.data() == nullptr
              ? "the picture's memory can't be mapped"
              : problem_of([&] { read_picture(*engine, *request, memory.data(), answer); });
    }
    ::alarm(0);
    if (!send_message(kControlFd, encode(answer), {})) {
      return 0;
    }
  }
  return 0;
}

}  // namespace
}  // namespace muster

int main() {
  // A core of a hostile picture helps nobody and may be large.
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  cv::setNumThreads(1);
  // Nothing to tidy up, and locked in it could not be done.
  ::_exit(muster::serve());
}
