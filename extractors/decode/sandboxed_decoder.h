#pragma once

#include "extractors/decode/decoder.h"
#include "extractors/decode/helper_process.h"
#include "extractors/decode/memory_pool.h"
#include "extractors/decode/protocol.h"
#include "extractors/decode/shared_memory.h"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace muster {

// The client of both helper programs. Private to extractors/decode/; others use make_decoder().
class SandboxedDecoder final : public Decoder {
 public:
  explicit SandboxedDecoder(const DecoderOptions& options);

  DecodedMedia decode(const MediaBytes& bytes) override;
  DecodedMedia decode_again(const MediaBytes& bytes, const FrameQuery& query) override;
  cv::Mat decode_picture(const MediaBytes& bytes, std::string& problem) override;
  std::vector<MadePreview> make_previews(const MediaBytes& bytes) override;
  MadePreview make_sheet(const std::vector<std::string>& thumbnails) override;
  std::vector<std::string> self_test() override;
  std::vector<std::string> libraries() override;

 private:
  // One of the two programs; started when it is needed first.
  struct Helper {
    std::filesystem::path program;
    // Shared: a thread may still wait on a process that another thread has found dead and replaced.
    std::shared_ptr<HelperProcess> process;
  };
  // A file that may be handed to a helper, or why not.
  struct Accepted {
    std::optional<SharedMemory> input;
    MediaFacts facts;  // type and byte_size; of a refused file also its integrity
    std::string remedy;
  };
  // What a child left behind. Where it left nothing, `problem` says why in words.
  struct Reply {
    std::shared_ptr<WritableMemory> memory;
    DecodeAnswer answer;
    std::string problem;
  };

  Accepted accept(const MediaBytes& bytes);
  DecodedMedia decode(const MediaBytes& bytes, DecodeMode mode, const FrameQuery& query);
  DecodeRequest make_request(MediaKind kind, DecodeMode mode, std::uint64_t input_bytes) const;
  // Runs a child and reads its answer. `kind` says which limits hold.
  Reply ask(Helper& helper,
            const DecodeRequest& request,
            const SharedMemory& input,
            MediaKind kind);

  // Videos, and the photos that are coded like them, go to the second.
  Helper& helper_for(MediaType type);
  std::shared_ptr<HelperProcess> running(Helper& helper);
  ChildOutcome run(Helper& helper,
                   const DecodeRequest& request,
                   const SharedMemory& input,
                   const SharedMemory& output,
                   Milliseconds wall);
  Milliseconds wall_of(MediaKind kind) const;
  void test_helper(Helper& helper, std::vector<std::string>& lines);
  std::string probe(Helper& helper, std::uint32_t index);

  DecodeConfig limits_;
  MemoryPool memory_;
  std::mutex mutex_;
  Helper still_;
  Helper video_;
};

// Why the child gave no answer, in words.
std::string describe_death(const ChildOutcome& outcome,
                           const DecodeRequest& request,
                           Milliseconds wall);

}  // namespace muster
