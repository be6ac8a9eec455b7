#pragma once

#include "extractors/decode/decoded_media.h"
#include "extractors/decode/helper/zygote.h"
#include "extractors/decode/protocol.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// What a creator does about a file that is cut off or damaged.
inline constexpr const char* kSendAgain = "export it again and upload the whole file";

// Lays pictures into the output memory and, at the end, the answer's header before them.
class AnswerWriter {
 public:
  explicit AnswerWriter(const ChildContext& context);

  // Makes room for a picture with as many channels as the mode asks for, and gives it to be filled:
  // its rows lie in the output memory. Empty where the answer is full.
  cv::Mat place_frame(cv::Size size, std::int64_t time_ms, std::int64_t duration_ms);
  // Copies 8-bit pixels, which have as many channels as the mode asks for. False where the answer
  // is full.
  bool add_frame(const cv::Mat& pixels, std::int64_t time_ms, std::int64_t duration_ms);
  // Takes back the frame of that time; its room is used again.
  void drop_frame(std::int64_t time_ms);
  // The pictures so far, in order of time, as they lie in the output memory.
  std::vector<Frame> frames();
  // Previews go without frames: what they were made of is not handed over.
  void drop_frames() { answer_.frames.clear(); }
  // Puts an encoded preview behind the pictures; one that is too large becomes one that is missing.
  void add_preview(AnswerPreview preview, std::string_view bytes);
  // Says why there is none of that kind.
  void miss_preview(PreviewKind kind, std::string why);
  // How many frames of that size an empty answer takes.
  std::size_t capacity(cv::Size size) const;
  std::size_t frame_count() const { return answer_.frames.size(); }

  MediaFacts& facts() { return answer_.facts; }
  void set_origin(MediaOrigin origin, std::optional<GeoPoint> place);
  void set_hashed_frames(std::vector<HashedFrame> frames);
  // Sets integrity, detail and remedy unless they are already worse than whole.
  void report(Integrity integrity, std::string detail, std::string remedy);
  void finish();

 private:
  std::uint64_t frame_bytes(cv::Size size) const;
  std::optional<std::uint64_t> take_room(std::uint64_t bytes);
  void sort_frames();

  struct Room {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
  };
  const ChildContext& context_;
  DecodeAnswer answer_;
  std::uint64_t next_ = 0;
  std::vector<Room> given_back_;
};

// The size that a photo has in the answer.
cv::Size size_in_answer(const DecodeRequest& request, int width, int height);

// Size after scaling down (never up) so that the longer side fits.
cv::Size fit_size(double width, double height, std::uint32_t side);

// Turns clockwise by quarters, then mirrors.
cv::Mat turned(const cv::Mat& pixels, int degrees, bool mirrored);

}  // namespace muster
