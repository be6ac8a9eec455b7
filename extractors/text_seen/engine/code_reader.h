#pragma once

#include "extractors/text_seen/reading_engine.h"

#include <memory>
#include <string>
#include <vector>

namespace cv::wechat_qrcode {
class WeChatQRCode;
}

namespace muster {

// Reads QR codes with OpenCV's wechat_qrcode (its QRCodeDetector can't decode in Debian's build).
// Used by one thread at a time.
class CodeReader {
 public:
  // `models`: folder with qr_detect.prototxt, qr_detect.caffemodel, qr_upscale.prototxt and
  // qr_upscale.caffemodel; empty: without them.
  explicit CodeReader(const std::string& models);
  ~CodeReader();

  std::vector<PictureCode> read(const cv::Mat& picture);

 private:
  std::unique_ptr<cv::wechat_qrcode::WeChatQRCode> reader_;
};

}  // namespace muster
