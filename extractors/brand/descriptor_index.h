#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace muster {

// An entry of the index near a query.
struct Neighbour {
  std::uint32_t distance = 0;  // squared, between byte descriptors
  std::uint32_t entry = 0;     // in the order in which they were added
};

// Nearest neighbours among the descriptors of all kits: an inverted file (descriptors grouped by
// the nearest of some centres; a query looks into the groups nearest to it). Exact while it is
// small. Chosen over OpenCV's FLANN because the same input must always give the same answer,
// whatever else drew random numbers in the process, and because a query has to know the best of
// every group of entries. Constant after build(): any thread may search.
class DescriptorIndex {
 public:
  // `owner`: which group the entry belongs to, from 0: entries of one owner never compete with each
  // other.
  void add(const std::uint8_t* descriptor, std::uint32_t owner);
  void build();

  struct Answer {
    std::vector<Neighbour> nearest;  // of the best owner only, nearest first
    std::uint32_t owner = 0;
    std::uint32_t other =
        0;  // squared distance to the nearest entry of any other owner; kNone where none was seen
  };
  static constexpr std::uint32_t kNone = 0xffffffff;

  // Room for one thread's searches, so that a query allocates nothing.
  struct Scratch {
    std::vector<std::uint32_t> best;  // by owner
    std::vector<std::uint32_t> distances;
    std::vector<Neighbour> centres;
  };
  // At most `count` neighbours, none of them of the owner `except` (kNone: any). `answer.nearest`
  // is empty where the index is.
  void search(const std::uint8_t* query,
              std::size_t count,
              std::uint32_t except,
              Scratch& scratch,
              Answer& answer) const;

  std::size_t size() const { return owners_.size(); }
  std::uint32_t owner_of(std::uint32_t entry) const { return owners_[entry]; }
  std::size_t byte_size() const;

  template <typename Archive>
  friend void fields(DescriptorIndex& index, Archive& archive) {
    archive(index.descriptors_,
            index.owners_,
            index.owner_count_,
            index.centres_,
            index.group_start_,
            index.entries_,
            index.stored_owners_);
  }

 private:
  std::vector<std::uint8_t>
      descriptors_;  // before build() in the order added, afterwards group by group
  std::vector<std::uint32_t> owners_;  // by entry
  std::uint32_t owner_count_ = 0;
  std::vector<std::uint8_t> centres_;
  std::vector<std::uint32_t>
      group_start_;  // into descriptors_ and entries_; one more than there are groups
  std::vector<std::uint32_t> entries_;        // entry of each stored descriptor
  std::vector<std::uint32_t> stored_owners_;  // owner of each stored descriptor
};

}  // namespace muster
