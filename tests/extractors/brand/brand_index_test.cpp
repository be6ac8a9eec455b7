#include "extractors/brand/brand_index.h"

#include "tests/extractors/brand/drawn_brands.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <vector>

#include <catch2/catch.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

constexpr double kSure = 0.5;

std::unique_ptr<BrandIndex> index_of(const std::vector<BrandKit>& kits,
                                     std::vector<KitRemark>* remarks = nullptr) {
  InProcessDecoder decoder;
  return BrandIndex::build(kits, decoder, {}, remarks);
}

const BrandIndex& three_brands() {
  static const std::unique_ptr<BrandIndex> kIndex = index_of({kit_of("fizzo", {draw_fizzo()}),
                                                              kit_of("kwalli", {draw_kwalli()}),
                                                              kit_of("ombra", {draw_ombra()})});
  return *kIndex;
}

std::vector<BrandHit> sure(std::vector<BrandHit> hits) {
  std::erase_if(hits, [](const BrandHit& hit) { return hit.score < kSure; });
  return hits;
}

double box_overlap(const BrandHit& hit, const std::vector<cv::Point2f>& corners, cv::Size size) {
  const cv::Rect2d found(hit.box.x * size.width,
                         hit.box.y * size.height,
                         hit.box.width * size.width,
                         hit.box.height * size.height);
  const cv::Rect2d real =
      cv::Rect2d(cv::boundingRect(corners)) & cv::Rect2d(0, 0, size.width, size.height);
  return (found & real).area() / (found.area() + real.area() - (found & real).area());
}

cv::Mat through_jpeg(const cv::Mat& picture, int quality) {
  const std::string bytes = encoded(picture, ".jpg", quality);
  return cv::imdecode(std::vector<std::uint8_t>(bytes.begin(), bytes.end()), cv::IMREAD_COLOR);
}

// One sure hit, of this brand, on this place.
void require_only(const std::vector<BrandHit>& hits,
                  const std::string& kit,
                  const std::vector<cv::Point2f>& corners,
                  cv::Size size) {
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].kit == kit);
  CHECK(box_overlap(hits[0], corners, size) > 0.7);
}

TEST_CASE("a logo is found where it lies, and no other brand with it") {
  const cv::Size size(800, 600);
  const std::vector<std::pair<std::string, cv::Mat>> brands{
      {"fizzo", draw_fizzo()}, {"kwalli", draw_kwalli()}, {"ombra", draw_ombra()}};
  for (const auto& [id, logo] : brands) {
    CAPTURE(id);
    cv::Mat scene = draw_scene(size, 11);
    cv::rectangle(scene, cv::Rect(270, 170, 320, 260), cv::Scalar(110, 130, 90), cv::FILLED);
    const double height = 280.0 * logo.rows / logo.cols;
    const auto corners = turned(cv::Rect2f(290, 180, 280, float(height)), 0);
    paste(scene, logo, corners);
    const std::vector<BrandHit> hits = sure(three_brands().find(scene));
    require_only(hits, id, corners, size);
    CHECK(hits[0].inliers >= 8);
    CHECK(std::abs(hits[0].rotation_degrees) < 8);
    CHECK_FALSE(hits[0].mirrored);
    REQUIRE(hits[0].outline.size() == 4);
    // The outline starts at the logo's own top left corner.
    CHECK(std::abs(hits[0].outline[0].x - 290.0 / 800) < 0.05);
    CHECK(std::abs(hits[0].outline[0].y - 180.0 / 600) < 0.05);
    CHECK(hits[0].share_of_frame == Approx(280 * height / (800 * 600)).epsilon(0.2));
  }
}

TEST_CASE(
    "a logo is found in perspective, blurred, in uneven light, partly covered and after a poor "
    "JPEG") {
  const cv::Size size(900, 700);
  const cv::Mat logo = draw_fizzo();
  cv::Mat scene = draw_scene(size, 5);
  const std::vector<cv::Point2f> corners{{300, 260}, {620, 220}, {640, 430}, {310, 400}};
  cv::fillConvexPoly(scene,
                     std::vector<cv::Point>{{280, 240}, {640, 200}, {660, 450}, {290, 420}},
                     cv::Scalar(200, 210, 190));
  paste(scene, logo, corners);

  SECTION("perspective alone") {
    require_only(sure(three_brands().find(scene)), "fizzo", corners, size);
  }
  SECTION("blur") {
    cv::GaussianBlur(scene, scene, cv::Size(0, 0), 1.6);
    require_only(sure(three_brands().find(scene)), "fizzo", corners, size);
  }
  SECTION("light that falls off to a third") {
    for (int x = 0; x < scene.cols; ++x) {
      scene.col(x) *= 1.0 - 0.66 * x / scene.cols;
    }
    require_only(sure(three_brands().find(scene)), "fizzo", corners, size);
  }
  SECTION("a third covered") {
    cv::rectangle(scene, cv::Rect(290, 200, 110, 260), cv::Scalar(40, 60, 70), cv::FILLED);
    require_only(sure(three_brands().find(scene)), "fizzo", corners, size);
  }
  SECTION("JPEG at quality 25") {
    require_only(sure(three_brands().find(through_jpeg(scene, 25))), "fizzo", corners, size);
  }
}

TEST_CASE("a turned logo is found with its rotation") {
  const cv::Size size(800, 800);
  for (const double degrees : {-150.0, 45.0, 90.0}) {
    CAPTURE(degrees);
    cv::Mat scene = draw_scene(size, 21);
    cv::circle(scene, {400, 400}, 190, cv::Scalar(180, 190, 200), cv::FILLED);
    const auto corners = turned(cv::Rect2f(270, 270, 260, 260), degrees);
    paste(scene, draw_kwalli(), corners);
    const std::vector<BrandHit> hits = sure(three_brands().find(scene));
    require_only(hits, "kwalli", corners, size);
    CHECK(std::abs(std::remainder(hits[0].rotation_degrees - degrees, 360)) < 8);
  }
}

TEST_CASE("a mirrored logo is found and called mirrored") {
  const cv::Size size(800, 600);
  cv::Mat scene = draw_scene(size, 31);
  cv::rectangle(scene, cv::Rect(180, 180, 360, 260), cv::Scalar(210, 210, 210), cv::FILLED);
  const auto corners = turned(cv::Rect2f(200, 210, 320, 176), 0);
  paste(scene, draw_fizzo(), corners);
  cv::flip(scene, scene, 1);
  const std::vector<BrandHit> hits = sure(three_brands().find(scene));
  require_only(hits, "fizzo", turned(cv::Rect2f(280, 210, 320, 176), 0), size);
  CHECK(hits[0].mirrored);
  CHECK(std::abs(hits[0].rotation_degrees) < 8);
  // Its own top left corner is now on the right.
  CHECK(hits[0].outline[0].x > 0.7);
}

TEST_CASE("a logo in the opposite polarity is found") {
  cv::Mat scene = draw_scene({800, 600}, 41);
  cv::rectangle(scene, cv::Rect(200, 130, 360, 340), cv::Scalar(20, 20, 25), cv::FILLED);
  cv::Mat white = draw_kwalli();
  for (int y = 0; y < white.rows; ++y) {
    for (int x = 0; x < white.cols; ++x) {
      cv::Vec4b& p = white.at<cv::Vec4b>(y, x);
      p = {245, 245, 245, p[3]};
    }
  }
  const auto corners = turned(cv::Rect2f(230, 150, 300, 300), 0);
  paste(scene, white, corners);
  require_only(sure(three_brands().find(scene)), "kwalli", corners, {800, 600});
}

TEST_CASE("two logos of one brand are two hits, and a competitor is told apart") {
  const cv::Size size(1000, 700);
  cv::Mat scene = draw_scene(size, 51);
  const std::vector<cv::Rect2f> places{
      {60, 80, 260, 143}, {640, 420, 300, 165}, {90, 420, 230, 230}};
  for (const cv::Rect2f& place : places) {
    cv::rectangle(scene,
                  cv::Rect(place.tl() - cv::Point2f(20, 20), place.size() + cv::Size2f(40, 40)),
                  cv::Scalar(205, 215, 210),
                  cv::FILLED);
  }
  paste(scene, draw_fizzo(), turned(places[0], 0));
  paste(scene, draw_fizzo(), turned(places[1], 12));
  paste(scene, draw_kwalli(), turned(places[2], 0));
  const std::vector<BrandHit> hits = sure(three_brands().find(scene));
  REQUIRE(hits.size() == 3);
  CHECK(std::count_if(
            hits.begin(), hits.end(), [](const BrandHit& hit) { return hit.kit == "fizzo"; }) == 2);
  CHECK(std::count_if(hits.begin(), hits.end(), [](const BrandHit& hit) {
          return hit.kit == "kwalli";
        }) == 1);
  CHECK(std::is_sorted(hits.begin(), hits.end(), [](const BrandHit& a, const BrandHit& b) {
    return a.score > b.score;
  }));
}

TEST_CASE("a small logo in a large picture is found") {
  const cv::Size size(1080, 1350);
  cv::Mat scene = draw_scene(size, 61);
  cv::rectangle(scene, cv::Rect(580, 780, 170, 110), cv::Scalar(220, 220, 215), cv::FILLED);
  const auto corners = turned(cv::Rect2f(595, 795, 135, 74), 5);
  paste(scene, draw_fizzo(), corners);
  require_only(sure(three_brands().find(scene)), "fizzo", corners, size);
}

TEST_CASE("a logo that leaves the frame is clipped to it") {
  const cv::Size size(700, 600);
  cv::Mat scene = draw_scene(size, 71);
  cv::rectangle(scene, cv::Rect(380, 100, 320, 360), cv::Scalar(215, 220, 225), cv::FILLED);
  const auto corners = turned(cv::Rect2f(450, 150, 300, 300), 20);
  paste(scene, draw_kwalli(), corners);
  const std::vector<BrandHit> hits = sure(three_brands().find(scene));
  require_only(hits, "kwalli", corners, size);
  CHECK(hits[0].outline.size() > 4);
  for (const Point& p : hits[0].outline) {
    CHECK((p.x >= 0 && p.x <= 1 && p.y >= 0 && p.y <= 1));
  }
  CHECK(hits[0].share_of_frame < 300.0 * 300 / (700 * 600));
  CHECK(hits[0].box.x + hits[0].box.width == Approx(1));
}

TEST_CASE("scenes without a logo give no sure hit") {
  for (unsigned seed = 100; seed < 105; ++seed) {
    CAPTURE(seed);
    CHECK(sure(three_brands().find(draw_scene({800, 600}, seed))).empty());
  }
}

TEST_CASE(
    "a kit that stands alone raises no alarm on scenes full of letters and on another brand") {
  const auto alone = index_of({kit_of("fizzo", {draw_fizzo()})});
  for (unsigned seed = 200; seed < 202; ++seed) {
    cv::Mat scene = draw_scene({800, 600}, seed);
    paste(scene, draw_kwalli(), turned(cv::Rect2f(260, 150, 280, 280), 0));
    CAPTURE(seed);
    CHECK(sure(alone->find(scene)).empty());
  }
}

TEST_CASE("odd pictures give no hit and do no harm") {
  CHECK(three_brands().find(cv::Mat(cv::Size(0, 0), CV_8UC3)).empty());
  for (const cv::Size size :
       {cv::Size(1, 1), cv::Size(7, 3), cv::Size(2000, 1), cv::Size(1, 3000), cv::Size(300, 300)}) {
    CHECK(three_brands().find(cv::Mat(size, CV_8UC3, cv::Scalar(9, 200, 70))).empty());
  }
  cv::Mat noise(500, 500, CV_8UC3);
  cv::RNG(3).fill(noise, cv::RNG::UNIFORM, 0, 256);
  CHECK(sure(three_brands().find(noise)).empty());
}

bool same(const std::vector<BrandHit>& a, const std::vector<BrandHit>& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(), [](const BrandHit& x, const BrandHit& y) {
        return x.kit == y.kit && x.score == y.score && x.inliers == y.inliers &&
               x.outline == y.outline && x.box == y.box && x.share_of_frame == y.share_of_frame &&
               x.rotation_degrees == y.rotation_degrees && x.mirrored == y.mirrored;
      });
}

TEST_CASE(
    "the same picture gives the same hits: again, from a new index, in other threads, after other "
    "random numbers") {
  cv::Mat scene = draw_scene({900, 700}, 81);
  cv::rectangle(scene, cv::Rect(90, 90, 320, 220), cv::Scalar(225, 225, 225), cv::FILLED);
  paste(scene, draw_fizzo(), turned(cv::Rect2f(100, 120, 290, 160), -7));
  const std::vector<BrandHit> first = three_brands().find(scene);
  REQUIRE_FALSE(first.empty());
  CHECK(same(first, three_brands().find(scene)));
  cv::theRNG().state = 12345;
  const auto again = index_of({kit_of("fizzo", {draw_fizzo()}),
                               kit_of("kwalli", {draw_kwalli()}),
                               kit_of("ombra", {draw_ombra()})});
  CHECK(same(first, again->find(scene)));
  std::vector<std::future<std::vector<BrandHit>>> others;
  for (int i = 0; i < 3; ++i) {
    others.push_back(std::async(std::launch::async, [&] { return three_brands().find(scene); }));
  }
  for (auto& other : others) {
    CHECK(same(first, other.get()));
  }
}

TEST_CASE("a logo smaller than the kit allows is not claimed") {
  BrandKit kit = kit_of("fizzo", {draw_fizzo()});
  cv::Mat scene = draw_scene({800, 600}, 91);
  cv::rectangle(scene, cv::Rect(180, 180, 280, 190), cv::Scalar(215, 215, 215), cv::FILLED);
  paste(scene, draw_fizzo(), turned(cv::Rect2f(200, 200, 240, 132), 0));
  kit.min_logo_side = 200;
  CHECK(sure(index_of({kit})->find(scene)).size() == 1);
  kit.min_logo_side = 300;
  CHECK(sure(index_of({kit})->find(scene)).empty());
}

TEST_CASE("weak kit pictures are remarked on") {
  std::vector<KitRemark> remarks;
  cv::Mat tiny;
  cv::resize(draw_fizzo(), tiny, cv::Size(12, 7), 0, 0, cv::INTER_AREA);
  cv::Mat plain(200, 200, CV_8UC4, cv::Scalar(30, 30, 200, 255));
  BrandKit broken = kit_of("fizzo", {draw_fizzo(), tiny, plain});
  broken.pictures.push_back(broken.pictures[0]);
  broken.pictures.back().name = "torn.png";
  broken.pictures.back().bytes.resize(20);
  cv::Mat twin = draw_fizzo();
  const auto index = index_of({broken, kit_of("copycat", {twin})}, &remarks);

  const auto about = [&](const std::string& kit, const std::string& picture) {
    std::string text;
    for (const KitRemark& remark : remarks) {
      text += remark.kit == kit && remark.picture == picture
                  ? remark.what + (remark.unusable ? " [unusable]" : "")
                  : "";
    }
    return text;
  };
  CHECK_THAT(about("fizzo", "logo1.png"),
             Catch::Contains("12 px") && Catch::Contains("[unusable]"));
  CHECK_THAT(about("fizzo", "logo2.png"),
             Catch::Contains("plain") && Catch::Contains("[unusable]"));
  CHECK_THAT(about("fizzo", "torn.png"),
             Catch::Contains("cannot be read") && Catch::Contains("[unusable]"));
  CHECK_THAT(about("fizzo", "logo0.png"),
             Catch::Contains("looks like kit 'copycat'") && !Catch::Contains("unusable"));
  CHECK_THAT(about("copycat", "logo0.png"), Catch::Contains("looks like kit 'fizzo'"));
  REQUIRE(index->kit("fizzo") != nullptr);
  CHECK(index->kit("fizzo")->usable_pictures == 1);
  CHECK(index->kit("nobody") == nullptr);
  CHECK(index->kit_ids() == std::vector<std::string>{"fizzo", "copycat"});
}

TEST_CASE("an index without any kit finds nothing") {
  CHECK(index_of({})->find(draw_scene({400, 300}, 1)).empty());
}

}  // namespace
}  // namespace muster
