#pragma once

#include "extractors/decode/header_check.h"

#include <cstdint>
#include <span>
#include <string>

namespace muster {

// The parsers behind check_header, one per container. Each fills facts of a file whose magic bytes
// fit.
void check_jpeg(std::span<const std::byte> file, HeaderFacts& facts);
void check_png(std::span<const std::byte> file, HeaderFacts& facts);
void check_webp(std::span<const std::byte> file, HeaderFacts& facts);
void check_gif(std::span<const std::byte> file, HeaderFacts& facts);
void check_heif(std::span<const std::byte> file, HeaderFacts& facts);
void check_mp4(std::span<const std::byte> file, HeaderFacts& facts);
void check_ebml(std::span<const std::byte> file, HeaderFacts& facts);

// Notes an EXIF block (a TIFF structure) with its orientation and whether it names a place.
void read_exif(std::span<const std::byte> tiff, HeaderFacts& facts);

// Sets integrity, detail and remedy, unless something worse was found before.
void set_truncated(HeaderFacts& facts, std::string detail);
void set_damaged(HeaderFacts& facts, std::string detail);
void set_unreadable(HeaderFacts& facts, std::string detail);
void set_refused(HeaderFacts& facts, std::string detail, std::string remedy);

// "the file ends after 61 % of its data"; never says 100 %.
std::string ends_after(std::uint64_t there, std::uint64_t promised);

}  // namespace muster
