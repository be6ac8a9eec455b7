#include "extractors/opencv_threads.h"

#include <opencv2/core/utility.hpp>

namespace muster {

void use_one_opencv_thread() {
  cv::setNumThreads(1);
}

}  // namespace muster
