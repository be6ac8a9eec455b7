#include "extractors/decode/helper/decode.h"
#include "extractors/decode/helper/zygote.h"

#include <cstdio>

#include <opencv2/core.hpp>
#include <sys/stat.h>

// muster-decode: decodes untrusted media for muster, one locked-up child process per file.
int main() {
  struct stat status {};
  if (::fstat(muster::kControlFd, &status) != 0 || !S_ISSOCK(status.st_mode)) {
    std::fputs("muster-decode is started by muster; there is nothing to run by hand\n", stderr);
    return 2;
  }
  cv::setNumThreads(0);
  muster::warm_up();
  return muster::run_zygote(muster::decode);
}
