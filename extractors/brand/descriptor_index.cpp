#include "extractors/brand/descriptor_index.h"

#include "extractors/brand/local_features.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace muster {
namespace {

// Up to so many entries one group holds all: looking at each is as fast as choosing groups.
constexpr std::size_t kExactUpTo = 3000;
// Choosing groups and looking into them then cost about the same.
constexpr std::size_t kEntriesPerGroup = 160;
constexpr std::size_t kMaxGroups = 4096;
constexpr std::size_t kProbedGroups = 8;
constexpr int kRounds = 4;
// Centres are learned from at most so many descriptors a group.
constexpr std::size_t kSamplesPerGroup = 20;

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

// The owner of the nearest entry (the first of equals), and the distance of the best of the others.
std::uint32_t choose_owner(const std::vector<std::uint32_t>& best, std::uint32_t& other) {
  std::uint32_t owner = 0;
  std::uint32_t least = DescriptorIndex::kNone;
  other = DescriptorIndex::kNone;
  for (std::uint32_t i = 0; i < best.size(); ++i) {
    if (best[i] < least) {
      other = least;
      least = best[i];
      owner = i;
    } else {
      other = std::min(other, best[i]);
    }
  }
  return owner;
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
  stored_owners_.resize(count);
  std::transform(
      entries_.begin(), entries_.end(), stored_owners_.begin(), [&](std::uint32_t entry) {
        return owners_[entry];
      });
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
  std::size_t looked_at = 0;
  for (std::size_t g = 0; g < probed; ++g) {
    const std::uint32_t group = scratch.centres[g].entry;
    looked_at += group_start_[group + 1] - group_start_[group];
  }
  scratch.distances.resize(looked_at);
  scratch.best.assign(owner_count_, kNone);
  std::uint32_t* distances = scratch.distances.data();
  for (std::size_t g = 0; g < probed; ++g) {
    const std::uint32_t start = group_start_[scratch.centres[g].entry];
    const std::uint32_t end = group_start_[scratch.centres[g].entry + 1];
    distances_to(
        query, descriptors_.data() + std::size_t{start} * kDescriptorSize, end - start, distances);
    for (std::uint32_t i = start; i < end; ++i) {
      std::uint32_t& best = scratch.best[stored_owners_[i]];
      best = std::min(best, *distances++);
    }
  }
  if (except < owner_count_) {
    scratch.best[except] = kNone;
  }
  answer.owner = choose_owner(scratch.best, answer.other);
  if (scratch.best.empty() || scratch.best[answer.owner] == kNone) {
    return;
  }
  distances = scratch.distances.data();
  for (std::size_t g = 0; g < probed; ++g) {
    const std::uint32_t group = scratch.centres[g].entry;
    for (std::uint32_t i = group_start_[group]; i < group_start_[group + 1]; ++i, ++distances) {
      if (stored_owners_[i] == answer.owner) {
        answer.nearest.push_back({*distances, entries_[i]});
      }
    }
  }
  const std::size_t kept = std::min(count, answer.nearest.size());
  std::partial_sort(answer.nearest.begin(),
                    answer.nearest.begin() + static_cast<std::ptrdiff_t>(kept),
                    answer.nearest.end(),
                    nearer);
  answer.nearest.resize(kept);
}

std::size_t DescriptorIndex::byte_size() const {
  return descriptors_.size() + centres_.size() +
         (2 * owners_.size() + entries_.size() + group_start_.size()) * sizeof(std::uint32_t);
}

}  // namespace muster
