#include "decode_fixture.h"
#include "extractors/decode/private_data.h"
#include "media_maker.h"
#include "metadata_maker.h"

#include <memory>
#include <stdexcept>

#include <catch2/catch.hpp>
#include <libheif/heif.h>
#include <opencv2/imgproc.hpp>

using namespace muster;
using namespace muster::test;

namespace {

void require(const heif_error& error) {
  if (error.code != heif_error_Ok) {
    throw std::runtime_error(std::string("make a HEIF picture: ") + error.message);
  }
}

heif_error append(heif_context*, const void* data, std::size_t size, void* to) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
  return {heif_error_Ok, heif_suberror_Unspecified, "ok"};
}

std::string make_heif(heif_compression_format format, const cv::Mat& bgr, const std::string& exif) {
  cv::Mat rgb;
  cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
  heif_context* context = heif_context_alloc();
  heif_encoder* encoder = nullptr;
  require(heif_context_get_encoder_for_format(context, format, &encoder));
  heif_encoder_set_lossy_quality(encoder, 90);
  heif_image* image = nullptr;
  require(heif_image_create(
      rgb.cols, rgb.rows, heif_colorspace_RGB, heif_chroma_interleaved_RGB, &image));
  require(heif_image_add_plane(image, heif_channel_interleaved, rgb.cols, rgb.rows, 8));
  int stride = 0;
  std::uint8_t* plane = heif_image_get_plane(image, heif_channel_interleaved, &stride);
  for (int row = 0; row < rgb.rows; ++row) {
    std::copy_n(rgb.ptr(row), static_cast<std::size_t>(rgb.cols) * 3, plane + row * stride);
  }
  heif_image_handle* handle = nullptr;
  require(heif_context_encode_image(context, image, encoder, nullptr, &handle));
  if (!exif.empty()) {
    require(heif_context_add_exif_metadata(
        context, handle, exif.data(), static_cast<int>(exif.size())));
  }
  heif_image_handle_release(handle);
  heif_image_release(image);
  heif_encoder_release(encoder);
  std::string bytes;
  heif_writer writer{1, append};
  require(heif_context_write(context, &writer, &bytes));
  heif_context_free(context);
  return bytes;
}

Decoder& heif_decoder() {
  static const std::unique_ptr<Decoder> decoder = [] {
    DecoderOptions options = real_helper();
    options.limits.heif = true;
    return make_decoder(options);
  }();
  return *decoder;
}

}  // namespace

TEST_CASE("HEIC and AVIF are decoded where the configuration takes them, and refused where not") {
  const auto format = GENERATE(heif_compression_HEVC, heif_compression_AV1);
  CAPTURE(static_cast<int>(format));
  const std::string file = make_heif(format, test_picture(200, 120), make_exif({}));
  const DecodedMedia media = heif_decoder().decode(media_bytes(file));
  CAPTURE(media.facts.integrity_detail);
  CHECK(media.facts.integrity == Integrity::whole);
  CHECK(media.facts.type == (format == heif_compression_HEVC ? MediaType::heic : MediaType::avif));
  CHECK(media.facts.width == 200);
  CHECK(media.facts.height == 120);
  REQUIRE(media.frames.size() == 1);
  CHECK(quadrants(media.frames[0].pixels) == "red green blue white");
  CHECK(media.facts.has_gps);
  CHECK(media.origin.camera_model == "EX-1");
  REQUIRE(media.place);
  CHECK(media.place->longitude == Approx(151.215297).margin(1e-5));

  const DecodedMedia refused = decode(file);
  CHECK(refused.facts.integrity == Integrity::refused);
  CHECK(refused.remedy.find("JPEG") != std::string::npos);
  CHECK(refused.frames.empty());
}

TEST_CASE("cut HEIC and AVIF are told from whole ones, damaged ones end") {
  const auto format = GENERATE(heif_compression_HEVC, heif_compression_AV1);
  cv::Mat picture = test_picture(300, 200);
  cv::RNG(7).fill(picture, cv::RNG::UNIFORM, 0, 255);
  const std::string whole = make_heif(format, picture, "");
  for (const std::size_t size : {whole.size() / 2, whole.size() * 95 / 100, whole.size() - 1}) {
    CAPTURE(size);
    CHECK(heif_decoder().decode(media_bytes(whole.substr(0, size))).facts.integrity ==
          Integrity::truncated);
  }
  for (int round = 0; round < 20; ++round) {
    std::string damaged = whole;
    for (std::size_t i = 0; i < 30; ++i) {
      damaged[(static_cast<std::size_t>(round) * 7919 + i * 613) % whole.size()] =
          static_cast<char>(i * 89 + static_cast<std::size_t>(round));
    }
    CHECK(heif_decoder().decode(media_bytes(damaged)).facts.integrity != Integrity::crashed);
  }
}

TEST_CASE("HEIC and AVIF over the limits are refused by their header") {
  DecoderOptions options = real_helper();
  options.limits.heif = true;
  options.limits.max_pixels = 200 * 120 - 1;
  const std::string file = make_heif(heif_compression_HEVC, test_picture(200, 120), "");
  const DecodedMedia media = make_decoder(options)->decode(media_bytes(file));
  CHECK(media.facts.integrity == Integrity::refused);
}

TEST_CASE("HEIC and AVIF leave without their EXIF, and look the same") {
  const auto format = GENERATE(heif_compression_HEVC, heif_compression_AV1);
  CAPTURE(static_cast<int>(format));
  const std::string file = make_heif(format, test_picture(200, 120), make_exif({}));
  REQUIRE(file.find("Example Camera Co.") != std::string::npos);
  const auto pieces = without_private_data(std::as_bytes(std::span(file)));
  REQUIRE(pieces);
  const std::string clean = joined(*pieces);
  CHECK(clean.size() == file.size());
  CHECK(clean.find("Example Camera Co.") == std::string::npos);
  const DecodedMedia before = heif_decoder().decode(media_bytes(file));
  const DecodedMedia after = heif_decoder().decode(media_bytes(clean));
  CHECK_FALSE(after.facts.has_gps);
  REQUIRE(after.frames.size() == 1);
  CHECK(cv::norm(before.frames.at(0).pixels, after.frames[0].pixels, cv::NORM_INF) == 0);
}
