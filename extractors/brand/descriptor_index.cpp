#include "extractors/brand/descriptor_index.h"

#include "extractors/brand/local_features.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace muster {
namespace {

// Up to so many entries one group holds all: looking at each is as fast as choosing groups.
constexpr std::size_t kExactUpTo = 3000;
constexpr std::size_t kEntriesPerGroup = 100;
constexpr std::size_t kMaxGroups = 4096;
constexpr std::size_t kProbedGroups = 12;
constexpr int kRounds = 8;
// Centres are learned from at most so many descriptors a group.
constexpr std::size_t kSamplesPerGroup = 64;

bool nearer(const Neighbour& a, const Neighbour& b) {
  return a.distance != b.distance ? a.distance < b.distance : a.entry < b.entry;
}

// Distances to `count` descriptors in a row. Built twice; the loader takes the one that the
// processor can run. Integers only, so both give the same.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
__attribute__((target_clones("avx2", "default")))
#endif
void distances_to(const std::uint8_t* query, const std::uint8_t* first, std::size_t count, std::uint32_t* out) {
  for (std::size_t i = 0; i < count; ++i, first += kDescriptorSize) {
    std::int32_t sum = 0;
    for (int d = 0; d < kDescriptorSize; ++d) {
      const auto difference = static_cast<std::int16_t>(query[d] - first[d]);
      sum += difference * difference;
    }
    out[i] = static_cast<std::uint32_t>(sum);
  }
}

std::uint32_t nearest_centre(const std::uint8_t* descriptor,
                             const std::vector<std::uint8_t>& centres) {
  std::vector<std::uint32_t> distances(centres.size() / kDescriptorSize);
  distances_to(descriptor, centres.data(), distances.size(), distances.data());
  return static_cast<std::uint32_t>(std::min_element(distances.begin(), distances.end()) -
                                    distances.begin());
}

// Lloyd's k-means from evenly spread samples: no random number, so the same input gives the same
// centres.
std::vector<std::uint8_t> learn_centres(const std::vector<std::uint8_t>& descriptors,
                                        std::size_t groups) {
  const std::size_t count = descriptors.size() / kDescriptorSize;
  const std::size_t samples = std::min(count, groups * kSamplesPerGroup);
  const auto sample = [&](std::size_t i) {
    return descriptors.data() + i * count / samples * kDescriptorSize;
  };
  std::vector<std::uint8_t> centres;
  for (std::size_t i = 0; i < groups; ++i) {
    const std::uint8_t* start = sample(i * samples / groups);
    centres.insert(centres.end(), start, start + kDescriptorSize);
  }
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::uint32_t> sums(groups * kDescriptorSize);
    std::vector<std::uint32_t> counts(groups);
    for (std::size_t i = 0; i < samples; ++i) {
      const std::uint32_t group = nearest_centre(sample(i), centres);
      ++counts[group];
      for (int d = 0; d < kDescriptorSize; ++d) {
        sums[group * kDescriptorSize + d] += sample(i)[d];
      }
    }
    for (std::size_t group = 0; group < groups; ++group) {
      for (int d = 0; d < kDescriptorSize && counts[group] > 0; ++d) {
        const std::uint32_t sum = sums[group * kDescriptorSize + d];
        centres[group * kDescriptorSize + d] =
            static_cast<std::uint8_t>((sum + counts[group] / 2) / counts[group]);
      }
    }
  }
  return centres;
}

}  // namespace

void DescriptorIndex::add(const std::uint8_t* descriptor, std::uint32_t owner) {
  descriptors_.insert(descriptors_.end(), descriptor, descriptor + kDescriptorSize);
  owners_.push_back(owner);
  owner_count_ = std::max(owner_count_, owner + 1);
}

void DescriptorIndex::build() {
  const std::size_t count = owners_.size();
  const std::size_t groups =
      count <= kExactUpTo
          ? 1
          : std::clamp<std::size_t>(count / kEntriesPerGroup, kProbedGroups, kMaxGroups);
  centres_ = count == 0 ? std::vector<std::uint8_t>() : learn_centres(descriptors_, groups);
  std::vector<std::uint32_t> group_of(count);
  for (std::size_t i = 0; i < count; ++i) {
    group_of[i] = nearest_centre(descriptors_.data() + i * kDescriptorSize, centres_);
  }
  entries_.resize(count);
  std::iota(entries_.begin(), entries_.end(), 0u);
  std::stable_sort(entries_.begin(), entries_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return group_of[a] < group_of[b];
  });
  std::vector<std::uint8_t> ordered;
  ordered.reserve(descriptors_.size());
  group_start_.assign(groups + 1, 0);
  for (const std::uint32_t entry : entries_) {
    const std::uint8_t* start = descriptors_.data() + std::size_t{entry} * kDescriptorSize;
    ordered.insert(ordered.end(), start, start + kDescriptorSize);
    ++group_start_[group_of[entry] + 1];
  }
  std::partial_sum(group_start_.begin(), group_start_.end(), group_start_.begin());
  descriptors_ = std::move(ordered);
}

void DescriptorIndex::search(const std::uint8_t* query,
                             std::size_t count,
                             std::uint32_t except,
                             Scratch& scratch,
                             Answer& answer) const {
  answer.nearest.clear();
  answer.owner = 0;
  answer.other = kNone;
  const std::size_t groups = centres_.size() / kDescriptorSize;
  scratch.distances.resize(groups);
  distances_to(query, centres_.data(), groups, scratch.distances.data());
  scratch.centres.clear();
  for (std::size_t i = 0; i < groups; ++i) {
    scratch.centres.push_back({scratch.distances[i], static_cast<std::uint32_t>(i)});
  }
  const std::size_t probed = std::min(groups, kProbedGroups);
  std::partial_sort(scratch.centres.begin(),
                    scratch.centres.begin() + static_cast<std::ptrdiff_t>(probed),
                    scratch.centres.end(),
                    nearer);
  scratch.best.assign(owner_count_, kNone);
  scratch.found.clear();
  for (std::size_t g = 0; g < probed; ++g) {
    const std::uint32_t start = group_start_[scratch.centres[g].entry];
    const std::uint32_t count_here = group_start_[scratch.centres[g].entry + 1] - start;
    scratch.distances.resize(count_here);
    distances_to(query,
                 descriptors_.data() + std::size_t{start} * kDescriptorSize,
                 count_here,
                 scratch.distances.data());
    for (std::uint32_t i = 0; i < count_here; ++i) {
      const std::uint32_t entry = entries_[start + i];
      if (owners_[entry] != except) {
        std::uint32_t& best = scratch.best[owners_[entry]];
        best = std::min(best, scratch.distances[i]);
        scratch.found.push_back({scratch.distances[i], entry});
      }
    }
  }
  if (scratch.found.empty()) {
    return;
  }
  const auto first = std::min_element(scratch.best.begin(), scratch.best.end());
  answer.owner = static_cast<std::uint32_t>(first - scratch.best.begin());
  for (std::uint32_t owner = 0; owner < owner_count_; ++owner) {
    if (owner != answer.owner) {
      answer.other = std::min(answer.other, scratch.best[owner]);
    }
  }
  std::erase_if(scratch.found,
                [&](const Neighbour& n) { return owners_[n.entry] != answer.owner; });
  const std::size_t kept = std::min(count, scratch.found.size());
  std::partial_sort(scratch.found.begin(),
                    scratch.found.begin() + static_cast<std::ptrdiff_t>(kept),
                    scratch.found.end(),
                    nearer);
  answer.nearest.assign(scratch.found.begin(),
                        scratch.found.begin() + static_cast<std::ptrdiff_t>(kept));
}

std::size_t DescriptorIndex::byte_size() const {
  return descriptors_.size() + centres_.size() +
         (owners_.size() + entries_.size() + group_start_.size()) * sizeof(std::uint32_t);
}

}  // namespace muster
