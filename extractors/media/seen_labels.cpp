#include "extractors/media/seen_labels.h"

#include "core/text.h"

#include <algorithm>
#include <utility>

namespace muster {
namespace {

constexpr std::size_t kMaxBlockLines = 4;
// Lines of one paragraph are about as high and stand within so many heights of each other.
constexpr double kHeightRatio = 1.6;
constexpr double kLineGap = 1.3;

bool show_together(const SeenText& a, const SeenText& b) {
  const bool stills = a.time == b.time;
  return stills || (a.time.start_ms < b.time.end_ms && b.time.start_ms < a.time.end_ms);
}

// Does `next` stand right below `line`, as its next line?
bool is_next_line(const SeenText& line, const SeenText& next) {
  const double higher = std::max(letter_height(line), letter_height(next));
  const double lower = std::min(letter_height(line), letter_height(next));
  const double gap = next.box.y - (line.box.y + line.box.height);
  const bool below = next.box.y > line.box.y + line.box.height / 2 && gap < kLineGap * higher;
  const bool beside =
      next.box.x < line.box.x + line.box.width && line.box.x < next.box.x + next.box.width;
  return lower > 0 && higher < kHeightRatio * lower && below && beside && show_together(line, next);
}

SeenText joined_lines(const SeenText& first, const SeenText& next) {
  SeenText block = first;
  block.text += "\n" + next.text;
  block.confidence = std::min(first.confidence, next.confidence);
  block.contrast = std::min(first.contrast, next.contrast);
  block.height = std::min(letter_height(first), letter_height(next));
  const double right = std::max(first.box.x + first.box.width, next.box.x + next.box.width);
  const double bottom = std::max(first.box.y + first.box.height, next.box.y + next.box.height);
  block.box.x = std::min(first.box.x, next.box.x);
  block.box.y = std::min(first.box.y, next.box.y);
  block.box.width = right - block.box.x;
  block.box.height = bottom - block.box.y;
  block.outline.clear();
  block.time = {std::max(first.time.start_ms, next.time.start_ms),
                std::min(first.time.end_ms, next.time.end_ms)};
  return block;
}

// What readers of print make of a number sign before a word, at the edge of what they can read.
bool may_be_number_sign(char c) {
  return c == '4' || c == 'H' || c == 'f' || c == '*';
}

// A market's labels in one text; hits that end in another line than they begin count only in
// blocks, and of a block only these count.
void add_labels(const SeenText& text,
                bool is_block,
                const DisclosureLexicon& lexicon,
                std::size_t market,
                std::vector<SeenLabel>& labels) {
  const Caption words = read_caption(text.text);
  const MarketReading reading = lexicon.read(words)[market];
  if (reading.contradiction) {
    return;
  }
  for (const LabelHit& hit : reading.hits) {
    const std::size_t begin = words.tokens[hit.where.first].begin;
    const std::size_t end = words.tokens[hit.where.last].end;
    bool crosses = false;
    for (std::size_t i = begin; i < end; ++i) {
      crosses = crosses || words.letter(i) == '\n';
    }
    if (hit.worth() != WordingVerdict::reject && crosses == is_block) {
      labels.push_back({text, hit.worth() == WordingVerdict::weak});
    }
  }
}

}  // namespace

void point_to(const SeenText& text, Finding& finding) {
  finding.measured = printable(text.text);
  finding.score = text.confidence;
  finding.place.box = text.box;
  finding.place.outline = text.outline;
  if (text.time.end_ms > text.time.start_ms) {
    finding.place.time = text.time;
  }
}

double letter_height(const SeenText& text) {
  return text.height > 0 ? text.height : text.box.height;
}

std::vector<SeenLabel> labels_in(std::span<const SeenText> texts,
                                 const DisclosureLexicon& lexicon,
                                 std::size_t market) {
  std::vector<SeenLabel> labels;
  for (const SeenText& text : texts) {
    const std::size_t before = labels.size();
    add_labels(text, false, lexicon, market, labels);
    if (labels.size() == before && text.text.size() > 2 && may_be_number_sign(text.text.front())) {
      SeenText mended = text;
      mended.text.front() = '#';
      add_labels(mended, false, lexicon, market, labels);
    }
  }
  for (std::size_t first = 0; first < texts.size(); ++first) {
    SeenText block = texts[first];
    const SeenText* last = &texts[first];
    for (std::size_t lines = 1; lines < kMaxBlockLines; ++lines) {
      const auto next = std::find_if(texts.begin(), texts.end(), [&](const SeenText& candidate) {
        return is_next_line(*last, candidate);
      });
      if (next == texts.end()) {
        break;
      }
      block = joined_lines(block, *next);
      last = &*next;
      add_labels(block, true, lexicon, market, labels);
    }
  }
  return labels;
}

}  // namespace muster
