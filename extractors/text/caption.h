#pragma once

#include "core/finding.h"
#include "extractors/text/normalize.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace muster {

enum class TokenKind { word, hashtag, mention, url };

// A piece of a caption. Offsets count letters of the folded text. In scripts without spaces each
// letter is a word.
struct Token {
  TokenKind kind = TokenKind::word;
  std::size_t begin = 0;  // with '#' or '@'
  std::size_t body = 0;   // without
  std::size_t end = 0;
};

// A caption taken apart.
struct Caption {
  FoldedText folded;
  std::vector<Token> tokens;

  char32_t letter(std::size_t at) const { return folded.letters[at].letter; }
  std::size_t size() const { return folded.letters.size(); }
  TextSpan span(const Token& token) const { return folded.span(token.begin, token.end); }
};

Caption read_caption(std::string_view utf8);

// How many of the tokens are hashtags, mentions...
std::size_t count_tokens(const Caption& caption, TokenKind kind);

// Does the body of a hashtag or mention read as `pattern` (with or without the sign)?
bool same_tag(const Caption& caption, const Token& token, const Caption& pattern);

// A phrase in a caption: the tokens [first, last].
struct PhraseHit {
  std::size_t first = 0;
  std::size_t last = 0;
};

// The last token of `phrase` where it stands at the token `first`; see find_phrase.
std::optional<std::size_t> phrase_end(const Caption& caption,
                                      const Caption& phrase,
                                      std::size_t first);

// Where the words of `phrase` stand one after the other, each whole: "ad" is not found in
// "adventure". A hashtag or mention stands for the words that it joins: "#notanad" for "not an ad".
// Between two words there may be blanks, at most one line end and signs that don't end a sentence.
// Linear in the size of the caption.
std::vector<PhraseHit> find_phrase(const Caption& caption, const Caption& phrase);

}  // namespace muster
