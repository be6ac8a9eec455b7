#include "storage/blob_store.h"

#include "core/error.h"

#include <array>

#include <fmt/format.h>

namespace muster {

ContentHash BlobStore::put(std::string_view bytes) {
  auto writer = create();
  writer->append(std::as_bytes(std::span(bytes)));
  return writer->commit();
}

std::optional<std::string> BlobStore::get(const ContentHash& hash, std::uint64_t limit) {
  auto reader = open(hash);
  if (reader == nullptr) {
    return std::nullopt;
  }
  if (reader->size() > limit) {
    throw PermanentError(fmt::format("read blob {}: it has {} bytes, the limit here is {}",
                                     hash.short_hex(),
                                     reader->size(),
                                     limit));
  }
  std::string bytes(reader->size(), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const std::size_t got = reader->read(std::as_writable_bytes(std::span(bytes).subspan(filled)));
    if (got == 0) {
      throw TransientError(fmt::format(
          "read blob {}: it ends after {} of {} bytes", hash.short_hex(), filled, bytes.size()));
    }
    filled += got;
  }
  return bytes;
}

bool BlobStore::verify(const ContentHash& hash) {
  auto reader = open(hash);
  if (reader == nullptr) {
    return false;
  }
  Hasher hasher;
  std::array<std::byte, 65536> buffer;
  while (const std::size_t got = reader->read(buffer)) {
    hasher.add(std::span(buffer).first(got));
  }
  return hasher.finish() == hash;
}

}  // namespace muster
