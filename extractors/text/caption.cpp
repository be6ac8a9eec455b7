#include "extractors/text/caption.h"

#include <algorithm>

namespace muster {
namespace {

// More signs than this between two words, and nobody reads them as one phrase.
constexpr std::size_t kMaxGap = 8;

class Tokenizer {
 public:
  explicit Tokenizer(Caption& caption) : caption_(caption) {}

  void run() {
    while (at_ < caption_.size()) {
      const char32_t c = caption_.letter(at_);
      if (c == '#' && is_tag_letter(at_ + 1) && !preceded_by('&')) {
        add_tag(TokenKind::hashtag);
      } else if (c == '@' && is_tag_letter(at_ + 1) && !preceded_by_word()) {
        add_tag(TokenKind::mention);
      } else if (!is_word_letter(c)) {
        ++at_;
      } else if (const std::size_t end = url_end(); end > at_) {
        add(TokenKind::url, at_, end);
      } else {
        add_word();
      }
    }
  }

 private:
  bool is_word(std::size_t at) const {
    return at < caption_.size() && is_word_letter(caption_.letter(at));
  }
  bool is_tag_letter(std::size_t at) const {
    return is_word(at) || (at < caption_.size() && caption_.letter(at) == '_');
  }
  bool is_blank(std::size_t at) const {
    return caption_.letter(at) == ' ' || caption_.letter(at) == '\n';
  }
  bool preceded_by(char32_t c) const { return at_ > 0 && caption_.letter(at_ - 1) == c; }
  bool preceded_by_word() const { return at_ > 0 && is_word(at_ - 1); }

  bool starts_with(std::size_t at, std::string_view text) const {
    for (const char c : text) {
      if (at >= caption_.size() || caption_.letter(at) != static_cast<char32_t>(c)) {
        return false;
      }
      ++at;
    }
    return true;
  }

  void add(TokenKind kind, std::size_t body, std::size_t end) {
    caption_.tokens.push_back({kind, at_, body, end});
    at_ = end;
  }

  void add_tag(TokenKind kind) {
    const bool dots = kind == TokenKind::mention;
    std::size_t end = at_ + 1;
    while (is_tag_letter(end) || (dots && end < caption_.size() && caption_.letter(end) == '.')) {
      ++end;
    }
    while (caption_.letter(end - 1) == '.') {
      --end;
    }
    add(kind, at_ + 1, end);
  }

  void add_word() {
    std::size_t end = at_ + 1;
    if (!is_unspaced_letter(caption_.letter(at_))) {
      while (is_word(end) && !is_unspaced_letter(caption_.letter(end))) {
        ++end;
      }
    }
    add(TokenKind::word, at_, end);
  }

  // The end of an address that starts here ("https://...", "www...", "fizzo.example/x"); at_ where
  // none does.
  std::size_t url_end() {
    std::size_t end = at_;
    if (!starts_with(at_, "http://") && !starts_with(at_, "https://") &&
        !starts_with(at_, "www.")) {
      // A name with dots and a path behind it. Each run of names and dots is looked at once.
      if (at_ < no_url_before_) {
        return at_;
      }
      bool dot = false;
      while (is_word(end) || (end < caption_.size() && end > at_ &&
                              (caption_.letter(end) == '.' || caption_.letter(end) == '-'))) {
        dot = dot || caption_.letter(end) == '.';
        ++end;
      }
      if (!dot || end >= caption_.size() || caption_.letter(end) != '/') {
        no_url_before_ = end;
        return at_;
      }
    }
    while (end < caption_.size() && !is_blank(end)) {
      ++end;
    }
    return end;
  }

  Caption& caption_;
  std::size_t at_ = 0;
  std::size_t no_url_before_ = 0;
};

// Compares letter by letter, without regard to '_' in the token's body.
class BodyReader {
 public:
  BodyReader(const Caption& caption, const Token& token)
      : caption_(caption), at_(token.body), end_(token.end) {
    skip();
  }

  bool done() const { return at_ >= end_; }

  bool take(const FoldedLetter& pattern) {
    if (done() || !same_letter(caption_.folded.letters[at_], pattern)) {
      return false;
    }
    ++at_;
    skip();
    return true;
  }

 private:
  void skip() {
    while (at_ < end_ && caption_.letter(at_) == '_') {
      ++at_;
    }
  }

  const Caption& caption_;
  std::size_t at_;
  std::size_t end_;
};

bool take_word(BodyReader& body, const Caption& phrase, const Token& word) {
  for (std::size_t i = word.body; i < word.end; ++i) {
    if (phrase.letter(i) != '_' && !body.take(phrase.folded.letters[i])) {
      return false;
    }
  }
  return true;
}

// How many words of the phrase, from `word` on, the token stands for; 0 where it stands for none.
std::size_t words_taken(const Caption& caption,
                        const Token& token,
                        const Caption& phrase,
                        std::size_t word) {
  if (token.kind == TokenKind::url) {
    return 0;
  }
  BodyReader body(caption, token);
  std::size_t taken = 0;
  while (!body.done() && word + taken < phrase.tokens.size()) {
    if (!take_word(body, phrase, phrase.tokens[word + taken])) {
      return 0;
    }
    ++taken;
    if (token.kind == TokenKind::word) {
      break;
    }
  }
  return body.done() ? taken : 0;
}

bool gap_is_fine(const Caption& caption, const Token& before, const Token& after, bool glued) {
  const std::size_t size = after.begin - before.end;
  if (size == 0 || glued) {
    return size == 0 && glued;
  }
  int line_ends = 0;
  for (std::size_t i = before.end; i < after.begin; ++i) {
    const char32_t c = caption.letter(i);
    line_ends += c == '\n' ? 1 : 0;
    if (c == '.' || c == ',' || c == '!' || c == '?' || c == ';') {
      return false;
    }
  }
  return size <= kMaxGap && line_ends <= 1;
}

// Letters of a script without spaces follow each other directly.
bool is_glued(const Caption& phrase, std::size_t word) {
  return word > 0 && phrase.tokens[word - 1].end == phrase.tokens[word].begin;
}

}  // namespace

Caption read_caption(std::string_view utf8) {
  Caption caption;
  caption.folded = fold_text(utf8);
  Tokenizer(caption).run();
  return caption;
}

std::size_t count_tokens(const Caption& caption, TokenKind kind) {
  return static_cast<std::size_t>(
      std::count_if(caption.tokens.begin(), caption.tokens.end(), [&](const Token& token) {
        return token.kind == kind;
      }));
}

bool same_tag(const Caption& caption, const Token& token, const Caption& pattern) {
  std::size_t at = token.body;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (i == 0 && (pattern.letter(0) == '#' || pattern.letter(0) == '@')) {
      continue;
    }
    if (at >= token.end || !same_letter(caption.folded.letters[at], pattern.folded.letters[i])) {
      return false;
    }
    ++at;
  }
  return at == token.end && at > token.body;
}

std::optional<std::size_t> phrase_end(const Caption& caption,
                                      const Caption& phrase,
                                      std::size_t first) {
  std::size_t word = 0;
  std::size_t at = first;
  while (word < phrase.tokens.size() && at < caption.tokens.size()) {
    if (at > first &&
        !gap_is_fine(caption, caption.tokens[at - 1], caption.tokens[at], is_glued(phrase, word))) {
      return std::nullopt;
    }
    const std::size_t taken = words_taken(caption, caption.tokens[at], phrase, word);
    if (taken == 0) {
      return std::nullopt;
    }
    word += taken;
    ++at;
  }
  return word == phrase.tokens.size() && at > first ? std::optional(at - 1) : std::nullopt;
}

std::vector<PhraseHit> find_phrase(const Caption& caption, const Caption& phrase) {
  std::vector<PhraseHit> hits;
  for (std::size_t first = 0; first < caption.tokens.size(); ++first) {
    if (const auto last = phrase_end(caption, phrase, first)) {
      hits.push_back({first, *last});
    }
  }
  return hits;
}

}  // namespace muster
