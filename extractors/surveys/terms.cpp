#include "extractors/surveys/terms.h"

#include "core/text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace muster {
namespace {

// How many answers the prior is worth: enough that a word of a handful of answers proves nothing.
constexpr double kPriorAnswers = 50;

// Words that say nothing on their own, of the languages that our respondents write most.
const std::unordered_set<std::string_view>& stop_words() {
  static const std::unordered_set<std::string_view> kWords = {// English
                                                              "the",
                                                              "and",
                                                              "of",
                                                              "to",
                                                              "in",
                                                              "is",
                                                              "it",
                                                              "was",
                                                              "for",
                                                              "on",
                                                              "with",
                                                              "that",
                                                              "this",
                                                              "are",
                                                              "be",
                                                              "as",
                                                              "at",
                                                              "but",
                                                              "not",
                                                              "have",
                                                              "has",
                                                              "had",
                                                              "you",
                                                              "my",
                                                              "me",
                                                              "we",
                                                              "they",
                                                              "so",
                                                              "if",
                                                              "or",
                                                              "an",
                                                              "its",
                                                              "it's",
                                                              "i'm",
                                                              "from",
                                                              "by",
                                                              "than",
                                                              "then",
                                                              "too",
                                                              "very",
                                                              "just",
                                                              "would",
                                                              "can",
                                                              "do",
                                                              "did",
                                                              "more",
                                                              "all",
                                                              "what",
                                                              "when",
                                                              "which",
                                                              "there",
                                                              "their",
                                                              "our",
                                                              "your",
                                                              "no",
                                                              "only",
                                                              "also",
                                                              "am",
                                                              "were",
                                                              "will",
                                                              "she",
                                                              "he",
                                                              "her",
                                                              "his",
                                                              "them",
                                                              // German
                                                              "der",
                                                              "die",
                                                              "das",
                                                              "und",
                                                              "ist",
                                                              "nicht",
                                                              "ein",
                                                              "eine",
                                                              "einen",
                                                              "ich",
                                                              "zu",
                                                              "es",
                                                              "mit",
                                                              "auf",
                                                              "für",
                                                              "den",
                                                              "dem",
                                                              "von",
                                                              "im",
                                                              "an",
                                                              "auch",
                                                              "aber",
                                                              "wie",
                                                              "so",
                                                              "war",
                                                              "sich",
                                                              "aus",
                                                              "bei",
                                                              "nur",
                                                              "noch",
                                                              "mir",
                                                              "mich",
                                                              "man",
                                                              "als",
                                                              "sehr",
                                                              "wird",
                                                              "hat",
                                                              "sie",
                                                              "er",
                                                              // Spanish, Portuguese
                                                              "el",
                                                              "la",
                                                              "los",
                                                              "las",
                                                              "de",
                                                              "que",
                                                              "y",
                                                              "en",
                                                              "un",
                                                              "una",
                                                              "es",
                                                              "no",
                                                              "se",
                                                              "lo",
                                                              "por",
                                                              "con",
                                                              "para",
                                                              "pero",
                                                              "más",
                                                              "muy",
                                                              "me",
                                                              "mi",
                                                              "su",
                                                              "al",
                                                              "del",
                                                              "como",
                                                              "o",
                                                              "e",
                                                              "os",
                                                              "as",
                                                              "do",
                                                              "da",
                                                              "em",
                                                              "um",
                                                              "uma",
                                                              "não",
                                                              "mas",
                                                              "muito",
                                                              "foi",
                                                              "com",
                                                              "é",
                                                              "está",
                                                              // French, Italian
                                                              "le",
                                                              "les",
                                                              "et",
                                                              "des",
                                                              "du",
                                                              "est",
                                                              "pas",
                                                              "une",
                                                              "je",
                                                              "pour",
                                                              "dans",
                                                              "sur",
                                                              "il",
                                                              "elle",
                                                              "ce",
                                                              "qui",
                                                              "au",
                                                              "très",
                                                              "plus",
                                                              "mais",
                                                              "avec",
                                                              "il",
                                                              "di",
                                                              "che",
                                                              "non",
                                                              "per",
                                                              "ma",
                                                              "sono",
                                                              "molto",
                                                              "con",
                                                              "gli",
                                                              "nel",
                                                              "della"};
  return kWords;
}

// The next code point of valid UTF-8; U+FFFD where it is not.
char32_t next_code_point(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead >= 0x80 && (lead < 0xC0 || length > text.size())) {
    text.remove_prefix(1);
    return 0xFFFD;
  }
  char32_t value = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  text.remove_prefix(length);
  return value;
}

// Han, Hiragana and Katakana, which part no words.
bool is_unparted(char32_t c) {
  return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x2FFFF);
}

// Letters and digits: what is above Latin-1's signs and neither punctuation, a symbol nor an emoji.
bool is_term_letter(char32_t c) {
  if (c < 0x80) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
  return c >= 0xC0 && c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c <= 0x2BFF) &&
         !(c >= 0x3000 && c <= 0x303F) && !(c >= 0xFE00 && c <= 0xFE0F) &&
         !(c >= 0xFF00 && c <= 0xFF0F) && c < 0x1F000 && c != 0xFFFD;
}

// Latin, Greek and Cyrillic capitals; what other scripts have is rare in answers.
char32_t to_lower_letter(char32_t c) {
  if ((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) ||
      (c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F)) {
    return c + 32;
  }
  if (c >= 0x400 && c <= 0x40F) {
    return c + 80;
  }
  // Latin Extended-A has its capitals at even places, but for two stretches.
  const bool odd = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
  if (c >= 0x100 && c <= 0x17F && (odd ? c % 2 == 1 : c % 2 == 0)) {
    return c + 1;
  }
  return c;
}

struct Counted {
  std::int64_t n = 0;
  std::unordered_map<std::string, std::int64_t> answers;  // that hold the term
};

void count_text(const std::string& text, Counted& counted) {
  const auto words = words_of(text);
  const std::set<std::string> once(words.begin(), words.end());
  counted.n += once.empty() ? 0 : 1;
  for (const auto& word : once) {
    ++counted.answers[word];
  }
}

void keep_first(std::vector<Term>& terms, int most, bool by_z) {
  std::sort(terms.begin(), terms.end(), [&](const Term& a, const Term& b) {
    if (by_z && a.z != b.z) {
      return a.z > b.z;
    }
    return a.answers != b.answers ? a.answers > b.answers : a.term < b.term;
  });
  if (terms.size() > static_cast<std::size_t>(most)) {
    terms.resize(static_cast<std::size_t>(most));
  }
}

TermGroup make_term_group(const std::string& name,
                          const Counted& counted,
                          const Counted& whole,
                          const TermOptions& options) {
  TermGroup group{name, counted.n, {}, {}};
  for (const auto& [term, answers] : counted.answers) {
    if (answers < options.fewest_answers) {
      continue;
    }
    Term found{term, answers, static_cast<double>(answers) / static_cast<double>(counted.n), 0};
    if (!stop_words().contains(term)) {
      group.frequent.push_back(found);
    }
    const auto all = static_cast<double>(whole.answers.at(term));
    const auto n = static_cast<double>(whole.n);
    if (!name.empty() && counted.n < whole.n) {
      found.z = log_odds_z(static_cast<double>(answers),
                           static_cast<double>(counted.n),
                           all - static_cast<double>(answers),
                           n - static_cast<double>(counted.n),
                           all / n,
                           kPriorAnswers);
      if (found.z >= options.z) {
        group.distinctive.push_back(std::move(found));
      }
    }
  }
  keep_first(group.frequent, options.most, false);
  keep_first(group.distinctive, options.most, true);
  return group;
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  std::size_t letters = 0;
  char32_t unparted = 0;  // the one before, where it was one
  const auto end_word = [&] {
    while (word.ends_with('\'') || word.ends_with('-')) {
      word.pop_back();
    }
    if (letters >= 2) {
      words.push_back(word);
    }
    word.clear();
    letters = 0;
  };
  while (!text.empty()) {
    const char32_t c = next_code_point(text);
    if (is_unparted(c)) {
      end_word();
      if (unparted != 0) {
        std::string both;
        append_utf8(both, unparted);
        append_utf8(both, c);
        words.push_back(std::move(both));
      }
      unparted = c;
      continue;
    }
    unparted = 0;
    const bool joins = letters > 0 && (c == '\'' || c == 0x2019 || c == '-');
    if (joins) {
      word += c == '-' ? '-' : '\'';
    } else if (is_term_letter(c)) {
      append_utf8(word, to_lower_letter(c));
      ++letters;
    } else {
      end_word();
    }
  }
  end_word();
  return words;
}

double log_odds_z(double a, double n_a, double b, double n_b, double prior_share, double prior_n) {
  if (prior_share >= 1) {
    return 0;  // everybody says it
  }
  const double prior = prior_share * prior_n;
  const auto odds = [&](double hits, double n) {
    return (hits + prior) / (n + prior_n - hits - prior);
  };
  const double difference = std::log(odds(a, n_a)) - std::log(odds(b, n_b));
  return difference / std::sqrt(1 / (a + prior) + 1 / (b + prior));
}

std::vector<TermGroup> find_terms(std::span<const GroupedText> texts, const TermOptions& options) {
  Counted whole;
  std::map<std::string, Counted> groups;
  for (const GroupedText& one : texts) {
    count_text(one.text, whole);
    if (!one.group.empty()) {
      count_text(one.text, groups[one.group]);
    }
  }
  std::vector<TermGroup> found;
  found.push_back(make_term_group("", whole, whole, options));
  for (const auto& [name, counted] : groups) {
    found.push_back(make_term_group(name, counted, whole, options));
  }
  return found;
}

}  // namespace muster
