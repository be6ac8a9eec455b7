#pragma once

#include "config/packs.h"
#include "core/decision.h"
#include "core/error.h"
#include "core/hash.h"
#include "core/submission.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// What a campaign asks of a submission: a versioned TOML file.
struct Brief {
  std::string id;  // campaign id: "spring-fizz"
  std::string name;
  std::vector<std::string> objectives;  // engagement, traffic, conversions, email, survey, ugc
  std::string journey_stage;  // awareness, consideration, purchase, retention, advocacy, or ""
  std::vector<std::string> placements;  // ids of placement packs that are allowed; empty: any
  std::string default_placement;        // for submissions that name none
  std::vector<std::string> markets;     // ids of market packs: "us", "uk"
  std::string kit;                      // id of the brand kit; empty: no brand check
  std::string sponsor;                  // the name that a disclosure must give
  int max_items = 0;                    // assets in a submission; 0: any number
  int min_items = 1;

  struct Caption {
    std::vector<std::string> required_phrases;
    std::vector<std::string> banned_phrases;
    std::vector<std::string> required_hashtags;  // without '#'
    std::vector<std::string> required_mentions;  // without '@'
    std::vector<std::string> banned_claims;      // like phrases; a person must look
    std::vector<std::string> promo_codes;        // one of them must be there
    std::vector<std::string> languages;          // of two letters; empty: any
  } caption;

  // Where links of the caption, and QR codes in the pictures, may lead.
  struct Links {
    std::vector<std::string> required;              // addresses, each of which must be there
    std::vector<std::string> allowed_hosts;         // with their sub-domains; empty: any
    std::map<std::string, std::string> parameters;  // "utm_source" -> "instagram"; "" asks for any
  } links;

  // Names that may not be in the caption.
  struct Competitor {
    std::string name;
    // The name is a word as well ("Target", "Always"): it counts as a mention or hashtag, or with
    // one of `context` close by.
    bool is_common_word = false;
    std::vector<std::string> context;
  };
  std::vector<Competitor> competitors;

  bool disclosure_required = true;

  // What is held against the submission beyond the words of its caption, where a market asks for
  // it.
  struct Disclosure {
    // The label within videos (shown, and said where the sponsor is spoken of), stories and every
    // item of a carousel.
    bool in_media = true;
    bool sponsor_named = true;  // the sponsor's name in the caption
    // A label that is said in every video, whatever the market asks for. Heard by its transcript.
    bool spoken = false;
    bool shown = false;  // likewise in the picture of every video and story
  } disclosure;

  // How labels in the picture must stand, where the brief asks for more than the markets' packs: of
  // each number the stricter one counts. Its latest start counts even where the brand shows later.
  OnScreenRule on_screen;

  struct Visibility {
    bool required = false;
    double min_share_of_frame = 0;  // 0..1, of the largest visible instance
    double min_seconds = 0;         // videos
    double min_score = 0.5;         // 0..1; below it a person looks
  } visibility;

  // What a picture must be like to be seen at all. No platform gives numbers: the defaults are
  // house policy. What breaks them is a warning.
  struct Picture {
    double min_sharpness = 100;     // variance of the Laplacian of the sharpest parts at 640 px
    double min_light = 0.08;        // mean, 0..1
    double max_light = 0.95;        // likewise
    double max_clipped = 0.90;      // share of pixels that are black, or white, without detail
    double max_bars = 0.05;         // share of the height or width, both sides together
    double max_black_seconds = 1;   // at a stretch; videos
    double max_frozen_seconds = 3;  // likewise
    // What text may take of the frame, and how high its letters must be, as shares; 0: not asked.
    double max_text_share = 0;
    double min_text_height = 0;
  } picture;

  struct Policy {
    bool approve_by_rule =
        false;  // may a submission without objections be approved without a person?
    std::vector<std::string>
        return_by_rule;  // rule ids ("format.*" with a trailing star): a fail goes back by itself
    bool warnings_need_review = true;
    bool could_not_check_needs_review = true;

    // Several ways to do right, of which one is enough. Each way is a list of patterns of rule ids
    // whose findings must all pass.
    struct Clause {
      std::string name;
      std::vector<std::vector<std::string>> any_of;
    };
    std::vector<Clause> clauses;
  } policy;

  std::optional<Rights> rights;  // for submissions that bring none

  std::string text;  // the file as read
  ContentHash hash;  // of text
};

// Placements and markets must be among `packs`. Throws ConfigError with every problem at once.
Brief load_brief(const std::filesystem::path& file, const Packs& packs = shipped_packs());
Brief parse_brief(std::string_view text,
                  std::string_view file,
                  const Packs& packs = shipped_packs());

// The reason codes that ship with the program, by code.
const std::map<std::string, ReasonCode>& reason_codes();

}  // namespace muster
