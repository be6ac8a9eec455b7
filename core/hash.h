#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace muster {

// A SHA-256 digest. It names blobs, packs, kits, briefs and the content that a decision is bound
// to.
struct ContentHash {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const ContentHash&) const = default;

  std::string hex() const;  // 64 lower-case digits
  // First 12 digits, for people.
  std::string short_hex() const { return hex().substr(0, 12); }
  static std::optional<ContentHash> from_hex(std::string_view hex);
};

// Hashes a stream piece by piece.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  void add(std::span<const std::byte> bytes);
  void add(std::string_view text);
  // Length-prefixed, so that the fields ("ab", "c") and ("a", "bc") hash differently.
  void add_field(std::string_view text);
  // Ends the stream; the hasher must not be used afterwards.
  ContentHash finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

ContentHash sha256(std::string_view bytes);
ContentHash sha256(std::span<const std::byte> bytes);

}  // namespace muster
