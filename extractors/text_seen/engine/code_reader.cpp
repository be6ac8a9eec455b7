#include "extractors/text_seen/engine/code_reader.h"

#include <algorithm>

#include <opencv2/wechat_qrcode.hpp>

namespace muster {

CodeReader::CodeReader(const std::string& models)
    : reader_(models.empty() ? std::make_unique<cv::wechat_qrcode::WeChatQRCode>()
                             : std::make_unique<cv::wechat_qrcode::WeChatQRCode>(
                                   models + "/qr_detect.prototxt",
                                   models + "/qr_detect.caffemodel",
                                   models + "/qr_upscale.prototxt",
                                   models + "/qr_upscale.caffemodel")) {}

CodeReader::~CodeReader() = default;

std::vector<PictureCode> CodeReader::read(const cv::Mat& picture) {
  std::vector<cv::Mat> places;
  const std::vector<std::string> texts = reader_->detectAndDecode(picture, places);
  std::vector<PictureCode> codes;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    PictureCode code;
    code.text = texts[i];
    double right = 0;
    double bottom = 0;
    code.box = {1, 1, 0, 0};
    for (int corner = 0; i < places.size() && corner < places[i].rows; ++corner) {
      const Point point{
          std::clamp(double(places[i].at<float>(corner, 0)) / picture.cols, 0.0, 1.0),
          std::clamp(double(places[i].at<float>(corner, 1)) / picture.rows, 0.0, 1.0)};
      code.box.x = std::min(code.box.x, point.x);
      code.box.y = std::min(code.box.y, point.y);
      right = std::max(right, point.x);
      bottom = std::max(bottom, point.y);
      code.outline.push_back(point);
    }
    code.box.width = std::max(0.0, right - code.box.x);
    code.box.height = std::max(0.0, bottom - code.box.y);
    codes.push_back(std::move(code));
  }
  return codes;
}

}  // namespace muster
