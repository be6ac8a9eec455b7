#pragma once

#include "extractors/media/seen_media.h"

#include <span>
#include <vector>

namespace muster {

// How sure the brand's word alone makes us that the brand shows there, 0..1. A word that is only a
// word of the language is never sure (under kMostOfAWord).
double word_score(const WordmarkHit& word);
inline constexpr double kMostOfAWord = 0.4;

// Weighs the brands' words that were read in a file with what was found by their looks. In every
// frame that shows a word: a hit of its kit at its place becomes surer; where there is none, the
// word becomes a hit of its own. `frames`: of the same file, in order of time; hits stay sorted,
// best score first.
void weigh_words(std::span<const WordmarkHit> words, std::vector<BrandsInFrame>& frames);

}  // namespace muster
