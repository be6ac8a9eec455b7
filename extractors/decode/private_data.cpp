#include "extractors/decode/private_data.h"

#include "extractors/decode/header_check.h"
#include "extractors/decode/private_data_formats.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace muster {

void FileEdit::drop(std::uint64_t begin, std::uint64_t end) {
  changes_.push_back({begin, end, {}, 0});
}

void FileEdit::replace(std::uint64_t begin, std::uint64_t end, std::string made) {
  changes_.push_back({begin, end, std::move(made), 0});
}

void FileEdit::blank(std::uint64_t begin, std::uint64_t end) {
  changes_.push_back({begin, end, {}, end - begin});
}

void FileEdit::fail(std::uint64_t at, std::string what) {
  if (!problem_) {
    problem_ = ParseError{fmt::format("byte {}", at), std::move(what)};
  }
}

Parsed<std::vector<FilePiece>> FileEdit::finish() && {
  if (problem_) {
    return tl::unexpected(*std::move(problem_));
  }
  std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
    return a.begin < b.begin;
  });
  std::vector<FilePiece> pieces;
  std::uint64_t at = 0;
  for (Change& change : changes_) {
    if (change.end < at) {
      continue;  // within a change before it
    }
    if (change.begin < at) {
      change.zeros -= std::min(change.zeros, at - change.begin);
      change.begin = at;
    }
    const auto kept =
        file_.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(change.begin - at));
    pieces.push_back({kept, std::move(change.made), change.zeros});
    at = change.end;
  }
  pieces.push_back({file_.subspan(static_cast<std::size_t>(at))});
  return pieces;
}

std::string exif_of_orientation(int orientation) {
  // A TIFF header (TIFF 6.0, section 2), one directory with one entry: tag 0x0112, SHORT, 1.
  std::string tiff("MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0", 26);
  tiff[19] = static_cast<char>(orientation);
  return tiff;
}

Parsed<std::vector<FilePiece>> without_private_data(std::span<const std::byte> file) {
  HeaderLimits limits;
  limits.heif = true;
  const HeaderFacts facts = check_header(file, limits);
  FileEdit edit(file);
  switch (facts.type) {
    case MediaType::jpeg:
      clean_jpeg(file, facts.exif_orientation, edit);
      break;
    case MediaType::png:
      clean_png(file, facts.exif_orientation, edit);
      break;
    case MediaType::webp:
      clean_webp(file, facts.exif_orientation, edit);
      break;
    case MediaType::gif:
      clean_gif(file, edit);
      break;
    case MediaType::heic:
    case MediaType::avif:
      clean_heif(file, edit);
      break;
    case MediaType::mp4:
    case MediaType::mov:
      clean_mp4(file, edit);
      break;
    case MediaType::webm:
    case MediaType::mkv:
      clean_ebml(file, edit);
      break;
    case MediaType::unknown:
      edit.fail(0, "it is none of the types that are read here");
      break;
  }
  return std::move(edit).finish();
}

}  // namespace muster
