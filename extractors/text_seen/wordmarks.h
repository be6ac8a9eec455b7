#pragma once

#include "config/kit.h"
#include "core/finding.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace muster {

struct SeenText;

// A brand's word, read in the pictures of a file: evidence for the brand in its place, for whoever
// weighs it against other evidence.
struct WordmarkHit {
  std::string kit;       // BrandKit::id
  std::string brand;     // BrandKit::brand
  std::string spelling;  // of the kit, the one that it reads as
  std::string read;      // what was read there, untrusted
  // 0..1: the reader's confidence, less what the letters differ by. Not calibrated: how often a
  // score is right is for the fusion to find out.
  double score = 0;
  // What the letters differ by, in letters; one that readers of print confuse (0 for o) counts a
  // quarter. 0: letter for letter the spelling.
  double distance = 0;
  // The spelling is a word of the language too, and nothing around it speaks of the brand. Never
  // sure by itself, whatever its score.
  bool only_a_word = false;
  std::size_t text = 0;  // index of the line in SeenMedia::texts
  // Four corners, clockwise from where the word begins; in the frame at `read_at_ms`.
  std::vector<Point> outline;
  Box box;              // around the outline
  double height = 0;    // of the letters, as a share of the frame's height
  double contrast = 0;  // as SeenText::contrast
  TimeSpan time;        // as SeenText::time: empty for stills
  std::int64_t read_at_ms = 0;
};

// The spellings of all kits, looked for in the text that was read in pictures. Letters count
// without regard to case, accents, and blanks between single letters ("F I Z Z O"); a few letters
// may be other ones, fewer the shorter the spelling: up to three letters none, up to five letters
// ones that readers of print confuse (o and 0, l and 1, rn and m), up to eight any one letter,
// beyond that one and a confused one. A spelling within a longer word is none ("fizzo" in
// "fizzolino"). Where two kits fit the same words the nearer one stands; where both are as near,
// both do.
//
// Made once, then constant: safe from any thread.
class WordmarkIndex {
 public:
  explicit WordmarkIndex(std::span<const BrandKit> kits);

  // `texts`: of one file. Best score first.
  std::vector<WordmarkHit> find(std::span<const SeenText> texts) const;

 private:
  struct Spelling {
    std::string text;
    std::u32string letters;  // folded, without blanks and signs
    std::size_t kit = 0;     // index into kits_
  };
  struct Kit {
    std::string id;
    std::string brand;
    bool is_common_word = false;
    std::vector<std::string> context;
  };
  std::vector<Kit> kits_;
  std::vector<Spelling> spellings_;
  std::size_t longest_ = 0;  // letters of the longest spelling
};

// What `read` differs from `spelling` by, in letters as WordmarkHit::distance says; both folded.
// The way of Wagner and Fischer (1974), with pairs that stand for one letter.
double letter_distance(std::u32string_view read, std::u32string_view spelling);

}  // namespace muster
