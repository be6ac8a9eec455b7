#pragma once

#include "core/error.h"
#include "core/finding.h"
#include "core/hash.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// What a placement rule measures.
enum class Property {
  media_type,         // values: "jpeg", "mp4"
  codec,              // values: "h264"
  audio_codec,        // values: "aac"
  byte_size,          // bytes
  width,              // px, as displayed
  height,             // px
  aspect,             // width / height
  duration,           // s
  frame_rate,         // frames per second
  bit_rate,           // bits per second
  moov_first,         // values: "true"
  edit_list,          // values: "false"
  caption_units,      // UTF-16 code units
  hashtags,           // count
  mentions,           // count
  items,              // files of a submission
  pixel_format,       // values: "yuv420p"
  color_space,        // values: "srgb", as MediaFacts::color_space
  fixed_rate,         // values: "true": every frame lasts as long as the others
  has_audio,          // values: "true"
  audio_channels,     // count
  audio_sample_rate,  // hertz
};
template <>
inline constexpr auto kEnumNames<Property> =
    enum_names<Property>({{Property::media_type, "media_type"},
                          {Property::codec, "codec"},
                          {Property::audio_codec, "audio_codec"},
                          {Property::byte_size, "byte_size"},
                          {Property::width, "width"},
                          {Property::height, "height"},
                          {Property::aspect, "aspect"},
                          {Property::duration, "duration"},
                          {Property::frame_rate, "frame_rate"},
                          {Property::bit_rate, "bit_rate"},
                          {Property::moov_first, "moov_first"},
                          {Property::edit_list, "edit_list"},
                          {Property::caption_units, "caption_units"},
                          {Property::hashtags, "hashtags"},
                          {Property::mentions, "mentions"},
                          {Property::items, "items"},
                          {Property::pixel_format, "pixel_format"},
                          {Property::color_space, "color_space"},
                          {Property::fixed_rate, "fixed_rate"},
                          {Property::has_audio, "has_audio"},
                          {Property::audio_channels, "audio_channels"},
                          {Property::audio_sample_rate, "audio_sample_rate"}});

// A limit and who says so. Either a range (both ends inclusive, each may be open) or a list of
// values.
struct Limit {
  std::optional<double> min;
  std::optional<double> max;
  std::vector<std::string> values;
  RuleSource source;
  // The unit in which the source gives the limit: "MB" is decimal, "MiB" binary. `min` and `max`
  // are always in the unit of the property. Empty for a size whose unit the pack does not state.
  std::string stated_unit{};
};

// The shape of a picture or video that a rule is about, as displayed.
enum class Shape { any, upright, square, wide };
template <>
inline constexpr auto kEnumNames<Shape> = enum_names<Shape>({{Shape::any, "any"},
                                                             {Shape::upright, "upright"},
                                                             {Shape::square, "square"},
                                                             {Shape::wide, "wide"}});

// A value that keeps `limit` passes. One that breaks it and every disagreeing limit fails; one that
// breaks only some warns. An `advice` rule never does worse than warn.
struct PlacementRule {
  std::string id;  // unique in the pack; the finding's rule id is "PACK.ID"
  Property property = Property::width;
  std::string applies_to;  // "image", "video" or "any"
  Shape shape = Shape::any;
  Limit limit;
  std::vector<Limit> disagreeing;  // other values for the same limit from other sources
  bool advice = false;
  std::string unit;
  std::string remedy;
  std::string reason_code;
};

// What a platform counts a caption in.
enum class TextUnit { utf16, code_points };
template <>
inline constexpr auto kEnumNames<TextUnit> =
    enum_names<TextUnit>({{TextUnit::utf16, "utf16"}, {TextUnit::code_points, "code_points"}});

// A part of the frame that the platform covers with its own buttons and texts.
struct CoveredZone {
  std::string id;    // "bottom"
  std::string what;  // "caption and sound"
  Box box;
  RuleSource source;
};

// A rule of a pack that either holds or not, and who says so.
struct PackRule {
  bool holds = false;
  RuleSource source;
};

struct PlacementPack {
  std::string id;        // "instagram-reel"
  int version = 1;       // counted up by hand with every change
  std::string name;      // "Instagram Reel"
  std::string platform;  // "instagram"
  std::string variant;   // "api", "app", "ad"
  int fold_units = 0;    // caption units shown before "more"; 0: unknown
  int fold_lines = 0;
  TextUnit fold_unit = TextUnit::utf16;
  RuleSource fold_source;
  std::vector<CoveredZone> covered;
  // Posts there are stories: pictures that vanish, with no caption beside them.
  bool is_story = false;
  PackRule platform_label;  // the platform asks for its own label on posts that advertise
  std::vector<PlacementRule> rules;

  std::string text;
  ContentHash hash;
};

enum class WordingVerdict { accept, weak, reject };
template <>
inline constexpr auto kEnumNames<WordingVerdict> =
    enum_names<WordingVerdict>({{WordingVerdict::accept, "accept"},
                                {WordingVerdict::weak, "weak"},
                                {WordingVerdict::reject, "reject"}});

// One wording that readers may take for a disclosure, and what this market makes of it.
struct DisclosureWording {
  std::string id;    // "ad", "thanks"
  std::string text;  // "ad", "paid partnership with {sponsor}"; matched on word borders, with or
                     // without '#'
  bool hashtag_only = false;  // only counts written as a hashtag
  WordingVerdict verdict = WordingVerdict::accept;
  RuleSource source;
  std::string language{};  // "en"; empty: it is understood in every language
  // Only counts in what is said ("this is an ad"): in writing a label stands by itself.
  bool spoken = false;
};

// How a label in the picture must stand. No regulator gives numbers, so these are house policy.
struct OnScreenRule {
  double min_text_height = 0;        // share of the frame's height; 0: no rule
  double min_contrast = 0;           // contrast ratio, 1 to 21; 0: no rule
  double min_seconds = 0;            // videos; 0: no rule
  double seconds_per_character = 0;  // videos: at least so long for its length
  double latest_start_seconds = 0;   // videos: it must be there by then; 0: no rule
  RuleSource source;
};

// When a spoken label must come. House policy, as OnScreenRule.
struct SpokenRule {
  double latest_start_seconds = 0;  // or before the brand; 0: no rule
  RuleSource source;
};

struct MarketPack {
  std::string id;    // "us"
  int version = 1;   // counted up by hand with every change
  std::string name;  // "United States (FTC)"
  std::vector<DisclosureWording> wordings;
  std::vector<std::string> contradictions;  // "not an ad"
  bool before_fold = true;                  // the wording must stand before the fold
  int max_hashtag_run =
      0;  // a label inside a run of more adjacent hashtags counts as hidden; 0: no rule
  int first_hashtags = 0;  // a hashtag label must be among the first so many; 0: no rule
  RuleSource before_fold_source;
  RuleSource hashtag_run_source;
  RuleSource first_hashtags_source;
  PackRule sponsor_named;         // the sponsor must be named where the label stands
  PackRule same_language;         // the label must be in the language of the post
  PackRule each_item;             // every item of a carousel carries the label
  PackRule in_media;              // a video or story carries the label in itself
  PackRule toggle_is_not_enough;  // the platform's own label never suffices alone
  PackRule toggle_expected;       // the platform's own label is expected as well
  PackRule same_means;            // praise that is spoken needs a label that is spoken
  OnScreenRule on_screen;
  SpokenRule spoken;

  std::string text;
  ContentHash hash;
};

struct Packs {
  std::map<std::string, PlacementPack> placements;
  std::map<std::string, MarketPack> markets;
};

PlacementPack parse_placement_pack(std::string_view text, std::string_view file);
MarketPack parse_market_pack(std::string_view text, std::string_view file);

// The packs of a folder (placements/*.toml, markets/*.toml). Throws ConfigError with every problem
// at once.
Packs load_packs(const std::filesystem::path& folder);
// The packs that ship with the program.
const Packs& shipped_packs();

}  // namespace muster
