#include "core/text.h"
#include "extractors/decode/header_check.h"
#include "extractors/decode/private_data.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

// A copy without private data is made of the file and of little else.
void check_clean_copy(std::span<const std::byte> file) {
  const auto pieces = muster::without_private_data(file);
  if (!pieces) {
    return;
  }
  std::uint64_t kept = 0;
  std::uint64_t made = 0;
  const std::byte* last = file.data();
  for (const muster::FilePiece& piece : *pieces) {
    if (!piece.kept.empty() && (piece.kept.data() < last || piece.kept.data() + piece.kept.size() >
                                                                file.data() + file.size())) {
      std::abort();
    }
    last = piece.kept.empty() ? last : piece.kept.data() + piece.kept.size();
    kept += piece.kept.size() + piece.zeros;
    made += piece.made.size();
  }
  if (kept > file.size() || made > file.size() + 100) {
    std::abort();
  }
}

}  // namespace

// The parser that looks at untrusted files before any library does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> file(reinterpret_cast<const std::byte*>(data), size);
  const muster::HeaderLimits limits;
  const muster::HeaderFacts facts = muster::check_header(file, limits);
  const bool decodable = facts.integrity != muster::Integrity::refused &&
                         facts.integrity != muster::Integrity::unreadable;
  // What it lets pass is within the limits, and what it says can be printed.
  const auto pixels =
      static_cast<std::uint64_t>(facts.width) * static_cast<std::uint64_t>(facts.height);
  if ((decodable && pixels > limits.max_pixels) || facts.width < 0 || facts.height < 0 ||
      muster::find_invalid_utf8(facts.detail) || facts.type != muster::sniff_media_type(file) ||
      (facts.integrity == muster::Integrity::whole) != facts.detail.empty()) {
    std::abort();
  }
  // Claims are texts that can be stored, and places on earth.
  const muster::MediaOrigin origin = muster::read_origin(facts.metadata);
  for (const std::string* text :
       {&origin.camera_make, &origin.software, &origin.taken_at, &origin.author}) {
    if (text->size() > 200 || muster::find_invalid_utf8(*text)) {
      std::abort();
    }
  }
  if (const auto place = muster::read_place(facts.metadata.exif);
      place && !(place->latitude >= -90 && place->latitude <= 90 && place->longitude >= -180 &&
                 place->longitude <= 180)) {
    std::abort();
  }
  check_clean_copy(file);
  return 0;
}
