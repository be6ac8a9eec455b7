#pragma once

#include <cstddef>
#include <string_view>

namespace muster {

// The bytes of a file as memory: pages come in when they are looked at. The file must not shrink
// meanwhile. For one thread.
class MappedFile {
 public:
  // Maps an open file, which may be closed afterwards. Throws TransientError.
  explicit MappedFile(int fd);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  std::string_view bytes() const { return {data_, size_}; }
  // Lets go of the memory of what lies before `offset`; it comes in again when it is looked at.
  void forget_before(std::size_t offset);

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t forgotten_ = 0;
};

}  // namespace muster
