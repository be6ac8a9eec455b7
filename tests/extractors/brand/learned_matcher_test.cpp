#include "extractors/brand/learned_matcher.h"

#include "extractors/brand/learned_search.h"
#include "extractors/brand/learned_views.h"
#include "tests/extractors/brand/drawn_brands.h"

#include <cmath>
#include <future>
#include <numeric>
#include <vector>

#include <catch2/catch.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

double dot(const std::vector<float>& a, const float* b) {
  return std::inner_product(a.begin(), a.end(), b, 0.0);
}

PreparedPicture prepared(const cv::Mat& logo) {
  cv::Mat picture = logo;
  if (logo.channels() == 3) {
    cv::cvtColor(logo, picture, cv::COLOR_BGR2BGRA);
  }
  return prepare_picture(picture);
}

const LearnedMatcher* matcher() {
  const LearnedMatcher* shipped = LearnedMatcher::shipped();
  REQUIRE(shipped != nullptr);
  return shipped;
}

TEST_CASE("a window has the same vector alone and within a picture") {
  const cv::Mat scene = draw_scene({160, 120}, 3);
  const LearnedMatcher::Vectors all = matcher()->embed(scene);
  REQUIRE(all.columns == (160 - kWindowSide) / kWindowStride + 1);
  REQUIRE(all.rows == (120 - kWindowSide) / kWindowStride + 1);
  REQUIRE(all.rows_of_floats.rows == all.columns * all.rows);
  for (const auto& [column, row] : {std::pair(0, 0), std::pair(7, 4), std::pair(14, 9)}) {
    const cv::Rect place(column * kWindowStride, row * kWindowStride, kWindowSide, kWindowSide);
    const std::vector<cv::Mat> window{scene(place)};
    const EmbeddedWindow alone = matcher()->look(window).front();
    CHECK(dot(alone.vector, alone.vector.data()) == Approx(1).margin(1e-4));
    CHECK(dot(alone.vector, all.rows_of_floats.ptr<float>(row * all.columns + column)) ==
          Approx(1).margin(1e-3));
  }
}

TEST_CASE("a picture smaller than a window has none") {
  CHECK(matcher()->embed(draw_scene({kWindowSide - 1, 200}, 3)).rows_of_floats.empty());
  CHECK(matcher()->embed(draw_scene({kWindowSide, kWindowSide}, 3)).rows_of_floats.rows == 1);
  CHECK(matcher()->look({}).empty());
  CHECK(matcher()->compare({}).empty());
}

TEST_CASE("windows give the same answers one by one, together and from several threads") {
  std::vector<cv::Mat> windows;
  for (int i = 0; i < 40; ++i) {
    windows.push_back(draw_scene({kWindowSide, kWindowSide}, 100 + static_cast<unsigned>(i)));
  }
  const auto ask = [&] { return matcher()->look(windows); };
  auto other = std::async(std::launch::async, ask);
  const std::vector<EmbeddedWindow> together = ask();
  const std::vector<EmbeddedWindow> elsewhere = other.get();
  REQUIRE(together.size() == windows.size());
  for (const std::size_t i : {0U, 31U, 39U}) {
    const std::vector<cv::Mat> one{windows[i]};
    CHECK(dot(matcher()->look(one).front().vector, together[i].vector.data()) ==
          Approx(1).margin(1e-4));
    CHECK(together[i].vector == elsewhere[i].vector);
    CHECK(together[i].map == elsewhere[i].map);
  }
}

TEST_CASE("a drawn logo has a view of either polarity, a photographed one only itself") {
  CHECK(make_learned_views(prepared(draw_fizzo()), *matcher()).size() == 2);
  CHECK(make_learned_views(prepared(draw_scene({300, 200}, 7)), *matcher()).size() == 1);
}

TEST_CASE("a wide logo is looked for in wide windows") {
  cv::Mat word(60, 300, CV_8UC3, cv::Scalar::all(255));
  cv::putText(word, "KWALLI", {10, 45}, cv::FONT_HERSHEY_TRIPLEX, 1.6, cv::Scalar(30, 20, 20), 3);
  const std::vector<LearnedView> wide = make_learned_views(prepared(word), *matcher());
  REQUIRE_FALSE(wide.empty());
  CHECK(kWindowAspects[wide[0].aspect] > 2);
  CHECK(wide[0].extent.width == Approx(kWindowFill));
  CHECK(wide[0].extent.height < kWindowFill);
}

TEST_CASE("the window around a box shows what a larger picture shows there") {
  cv::Mat scene(400, 400, CV_8UC3, cv::Scalar(200, 180, 40));
  cv::rectangle(scene, cv::Rect(100, 150, 200, 80), cv::Scalar(20, 30, 220), cv::FILLED);
  const cv::Mat window = compared_window(scene, {100, 150, 200, 80});
  REQUIRE(window.size() == cv::Size(kWindowSide, kWindowSide));
  // The box takes kWindowFill of the sides: 4.8 px of margin.
  CHECK(cv::norm(window.at<cv::Vec3b>(24, 24), cv::Vec3b(20, 30, 220)) < 8);
  CHECK(cv::norm(window.at<cv::Vec3b>(7, 7), cv::Vec3b(20, 30, 220)) < 8);
  CHECK(cv::norm(window.at<cv::Vec3b>(2, 2), cv::Vec3b(200, 180, 40)) < 8);
  CHECK(cv::norm(window.at<cv::Vec3b>(24, 45), cv::Vec3b(200, 180, 40)) < 8);
  // Out of the picture the rim goes on.
  const cv::Mat outside = compared_window(scene, {-500, -500, 100, 100});
  CHECK(cv::norm(outside.at<cv::Vec3b>(10, 10), cv::Vec3b(200, 180, 40)) < 2);
}

TEST_CASE("a kit is proposed and compared best where it lies") {
  std::vector<LearnedView> views;
  std::size_t kit = 0;
  for (const cv::Mat& logo : {draw_fizzo(), draw_kwalli(), draw_ombra()}) {
    for (LearnedView& view : make_learned_views(prepared(logo), *matcher())) {
      view.kit = kit;
      views.push_back(std::move(view));
    }
    ++kit;
  }
  cv::Mat scene = draw_scene({640, 480}, 11);
  cv::rectangle(scene, cv::Rect(200, 120, 260, 200), cv::Scalar(110, 130, 90), cv::FILLED);
  const cv::Mat logo = draw_kwalli();
  const float height = 180.0f * float(logo.rows) / float(logo.cols);
  paste(scene, logo, turned(cv::Rect2f(240, 150, 180, height), 0));
  const std::vector<LearnedPlace> places = find_learned(*matcher(), views, scene, {}, nullptr);
  REQUIRE_FALSE(places.empty());
  CHECK(views[places[0].view].kit == 1);
  const cv::Rect2d truth(240, 150, 180, double(height));
  const double common = (places[0].box & truth).area();
  CHECK(common / (places[0].box.area() + truth.area() - common) > 0.5);
  CHECK(std::is_sorted(places.begin(), places.end(), [](const auto& a, const auto& b) {
    return a.logit > b.logit;
  }));

  LearnedSearchOptions without;
  without.except_kit = 1;
  for (const LearnedPlace& place : find_learned(*matcher(), views, scene, without, nullptr)) {
    CHECK(views[place.view].kit != 1);
  }
}

TEST_CASE("models that are none are refused") {
  const std::vector<std::uint8_t> nonsense{1, 2, 3, 4};
  CHECK_THROWS(LearnedMatcher(nonsense, nonsense));
}

}  // namespace
}  // namespace muster
