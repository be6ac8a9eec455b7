#include "extractors/media/explain_page.h"

#include "extractors/media/png_writer.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <opencv2/imgcodecs.hpp>

namespace muster {
namespace {

SeenMedia seen(std::vector<BrandsInFrame> frames) {
  SeenMedia media;
  media.facts.type = frames.size() > 1 ? MediaType::mp4 : MediaType::jpeg;
  media.has_pictures = true;
  media.brands = std::move(frames);
  return media;
}

BrandHit explained_hit(const std::string& kit, double score, int features = 20) {
  BrandHit hit;
  hit.kit = kit;
  hit.brand = kit;
  hit.score = score;
  hit.inliers = features;
  hit.box = {0.25, 0.25, 0.5, 0.5};
  hit.outline = {{0.25, 0.25}, {0.75, 0.25}, {0.75, 0.75}, {0.25, 0.75}};
  hit.matched = {{0.5, 0.5}};
  return hit;
}

cv::Mat grain(cv::Size size) {
  cv::Mat picture(size, CV_8UC3);
  cv::RNG(3).fill(picture, cv::RNG::UNIFORM, 0, 256);
  return picture;
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    ++found;
  }
  return found;
}

TEST_CASE("a PNG of ours reads as the picture that went in") {
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(37, 5), cv::Size(300, 200)}) {
    const cv::Mat picture = grain(size);
    const std::string png = png_of(picture);
    const cv::Mat again =
        cv::imdecode(std::vector<std::uint8_t>(png.begin(), png.end()), cv::IMREAD_COLOR);
    REQUIRE(again.size() == size);
    CHECK(cv::norm(picture, again, cv::NORM_INF) == 0);
  }
}

TEST_CASE("base64 is that of RFC 4648") {
  CHECK(base64("").empty());
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64(std::string("\xff\x00\xfe", 3)) == "/wD+");
}

TEST_CASE("the page shows places and findings, and nothing that a creator wrote is markup") {
  const std::string evil = "<script>alert(1)</script>\"'&\n.jpg";
  BrandHit sure = explained_hit("fizzo", 0.9);
  sure.brand = evil;
  const SeenMedia media = seen({{0, 0, {sure, explained_hit("maybe", 0.3, 4)}}});
  Finding finding;
  finding.outcome = Outcome::warn;
  finding.rule_id = "brand.visible";
  finding.message = evil;
  finding.remedy = evil;
  const std::vector<Finding> findings{finding};
  Verdict verdict;
  verdict.why = evil;
  Explanation about;
  about.files.push_back({evil, &media, {{0, grain({900, 600})}}});
  about.findings = &findings;
  about.verdict = &verdict;
  about.made_by = evil;
  const std::string page = explain_page(about);
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("alert(1)&lt;/script&gt;&quot;&#39;&amp;") != std::string::npos);
  CHECK(page.find("default-src 'none'") != std::string::npos);
  CHECK(page.find("http://") == std::string::npos);
  CHECK(page.find("https://") == std::string::npos);
  CHECK(count(page, "<polygon") == 4);          // two places, each with a dark rim
  CHECK(count(page, "stroke-dasharray") == 1);  // the unsure one
  CHECK(page.find("does not count without a person") != std::string::npos);
  CHECK(count(page, "data:image/png;base64,iVBORw0KGgo") == 1);
  CHECK(count(page, "<svg") == count(page, "</svg>"));
  CHECK(count(page, "<table") == count(page, "</table>"));
}

TEST_CASE("what the placement covers is drawn over the picture, with what it is") {
  const SeenMedia media = seen({{0, 0, {}}});
  PlacementPack placement;
  placement.covered = {{"bottom", "caption & sound", {0, 0.65, 1, 0.35}, {}}};
  const std::vector<Finding> findings;
  const Verdict verdict;
  Explanation about;
  about.files.push_back({"a.jpg", &media, {{0, grain({300, 400})}}});
  about.findings = &findings;
  about.verdict = &verdict;
  CHECK(count(explain_page(about), "class=\"covered\"") == 0);
  about.placement = &placement;
  const std::string page = explain_page(about);
  CHECK(count(page, "class=\"covered\"") == 1);
  CHECK(page.find("y=\"260.0\" width=\"300.0\" height=\"140.0\"") != std::string::npos);
  CHECK(page.find("caption &amp; sound") != std::string::npos);
}

TEST_CASE("a video has a strip a brand, and pictures where something happens") {
  std::vector<BrandsInFrame> frames;
  for (int i = 0; i < 40; ++i) {
    BrandsInFrame frame{500 * i, 40, {}};
    if ((i >= 4 && i < 10) || i >= 30) {
      frame.hits.push_back(explained_hit("fizzo", i == 33 ? 0.95 : 0.8));
    }
    frames.push_back(frame);
  }
  const SeenMedia media = seen(std::move(frames));
  const std::vector<std::int64_t> times = times_to_show(media, 0.5, 12);
  CHECK(times == std::vector<std::int64_t>{2000, 15000, 16500});
  CHECK(times_to_show(media, 0.5, 1) == std::vector<std::int64_t>{16500});
  const std::vector<Finding> findings;
  const Verdict verdict;
  Explanation about;
  about.files.push_back({"reel.mp4", &media, {{2000, grain({90, 160})}}});
  about.findings = &findings;
  about.verdict = &verdict;
  const std::string page = explain_page(about);
  CHECK(page.find("2 appearances") != std::string::npos);
  CHECK(page.find("at 2.0 s") != std::string::npos);
}

TEST_CASE("files without pictures, and pictures without a find, are said to be so") {
  SeenMedia broken;
  broken.remedy = "Send it again.";
  const SeenMedia empty = seen({{0, 0, {}}});
  SeenMedia unsearched;
  unsearched.has_pictures = true;
  const std::vector<Finding> findings;
  const Verdict verdict;
  Explanation about;
  about.files = {{"a", &broken, {}}, {"b", &empty, {}}, {"c", &unsearched, {}}};
  about.findings = &findings;
  about.verdict = &verdict;
  const std::string page = explain_page(about);
  CHECK(page.find("No picture of this file could be decoded. Send it again.") != std::string::npos);
  CHECK(page.find("No brand was found.") != std::string::npos);
  CHECK(page.find("Nobody looked for a brand here.") != std::string::npos);
}

}  // namespace
}  // namespace muster
