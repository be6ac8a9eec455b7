#pragma once

#include "extractors/decode/header_check.h"
#include "extractors/decode/helper/output.h"
#include "extractors/decode/helper/zygote.h"

namespace muster {

// What one helper program can decode.
struct MediaDecoder {
  // Loads and sets up everything that `decode` needs, so that it opens no file and starts no
  // thread.
  void (*warm_up)();
  std::string (*libraries)();  // "name version, name version"
  bool (*takes)(MediaType type);
  // Fills facts and frames for a file of such a type whose header was checked.
  // DecodeMode::previews: no frames, but encoded previews.
  void (*decode)(const ChildContext& context, const HeaderFacts& header, AnswerWriter& answer);
  // DecodeMode::sheet; nullptr: not here.
  void (*make_sheet)(const ChildContext& context, AnswerWriter& answer) = nullptr;
};

// The work of a child: fills the output memory with an answer, or tries what a probe asks for.
// Returns its exit status.
int run_child(const ChildContext& context, const MediaDecoder& decoder);

// The whole program: warms up, then serves as zygote. Returns its exit status.
int run_helper(const MediaDecoder& decoder);

}  // namespace muster
