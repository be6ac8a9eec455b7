#pragma once

#include "extractors/decode/decoder.h"
#include "extractors/decode/private_data.h"
#include "tests/support/build_paths.h"

#include <filesystem>
#include <memory>
#include <string>

namespace muster::test {

// The helper of this build.
inline DecoderOptions real_helper() {
  DecoderOptions options;
  options.program = testing::binary_dir() / "muster-decode";
  options.video_program = testing::binary_dir() / "muster-decode-video";
  return options;
}

// One decoder for all cases of a program: its helper starts once.
inline Decoder& shared_decoder() {
  static const std::unique_ptr<Decoder> decoder = make_decoder(real_helper());
  return *decoder;
}

inline DecodedMedia decode(std::string_view bytes) {
  return shared_decoder().decode(media_bytes(bytes));
}

// The bytes that the pieces make.
inline std::string joined(const std::vector<FilePiece>& pieces) {
  std::string file;
  for (const FilePiece& piece : pieces) {
    file.append(reinterpret_cast<const char*>(piece.kept.data()), piece.kept.size());
    file += piece.made + std::string(static_cast<std::size_t>(piece.zeros), '\0');
  }
  return file;
}

std::size_t open_descriptors();
// Children of this process that are dead and not reaped.
std::size_t zombies();

}  // namespace muster::test
