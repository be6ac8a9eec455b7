#include "extractors/brand/kit_catalogue.h"

#include <algorithm>
#include <string>
#include <utility>

#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

constexpr int kSheetSide = 480;
constexpr int kSheetFeatures = 1500;

// Every letter and digit in the fonts that OpenCV draws.
cv::Mat letter_sheet(int font, int thickness) {
  cv::Mat sheet(kSheetSide, kSheetSide, CV_8UC1, cv::Scalar(235));
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789&@%!?";
  constexpr int kColumns = 9;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const cv::Point at(12 + 52 * int(i % kColumns), 48 + 57 * int(i / kColumns));
    cv::putText(sheet, letters.substr(i, 1), at, font, 1.5, cv::Scalar(30), thickness, cv::LINE_AA);
  }
  return sheet;
}

// Bars, rings, discs, triangles and crosses at several sizes: the shapes that walls, windows and
// packs are full of.
cv::Mat shape_sheet() {
  cv::Mat sheet(kSheetSide, kSheetSide, CV_8UC1, cv::Scalar(200));
  for (int i = 0; i < 36; ++i) {
    const cv::Point centre(40 + 80 * (i % 6), 40 + 80 * (i / 6));
    const int radius = 10 + 3 * (i / 6);
    const cv::Scalar ink(i % 2 == 0 ? 20 : 120);
    switch (i % 6) {
      case 0:
        cv::circle(sheet, centre, radius, ink, cv::FILLED, cv::LINE_AA);
        break;
      case 1:
        cv::circle(sheet, centre, radius, ink, 5, cv::LINE_AA);
        break;
      case 2:
        cv::rectangle(sheet,
                      centre - cv::Point(radius, radius / 2),
                      centre + cv::Point(radius, radius / 2),
                      ink,
                      cv::FILLED);
        break;
      case 3:
        cv::ellipse(
            sheet, centre, {radius, radius / 2}, 30.0 * i, 0, 360, ink, cv::FILLED, cv::LINE_AA);
        break;
      case 4: {
        const std::vector<cv::Point> corners{centre + cv::Point(0, -radius),
                                             centre + cv::Point(radius, radius),
                                             centre + cv::Point(-radius, radius)};
        cv::fillConvexPoly(sheet, corners, ink, cv::LINE_AA);
        break;
      }
      default:
        cv::drawMarker(sheet, centre, ink, cv::MARKER_CROSS, 2 * radius, 6, cv::LINE_AA);
        break;
    }
  }
  return sheet;
}

// Squares of a board and panes of a window.
cv::Mat grid_sheet() {
  cv::Mat sheet(kSheetSide, kSheetSide, CV_8UC1, cv::Scalar(170));
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 12; ++x) {
      const cv::Rect pane(10 + 39 * x, 10 + 58 * y, 20 + 2 * (x % 8), 30 + 3 * (y % 7));
      const double tone = (x * 37 + y * 91) % 200;
      cv::rectangle(sheet, pane, cv::Scalar(tone), (x + y) % 3 == 0 ? 3 : cv::FILLED);
    }
  }
  return sheet;
}

}  // namespace

std::size_t KitCatalogue::add(std::size_t kit,
                              std::size_t picture,
                              const PreparedPicture& prepared) {
  std::size_t features = 0;
  for (KitView& view : make_views(prepared)) {
    view.kit = kit;
    view.picture = picture;
    features = view.features.count();
    for (std::size_t i = 0; i < view.features.count(); ++i) {
      index_.add(view.features.descriptor(i), owner_of_kit(kit));
      entries_.push_back(
          {static_cast<std::uint32_t>(views_.size()), static_cast<std::uint32_t>(i)});
    }
    // From here on they are in the index.
    view.features.descriptors.clear();
    view.features.descriptors.shrink_to_fit();
    views_.push_back(std::move(view));
  }
  if (matcher_ != nullptr) {
    for (LearnedView& view : make_learned_views(prepared, *matcher_)) {
      view.kit = kit;
      view.picture = picture;
      learned_.push_back(std::move(view));
    }
  }
  return features;
}

std::size_t KitCatalogue::view_of(const LearnedView& learned) const {
  // Four views a picture, in the order in which the pictures were added.
  const auto found = std::find_if(views_.begin(), views_.end(), [&](const KitView& view) {
    return view.kit == learned.kit && view.picture == learned.picture && !view.mirrored &&
           view.inverted == learned.inverted;
  });
  return static_cast<std::size_t>(found - views_.begin());
}

const LearnedView* KitCatalogue::learned_of(const KitView& view) const {
  const LearnedView* result = nullptr;
  for (const LearnedView& learned : learned_) {
    if (learned.kit == view.kit && learned.picture == view.picture &&
        (result == nullptr || learned.inverted == view.inverted)) {
      result = &learned;
    }
  }
  return result;
}

void KitCatalogue::finish() {
  std::vector<cv::Mat> sheets{shape_sheet(), grid_sheet()};
  for (const int font :
       {cv::FONT_HERSHEY_SIMPLEX, cv::FONT_HERSHEY_TRIPLEX, cv::FONT_HERSHEY_SCRIPT_COMPLEX}) {
    sheets.push_back(letter_sheet(font, font == cv::FONT_HERSHEY_SIMPLEX ? 6 : 3));
  }
  for (const cv::Mat& sheet : sheets) {
    const LocalFeatures upright = extract_features(sheet, kSheetFeatures);
    for (const LocalFeatures& features : {upright, inverted(upright)}) {
      for (std::size_t i = 0; i < features.count(); ++i) {
        index_.add(features.descriptor(i), kGenericOwner);
        entries_.push_back({});
      }
    }
  }
  index_.build();
}

std::size_t KitCatalogue::byte_size() const {
  std::size_t bytes = index_.byte_size() + entries_.size() * sizeof(Entry);
  for (const LearnedView& view : learned_) {
    bytes += sizeof(LearnedView) + view.window.total() * view.window.elemSize() +
             (view.vector.size() + view.embedded.vector.size() + view.embedded.map.size()) *
                 sizeof(float);
  }
  for (const KitView& view : views_) {
    bytes += sizeof(KitView) + view.features.points.size() * sizeof(LocalFeature) +
             view.appearance.cells.size() * sizeof(float) +
             view.appearance.grey.total() * sizeof(float);
  }
  return bytes;
}

}  // namespace muster
