#pragma once

#include "config/config.h"
#include "core/hash.h"
#include "core/time.h"
#include "extractors/text_seen/reading_engine.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// One of the files that pictures are read with, for `muster doctor`.
struct ReadingPart {
  std::string name;  // "text_detect.onnx"
  std::filesystem::path file;
  std::optional<ContentHash> hash;  // nullopt: it is not there
  std::string without;              // what can't be done without it
};

// What reads text and QR codes in pictures: muster-read, a program that is started when the first
// picture is read, and models, which are no part of it (scripts/fetch_models.sh fetches them).
// Where some of it is missing it says so, and reads what it can. Safe from any thread; each works
// with a process of its own.
class Reading {
 public:
  // Finds out what is there; starts nothing. `program` is for tests: another muster-read than the
  // one beside this program. A picture that takes longer than `limit` is given up.
  explicit Reading(const ModelsConfig& config,
                   const std::filesystem::path& program = {},
                   Milliseconds limit = std::chrono::seconds(60));
  ~Reading();

  // Why no text can be read here, and what to do about it; empty where it can.
  std::string text_problem() const;
  // The same for QR codes.
  std::string codes_problem() const;

  // Are the QR models there? Without them a look for codes takes up to 20 times as long and misses
  // small and turned ones: enough for a photo, too slow for the frames of a video.
  bool has_code_models() const;

  // What it reads with, for a verdict's provenance: a short hash over all parts that are there and
  // the languages; empty where nothing can be read. Reads the files when it is first called.
  std::string version() const;
  std::vector<ReadingPart> parts() const;
  // What the sandbox of muster-read holds back: lines like Decoder::self_test's. Empty where there
  // is no program.
  std::vector<std::string> self_test() const;

  // An engine for the calling thread, which goes back when the lease ends.
  class Lease {
   public:
    ~Lease();
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;
    ReadingEngine& operator*() const { return *engine_; }
    ReadingEngine* operator->() const { return engine_.get(); }

   private:
    friend class Reading;
    Lease(const Reading& owner, std::unique_ptr<ReadingEngine> engine);
    const Reading& owner_;
    std::unique_ptr<ReadingEngine> engine_;
  };
  // Throws std::runtime_error where a model can't be loaded, although it is there; TransientError
  // where no process can be started.
  Lease lease() const;

 private:
  std::unique_ptr<ReadingEngine> make_engine() const;

  std::vector<std::string> languages_;
  std::filesystem::path program_;  // empty: not there
  Milliseconds limit_;
  std::filesystem::path models_;     // empty: no folder with models
  std::filesystem::path text_data_;  // empty: not all languages are there
  std::string text_problem_;

  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<ReadingEngine>> idle_;  // guarded by mutex_
  mutable std::optional<std::vector<ReadingPart>> parts_;     // guarded by mutex_
};

}  // namespace muster
