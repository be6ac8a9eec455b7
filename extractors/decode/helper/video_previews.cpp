#include "extractors/decode/helper/video_previews.h"

#include "extractors/decode/helper/clip_encoder.h"
#include "extractors/decode/helper/frame_sampler.h"
#include "extractors/decode/helper/previews.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

constexpr std::size_t kSheetFrames = 12;
// Pictures to decode for the sheet at most: those far behind a key frame move towards it.
constexpr std::size_t kSheetBudget = 240;
constexpr std::int64_t kClipStepMs = 100;
// A clip shows short videos whole, of longer ones three pieces.
constexpr std::int64_t kWholeClipMs = 6000;
constexpr std::int64_t kPieceMs = 1500;
constexpr std::int64_t kPieceAt[] = {5, 45, 85};  // per cent of the video

// When the picture is shown from which decoding must start to show what is on screen then.
std::int64_t key_time_before(const Timeline& timeline, std::int64_t time_ms) {
  std::size_t index = 0;
  while (index + 1 < timeline.shown.size() && timeline.time_ms(index + 1) <= time_ms) {
    ++index;
  }
  const std::size_t key = timeline.shown[index].key;
  while (index > 0 && timeline.shown[index - 1].key == key) {
    --index;
  }
  return timeline.time_ms(index);
}

std::vector<TimeSpan> clip_windows(const Timeline& timeline) {
  const std::int64_t total = timeline.total_ms();
  if (total <= kWholeClipMs) {
    return {{0, std::max<std::int64_t>(total, 1)}};
  }
  std::vector<TimeSpan> windows;
  for (const std::int64_t percent : kPieceAt) {
    const std::int64_t start = key_time_before(timeline, total * percent / 100);
    if (windows.empty() || start >= windows.back().end_ms) {
      windows.push_back({start, start + kPieceMs});
    }
  }
  return windows;
}

std::vector<Frame> pick(const std::vector<Frame>& frames,
                        const Timeline& timeline,
                        const std::vector<std::size_t>& plan) {
  std::vector<Frame> picked;
  for (const Frame& frame : frames) {
    if (std::any_of(plan.begin(), plan.end(), [&](std::size_t index) {
          return timeline.time_ms(index) == frame.time_ms;
        })) {
      picked.push_back(frame);
    }
  }
  return picked;
}

// The picture with most detail: never a black, empty or foggy one where there is another.
const Frame& most_telling(const std::vector<Frame>& frames) {
  const auto detail = [](const Frame& frame) {
    cv::Mat edges;
    cv::Laplacian(frame.pixels, edges, CV_16S);
    return cv::norm(edges, cv::NORM_L1) / static_cast<double>(edges.total());
  };
  std::size_t best = 0;
  double most = -1;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (const double found = detail(frames[i]); found > most) {
      best = i;
      most = found;
    }
  }
  return frames[best];
}

void add_clip(const std::vector<Frame>& frames,
              const std::vector<TimeSpan>& windows,
              AnswerWriter& answer) {
  if (frames.empty()) {
    return answer.miss_preview(PreviewKind::clip, "none of its pictures can be decoded");
  }
  ClipEncoder encoder(frames.front().pixels.size());
  std::int64_t at_ms = 0;      // in the clip
  std::int64_t before_ms = 0;  // of the frame before, in the video
  std::size_t window = 0;
  bool first = true;
  for (const Frame& frame : frames) {
    while (window + 1 < windows.size() && frame.time_ms >= windows[window + 1].start_ms) {
      ++window;
      before_ms = frame.time_ms - kClipStepMs;  // what lies between the pieces takes no time
    }
    at_ms += first ? 0 : frame.time_ms - before_ms;
    before_ms = frame.time_ms;
    first = false;
    encoder.add(frame.pixels, at_ms);
  }
  const std::int64_t last = std::clamp<std::int64_t>(frames.back().duration_ms, 1, kClipStepMs);
  AnswerPreview preview;
  preview.kind = PreviewKind::clip;
  preview.type = MediaType::mp4;
  preview.width = static_cast<std::uint32_t>(encoder.size().width);
  preview.height = static_cast<std::uint32_t>(encoder.size().height);
  preview.duration_ms = at_ms + last;
  const std::string bytes = encoder.finish(last);
  if (!encoder.problem().empty()) {
    return answer.miss_preview(PreviewKind::clip, encoder.problem());
  }
  answer.add_preview(preview, bytes);
}

}  // namespace

void make_video_previews(const DecodeRequest& request,
                         AVFormatContext& format,
                         AVStream& stream,
                         const Timeline& timeline,
                         Turn turn,
                         AnswerWriter& answer) {
  if (timeline.shown.empty()) {
    return answer.report(Integrity::unreadable,
                         "none of its pictures can be decoded",
                         "export it again and upload the whole file");
  }
  const std::size_t room = answer.capacity(fit_size(
      request.output_side, request.output_side, request.output_side));  // pictures may turn
  DecodeRequest clip = request;
  clip.windows = clip_windows(timeline);
  clip.every_ms = kClipStepMs;
  const auto sheet_plan = plan_frames(timeline, std::min(kSheetFrames, room / 4), kSheetBudget);
  const auto clip_plan = plan_windows(timeline, clip, room - sheet_plan.size());
  std::vector<std::size_t> plan;
  std::set_union(sheet_plan.begin(),
                 sheet_plan.end(),
                 clip_plan.begin(),
                 clip_plan.end(),
                 std::back_inserter(plan));
  FrameSampler(request, format, stream, timeline, turn, plan, answer).run();

  const std::vector<Frame> frames = answer.frames();
  if (!frames.empty()) {
    const std::vector<Frame> sheet = pick(frames, timeline, sheet_plan);
    const std::vector<Frame>& telling = sheet.empty() ? frames : sheet;
    add_thumbnail(most_telling(telling).pixels, answer);
    add_contact_sheet(telling, answer);
    add_clip(pick(frames, timeline, clip_plan), clip.windows, answer);
  }
  answer.drop_frames();
}

}  // namespace muster
