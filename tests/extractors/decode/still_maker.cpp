#include "still_maker.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <gif_lib.h>
#include <jpeglib.h>
#include <lcms2.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <webp/encode.h>
#include <webp/mux.h>
#include <zlib.h>

namespace muster::test {
namespace {

void require_still(bool ok, const char* what) {
  if (!ok) {
    throw std::runtime_error(std::string("make a test picture: ") + what);
  }
}

int append(GifFileType* gif, const GifByteType* bytes, int count) {
  static_cast<std::string*>(gif->UserData)
      ->append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
  return count;
}

std::string big_endian(std::size_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(value >> shift & 0xFF);
  }
  return bytes;
}

std::string save_profile(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  require_still(cmsSaveProfileToMem(profile, nullptr, &size) != 0, "size of a profile");
  std::string bytes(size, '\0');
  require_still(cmsSaveProfileToMem(profile, bytes.data(), &size) != 0, "save a profile");
  cmsCloseProfile(profile);
  return bytes;
}

}  // namespace

std::string make_gif(const std::vector<GifFrame>& frames, int width, int height) {
  static const std::array<GifColorType, 4> kColors = {
      {{0, 0, 0}, {255, 0, 0}, {0, 255, 0}, {255, 255, 255}}};
  std::string bytes;
  int error = 0;
  GifFileType* gif = EGifOpen(&bytes, append, &error);
  require_still(gif != nullptr, "open a GIF");
  EGifSetGifVersion(gif, true);
  ColorMapObject* map = GifMakeMapObject(4, kColors.data());
  require_still(EGifPutScreenDesc(gif, width, height, 8, 0, map) == GIF_OK, "write a GIF's screen");
  for (const GifFrame& frame : frames) {
    GraphicsControlBlock control{};
    control.DelayTime = 7;
    control.TransparentColor = frame.transparent;
    std::array<GifByteType, 4> extension{};
    EGifGCBToExtension(&control, extension.data());
    EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, extension.size(), extension.data());
    require_still(
        EGifPutImageDesc(
            gif, frame.left, frame.top, frame.width, frame.height, frame.interlaced, nullptr) ==
            GIF_OK,
        "write a GIF's picture");
    std::vector<GifPixelType> row(static_cast<std::size_t>(frame.width),
                                  static_cast<GifPixelType>(frame.color));
    for (int y = 0; y < frame.height; ++y) {
      EGifPutLine(gif, row.data(), frame.width);
    }
  }
  GifFreeMapObject(map);
  EGifCloseFile(gif, &error);
  return bytes;
}

std::string make_animated_webp(const cv::Mat& first, int frames, int step_ms) {
  WebPAnimEncoderOptions options;
  WebPAnimEncoderOptionsInit(&options);
  options.allow_mixed = 0;
  WebPAnimEncoder* encoder = WebPAnimEncoderNew(first.cols, first.rows, &options);
  WebPConfig config;
  WebPConfigInit(&config);
  config.lossless = 1;
  for (int i = 0; i < frames; ++i) {
    cv::Mat bgra;
    cv::cvtColor(first * (1.0 - 0.2 * i), bgra, cv::COLOR_BGR2BGRA);
    WebPPicture picture;
    WebPPictureInit(&picture);
    picture.use_argb = 1;
    picture.width = bgra.cols;
    picture.height = bgra.rows;
    WebPPictureImportBGRA(&picture, bgra.data, static_cast<int>(bgra.step));
    require_still(WebPAnimEncoderAdd(encoder, &picture, i * step_ms, &config) != 0, "add a frame");
    WebPPictureFree(&picture);
  }
  WebPAnimEncoderAdd(encoder, nullptr, frames * step_ms, nullptr);
  WebPData data;
  WebPDataInit(&data);
  require_still(WebPAnimEncoderAssemble(encoder, &data) != 0, "assemble a WebP");
  std::string bytes(reinterpret_cast<const char*>(data.bytes), data.size);
  WebPDataClear(&data);
  WebPAnimEncoderDelete(encoder);
  return bytes;
}

std::string png_chunk(const std::string& type, const std::string& data) {
  const std::string covered = type + data;
  const auto sum =
      crc32(0, reinterpret_cast<const Bytef*>(covered.data()), static_cast<uInt>(covered.size()));
  return big_endian(data.size()) + covered + big_endian(sum);
}

std::string make_ink_jpeg(int cyan, int magenta, int yellow, int black, InkForm form) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &buffer, &size);
  jpeg.image_width = 48;
  jpeg.image_height = 32;
  jpeg.input_components = 4;
  jpeg.in_color_space = JCS_CMYK;
  jpeg_set_defaults(&jpeg);
  jpeg_set_colorspace(&jpeg, form == InkForm::adobe_ycck ? JCS_YCCK : JCS_CMYK);
  jpeg.write_Adobe_marker = form == InkForm::plain ? FALSE : TRUE;
  jpeg_set_quality(&jpeg, 95, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  std::vector<JSAMPLE> row;
  for (unsigned x = 0; x < jpeg.image_width; ++x) {
    for (const int percent : {cyan, magenta, yellow, black}) {
      const int ink = percent * 255 / 100;
      row.push_back(static_cast<JSAMPLE>(form == InkForm::plain ? ink : 255 - ink));
    }
  }
  JSAMPROW rows[] = {row.data()};
  while (jpeg.next_scanline < jpeg.image_height) {
    jpeg_write_scanlines(&jpeg, rows, 1);
  }
  jpeg_finish_compress(&jpeg);
  std::string bytes(reinterpret_cast<const char*>(buffer), size);
  jpeg_destroy_compress(&jpeg);
  std::free(buffer);
  return bytes;
}

std::string srgb_profile() {
  return save_profile(cmsCreate_sRGBProfile());
}

std::string swapped_profile() {
  cmsCIExyY white;
  cmsWhitePointFromTemp(&white, 6504);
  const cmsCIExyYTRIPLE primaries = {
      {0.3000, 0.6000, 1.0}, {0.6400, 0.3300, 1.0}, {0.1500, 0.0600, 1.0}};
  cmsToneCurve* gamma = cmsBuildGamma(nullptr, 2.2);
  cmsToneCurve* const curves[] = {gamma, gamma, gamma};
  const std::string bytes = save_profile(cmsCreateRGBProfile(&white, &primaries, curves));
  cmsFreeToneCurve(gamma);
  return bytes;
}

std::string jpeg_with_profile(const std::string& jpeg, const std::string& profile) {
  const std::string payload = std::string("ICC_PROFILE\0\x01\x01", 14) + profile;
  const std::size_t length = payload.size() + 2;
  return jpeg.substr(0, 2) + "\xFF\xE2" + static_cast<char>(length >> 8) +
         static_cast<char>(length & 0xFF) + payload + jpeg.substr(2);
}

std::string png_with_profile(const std::string& png, const std::string& profile) {
  uLongf size = compressBound(profile.size());
  std::string packed(size, '\0');
  compress(reinterpret_cast<Bytef*>(packed.data()),
           &size,
           reinterpret_cast<const Bytef*>(profile.data()),
           profile.size());
  packed.resize(size);
  return png.substr(0, 33) + png_chunk("iCCP", std::string("p\0\0", 3) + packed) + png.substr(33);
}

std::string webp_with_profile(const std::string& webp, const std::string& profile) {
  WebPMux* mux = WebPMuxNew();
  const WebPData image{reinterpret_cast<const std::uint8_t*>(webp.data()), webp.size()};
  const WebPData icc{reinterpret_cast<const std::uint8_t*>(profile.data()), profile.size()};
  WebPData data;
  WebPDataInit(&data);
  require_still(WebPMuxSetImage(mux, &image, 1) == WEBP_MUX_OK &&
                    WebPMuxSetChunk(mux, "ICCP", &icc, 1) == WEBP_MUX_OK &&
                    WebPMuxAssemble(mux, &data) == WEBP_MUX_OK,
                "put a profile into a WebP");
  std::string bytes(reinterpret_cast<const char*>(data.bytes), data.size);
  WebPDataClear(&data);
  WebPMuxDelete(mux);
  return bytes;
}

}  // namespace muster::test
