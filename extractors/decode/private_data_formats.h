#pragma once

#include "extractors/decode/private_data.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace muster {

// What is to change in a file; offsets count from its start.
class FileEdit {
 public:
  explicit FileEdit(std::span<const std::byte> file) : file_(file) {}

  void drop(std::uint64_t begin, std::uint64_t end);
  void replace(std::uint64_t begin, std::uint64_t end, std::string made);
  // Zeros in its place: for files that name places by their offset.
  void blank(std::uint64_t begin, std::uint64_t end);
  // The file makes no sense at `at`; the first such place counts.
  void fail(std::uint64_t at, std::string what);
  bool failed() const { return problem_.has_value(); }

  Parsed<std::vector<FilePiece>> finish() &&;

 private:
  struct Change {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::string made;
    std::uint64_t zeros = 0;
  };
  std::span<const std::byte> file_;
  std::vector<Change> changes_;
  std::optional<ParseError> problem_;
};

// A TIFF structure that says nothing but how to turn the picture.
std::string exif_of_orientation(int orientation);

// One per container. What is not known to belong to the picture goes.
void clean_jpeg(std::span<const std::byte> file, int orientation, FileEdit& edit);
void clean_png(std::span<const std::byte> file, int orientation, FileEdit& edit);
void clean_webp(std::span<const std::byte> file, int orientation, FileEdit& edit);
void clean_gif(std::span<const std::byte> file, FileEdit& edit);
void clean_mp4(std::span<const std::byte> file, FileEdit& edit);
void clean_heif(std::span<const std::byte> file, FileEdit& edit);
void clean_ebml(std::span<const std::byte> file, FileEdit& edit);

}  // namespace muster
