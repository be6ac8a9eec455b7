#include "review/clean_copy.h"

#include "core/error.h"
#include "extractors/decode/private_data.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace muster {
namespace {

class CleanCopy : public BlobReader {
 public:
  CleanCopy(MappedFile file, std::vector<FilePiece> pieces)
      : file_(std::move(file)), pieces_(std::move(pieces)) {
    for (const FilePiece& piece : pieces_) {
      size_ += piece.size();
    }
  }

  std::uint64_t size() const override { return size_; }

  std::size_t read(std::span<std::byte> buffer) override {
    std::size_t filled = 0;
    while (filled < buffer.size() && at_ < pieces_.size()) {
      const std::size_t got = read_piece(pieces_[at_], buffer.subspan(filled));
      filled += got;
      if (got == 0) {
        ++at_;
        within_ = 0;
      }
    }
    return filled;
  }

 private:
  // The next bytes of the piece; 0 behind its end.
  std::size_t read_piece(const FilePiece& piece, std::span<std::byte> buffer) {
    const auto made = std::as_bytes(std::span(piece.made));
    std::size_t size = 0;
    if (within_ < piece.kept.size()) {
      size = copy(piece.kept.subspan(static_cast<std::size_t>(within_)), buffer);
    } else if (within_ < piece.kept.size() + made.size()) {
      size = copy(made.subspan(static_cast<std::size_t>(within_ - piece.kept.size())), buffer);
    } else {
      size =
          static_cast<std::size_t>(std::min<std::uint64_t>(piece.size() - within_, buffer.size()));
      std::fill_n(buffer.begin(), size, std::byte{0});
    }
    within_ += size;
    return size;
  }

  static std::size_t copy(std::span<const std::byte> from, std::span<std::byte> to) {
    const std::size_t size = std::min(from.size(), to.size());
    std::copy_n(from.begin(), size, to.begin());
    return size;
  }

  MappedFile file_;  // what the pieces are views of
  std::vector<FilePiece> pieces_;
  std::uint64_t size_ = 0;
  std::size_t at_ = 0;
  std::uint64_t within_ = 0;  // bytes of the piece that are out
};

}  // namespace

std::unique_ptr<BlobReader> open_clean_copy(MappedFile file) {
  auto pieces = without_private_data(std::as_bytes(std::span(file.bytes())));
  if (!pieces) {
    throw PermanentError(to_string(pieces.error()));
  }
  return std::make_unique<CleanCopy>(std::move(file), *std::move(pieces));
}

}  // namespace muster
