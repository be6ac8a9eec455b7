#pragma once

#include "config/packs.h"
#include "core/media.h"
#include "extractors/text/caption.h"

#include <optional>
#include <string>

namespace muster {

// What a placement rule looks at, measured on one file or caption.
struct Measurement {
  enum class State {
    known,
    unknown,   // nobody could tell; `why` says so
    no_matter  // the property does not exist here: the duration of a picture, the sound of a silent
               // video
  };
  State state = State::unknown;
  std::string why;               // unless known
  std::optional<double> number;  // for ranges
  std::string value;             // for lists of values
  std::string measured;          // as a finding shows it, without unit
  std::string shown;             // in a sentence, with unit: "301 MB"
};

// Is it a property of the submission (its caption, the number of its files) and not of one file?
bool is_submission_property(Property property);
// False where the sides are not known and the shape matters.
bool has_shape(const MediaFacts& facts, Shape shape);
Measurement measure(Property property, const MediaFacts& facts);
// `caption` is `text` taken apart; `items` is the number of files.
Measurement measure(Property property,
                    const Caption& caption,
                    std::string_view text,
                    std::size_t items);

// Is the value within the limit? Aspects are forgiven half a pixel of the shorter side, frame rates
// a thousandth, because neither can be exact.
bool keeps(const Limit& limit,
           Property property,
           const Measurement& measurement,
           const MediaFacts& facts);

// "at most 300 MB", "between 4:5 and 1.91:1", "jpeg or png".
std::string describe(const Limit& limit, Property property);
// The same in the unit of the finding and without it: "at most 300,000,000".
std::string threshold_of(const Limit& limit, Property property);
// "px", "s", "bytes", "" for aspects and values.
std::string_view unit_of(Property property);
// "the file size", "the shape".
std::string_view noun_of(Property property);

// What to do so that the limit is kept.
struct Suggestion {
  std::string action;  // "Crop it to between 4:5 and 1.91:1."
  std::string
      detail;  // worked out for this file: "For this file that is e.g. 1080x1350."; may be empty
};
Suggestion suggest(const Limit& limit,
                   Property property,
                   const Measurement& measurement,
                   const MediaFacts& facts);

// "9:16", "1.91:1", "1:2.4".
std::string aspect_name(double aspect);

}  // namespace muster
