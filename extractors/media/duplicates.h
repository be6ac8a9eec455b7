#pragma once

#include "core/duplicate.h"
#include "core/finding.h"
#include "core/fingerprint.h"
#include "core/ids.h"
#include "core/submission.h"

#include <optional>

namespace muster {

// How alike two files are by what they show; nullopt where they have too little in common. Never by
// name, and never by a single frame of a video.
//
// House policy: a still is a copy where its hash and its light in 32 x 32 parts are nearly the
// same, else similar within kPictureRadius (the second shot of a burst). A video is a copy where 80
// % of the shorter one is found in the other in the same order, nearly unchanged; it is similar
// from half of the shorter, or from 5 s. Pictures with too little in them (black, plain) have no
// vote.
std::optional<DuplicateMatch> compare(const MediaFingerprint& mine, const MediaFingerprint& other);

// The same was found elsewhere.
struct SeenElsewhere {
  SubmissionId submission{};
  int position = 0;  // of its file, from 0
  bool same_submission = false;
  bool same_creator = false;
  bool same_campaign = false;
  bool same_placement = false;
  SubmissionState state = SubmissionState::received;  // of the other
  DuplicateMatch match;
};

// The finding "duplicates.TIER" about file `item`. The same content is a fail, but a warning where
// it only looks alike, where the other is not used any more, and where the creator delivers it for
// another placement of the same campaign. It names no other creator: findings reach creators.
Finding duplicate_finding(int item, const SeenElsewhere& seen);

}  // namespace muster
