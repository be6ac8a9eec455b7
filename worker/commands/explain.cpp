#include "worker/commands/explain.h"

#include "core/error.h"
#include "core/text.h"
#include "core/version.h"
#include "extractors/media/explain_page.h"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kShownFrames = 12;  // of a file

std::vector<ExplainedFrame> frames_of(const std::string& bytes,
                                      const SeenMedia& seen,
                                      double min_score,
                                      Decoder& decoder) {
  std::vector<ExplainedFrame> frames;
  if (!seen.has_pictures) {
    return frames;
  }
  const std::vector<std::int64_t> times = times_to_show(seen, min_score, kShownFrames);
  const auto take = [&](const DecodedMedia& decoded) {
    for (const Frame& frame : decoded.frames) {
      if (std::find(times.begin(), times.end(), frame.time_ms) != times.end()) {
        frames.push_back({frame.time_ms, frame.pixels});
      }
    }
  };
  take(decoder.decode(media_bytes(bytes)));
  // Of a video some frames were only seen in a second look.
  FrameQuery missing;
  for (const std::int64_t time : times) {
    if (std::none_of(frames.begin(), frames.end(), [&](const ExplainedFrame& frame) {
          return frame.time_ms == time;
        })) {
      missing.windows.push_back({time, time + 1});
    }
  }
  if (!missing.windows.empty() && seen.facts.kind() == MediaKind::video) {
    take(decoder.decode_again(media_bytes(bytes), missing));
    std::sort(frames.begin(), frames.end(), [](const auto& a, const auto& b) {
      return a.time_ms < b.time_ms;
    });
  }
  return frames;
}

}  // namespace

void write_explanation(const fs::path& page, const ExplainedCheck& check, Decoder& decoder) {
  Explanation about;
  about.findings = &check.report.findings;
  about.verdict = &check.report.verdict;
  about.min_score = check.wanted.min_score;
  about.placement = check.placement;
  about.made_by = fmt::format("muster {}, engine {}", build_facts().version, kEngineVersion);
  for (std::size_t i = 0; i < check.files.size(); ++i) {
    std::error_code failure;
    if (fs::equivalent(page, check.files[i], failure)) {
      throw PermanentError(fmt::format("write {}: that is one of the files to check; name another",
                                       printable(page.native())));
    }
    const SeenMedia& seen = check.report.media[i];
    about.files.push_back({fs::path(check.files[i]).filename().native(),
                           &seen,
                           frames_of(check.bytes[i], seen, about.min_score, decoder)});
  }
  std::ofstream out(page, std::ios::binary);
  out << explain_page(about);
  if (!out.flush()) {
    throw PermanentError(fmt::format("write {}: failed; does its folder exist, is there room?",
                                     printable(page.native())));
  }
}

}  // namespace muster
