#include "extractors/text_seen/video_texts.h"

#include "extractors/text/caption.h"
#include "extractors/text_seen/edge_template.h"
#include "extractors/text_seen/frames_to_read.h"
#include "extractors/text_seen/wordmarks.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

namespace muster {
namespace {

// Frames of one video that are searched for text. With 24 a minute-long video takes about as long
// as ten photos.
constexpr std::size_t kReadFrames = 24;
// px of the longer side in which text is looked for: letters of 3 % of the height of an upright
// video are 19 px high then.
constexpr int kVideoFindSide = 640;
// Beginnings and ends that are followed to the frame: windows of one FrameQuery.
constexpr std::size_t kMaxEnds = 24;
// Two readings of the same place are one text from here on.
constexpr double kSameText = 0.6;
// What was lost for less than this is the same text shown on: a flash, a bad frame.
constexpr std::int64_t kBridgedMs = 400;
// Where kept frames lie farther apart than this, the beginning is looked at closer: that is where a
// label has to be.
constexpr std::int64_t kSparseMs = 1000;
constexpr TimeSpan kBeginning{0, 15'000};
constexpr std::int64_t kBeginningEveryMs = 500;

// A text or code that is followed through the frames.
struct TextTrack {
  SeenText text;
  bool is_code = false;
  std::optional<EdgeTemplate> edges;
  std::size_t read_at = 0;  // index of the frame in which it was read best
  std::size_t first = 0;    // of the frames that show it
  std::size_t last = 0;
};

std::u32string bare_letters(std::string_view text) {
  std::u32string letters;
  const Caption folded = read_caption(text);
  for (std::size_t i = 0; i < folded.size(); ++i) {
    if (is_word_letter(folded.letter(i))) {
      letters.push_back(folded.letter(i));
    }
  }
  return letters;
}

double share_of_smaller(const Box& a, const Box& b) {
  const double width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const double height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  const double smaller = std::min(a.width * a.height, b.width * b.height);
  return width > 0 && height > 0 && smaller > 0 ? width * height / smaller : 0;
}

Box around_both(const Box& a, const Box& b) {
  const double right = std::max(a.x + a.width, b.x + b.width);
  const double bottom = std::max(a.y + a.height, b.y + b.height);
  const double x = std::min(a.x, b.x);
  const double y = std::min(a.y, b.y);
  return {x, y, right - x, bottom - y};
}

bool same_text(const TextTrack& a, const TextTrack& b) {
  return a.is_code == b.is_code &&
         (a.is_code ? a.text.text == b.text.text
                    : text_likeness(a.text.text, b.text.text) >= kSameText);
}

class VideoReader {
 public:
  VideoReader(const VideoToRead& video, ReadingEngine& engine)
      : video_(video), engine_(engine), frames_(video.media.frames) {
    look_closer_at_beginning();
  }

  void read_into(SeenMedia& seen) {
    for (const std::size_t at : frames_to_read(frames_, kReadFrames)) {
      read_frame(at);
    }
    join_tracks();
    follow_ends();
    for (TextTrack& track : tracks_) {
      if (track.is_code) {
        seen.codes.push_back({std::move(track.text.text),
                              track.text.box,
                              std::move(track.text.outline),
                              track.text.time});
      } else {
        seen.texts.push_back(std::move(track.text));
      }
    }
  }

 private:
  void look_closer_at_beginning() {
    if (!video_.again || frames_.size() < 2) {
      return;
    }
    const auto sparse =
        std::adjacent_find(frames_.begin(), frames_.end(), [](const Frame& a, const Frame& b) {
          return b.time_ms - a.time_ms > kSparseMs;
        });
    if (sparse == frames_.end() || sparse->time_ms >= kBeginning.end_ms) {
      return;
    }
    FrameQuery query;
    query.windows = {kBeginning};
    query.every_ms = kBeginningEveryMs;
    DecodedMedia closer = video_.again(query);
    std::move(closer.frames.begin(), closer.frames.end(), std::back_inserter(frames_));
    std::stable_sort(frames_.begin(), frames_.end(), [](const Frame& a, const Frame& b) {
      return a.time_ms < b.time_ms;
    });
    frames_.erase(
        std::unique(frames_.begin(),
                    frames_.end(),
                    [](const Frame& a, const Frame& b) { return a.time_ms == b.time_ms; }),
        frames_.end());
  }

  void read_frame(std::size_t at) {
    const Frame& frame = frames_[at];
    for (PictureCode& code :
         video_.codes ? engine_.read_codes(frame.pixels) : std::vector<PictureCode>()) {
      TextTrack track;
      track.is_code = true;
      track.text.text = std::move(code.text);
      track.text.confidence = 1;
      track.text.box = code.box;
      track.text.outline = std::move(code.outline);
      add(std::move(track), at);
    }
    if (!video_.texts) {
      return;
    }
    for (TextLine& line : engine_.read_text(frame.pixels, kVideoFindSide)) {
      TextTrack track;
      track.text.text = std::move(line.text);
      track.text.confidence = line.confidence;
      track.text.box = line.box;
      track.text.contrast = line.contrast;
      track.text.height = line.height;
      track.text.outline = std::move(line.outline);
      add(std::move(track), at);
    }
  }

  // A reading: of a text that is known, or the first of one.
  void add(TextTrack reading, std::size_t at) {
    for (TextTrack& known : tracks_) {
      if (known.first <= at && at <= known.last && same_text(known, reading) &&
          share_of_smaller(known.text.box, reading.text.box) > 0.5) {
        if (reading.text.confidence > known.text.confidence) {
          take_better(known, reading, at);
        }
        return;
      }
    }
    reading.edges.emplace(frames_[at].pixels, reading.text.outline);
    reading.read_at = reading.first = reading.last = at;
    reading.text.read_at_ms = frames_[at].time_ms;
    while (reading.last + 1 < frames_.size() && shows(reading, frames_[reading.last + 1])) {
      ++reading.last;
    }
    while (reading.first > 0 && shows(reading, frames_[reading.first - 1])) {
      --reading.first;
    }
    tracks_.push_back(std::move(reading));
  }

  void take_better(TextTrack& known, TextTrack& reading, std::size_t at) const {
    const Box box = around_both(known.text.box, reading.text.box);
    known.text = std::move(reading.text);
    known.text.box = box;
    known.text.read_at_ms = frames_[at].time_ms;
    known.read_at = at;
  }

  bool shows(const TextTrack& track, const Frame& frame) {
    const double likeness = track.edges->likeness(frame.pixels);
    if (likeness >= EdgeTemplate::kSame || likeness < EdgeTemplate::kOther || track.is_code) {
      return likeness >= EdgeTemplate::kSame;
    }
    const auto line = engine_.read_line(frame.pixels, track.text.outline);
    return line && text_likeness(line->text, track.text.text) >= kSameText;
  }

  std::int64_t end_of(std::size_t at) const {
    return frames_[at].time_ms + frames_[at].duration_ms;
  }

  // The same text in two tracks that touch: it moved, or was lost for a moment.
  void join_tracks() {
    std::stable_sort(tracks_.begin(), tracks_.end(), [](const TextTrack& a, const TextTrack& b) {
      return std::pair(a.first, a.text.box.y) < std::pair(b.first, b.text.box.y);
    });
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
      for (std::size_t j = i + 1; j < tracks_.size();) {
        TextTrack& a = tracks_[i];
        TextTrack& b = tracks_[j];
        const bool touches = frames_[b.first].time_ms - end_of(a.last) <= kBridgedMs;
        // Two of the same at once in different places are two.
        const bool apart = b.first <= a.last && share_of_smaller(a.text.box, b.text.box) < 0.3;
        if (!touches || apart || !same_text(a, b)) {
          ++j;
          continue;
        }
        a.last = std::max(a.last, b.last);
        if (b.text.confidence > a.text.confidence) {
          take_better(a, b, b.read_at);
        } else {
          a.text.box = around_both(a.text.box, b.text.box);
        }
        last_edges(a, b);
        tracks_.erase(tracks_.begin() + static_cast<std::ptrdiff_t>(j));
        j = i + 1;
      }
    }
    for (TextTrack& track : tracks_) {
      track.text.time = {frames_[track.first].time_ms, end_of(track.last)};
    }
  }

  // The end is followed by how it looked last.
  static void last_edges(TextTrack& a, TextTrack& b) {
    if (b.last >= a.last && b.edges) {
      a.edges = std::move(b.edges);
    }
  }

  // Where a text comes or goes between two frames that lie apart in the file, the frames between
  // them tell when.
  void follow_ends() {
    if (!video_.again) {
      return;
    }
    struct End {
      std::size_t track = 0;
      bool is_start = false;
      TimeSpan window;
    };
    std::vector<End> ends;
    std::vector<TimeSpan> windows;
    const auto want = [&](std::size_t track, bool is_start, TimeSpan window) {
      const bool known = std::find(windows.begin(), windows.end(), window) != windows.end();
      if (window.start_ms >= window.end_ms || (!known && windows.size() == kMaxEnds)) {
        return;
      }
      if (!known) {
        windows.push_back(window);
      }
      ends.push_back({track, is_start, window});
    };
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
      const TextTrack& track = tracks_[i];
      if (track.first > 0) {
        want(i, true, {end_of(track.first - 1), frames_[track.first].time_ms});
      }
      if (track.last + 1 < frames_.size()) {
        want(i, false, {end_of(track.last), frames_[track.last + 1].time_ms});
      }
    }
    if (windows.empty()) {
      return;
    }
    FrameQuery query;
    query.windows = windows;
    std::sort(query.windows.begin(), query.windows.end(), [](const TimeSpan& a, const TimeSpan& b) {
      return a.start_ms < b.start_ms;
    });
    const DecodedMedia between = video_.again(query);
    for (const End& end : ends) {
      move_end(tracks_[end.track], end.is_start, end.window, between.frames);
    }
  }

  void move_end(TextTrack& track,
                bool is_start,
                const TimeSpan& window,
                const std::vector<Frame>& frames) {
    const auto inside = [&](const Frame& frame) {
      return frame.time_ms >= window.start_ms && frame.time_ms < window.end_ms;
    };
    if (is_start) {
      for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
        if (inside(*frame)) {
          if (!shows(track, *frame)) {
            return;
          }
          track.text.time.start_ms = frame->time_ms;
        }
      }
    } else {
      for (const Frame& frame : frames) {
        if (inside(frame)) {
          if (!shows(track, frame)) {
            return;
          }
          track.text.time.end_ms = frame.time_ms + frame.duration_ms;
        }
      }
    }
  }

  const VideoToRead& video_;
  ReadingEngine& engine_;
  std::vector<Frame> frames_;
  std::vector<TextTrack> tracks_;
};

}  // namespace

double text_likeness(std::string_view a, std::string_view b) {
  const std::u32string first = bare_letters(a);
  const std::u32string second = bare_letters(b);
  if (first.empty() || second.empty()) {
    return a == b ? 1 : 0;
  }
  const auto longer = static_cast<double>(std::max(first.size(), second.size()));
  return std::max(0.0, 1 - letter_distance(first, second) / longer);
}

void read_video_texts(const VideoToRead& video, ReadingEngine& engine, SeenMedia& seen) {
  VideoReader(video, engine).read_into(seen);
}

}  // namespace muster
