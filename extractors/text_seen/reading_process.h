#pragma once

#include "core/time.h"
#include "extractors/decode/memory_pool.h"
#include "extractors/decode/spawn.h"
#include "extractors/text_seen/reading_engine.h"
#include "extractors/text_seen/reading_protocol.h"

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace muster {

// The process that reads stopped, with why. Says nothing about other pictures.
class ReaderStopped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A running muster-read as an engine. For one thread at a time. Its functions throw ReaderStopped
// where the process dies, takes longer than `limit` for a picture or answers nonsense, and
// std::runtime_error where it reports an error. It is not usable() after the former.
class ReadingProcess : public ReadingEngine {
 public:
  // Starts the program and waits until its models are loaded. Throws TransientError where it can't
  // be started, std::runtime_error where a model can't be read.
  ReadingProcess(const std::filesystem::path& program,
                 const ReadingEngineOptions& options,
                 Milliseconds limit);
  ~ReadingProcess() override;
  ReadingProcess(const ReadingProcess&) = delete;
  ReadingProcess& operator=(const ReadingProcess&) = delete;

  bool usable() const override { return usable_; }
  std::vector<TextLine> read_text(const cv::Mat& picture, int longest_side) override;
  std::optional<TextLine> read_line(const cv::Mat& picture,
                                    const std::vector<Point>& outline) override;
  std::vector<PictureCode> read_codes(const cv::Mat& picture) override;

 private:
  ReadingAnswer ask(ReadingRequest request, const cv::Mat& picture);
  ReadingAnswer await_answer();
  // Ends the process, which is dead, hangs or talks nonsense, and says how it ended.
  std::string stop(bool in_time);

  MemoryPool memory_;
  SpawnedProgram program_;
  Milliseconds limit_;
  bool usable_ = true;
};

// Lets `program` try its sandbox out: a line a trial, which begins with "ok " where it held.
std::vector<std::string> try_reader_sandbox(const std::filesystem::path& program,
                                            Milliseconds limit);

}  // namespace muster
