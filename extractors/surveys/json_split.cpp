#include "extractors/surveys/json_split.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace muster {
namespace {

constexpr std::size_t kSplitBlock = 64;

// A bit for each of 64 bytes that is `byte`, the first one lowest.
std::uint64_t bytes_equal(const char* block, char byte) {
#ifdef __SSE2__
  const __m128i wanted = _mm_set1_epi8(byte);
  std::uint64_t mask = 0;
  for (int i = 0; i < 4; ++i) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + 16 * i));
    const auto found = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)));
    mask |= static_cast<std::uint64_t>(found) << (16 * i);
  }
  return mask;
#else
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < kSplitBlock; ++i) {
    mask |= static_cast<std::uint64_t>(block[i] == byte) << i;
  }
  return mask;
#endif
}

// The parity of all bits up to and with each one.
std::uint64_t running_parity(std::uint64_t bits) {
  for (const int shift : {1, 2, 4, 8, 16, 32}) {
    bits ^= bits << shift;
  }
  return bits;
}

struct Bracket {
  std::size_t offset = 0;  // the size of the text: there is no more
  bool opens = false;
};

// Walks over the brackets outside of texts.
class Brackets {
 public:
  explicit Brackets(std::string_view text) : text_(text) {}

  Bracket next() {
    while ((opening_ | closing_) == 0) {
      if (block_ >= text_.size()) {
        return {text_.size(), false};
      }
      load();
    }
    const std::uint64_t all = opening_ | closing_;
    const std::uint64_t bit = all & (~all + 1);
    const bool opens = (opening_ & bit) != 0;
    opening_ &= ~bit;
    closing_ &= ~bit;
    return {block_ - kSplitBlock + static_cast<std::size_t>(std::countr_zero(bit)), opens};
  }

  // The bracket with which the last of `depth` >= 1 open ones is closed; no bracket where none
  // does. Blocks with too few closing brackets to reach it are counted, not walked through.
  // `progress`: is told the offset of each block.
  template <typename Progress>
  Bracket close(int depth, const Progress& progress) {
    while (true) {
      if ((opening_ | closing_) == 0) {
        if (block_ >= text_.size()) {
          return {text_.size(), false};
        }
        progress(block_);
        load();
      }
      const int closing = std::popcount(closing_);
      if (closing < depth) {
        depth += std::popcount(opening_) - closing;
        opening_ = closing_ = 0;
        continue;
      }
      const Bracket bracket = next();
      depth += bracket.opens ? 1 : -1;
      if (depth == 0 || bracket.offset == text_.size()) {
        return bracket;
      }
    }
  }

  // At the end: a text is open.
  bool in_text() const { return in_text_ != 0; }

 private:
  void load() {
    const char* block = text_.data() + block_;
    std::array<char, kSplitBlock> last;
    if (text_.size() - block_ < kSplitBlock) {
      last.fill(' ');
      std::memcpy(last.data(), block, text_.size() - block_);
      block = last.data();
    }
    const std::uint64_t quotes = bytes_equal(block, '"') & ~escaped(bytes_equal(block, '\\'));
    const std::uint64_t texts = running_parity(quotes) ^ in_text_;
    in_text_ = (texts >> 63) != 0 ? ~std::uint64_t{0} : 0;
    opening_ = (bytes_equal(block, '{') | bytes_equal(block, '[')) & ~texts;
    closing_ = (bytes_equal(block, '}') | bytes_equal(block, ']')) & ~texts;
    block_ += kSplitBlock;
  }

  // The bytes that a backslash escapes.
  std::uint64_t escaped(std::uint64_t backslashes) {
    std::uint64_t result = escapes_next_ ? 1 : 0;
    backslashes &= ~result;
    escapes_next_ = false;
    while (backslashes != 0) {
      const auto at = std::countr_zero(backslashes);
      if (at == 63) {
        escapes_next_ = true;
        return result;
      }
      const std::uint64_t next = std::uint64_t{2} << at;
      result |= next;
      backslashes &= ~(next | next >> 1);
    }
    return result;
  }

  std::string_view text_;
  std::size_t block_ = 0;  // offset of the next block
  std::uint64_t opening_ = 0;
  std::uint64_t closing_ = 0;
  std::uint64_t in_text_ = 0;  // all bits: the block begins within a text
  bool escapes_next_ = false;
};

bool is_json_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

std::size_t skip_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && is_json_space(text[at])) {
    ++at;
  }
  return at;
}

// The name of the member whose value begins at `value`.
std::string_view name_before(std::string_view text, std::size_t value) {
  const auto back = [&](std::size_t at) {
    while (at > 0 && is_json_space(text[at - 1])) {
      --at;
    }
    return at;
  };
  std::size_t at = back(value);
  if (at == 0 || text[at - 1] != ':') {
    return {};
  }
  const std::size_t end = back(at - 1);
  if (end < 2 || text[end - 1] != '"') {
    return {};
  }
  const auto begin = text.rfind('"', end - 2);
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin + 1, end - begin - 2);
}

// Where the entry that begins at `begin` ends; it holds no brackets outside of texts before `stop`.
std::size_t end_of_scalar(std::string_view list, std::size_t begin, std::size_t stop) {
  bool text = false;
  for (std::size_t at = begin; at < stop; ++at) {
    if (text && list[at] == '\\') {
      ++at;
    } else if (list[at] == '"') {
      text = !text;
    } else if (!text && list[at] == ',') {
      return at;
    }
  }
  return stop;
}

}  // namespace

std::optional<std::vector<JsonList>> find_json_lists(
    std::string_view document, const std::function<void(std::size_t offset)>& progress) {
  constexpr std::size_t kStepBytes = 1'000'000;
  std::size_t told = 0;
  const auto tell = [&](std::size_t offset) {
    if (offset >= told + kStepBytes) {
      told = offset;
      progress(told);
    }
  };
  std::vector<JsonList> lists;
  Brackets brackets(document);
  const auto add = [&](std::string_view name, std::size_t begin, std::size_t end) {
    lists.push_back({name, begin + 1, end});
    return end < document.size();
  };
  const Bracket root = brackets.next();
  if (!root.opens) {
    return std::nullopt;
  }
  if (document[root.offset] == '[') {
    if (!add("", root.offset, brackets.close(1, tell).offset)) {
      return std::nullopt;
    }
  } else {
    Bracket member = brackets.next();
    for (; member.opens; member = brackets.next()) {
      const std::size_t end = brackets.close(1, tell).offset;
      if (document[member.offset] == '['
              ? !add(name_before(document, member.offset), member.offset, end)
              : end == document.size()) {
        return std::nullopt;
      }
    }
    if (member.offset == document.size()) {
      return std::nullopt;  // the root is never closed
    }
  }
  const bool is_all = brackets.next().offset == document.size() && !brackets.in_text();
  return is_all ? std::optional(std::move(lists)) : std::nullopt;
}

std::optional<std::size_t> split_json_list(
    std::string_view list,
    const std::function<bool(std::string_view entry, std::size_t offset)>& visit) {
  Brackets brackets(list);
  Bracket bracket = brackets.next();
  std::size_t at = skip_spaces(list, 0);
  bool wants_entry = false;  // a comma came before
  while (at < list.size()) {
    std::size_t end = at;
    if (bracket.offset == at && bracket.opens) {
      bracket = brackets.close(1, [](std::size_t) {});
      if (bracket.offset == list.size()) {
        return at;
      }
      end = bracket.offset + 1;
      bracket = brackets.next();
    } else {
      end = end_of_scalar(list, at, bracket.offset);
    }
    if (end == at) {
      return at;
    }
    if (!visit(list.substr(at, end - at), at)) {
      return std::nullopt;
    }
    wants_entry = false;
    at = skip_spaces(list, end);
    if (at < list.size()) {
      if (list[at] != ',') {
        return at;
      }
      wants_entry = true;
      at = skip_spaces(list, at + 1);
    }
  }
  return wants_entry ? std::optional(list.size()) : std::nullopt;
}

}  // namespace muster
