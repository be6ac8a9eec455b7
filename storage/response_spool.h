#pragma once

#include "core/survey.h"
#include "storage/file/files.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace muster {

// A parsed response with what the source's configuration says about it.
struct PlacedResponse {
  Response response;
  std::string campaign;
  std::string creator;  // normalized handle, "" when unknown
  std::string wave;
};

// Responses on their way into the store, kept aside until all of an export is read: in memory, and
// from a few megabytes on in an unnamed file that is gone with this object. Texts that come again
// (ids, choices, handles) are kept once. For one thread. Throws TransientError (disk full).
class ResponseSpool {
 public:
  ResponseSpool() : ResponseSpool(std::filesystem::temp_directory_path()) {}
  // `folder` is where the file goes.
  explicit ResponseSpool(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void add(const PlacedResponse& placed);
  std::int64_t size() const { return size_; }
  // Calls `visit` for each in the order in which they came; its object is used again.
  void for_each(const std::function<void(PlacedResponse& placed)>& visit) const;

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  class Reader;

  void put_number(std::uint64_t number);
  void put_text(std::string_view text);    // as it is
  void put_common(std::string_view text);  // one that comes again
  void put_answer(const Answer& answer);
  void write_out();

  std::filesystem::path folder_;
  OpenFile file_;
  std::uint64_t written_ = 0;  // bytes in the file
  std::string buffer_;         // what follows them
  std::int64_t size_ = 0;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> text_numbers_;
};

}  // namespace muster
