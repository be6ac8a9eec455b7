#include "extractors/text_seen/frames_to_read.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

constexpr int kSmallSide = 256;  // px of the longer side of the pictures that are compared
constexpr int kBlock = 8;        // px of these
// Frames nearer to each other than this are not read both for their time alone.
constexpr std::int64_t kEveryMs = 800;
// Of the mean strength of edges in a block, on 0..255: what letters bring with them.
constexpr float kChanged = 18;
// A sudden change stands out among the changes between neighbors by this factor.
constexpr float kSudden = 2.5F;

// How strong the edges are in each block: letters that come or go change it, a light that is turned
// on hardly does.
cv::Mat edges_by_block(const cv::Mat& picture) {
  const double scale = std::min(1.0, double(kSmallSide) / std::max(picture.cols, picture.rows));
  cv::Mat small;
  cv::resize(picture, small, cv::Size(), scale, scale, cv::INTER_AREA);
  cv::Mat grey;
  cv::cvtColor(small, grey, cv::COLOR_BGR2GRAY);
  cv::Mat dx;
  cv::Mat dy;
  cv::Sobel(grey, dx, CV_32F, 1, 0);
  cv::Sobel(grey, dy, CV_32F, 0, 1);
  cv::Mat strength = cv::abs(dx) + cv::abs(dy);
  cv::Mat blocks;
  cv::resize(strength,
             blocks,
             {std::max(1, grey.cols / kBlock), std::max(1, grey.rows / kBlock)},
             0,
             0,
             cv::INTER_AREA);
  return blocks;
}

// The fourth largest change of any block: a word covers some blocks, a speck one.
float change_between(const cv::Mat& a, const cv::Mat& b) {
  if (a.size() != b.size()) {
    return 255;
  }
  cv::Mat difference = cv::abs(a - b);
  std::vector<float> values(difference.begin<float>(), difference.end<float>());
  const std::size_t at = std::min<std::size_t>(3, values.size() - 1);
  std::nth_element(values.begin(),
                   values.begin() + static_cast<std::ptrdiff_t>(at),
                   values.end(),
                   std::greater<>());
  return values[at];
}

}  // namespace

std::vector<std::size_t> frames_to_read(std::span<const Frame> frames, std::size_t count) {
  if (frames.empty() || count == 0) {
    return {};
  }
  std::vector<cv::Mat> edges;
  std::vector<float> changes(frames.size(), 0);  // from the frame before
  for (std::size_t i = 0; i < frames.size(); ++i) {
    edges.push_back(edges_by_block(frames[i].pixels));
    changes[i] = i == 0 ? 0 : change_between(edges[i - 1], edges[i]);
  }
  std::vector<float> sorted(changes.begin(), changes.end());
  std::sort(sorted.begin(), sorted.end());
  const float sudden = std::max(kChanged, kSudden * sorted[sorted.size() / 2]);

  // Half of them are for what appears or vanishes: the largest changes first.
  std::vector<std::pair<float, std::size_t>> by_change;
  for (std::size_t i = 1; i < frames.size(); ++i) {
    if (changes[i] >= sudden) {
      by_change.emplace_back(-changes[i], i);
    }
  }
  std::sort(by_change.begin(), by_change.end());
  std::set<std::size_t> chosen = {0, frames.size() - 1};
  for (const auto& [change, i] : by_change) {
    if (chosen.size() >= (count + 1) / 2) {
      break;
    }
    chosen.insert(i);
  }
  // The others lie as evenly in time as the rest allows; what looks like the last one read is not
  // read again.
  const std::int64_t length = frames.back().time_ms - frames.front().time_ms;
  const std::size_t left = count > chosen.size() ? count - chosen.size() : 0;
  const std::int64_t every =
      left == 0 ? length + 1
                : std::max<std::int64_t>(kEveryMs, length / static_cast<std::int64_t>(left + 1));
  std::size_t last = 0;
  for (std::size_t i = 1; i < frames.size() && chosen.size() < count; ++i) {
    if (chosen.contains(i)) {
      last = i;
    } else if (frames[i].time_ms - frames[last].time_ms >= every &&
               change_between(edges[last], edges[i]) >= kChanged) {
      chosen.insert(i);
      last = i;
    }
  }
  std::vector<std::size_t> result(chosen.begin(), chosen.end());
  result.resize(std::min(result.size(), count));
  return result;
}

}  // namespace muster
