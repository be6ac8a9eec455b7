#include "core/hash.h"

#include "core/error.h"

#include <openssl/evp.h>

namespace muster {
namespace {

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  return std::nullopt;
}

}  // namespace

std::string ContentHash::hex() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(64);
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::optional<ContentHash> ContentHash::from_hex(std::string_view hex) {
  ContentHash hash;
  if (hex.size() != 2 * hash.bytes.size()) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < hash.bytes.size(); ++i) {
    const auto high = hex_digit(hex[2 * i]);
    const auto low = hex_digit(hex[2 * i + 1]);
    if (!high || !low) {
      return std::nullopt;
    }
    hash.bytes[i] = static_cast<std::uint8_t>(*high * 16 + *low);
  }
  return hash;
}

struct Hasher::State {
  struct Free {
    void operator()(EVP_MD_CTX* digest) const { EVP_MD_CTX_free(digest); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context;
};

Hasher::Hasher() : state_(std::make_unique<State>()) {
  state_->context.reset(EVP_MD_CTX_new());
  if (EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) != 1) {
    throw Error("start a SHA-256 hash: OpenSSL refused");
  }
}

Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::add(std::span<const std::byte> bytes) {
  if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1) {
    throw Error("continue a SHA-256 hash: OpenSSL refused");
  }
}

void Hasher::add(std::string_view text) {
  add(std::as_bytes(std::span(text)));
}

void Hasher::add_field(std::string_view text) {
  std::array<std::byte, 8> length;
  for (std::size_t i = 0; i < length.size(); ++i) {
    length[i] = static_cast<std::byte>(text.size() >> (8 * i));
  }
  add(length);
  add(text);
}

ContentHash Hasher::finish() {
  ContentHash hash;
  if (EVP_DigestFinal_ex(state_->context.get(), hash.bytes.data(), nullptr) != 1) {
    throw Error("finish a SHA-256 hash: OpenSSL refused");
  }
  return hash;
}

ContentHash sha256(std::span<const std::byte> bytes) {
  Hasher hasher;
  hasher.add(bytes);
  return hasher.finish();
}

ContentHash sha256(std::string_view bytes) {
  return sha256(std::as_bytes(std::span(bytes)));
}

}  // namespace muster
