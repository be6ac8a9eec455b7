#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// Both ways between the parts of a brand index and bytes of this machine: a struct names its fields
// once, archive(a, b, c), and is written or read by it. For our own files only: the reader checks
// lengths, but what it read means what it meant when it was written.

class IndexWriter {
 public:
  template <typename... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  template <typename T>
  void put(const T& value) {
    if constexpr (requires(T & v, IndexWriter & a) { fields(v, a); }) {
      fields(const_cast<T&>(value), *this);
    } else {
      static_assert(std::is_trivially_copyable_v<T>);
      bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
  }
  void put(const std::string& text) {
    put(std::uint64_t{text.size()});
    bytes_ += text;
  }
  template <typename T>
  void put(const std::vector<T>& values) {
    put(std::uint64_t{values.size()});
    if constexpr (std::is_trivially_copyable_v<T>) {
      bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    } else {
      for (const T& value : values) {
        put(value);
      }
    }
  }
  void put(const cv::Mat& matrix) {
    const cv::Mat whole = matrix.isContinuous() ? matrix : matrix.clone();
    put(whole.rows);
    put(whole.cols);
    put(whole.type());
    bytes_.append(reinterpret_cast<const char*>(whole.data), whole.total() * whole.elemSize());
  }

  std::string bytes_;
};

class IndexReader {
 public:
  explicit IndexReader(std::string_view bytes) : bytes_(bytes) {}

  template <typename... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  // Everything was there, and nothing is left.
  bool complete() const { return good_ && bytes_.empty(); }

 private:
  // The next `size` bytes; empty, and not good any more, where there are fewer.
  std::string_view take(std::uint64_t size) {
    if (size > bytes_.size()) {
      good_ = false;
      bytes_ = {};
      return {};
    }
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  template <typename T>
  void get(T& value) {
    if constexpr (requires(IndexReader & a) { fields(value, a); }) {
      fields(value, *this);
    } else {
      static_assert(std::is_trivially_copyable_v<T>);
      if (const std::string_view taken = take(sizeof value); good_) {
        std::memcpy(&value, taken.data(), sizeof value);
      }
    }
  }
  void get(std::string& text) {
    std::uint64_t size = 0;
    get(size);
    text = take(size);
  }
  template <typename T>
  void get(std::vector<T>& values) {
    std::uint64_t size = 0;
    get(size);
    values.clear();
    if constexpr (std::is_trivially_copyable_v<T>) {
      const std::string_view taken = size > bytes_.size() ? take(size) : take(size * sizeof(T));
      values.resize(taken.size() / sizeof(T));
      if (!taken.empty()) {
        std::memcpy(values.data(), taken.data(), taken.size());
      }
    } else {
      for (std::uint64_t i = 0; i < size && good_; ++i) {
        get(values.emplace_back());
      }
    }
  }
  void get(cv::Mat& matrix) {
    int rows = 0;
    int columns = 0;
    int type = 0;
    get(rows);
    get(columns);
    get(type);
    if (!good_ || rows < 0 || columns < 0 || type < 0 || type >= CV_MAT_TYPE_MASK) {
      good_ = false;
      return;
    }
    const std::string_view taken =
        take(std::uint64_t(rows) * std::uint64_t(columns) * std::uint64_t(CV_ELEM_SIZE(type)));
    if (good_ && !taken.empty()) {
      matrix.create(rows, columns, type);
      std::memcpy(matrix.data, taken.data(), taken.size());
    }
  }

  std::string_view bytes_;
  bool good_ = true;
};

}  // namespace muster
