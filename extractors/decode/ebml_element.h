#pragma once

#include "extractors/decode/byte_reader.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

// Elements of EBML (RFC 8794).

namespace muster {

struct Element {
  std::uint32_t id = 0;
  std::optional<std::uint64_t>
      size;  // nullopt: unknown, runs until something that can't be its child
};

// Number of bytes that a variable-length number takes, from its first byte: 1..8, or 0 for none.
inline std::size_t vint_length(std::uint8_t first) {
  for (std::size_t length = 1; length <= 8; ++length) {
    if ((first & (0x80 >> (length - 1))) != 0) {
      return length;
    }
  }
  return 0;
}

// nullopt where the next bytes are no element head; reader.ok() says whether there were enough.
inline std::optional<Element> read_element(ByteReader& reader, std::span<const std::byte> rest) {
  const std::size_t id_length =
      rest.empty() ? 1 : vint_length(std::to_integer<std::uint8_t>(rest[0]));
  if (id_length == 0 || id_length > 4) {
    return std::nullopt;
  }
  Element element;
  element.id = static_cast<std::uint32_t>(reader.big_endian(id_length));
  const std::uint8_t first = reader.u8();
  const std::size_t size_length = vint_length(first);
  if (!reader.ok() || size_length == 0) {
    return std::nullopt;
  }
  const std::uint64_t high = first & (0xFF >> size_length);
  const std::uint64_t low = reader.big_endian(size_length - 1);
  const std::uint64_t value = high << (8 * (size_length - 1)) | low;
  const std::uint64_t unknown = (std::uint64_t{1} << (7 * size_length)) - 1;
  if (value != unknown) {
    element.size = value;
  }
  return reader.ok() ? std::optional(element) : std::nullopt;
}

}  // namespace muster
