#include "samples/render/kits.h"

#include "samples/render/files.h"
#include "samples/render/scenes.h"

#include <string>
#include <string_view>

#include <opencv2/imgproc.hpp>

namespace muster {

namespace {

constexpr int kLogoWidth = 720;

cv::Mat of_width(const cv::Mat& picture, int width) {
  cv::Mat result;
  cv::resize(
      picture, result, cv::Size(width, picture.rows * width / picture.cols), 0, 0, cv::INTER_AREA);
  return result;
}

void write_logo(const std::filesystem::path& kit, const char* name, const cv::Mat& logo) {
  write_file(kit / "logos" / name, png(of_width(logo, kLogoWidth)));
}

// The packshot, and the part of it where the logo is.
void write_packshot(const std::filesystem::path& kit,
                    std::string_view product,
                    const Artwork& art,
                    cv::Rect2f logo) {
  const cv::Mat photo = packshot(product, art, 900);
  const std::string name = std::string(product) + ".jpg";
  write_file(kit / "packshots" / name, jpeg(photo, 88));
  const auto w = static_cast<float>(photo.cols);
  const auto h = static_cast<float>(photo.rows);
  const cv::Rect part(
      cvRound(logo.x * w), cvRound(logo.y * h), cvRound(logo.width * w), cvRound(logo.height * h));
  write_file(kit / "crops" / name, jpeg(photo(part), 92));
}

}  // namespace

std::vector<std::function<void()>> kit_tasks(const std::filesystem::path& kits,
                                             const Artwork& art) {
  const cv::Rect2f on_can(0.29F, 0.26F, 0.42F, 0.34F);
  std::vector<std::function<void()>> tasks;
  tasks.emplace_back([=, &art] {
    write_logo(kits / "fizzolo", "logo.png", art.fizzolo_logo);
    write_logo(kits / "fizzolo", "one-color.png", art.fizzolo_dark);
    write_logo(kits / "fizzolo", "one-color-light.png", art.fizzolo_white);
    write_logo(kits / "quellino", "logo.png", art.quellino_logo);
    write_logo(kits / "grannoka", "logo.png", art.grannoka_logo);
    write_logo(kits / "velvenne", "logo.png", art.velvenne_logo);
  });
  const auto add = [&](const char* kit, const char* product, cv::Rect2f logo) {
    tasks.emplace_back([=, &art] { write_packshot(kits / kit, product, art, logo); });
  };
  add("fizzolo", "fizzolo-citrus", on_can);
  add("fizzolo", "fizzolo-mint", on_can);
  add("fizzolo", "fizzolo-berry", on_can);
  add("quellino", "quellino", on_can);
  add("grannoka", "grannoka", {0.18F, 0.12F, 0.64F, 0.52F});
  add("velvenne", "velvenne", {0.28F, 0.35F, 0.44F, 0.35F});
  return tasks;
}

}  // namespace muster
