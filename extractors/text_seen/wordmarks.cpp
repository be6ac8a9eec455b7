#include "extractors/text_seen/wordmarks.h"

#include "extractors/media/seen_media.h"
#include "extractors/text/caption.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace muster {
namespace {

// Letters that readers of print take for each other, beyond those that look_like() knows from
// disguised captions.
constexpr std::u32string_view kConfused[] = {
    U"il1j|!t", U"oq0d", U"oc0", U"ec", U"uvy", U"nhm", U"s5", U"z2", U"b86", U"g9q", U"a4", U"fp"};
// Two letters that look like one.
constexpr std::pair<std::u32string_view, char32_t> kJoined[] = {
    {U"rn", U'm'}, {U"vv", U'w'}, {U"cl", U'd'}, {U"ii", U'u'}, {U"ll", U'u'}, {U"nn", U'm'}};
constexpr double kConfusion = 0.25;
// Words of a file that may speak of the brand stand anywhere in it, in lines read this surely.
constexpr double kContextConfidence = 0.6;

double letter_substitution(char32_t read, char32_t letter) {
  if (read == letter) {
    return 0;
  }
  const bool confused =
      looks_like(read, letter) || looks_like(letter, read) ||
      std::any_of(std::begin(kConfused), std::end(kConfused), [&](std::u32string_view group) {
        return group.find(read) != group.npos && group.find(letter) != group.npos;
      });
  return confused ? kConfusion : 1;
}

// House policy: what keeps "Fizzo" from being found in "Pizza".
double allowed_distance(std::size_t letters) {
  return letters <= 3 ? 0 : letters <= 5 ? 2 * kConfusion : letters <= 8 ? 1 : 1 + kConfusion;
}

// The letters and digits of a folded text from `begin` to `end`.
std::u32string word_letters(const Caption& text, std::size_t begin, std::size_t end) {
  std::u32string letters;
  for (std::size_t i = begin; i < end; ++i) {
    if (is_word_letter(text.letter(i))) {
      letters.push_back(text.letter(i));
    }
  }
  return letters;
}

// A mark of one letter, read as a sign, belongs to its word: "F!ZZO".
bool joins_words(char32_t c) {
  return c == '!' || c == '|' || c == '$' || c == '@' || c == '-' || c == '\'' || c == '.';
}

// A stretch of a line between two blanks, as letters and where they stand in the folded line.
struct LineStretch {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<LineStretch> line_stretches(const Caption& line) {
  std::vector<LineStretch> list;
  for (std::size_t i = 0; i < line.size();) {
    const char32_t c = line.letter(i);
    if (!is_word_letter(c) && !joins_words(c)) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < line.size() && (is_word_letter(line.letter(i)) || joins_words(line.letter(i)))) {
      ++i;
    }
    list.push_back({begin, i});
  }
  return list;
}

// Letters with the signs that stand for one: "f!zzo" as it was read.
std::u32string shown_letters(const Caption& line,
                             const LineStretch& first,
                             const LineStretch& last) {
  std::u32string letters;
  for (std::size_t i = first.begin; i < last.end; ++i) {
    const char32_t c = line.letter(i);
    if (is_word_letter(c) || c == '!' || c == '|' || c == '$' || c == '@') {
      letters.push_back(c);
    }
  }
  // Signs at the ends are punctuation.
  while (!letters.empty() && !is_word_letter(letters.back())) {
    letters.pop_back();
  }
  return letters;
}

Point on_side(const Point& a, const Point& b, double share) {
  return {a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share};
}

// The part of a line that its letters [begin, end) take; letters count as equally wide.
std::vector<Point> part_of_line(const std::vector<Point>& outline, double begin, double end) {
  if (outline.size() != 4) {
    return outline;
  }
  return {on_side(outline[0], outline[1], begin),
          on_side(outline[0], outline[1], end),
          on_side(outline[3], outline[2], end),
          on_side(outline[3], outline[2], begin)};
}

Box box_around_word(const std::vector<Point>& outline, const Box& otherwise) {
  if (outline.empty()) {
    return otherwise;
  }
  Box box{outline[0].x, outline[0].y, 0, 0};
  double right = box.x;
  double bottom = box.y;
  for (const Point& point : outline) {
    box.x = std::min(box.x, point.x);
    box.y = std::min(box.y, point.y);
    right = std::max(right, point.x);
    bottom = std::max(bottom, point.y);
  }
  box.width = right - box.x;
  box.height = bottom - box.y;
  return box;
}

bool speaks_of_brand(std::span<const SeenText> texts, const std::vector<std::string>& context) {
  return std::any_of(texts.begin(), texts.end(), [&](const SeenText& text) {
    if (text.confidence < kContextConfidence) {
      return false;
    }
    const Caption line = read_caption(text.text);
    return std::any_of(context.begin(), context.end(), [&](const std::string& word) {
      return !find_phrase(line, read_caption(word)).empty();
    });
  });
}

// Of hits on the same words those that fit best stay.
void keep_nearest(std::vector<WordmarkHit>& hits, const std::vector<LineStretch>& places) {
  std::vector<bool> drop(hits.size(), false);
  for (std::size_t i = 0; i < hits.size(); ++i) {
    for (std::size_t j = 0; j < hits.size(); ++j) {
      const bool overlap = hits[i].text == hits[j].text && places[i].begin < places[j].end &&
                           places[j].begin < places[i].end;
      if (i == j || !overlap) {
        continue;
      }
      const auto rank = [&](std::size_t at) {
        const auto length = static_cast<double>(places[at].end - places[at].begin);
        return hits[at].distance - 0.1 * length;  // of nested spellings the longer one
      };
      const bool same_kit = hits[i].kit == hits[j].kit;
      drop[i] =
          drop[i] || rank(j) < rank(i) - 1e-9 || (same_kit && j < i && rank(j) < rank(i) + 1e-9);
    }
  }
  std::size_t at = 0;
  hits.erase(
      std::remove_if(hits.begin(), hits.end(), [&](const WordmarkHit&) { return drop[at++]; }),
      hits.end());
}

}  // namespace

double letter_distance(std::u32string_view read, std::u32string_view spelling) {
  // By letters read (rows) and letters of the spelling (columns).
  std::vector<std::vector<double>> cost(read.size() + 1, std::vector<double>(spelling.size() + 1));
  for (std::size_t i = 0; i <= read.size(); ++i) {
    for (std::size_t j = 0; j <= spelling.size(); ++j) {
      double& best = cost[i][j];
      if (i == 0 || j == 0) {
        best = static_cast<double>(i + j);
        continue;
      }
      best = std::min({cost[i - 1][j] + 1,
                       cost[i][j - 1] + 1,
                       cost[i - 1][j - 1] + letter_substitution(read[i - 1], spelling[j - 1])});
      for (const auto& [pair, letter] : kJoined) {
        if (i >= 2 && read.substr(i - 2, 2) == pair && spelling[j - 1] == letter) {
          best = std::min(best, cost[i - 2][j - 1] + kConfusion);
        }
        if (j >= 2 && spelling.substr(j - 2, 2) == pair && read[i - 1] == letter) {
          best = std::min(best, cost[i - 1][j - 2] + kConfusion);
        }
      }
    }
  }
  return cost[read.size()][spelling.size()];
}

WordmarkIndex::WordmarkIndex(std::span<const BrandKit> kits) {
  for (const BrandKit& kit : kits) {
    kits_.push_back({kit.id, kit.brand, kit.is_common_word, kit.context});
    std::vector<std::string> texts = kit.spellings;
    texts.push_back(kit.brand);
    for (const std::string& text : texts) {
      const Caption folded = read_caption(text);
      std::u32string letters = word_letters(folded, 0, folded.size());
      const bool known =
          std::any_of(spellings_.begin(), spellings_.end(), [&](const Spelling& spelling) {
            return spelling.kit + 1 == kits_.size() && spelling.letters == letters;
          });
      if (!letters.empty() && !known) {
        longest_ = std::max(longest_, letters.size());
        spellings_.push_back({text, std::move(letters), kits_.size() - 1});
      }
    }
  }
}

std::vector<WordmarkHit> WordmarkIndex::find(std::span<const SeenText> texts) const {
  std::vector<WordmarkHit> hits;
  std::vector<LineStretch> places;
  for (std::size_t t = 0; t < texts.size(); ++t) {
    const SeenText& text = texts[t];
    const Caption line = read_caption(text.text);
    const std::vector<LineStretch> words = line_stretches(line);
    for (std::size_t first = 0; first < words.size(); ++first) {
      for (std::size_t last = first; last < words.size(); ++last) {
        const std::u32string letters = shown_letters(line, words[first], words[last]);
        if (letters.size() > longest_ + 2) {
          break;
        }
        for (const Spelling& spelling : spellings_) {
          const double allowed = allowed_distance(spelling.letters.size());
          const std::size_t longer = std::max(letters.size(), spelling.letters.size());
          const std::size_t shorter = std::min(letters.size(), spelling.letters.size());
          // Two letters for one make a read word longer or shorter by as many pairs.
          if (letters.empty() || static_cast<double>(longer - shorter) > std::max(2.0, allowed)) {
            continue;
          }
          const double distance = letter_distance(letters, spelling.letters);
          if (distance > allowed) {
            continue;
          }
          const Kit& kit = kits_[spelling.kit];
          WordmarkHit hit;
          hit.kit = kit.id;
          hit.brand = kit.brand;
          hit.spelling = spelling.text;
          hit.read = text_at(text.text, line.folded.span(words[first].begin, words[last].end));
          hit.distance = distance;
          hit.score =
              text.confidence * std::max(0.0, 1 - 1.5 * distance / double(spelling.letters.size()));
          hit.only_a_word = kit.is_common_word && !speaks_of_brand(texts, kit.context);
          hit.text = t;
          const auto size = static_cast<double>(line.size());
          hit.outline = part_of_line(text.outline,
                                     static_cast<double>(words[first].begin) / size,
                                     static_cast<double>(words[last].end) / size);
          hit.box = box_around_word(hit.outline, text.box);
          hit.height = text.height;
          hit.contrast = text.contrast;
          hit.time = text.time;
          hit.read_at_ms = text.read_at_ms;
          hits.push_back(std::move(hit));
          places.push_back({words[first].begin, words[last].end});
        }
      }
    }
  }
  keep_nearest(hits, places);
  std::stable_sort(hits.begin(), hits.end(), [](const WordmarkHit& a, const WordmarkHit& b) {
    return a.score > b.score;
  });
  return hits;
}

}  // namespace muster
