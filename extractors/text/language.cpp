#include "extractors/text/language.h"

#include "core/text.h"

#include <algorithm>

#include <cld2/public/compact_lang_det.h>

namespace muster {
namespace {

// CLD2 guesses on less, and guesses badly: house policy.
constexpr std::size_t kMinLetters = 24;
// Enough to tell; a long text is not read to its end.
constexpr std::size_t kMaxBytes = 20'000;

}  // namespace

std::optional<std::string> language_of(std::string_view utf8) {
  const std::string text = sanitize_utf8(utf8.substr(0, kMaxBytes));
  std::size_t letters = 0;
  for (const char32_t c : to_code_points(text)) {
    letters += is_word_letter(c) ? 1 : 0;
  }
  // A script without spaces says as much with fewer signs.
  const Caption words = read_caption(text);
  if (letters < kMinLetters && words.tokens.size() < kMinLetters / 2) {
    return std::nullopt;
  }
  bool reliable = false;
  const CLD2::Language language = CLD2::DetectLanguage(
      text.data(), static_cast<int>(text.size()), /*is_plain_text=*/true, &reliable);
  const std::string_view code = CLD2::LanguageCode(language);
  if (!reliable || language == CLD2::UNKNOWN_LANGUAGE || code.size() < 2 || code == "un") {
    return std::nullopt;
  }
  return std::string(code.substr(0, 2));
}

std::string caption_prose(std::string_view utf8, const Caption& caption) {
  std::u32string prose = to_code_points(utf8);
  for (const Token& token : caption.tokens) {
    if (token.kind != TokenKind::word) {
      const TextSpan span = caption.span(token);
      std::fill(prose.begin() + span.begin, prose.begin() + span.end, U' ');
    }
  }
  return to_utf8(prose);
}

}  // namespace muster
