#include "extractors/decode/mapped_pixels.h"

#include <opencv2/core.hpp>

namespace muster {
namespace {

// Lets OpenCV count the users of memory that it has not allocated, and gives it back after the
// last.
class MappedAllocator final : public cv::MatAllocator {
 public:
  cv::Mat view(const std::shared_ptr<WritableMemory>& memory, const AnswerFrame& frame) const {
    cv::Mat pixels(static_cast<int>(frame.height),
                   static_cast<int>(frame.width),
                   frame.channels == 4 ? CV_8UC4 : CV_8UC3,
                   memory->bytes().data() + frame.offset,
                   frame.stride);
    auto owner = std::make_unique<std::shared_ptr<WritableMemory>>(memory);
    auto data = std::make_unique<cv::UMatData>(this);
    data->data = data->origdata = pixels.data;
    data->size = frame.stride * frame.height;
    data->refcount = 1;
    data->userdata = owner.release();
    pixels.u = data.release();
    return pixels;
  }

  cv::UMatData* allocate(
      int, const int*, int, void*, size_t*, cv::AccessFlag, cv::UMatUsageFlags) const override {
    return nullptr;  // it only takes over
  }
  bool allocate(cv::UMatData*, cv::AccessFlag, cv::UMatUsageFlags) const override { return false; }
  void deallocate(cv::UMatData* data) const override {
    const std::unique_ptr<cv::UMatData> gone(data);
    const std::unique_ptr<std::shared_ptr<WritableMemory>> owner(
        static_cast<std::shared_ptr<WritableMemory>*>(gone->userdata));
    gone->userdata = nullptr;
  }
};

}  // namespace

cv::Mat mapped_pixels(const std::shared_ptr<WritableMemory>& memory, const AnswerFrame& frame) {
  static const MappedAllocator kAllocator;  // without state; pictures refer to it for ever
  return kAllocator.view(memory, frame);
}

}  // namespace muster
