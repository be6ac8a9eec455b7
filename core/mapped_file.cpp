#include "core/mapped_file.h"

#include "core/error.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace muster {

MappedFile::MappedFile(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) {
    throw TransientError(std::string("look at a file: ") + std::strerror(errno));
  }
  size_ = static_cast<std::size_t>(status.st_size);
  if (size_ == 0) {
    return;
  }
  void* const data = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED) {
    throw TransientError(std::string("map a file into memory: ") + std::strerror(errno));
  }
  data_ = static_cast<char*>(data);
  ::madvise(data_, size_, MADV_SEQUENTIAL);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      forgotten_(std::exchange(other.forgotten_, 0)) {}

MappedFile::~MappedFile() {
  if (data_ != nullptr) {
    ::munmap(data_, size_);
  }
}

void MappedFile::forget_before(std::size_t offset) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t end = offset / page * page;
  // A new pass begins at the front again.
  const std::size_t begin = end < forgotten_ ? 0 : forgotten_;
  if (end > begin) {
    ::madvise(data_ + begin, end - begin, MADV_DONTNEED);
  }
  forgotten_ = end;
}

}  // namespace muster
