#include "extractors/decode/byte_reader.h"
#include "extractors/decode/ebml_element.h"
#include "extractors/decode/private_data_formats.h"

#include <algorithm>

// Matroska and WebM (RFC 9559). Cues and seek heads name places by their offset, so what goes
// becomes a Void element of the same length (RFC 8794, 11.3.2).

namespace muster {
namespace {

constexpr std::uint32_t kSegment = 0x18538067;
constexpr std::uint32_t kTags = 0x1254C367;
constexpr std::uint32_t kAttachments = 0x1941A469;

void make_void(std::uint64_t begin, std::uint64_t end, FileEdit& edit) {
  const std::uint64_t size = end - begin;
  std::string head(1, '\xEC');
  std::uint64_t contents = size - 2;
  if (contents < 0x7F) {
    head.push_back(static_cast<char>(0x80 | contents));
  } else {
    contents = size - 9;
    head.push_back('\x01');
    for (int shift = 48; shift >= 0; shift -= 8) {
      head.push_back(static_cast<char>(contents >> shift & 0xFF));
    }
  }
  const std::uint64_t behind_head = begin + head.size();
  edit.replace(begin, behind_head, std::move(head));
  edit.blank(behind_head, end);
}

}  // namespace

void clean_ebml(std::span<const std::byte> file, FileEdit& edit) {
  ByteReader reader(file);
  const auto header = read_element(reader, file);
  reader.skip(header ? header->size.value_or(0) : 0);
  const auto segment =
      reader.ok() ? read_element(reader, file.subspan(reader.position())) : std::nullopt;
  if (!segment || segment->id != kSegment) {
    return edit.fail(reader.position(), "it has no segment");
  }
  std::size_t at = reader.position();
  const std::uint64_t length =
      std::min<std::uint64_t>(segment->size.value_or(UINT64_MAX), file.size() - at);
  const auto end = static_cast<std::size_t>(at + length);
  while (at < end) {
    ByteReader head(file.first(end).subspan(at));
    const auto element = read_element(head, file.first(end).subspan(at));
    if (!element || element->size.value_or(0) > end - at - head.position()) {
      return edit.fail(at, "an element is longer than the file");
    }
    const std::size_t start = at;
    at += head.position() + static_cast<std::size_t>(element->size.value_or(0));
    if (element->size && (element->id == kTags || element->id == kAttachments)) {
      make_void(start, at, edit);
    }
  }
  edit.drop(end, file.size());
}

}  // namespace muster
