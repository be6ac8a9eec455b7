#include "extractors/decode/helper/video_geometry.h"

#include <array>
#include <cmath>
#include <cstring>
#include <numbers>

namespace muster {

int find_video(const AVFormatContext& format) {
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    const AVStream& stream = *format.streams[i];
    if (stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
        (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) == 0) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

Turn turn_of(const AVStream& stream) {
  const std::uint8_t* data = ::av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
  if (data == nullptr) {
    return {};
  }
  std::array<std::int32_t, 9> matrix{};
  std::memcpy(matrix.data(), data, sizeof matrix);
  double a = matrix[0];
  const double b = matrix[1];
  double c = matrix[3];
  const double d = matrix[4];
  Turn turn;
  turn.mirrored = a * d - b * c < 0;
  if (turn.mirrored) {
    a = -a;  // take the mirroring off; what remains is the turn
  }
  // y points down, so a growing angle turns clockwise.
  const double quarters = std::atan2(b, a) / (std::numbers::pi / 2);
  turn.degrees = (static_cast<int>(std::lround(quarters)) % 4 + 4) % 4 * 90;
  return turn;
}

Shape square_pixels(int width, int height, AVRational aspect) {
  constexpr double kMaxAspect = 8.0;  // beyond, the value is nonsense
  const double ratio = aspect.num > 0 && aspect.den > 0 ? ::av_q2d(aspect) : 1.0;
  if (ratio > kMaxAspect || ratio < 1.0 / kMaxAspect) {
    return {static_cast<double>(width), static_cast<double>(height)};
  }
  return ratio >= 1.0 ? Shape{width * ratio, static_cast<double>(height)}
                      : Shape{static_cast<double>(width), height / ratio};
}

}  // namespace muster
