#pragma once

#include "config/packs.h"
#include "core/finding.h"
#include "extractors/media/seen_media.h"

#include <span>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// A picture of a file at its place in time.
struct ExplainedFrame {
  std::int64_t time_ms = 0;
  cv::Mat pixels;  // 8 bit BGR
};

struct ExplainedFile {
  std::string name;                    // as the creator called it: untrusted
  const SeenMedia* media = nullptr;    // with what was found; not null
  std::vector<ExplainedFrame> frames;  // those that times_to_show() named, as far as there are any
};

struct Explanation {
  std::vector<ExplainedFile> files;
  const std::vector<Finding>* findings = nullptr;  // not null
  const Verdict* verdict = nullptr;                // not null
  double min_score = 0.5;
  // Its covered zones are drawn over every picture; nullptr: the placement is not known.
  const PlacementPack* placement = nullptr;
  std::string made_by;  // "muster 0.1, 2026-11-22 21:00 UTC"
};

// The frames of a file that are worth a picture: where brands were found best, and the ends of
// their runs; at most `count`, in order of time. For stills the one there is.
std::vector<std::int64_t> times_to_show(const SeenMedia& media,
                                        double min_score,
                                        std::size_t count);

// One self-contained page of HTML that can be mailed: each picture with every place that was found
// drawn over it, what matched and how well it can be seen, when brands show in a video, and all
// findings. It loads nothing, runs no script, and holds no byte of the creator's files but the
// pixels; all text is escaped.
std::string explain_page(const Explanation& explanation);

}  // namespace muster
