#include "bench/text_pictures.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <memory>

#include <opencv2/freetype.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

const cv::Size kSize(1080, 1350);

// What Debian's fonts-dejavu-core, fonts-dejavu-extra, fonts-liberation and fonts-lato install.
constexpr const char* kFontFiles[] = {
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif-Bold.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSansCondensed-Bold.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans-Oblique.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Italic.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSansNarrow-Bold.ttf",
    "/usr/share/fonts/truetype/lato/Lato-Regular.ttf",
    "/usr/share/fonts/truetype/lato/Lato-Black.ttf"};
struct OwnFont {
  const char* name;
  int face;
};
constexpr OwnFont kOwnFonts[] = {{"OpenCV duplex", cv::FONT_HERSHEY_DUPLEX},
                                 {"OpenCV triplex", cv::FONT_HERSHEY_TRIPLEX}};

struct Wording {
  const char* text;
  const char* market;
};
constexpr Wording kLabels[] = {{"#ad", "us"},
                               {"Ad", "uk"},
                               {"AD", "us"},
                               {"Advertisement", "us"},
                               {"#sponsored", "us"},
                               {"Sponsored by Fizzolo", "us"},
                               {"Paid partnership with Fizzolo", "us"},
                               {"Anzeige", "de"},
                               {"Werbung", "de"},
                               {"#ad | Fizzolo", "uk"},
                               {"Ad: my week with Fizzolo", "uk"},
                               {"Collaboration commerciale", "fr"}};
// Short ones fit with the largest letters, and long ones are other words than labels.
constexpr const char* kOthers[] = {"#adidas",
                                   "adventure",
                                   "so good",
                                   "link in bio",
                                   "day 3",
                                   "#adorable",
                                   "my morning",
                                   "NEW IN",
                                   "wait for it",
                                   "add to cart",
                                   "Fizzolo",
                                   "ice cold",
                                   "made with love",
                                   "Radio Paradiso",
                                   "spring mood",
                                   "READ THIS",
                                   "haul time",
                                   "@mia.cooks"};

double linear(double value) {
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(const cv::Scalar& colour) {
  return 0.0722 * linear(colour[0] / 255) + 0.7152 * linear(colour[1] / 255) +
         0.2126 * linear(colour[2] / 255);
}

double ratio_of(double a, double b) {
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

}  // namespace

struct TextPainter::State {
  explicit State(std::uint64_t seed) : random(seed) {}

  double between(double low, double high) { return random.uniform(low, high); }
  template <typename List>
  auto& one_of(List& list) {
    return list[static_cast<std::size_t>(random.uniform(0, static_cast<int>(std::size(list))))];
  }
  cv::Scalar any_colour(double low, double high) {
    return {between(low, high), between(low, high), between(low, high)};
  }

  cv::Mat shaded() {
    cv::Mat corners(2, 2, CV_8UC3);
    random.fill(corners, cv::RNG::UNIFORM, 30, 226);
    cv::Mat ground;
    cv::resize(corners, ground, kSize, 0, 0, cv::INTER_LINEAR);
    return ground;
  }

  // Patches, shapes with hard edges, and grain, as in a photo of a table or a street.
  cv::Mat busy() {
    cv::Mat coarse(15, 12, CV_8UC3);
    random.fill(coarse, cv::RNG::UNIFORM, 40, 216);
    cv::Mat ground;
    cv::resize(coarse, ground, kSize, 0, 0, cv::INTER_CUBIC);
    for (int i = 0; i < 40; ++i) {
      const cv::Point at(random.uniform(0, kSize.width), random.uniform(0, kSize.height));
      const int size = random.uniform(20, 160);
      const cv::Scalar colour = any_colour(20, 236);
      if (i % 3 == 0) {
        cv::circle(ground, at, size / 2, colour, cv::FILLED, cv::LINE_AA);
      } else if (i % 3 == 1) {
        cv::rectangle(ground, {at.x, at.y, size, size / 2}, colour, cv::FILLED);
      } else {
        cv::line(ground,
                 at,
                 at + cv::Point(random.uniform(-300, 300), random.uniform(-300, 300)),
                 colour,
                 size / 12 + 1,
                 cv::LINE_AA);
      }
    }
    cv::Mat grain(kSize, CV_16SC3);
    random.fill(grain, cv::RNG::NORMAL, 0, 7);
    cv::add(ground, grain, ground, cv::noArray(), CV_8U);
    return ground;
  }

  // The ink of a line as a mask with soft edges, about `height` px high.
  cv::Mat ink_of(const std::string& text, const std::string& font, double height) {
    cv::Mat mask = cv::Mat::zeros(
        static_cast<int>(3 * height) + 8, static_cast<int>(text.size() * height * 1.4) + 40, CV_8U);
    const cv::Point foot(10, static_cast<int>(2 * height));
    const auto own = std::find_if(std::begin(kOwnFonts),
                                  std::end(kOwnFonts),
                                  [&](const OwnFont& candidate) { return font == candidate.name; });
    if (own != std::end(kOwnFonts)) {
      const double scale = height / 26;
      cv::putText(
          mask, text, foot, own->face, scale, 255, std::max(1, int(height / 13)), cv::LINE_AA);
    } else {
      cv::Mat colour = cv::Mat::zeros(mask.size(), CV_8UC3);
      if (loaded != font) {
        freetype = cv::freetype::createFreeType2();
        freetype->loadFontData(font, 0);
        loaded = font;
      }
      freetype->putText(
          colour, text, foot, static_cast<int>(height), {255, 255, 255}, -1, cv::LINE_AA, true);
      cv::extractChannel(colour, mask, 0);
    }
    std::vector<cv::Point> inked;
    cv::findNonZero(mask > 64, inked);
    return inked.empty() ? cv::Mat() : mask(cv::boundingRect(inked)).clone();
  }

  cv::RNG random;
  cv::Ptr<cv::freetype::FreeType2> freetype;
  std::string loaded;
  std::uint64_t count = 0;
};

TextPainter::TextPainter(std::uint64_t seed) : state_(std::make_unique<State>(seed)) {
  for (const char* file : kFontFiles) {
    if (std::filesystem::exists(file)) {
      fonts_.emplace_back(file);
    }
  }
  for (const OwnFont& own : kOwnFonts) {
    fonts_.emplace_back(own.name);
  }
}

TextPainter::~TextPainter() = default;

TextPicture TextPainter::next() {
  State& state = *state_;
  TextPicture picture;
  picture.font = state.one_of(fonts_);
  constexpr const char* kGrounds[] = {"plain", "shaded", "busy", "plate on busy"};
  picture.ground = kGrounds[state.count % 4];
  const bool with_label = state.count / 4 % 2 == 0;
  ++state.count;

  if (picture.ground == "plain") {
    picture.pixels = cv::Mat(kSize, CV_8UC3, state.any_colour(20, 236));
  } else {
    picture.pixels = picture.ground == "shaded" ? state.shaded() : state.busy();
  }
  const int lines = state.random.uniform(1, 4);
  for (int i = 0; i < lines; ++i) {
    DrawnLine line;
    if (i == 0 && with_label) {
      const Wording& wording = state.one_of(kLabels);
      line.text = wording.text;
      line.market = wording.market;
    } else {
      line.text = state.one_of(kOthers);
    }
    const double wanted = state.between(0.02, 0.08) * kSize.height;
    cv::Mat mask = state.ink_of(line.text, picture.font, wanted);
    const double fits = 0.9 * kSize.width / std::max(1, mask.cols);
    if (fits < 1) {
      mask = state.ink_of(line.text, picture.font, wanted * fits);
    }
    // Its ink is as high as was drawn, whatever the font makes of a size. Each line has a third of
    // the picture.
    const int third = kSize.height / 3;
    if (mask.empty() || mask.cols >= kSize.width - 80 || mask.rows >= third - 60) {
      continue;
    }
    const cv::Point at(state.random.uniform(40, kSize.width - mask.cols - 39),
                       i * third + state.random.uniform(30, third - mask.rows - 29));
    line.place = {at, mask.size()};
    cv::Mat target = picture.pixels(line.place);
    if (picture.ground == "plate on busy") {
      const int room = mask.rows / 3;
      const cv::Rect plate(at.x - room, at.y - room, mask.cols + 2 * room, mask.rows + 2 * room);
      cv::rectangle(
          picture.pixels, plate & cv::Rect({0, 0}, kSize), state.any_colour(20, 236), cv::FILLED);
    } else if (picture.ground == "busy") {
      // A creator chooses a calmer place for a text: its ground is blurred and flattened by half.
      cv::Mat calm;
      cv::GaussianBlur(target, calm, {0, 0}, 12);
      cv::addWeighted(calm, 0.5, cv::Mat(target.size(), CV_8UC3, cv::mean(target)), 0.5, 0, target);
    }
    // White or black ink faded towards the ground until the contrast is the one that was wanted.
    const cv::Scalar ground = cv::mean(target);
    const double of_ground = luminance(ground);
    const double asked = state.between(2, 10);
    const double to_white = ratio_of(1, of_ground);
    const double to_black = ratio_of(0, of_ground);
    const double extreme = to_white > to_black ? 255 : 0;
    cv::Scalar ink(extreme, extreme, extreme);
    for (double share = 0.05; share <= 1; share += 0.01) {
      const cv::Scalar mixed = ground * (1 - share) + cv::Scalar(extreme, extreme, extreme) * share;
      if (ratio_of(luminance(mixed), of_ground) >= asked) {
        ink = mixed;
        break;
      }
    }
    line.contrast = ratio_of(luminance(ink), of_ground);
    line.height = static_cast<double>(mask.rows) / kSize.height;
    for (int y = 0; y < mask.rows; ++y) {
      for (int x = 0; x < mask.cols; ++x) {
        const double share = mask.at<uchar>(y, x) / 255.0;
        auto& pixel = target.at<cv::Vec3b>(y, x);
        for (int channel = 0; channel < 3; ++channel) {
          pixel[channel] =
              cv::saturate_cast<uchar>(pixel[channel] * (1 - share) + ink[channel] * share);
        }
      }
    }
    picture.lines.push_back(line);
  }
  return picture;
}

}  // namespace muster
