#pragma once

// Fields of messages and answers: writing them, and reading what may be hostile. Private to the
// protocol.

#include "core/enum_names.h"
#include "core/result.h"
#include "core/text.h"
#include "core/time_span.h"
#include "extractors/decode/byte_reader.h"
#include "extractors/decode/protocol.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace muster {

// Headers of refused files may claim any size.
inline constexpr std::uint32_t kMaxClaimedSide = INT32_MAX;
inline constexpr std::int64_t kMaxTimeMs = 1'000LL * 60 * 60 * 24 * 365;

// Four letters at the start of each message, as they lie in memory.
constexpr std::uint32_t message_tag(const char (&letters)[5]) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) {
    value = value << 8 | static_cast<unsigned char>(letters[i]);
  }
  return value;
}

class FieldWriter {
 public:
  FieldWriter& u8(std::uint8_t value) { return little_endian(value, 1); }
  FieldWriter& u32(std::uint32_t value) { return little_endian(value, 4); }
  FieldWriter& u64(std::uint64_t value) { return little_endian(value, 8); }
  FieldWriter& i64(std::int64_t value) { return u64(static_cast<std::uint64_t>(value)); }
  FieldWriter& text(std::string_view value, std::size_t limit) {
    // Cut at a code point's start.
    std::size_t size = std::min(value.size(), limit);
    while (size < value.size() && size > 0 && (value[size] & 0xC0) == 0x80) {
      --size;
    }
    u32(static_cast<std::uint32_t>(size));
    bytes_.append(value.substr(0, size));
    return *this;
  }
  template <typename T>
  FieldWriter& optional(const std::optional<T>& value) {
    u8(value.has_value() ? 1 : 0);
    if constexpr (std::is_same_v<T, double>) {
      return u64(std::bit_cast<std::uint64_t>(value.value_or(0.0)));
    } else {
      return i64(static_cast<std::int64_t>(value.value_or(T{})));
    }
  }
  FieldWriter& real(double value) { return u64(std::bit_cast<std::uint64_t>(value)); }
  FieldWriter& spans(const std::vector<TimeSpan>& spans, std::size_t most) {
    const std::size_t count = std::min(spans.size(), most);
    u32(static_cast<std::uint32_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
      i64(spans[i].start_ms).i64(spans[i].end_ms);
    }
    return *this;
  }
  std::string finish() { return std::move(bytes_); }

 private:
  FieldWriter& little_endian(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) {
      bytes_.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
    }
    return *this;
  }

  std::string bytes_;
};

// Reads fields and remembers the first that is out of its range.
class FieldReader {
 public:
  explicit FieldReader(std::span<const std::byte> bytes) : reader_(bytes) {}

  std::uint64_t u64(std::string_view name, std::uint64_t low, std::uint64_t high) {
    return in_range(name, reader_.u64le(), low, high);
  }
  std::int64_t i64(std::string_view name, std::int64_t low, std::int64_t high) {
    return in_range(name, static_cast<std::int64_t>(reader_.u64le()), low, high);
  }
  std::uint32_t u32(std::string_view name, std::uint32_t low, std::uint32_t high) {
    return in_range(name, reader_.u32le(), low, high);
  }
  bool flag(std::string_view name) { return in_range<std::uint8_t>(name, reader_.u8(), 0, 1) != 0; }
  std::string text(std::string_view name, std::size_t limit) {
    const std::uint32_t size = u32(name, 0, static_cast<std::uint32_t>(limit));
    const std::string_view value = reader_.text(problem_.empty() ? size : 0);
    if (find_invalid_utf8(value) || value.find('\0') != std::string_view::npos) {
      fail(name, "is not UTF-8 text");
      return {};
    }
    return std::string(value);
  }
  // Any bytes.
  std::string raw(std::string_view name, std::size_t limit) {
    const std::uint32_t size = u32(name, 0, static_cast<std::uint32_t>(limit));
    return std::string(reader_.text(problem_.empty() ? size : 0));
  }
  // A number of one byte.
  std::uint8_t small(std::string_view name, std::uint8_t high) {
    return in_range<std::uint8_t>(name, reader_.u8(), 0, high);
  }
  std::optional<std::int64_t> optional(std::string_view name, std::int64_t high) {
    const bool there = flag(name);
    const std::int64_t value = i64(name, 0, high);
    return there ? std::optional(value) : std::nullopt;
  }
  std::optional<bool> optional_flag(std::string_view name) {
    const auto value = optional(name, 1);
    return value ? std::optional(*value != 0) : std::nullopt;
  }
  template <typename E>
  E name_of(std::string_view name) {
    const std::uint32_t value = u32(name, 0, static_cast<std::uint32_t>(kEnumNames<E>.size() - 1));
    return static_cast<E>(value);
  }
  double real(std::string_view name, double low, double high) {
    const double value = std::bit_cast<double>(reader_.u64le());
    if (!std::isfinite(value) || value < low || value > high) {
      fail(name, "is out of range");
      return low;
    }
    return value;
  }
  std::optional<double> optional_real(std::string_view name, double low, double high) {
    const bool there = flag(name);
    const double value = std::bit_cast<double>(reader_.u64le());
    if (there && (!std::isfinite(value) || value < low || value > high)) {
      fail(name, "is out of range");
    }
    return there ? std::optional(value) : std::nullopt;
  }
  // In order of time, none within another.
  std::vector<TimeSpan> spans(std::string_view name, std::size_t most) {
    std::vector<TimeSpan> spans;
    const std::uint32_t count = u32(name, 0, static_cast<std::uint32_t>(most));
    std::int64_t previous = 0;
    for (std::uint32_t i = 0; i < count && !problem(); ++i) {
      TimeSpan span;
      span.start_ms = i64(name, previous, kMaxTimeMs);
      span.end_ms = i64(name, span.start_ms, kMaxTimeMs);
      previous = span.end_ms;
      spans.push_back(span);
    }
    return spans;
  }
  // A finite number between -limit and limit.
  double within(std::string_view name, double limit) {
    const double value = std::bit_cast<double>(reader_.u64le());
    if (!(std::abs(value) <= limit)) {
      fail(name, "is out of range");
      return 0;
    }
    return value;
  }
  void fail(std::string_view name, std::string_view what) {
    if (problem_.empty()) {
      problem_ = {std::string(name) + " " + std::string(what)};
    }
  }
  // The first problem, with a message that ends too early before all others.
  std::optional<ParseError> problem() const {
    if (!reader_.ok()) {
      return ParseError{"byte " + std::to_string(reader_.position()), "the message ends too early"};
    }
    if (!problem_.empty()) {
      return ParseError{"", problem_};
    }
    return std::nullopt;
  }

 private:
  template <typename T>
  T in_range(std::string_view name, T value, T low, T high) {
    if (value < low || value > high) {
      fail(name, "is out of range");
      return low;
    }
    return value;
  }

  ByteReader reader_;
  std::string problem_;
};

inline FieldReader open_message(std::span<const std::byte> message, std::uint32_t expected) {
  FieldReader reader(message);
  reader.u32("tag", expected, expected);
  reader.u32("version", kDecodeProtocolVersion, kDecodeProtocolVersion);
  return reader;
}

inline FieldWriter start_message(std::uint32_t tag) {
  FieldWriter writer;
  writer.u32(tag).u32(kDecodeProtocolVersion);
  return writer;
}

template <typename T>
Parsed<T> finish_reading(const FieldReader& reader, T value) {
  if (auto problem = reader.problem()) {
    return tl::unexpected(std::move(*problem));
  }
  return value;
}

}  // namespace muster
