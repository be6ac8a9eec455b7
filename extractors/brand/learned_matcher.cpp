#include "extractors/brand/learned_matcher.h"

#include "core/hash.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <opencv2/dnn.hpp>

// The models, put into the program by muster_embed_binary (cmake/muster.cmake). Both are empty in a
// build without them.
extern "C" {
extern const unsigned char muster_brand_embedder_begin[];
extern const unsigned char muster_brand_embedder_end[];
extern const unsigned char muster_brand_comparer_begin[];
extern const unsigned char muster_brand_comparer_end[];
}

namespace muster {
namespace {

// Windows or pairs in one go: more only costs memory.
constexpr std::size_t kAtOnce = 32;
constexpr std::size_t kMapSize = std::size_t{kMapChannels} * kMapSide * kMapSide;

std::span<const std::uint8_t> embedded_model(const unsigned char* begin, const unsigned char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

const char* bytes_of(const std::vector<std::uint8_t>& model) {
  return reinterpret_cast<const char*>(model.data());
}

void scale_to_unit(float* vector) {
  float sum = 1e-12f;
  for (int i = 0; i < kVectorWidth; ++i) {
    sum += vector[i] * vector[i];
  }
  const float scale = 1 / std::sqrt(sum);
  for (int i = 0; i < kVectorWidth; ++i) {
    vector[i] *= scale;
  }
}

// What the comparer was trained on: both maps, their difference and their product.
void put_pair(const WindowPair& pair, float* target) {
  const float* kit = pair.kit->map.data();
  const float* picture = pair.picture->map.data();
  for (std::size_t i = 0; i < kMapSize; ++i) {
    target[i] = kit[i];
    target[kMapSize + i] = picture[i];
    target[2 * kMapSize + i] = std::abs(kit[i] - picture[i]);
    target[3 * kMapSize + i] = kit[i] * picture[i];
  }
}

Comparison comparison_of(const float* answer) {
  Comparison result;
  result.logit = answer[0];
  // What the network was trained on is the box's middle from the window's and the logarithm of its
  // sides over the usual ones. Bounds: outside what it was shown it guesses.
  const auto side = [](float log) {
    return float(kWindowFill) * std::exp(std::clamp(log, -0.7f, 0.7f));
  };
  const float width = side(answer[3]);
  const float height = side(answer[4]);
  const float x = 0.5f + std::clamp(answer[1], -0.4f, 0.4f);
  const float y = 0.5f + std::clamp(answer[2], -0.4f, 0.4f);
  result.box = {x - width / 2, y - height / 2, width, height};
  return result;
}

}  // namespace

struct LearnedMatcher::Networks {
  cv::dnn::Net embedder;
  cv::dnn::Net comparer;
};

// Networks for one call, given back when it ends.
class LearnedMatcher::Lease {
 public:
  explicit Lease(const LearnedMatcher& owner) : owner_(owner) {
    {
      const std::lock_guard lock(owner.mutex_);
      if (!owner.idle_.empty()) {
        networks_ = std::move(owner.idle_.back());
        owner.idle_.pop_back();
        return;
      }
    }
    networks_ = std::make_unique<Networks>();
    networks_->embedder =
        cv::dnn::readNetFromONNX(bytes_of(owner.embedder_), owner.embedder_.size());
    networks_->comparer =
        cv::dnn::readNetFromONNX(bytes_of(owner.comparer_), owner.comparer_.size());
  }
  ~Lease() {
    if (networks_) {
      const std::lock_guard lock(owner_.mutex_);
      owner_.idle_.push_back(std::move(networks_));
    }
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  Networks* operator->() const { return networks_.get(); }

 private:
  const LearnedMatcher& owner_;
  std::unique_ptr<Networks> networks_;
};

const LearnedMatcher* LearnedMatcher::shipped() {
  static const std::unique_ptr<const LearnedMatcher> matcher = [] {
    const auto embedder = embedded_model(muster_brand_embedder_begin, muster_brand_embedder_end);
    const auto comparer = embedded_model(muster_brand_comparer_begin, muster_brand_comparer_end);
    return embedder.empty() || comparer.empty()
               ? nullptr
               : std::make_unique<const LearnedMatcher>(embedder, comparer);
  }();
  return matcher.get();
}

LearnedMatcher::LearnedMatcher(std::span<const std::uint8_t> embedder,
                               std::span<const std::uint8_t> comparer)
    : embedder_(embedder.begin(), embedder.end()), comparer_(comparer.begin(), comparer.end()) {
  Hasher hasher;
  hasher.add(std::as_bytes(embedder));
  hasher.add(std::as_bytes(comparer));
  version_ = hasher.finish().short_hex();
  Lease(*this);  // unreadable models are found now
}

LearnedMatcher::~LearnedMatcher() = default;

LearnedMatcher::Vectors LearnedMatcher::embed(const cv::Mat& picture) const {
  CV_Assert(picture.type() == CV_8UC3);
  Vectors result;
  if (picture.cols < kWindowSide || picture.rows < kWindowSide) {
    return result;
  }
  const Lease networks(*this);
  networks->embedder.setInput(cv::dnn::blobFromImage(picture, 1 / 255.0));
  const cv::Mat answer =
      networks->embedder.forward("vectors");  // 1 x kVectorWidth x rows x columns
  result.rows = answer.size[2];
  result.columns = answer.size[3];
  const cv::Mat planes(kVectorWidth, result.rows * result.columns, CV_32F, answer.data);
  cv::transpose(planes, result.rows_of_floats);
  for (int i = 0; i < result.rows_of_floats.rows; ++i) {
    scale_to_unit(result.rows_of_floats.ptr<float>(i));
  }
  return result;
}

std::vector<EmbeddedWindow> LearnedMatcher::look(std::span<const cv::Mat> windows) const {
  std::vector<EmbeddedWindow> result;
  if (windows.empty()) {
    return result;
  }
  const Lease networks(*this);
  for (std::size_t start = 0; start < windows.size(); start += kAtOnce) {
    const auto part = windows.subspan(start, std::min(kAtOnce, windows.size() - start));
    const std::vector<cv::Mat> pictures(part.begin(), part.end());
    networks->embedder.setInput(cv::dnn::blobFromImages(pictures, 1 / 255.0));
    std::vector<cv::Mat> answers;
    networks->embedder.forward(answers, std::vector<cv::String>{"vectors", "maps"});
    for (int i = 0; i < static_cast<int>(part.size()); ++i) {
      const float* vector = answers[0].ptr<float>(i);
      const float* map = answers[1].ptr<float>(i);
      result.push_back({{vector, vector + kVectorWidth}, {map, map + kMapSize}});
      scale_to_unit(result.back().vector.data());
    }
  }
  return result;
}

std::vector<Comparison> LearnedMatcher::compare(std::span<const WindowPair> pairs) const {
  std::vector<Comparison> result;
  if (pairs.empty()) {
    return result;
  }
  const Lease networks(*this);
  for (std::size_t start = 0; start < pairs.size(); start += kAtOnce) {
    const auto part = pairs.subspan(start, std::min(kAtOnce, pairs.size() - start));
    const int shape[] = {static_cast<int>(part.size()), 4 * kMapChannels, kMapSide, kMapSide};
    cv::Mat input(4, shape, CV_32F);
    for (std::size_t i = 0; i < part.size(); ++i) {
      put_pair(part[i], input.ptr<float>(static_cast<int>(i)));
    }
    networks->comparer.setInput(input);
    const cv::Mat answer = networks->comparer.forward();
    for (std::size_t i = 0; i < part.size(); ++i) {
      result.push_back(comparison_of(answer.ptr<float>(static_cast<int>(i))));
    }
  }
  return result;
}

}  // namespace muster
