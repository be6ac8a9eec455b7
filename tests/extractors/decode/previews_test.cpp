#include "decode_fixture.h"
#include "media_maker.h"
#include "metadata_maker.h"
#include "still_maker.h"

#include <algorithm>

#include <catch2/catch.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

using namespace muster;
using namespace muster::test;

namespace {

std::vector<MadePreview> previews_of(const std::string& bytes) {
  return shared_decoder().make_previews(media_bytes(bytes));
}

const MadePreview& find(const std::vector<MadePreview>& previews, PreviewKind kind) {
  const auto found = std::find_if(
      previews.begin(), previews.end(), [&](const MadePreview& one) { return one.kind == kind; });
  REQUIRE(found != previews.end());
  CAPTURE(to_string(kind), found->why);
  REQUIRE(found->why.empty());
  return *found;
}

cv::Mat open_jpeg(const MadePreview& preview) {
  REQUIRE(preview.type == MediaType::jpeg);
  const cv::Mat picture = cv::imdecode(
      std::vector<unsigned char>(preview.bytes.begin(), preview.bytes.end()), cv::IMREAD_COLOR);
  REQUIRE(picture.size() == cv::Size(preview.width, preview.height));
  return picture;
}

// The segments of a JPEG before its picture, by the second byte of their markers.
std::vector<int> jpeg_markers(const std::string& jpeg) {
  std::vector<int> markers;
  std::size_t at = 2;
  while (at + 4 <= jpeg.size() && markers.size() < 100) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(jpeg[at + i]); };
    markers.push_back(byte(1));
    if (byte(1) == 0xDA) {
      break;
    }
    at += 2 + static_cast<std::size_t>(byte(2) << 8 | byte(3));
  }
  return markers;
}

// Bytes by which metadata is found in a file, whatever its type.
void check_no_metadata(const std::string& bytes) {
  for (const char* trace : {"Exif",
                            "http://ns.adobe.com",
                            "xmpmeta",
                            "Photoshop",
                            "8BIM",
                            "ICC_PROFILE",
                            "\xA9xyz",
                            "loci",
                            "udta",
                            "meta",
                            "Lavf",
                            "EX-1",
                            "Example Camera",
                            "SECRET",
                            "+52.5"}) {
    CAPTURE(trace);
    CHECK(bytes.find(trace) == std::string::npos);
  }
}

VideoSpec ten_seconds() {
  VideoSpec spec;
  spec.times_ms = steady_times(100, 100);
  spec.width = 320;
  spec.height = 192;
  return spec;
}

}  // namespace

TEST_CASE("a photo of each type has a thumbnail, upright and small") {
  const std::string extension = GENERATE(".jpg", ".png", ".webp");
  const auto previews = previews_of(encode_still(test_picture(1200, 800), extension));
  REQUIRE(previews.size() == 1);
  const cv::Mat thumbnail = open_jpeg(find(previews, PreviewKind::thumbnail));
  CHECK(thumbnail.size() == cv::Size(480, 320));
  CHECK(quadrants(thumbnail) == "red green blue white");
  CHECK(previews[0].bytes.size() < 60'000);
}

TEST_CASE("a thumbnail is never larger than the photo, and lies over white") {
  cv::Mat clear(40, 30, CV_8UC4, cv::Scalar(0, 0, 0, 0));
  const cv::Mat thumbnail =
      open_jpeg(find(previews_of(encode_still(clear, ".png")), PreviewKind::thumbnail));
  CHECK(thumbnail.size() == cv::Size(30, 40));
  CHECK(cv::mean(thumbnail)[0] > 250);
  const auto gif = previews_of(make_gif({{0, 0, 8, 8, 1}, {0, 0, 8, 8, 2}}, 8, 8));
  CHECK(find(gif, PreviewKind::thumbnail).width == 8);
}

TEST_CASE("nothing that a photo says of itself is in its preview") {
  const std::string extension = GENERATE(".jpg", ".png", ".webp");
  std::string photo = encode_still(test_picture(400, 300), extension);
  if (extension == ".jpg") {
    photo = jpeg_with_profile(photo, srgb_profile());
  }
  const std::string xmp = "<x:xmpmeta><rdf:RDF>SECRET</rdf:RDF></x:xmpmeta>";
  // Where cameras keep a small picture of their own.
  const std::string exif = make_exif({}) + encode_still(test_picture(16, 16), ".jpg") + "SECRET";
  photo = with_metadata(photo, extension, exif, xmp);
  const DecodedMedia media = decode(photo);
  REQUIRE(media.facts.has_gps);
  REQUIRE(media.origin.camera_model == "EX-1");
  const auto previews = previews_of(photo);
  const MadePreview& thumbnail = find(previews, PreviewKind::thumbnail);
  check_no_metadata(thumbnail.bytes);
  for (const int marker : jpeg_markers(thumbnail.bytes)) {
    CHECK_FALSE((marker == 0xFE || (marker > 0xE0 && marker <= 0xEF)));
  }
  CHECK(decode(thumbnail.bytes).origin == MediaOrigin());
}

TEST_CASE("a thumbnail is turned as the photo says") {
  const int orientation = GENERATE(range(1, 9));
  CAPTURE(orientation);
  const cv::Mat stored = stored_for_exif(test_picture(200, 120), orientation);
  const auto previews = previews_of(with_exif(encode_still(stored, ".jpg"), orientation, true));
  CHECK(quadrants(open_jpeg(find(previews, PreviewKind::thumbnail))) == "red green blue white");
}

TEST_CASE("a video has thumbnail, contact sheet and clip, all without metadata") {
  VideoSpec spec = ten_seconds();
  spec.extension = ".mov";
  spec.tags = {{"location", "+52.5200+013.4050/"}, {"comment", "SECRET"}, {"title", "SECRET"}};
  spec.audio = true;
  const std::string video = make_video(spec);
  REQUIRE(video.find("\xA9xyz") != std::string::npos);
  const auto previews = previews_of(video);
  REQUIRE(previews.size() == 3);
  CHECK(quadrants(open_jpeg(find(previews, PreviewKind::thumbnail))) == "red green blue white");
  const cv::Mat sheet = open_jpeg(find(previews, PreviewKind::contact_sheet));
  CHECK(sheet.cols > sheet.rows);
  for (const MadePreview& preview : previews) {
    check_no_metadata(preview.bytes);
  }

  const MadePreview& clip = find(previews, PreviewKind::clip);
  const DecodedMedia shown = decode(clip.bytes);
  CHECK(shown.facts.integrity == Integrity::whole);
  CHECK(shown.facts.type == MediaType::mp4);
  CHECK(shown.facts.codec == "h264");
  CHECK(shown.facts.has_audio == false);
  CHECK(shown.facts.moov_first == true);
  CHECK(shown.facts.edit_list == false);
  CHECK(shown.facts.width == clip.width);
  CHECK(shown.facts.duration_ms == clip.duration_ms);
  // Three pieces of 1.5 s; the clip is to be looked at, not to replace the file.
  CHECK(clip.duration_ms == 4500);
  CHECK(clip.bytes.size() < 500'000);
  for (const Frame& frame : shown.frames) {
    CHECK(quadrants(frame.pixels) == "red green blue white");
  }
}

TEST_CASE("a short video is shown whole") {
  VideoSpec spec;
  SECTION("of some pictures") {
    spec.times_ms = steady_times(30, 100);
  }
  SECTION("of uneven pictures") {
    spec.times_ms = {0, 100, 900, 1000, 2700};
    spec.last_duration_ms = 300;
  }
  SECTION("of one picture") {
    spec.times_ms = {0};
  }
  SECTION("of pictures with odd sides") {
    spec.encoder = "mjpeg";
    spec.extension = ".mov";
    spec.times_ms = steady_times(30, 100);
    spec.aspect_num = 33;  // 160 x 96 become 165 x 96
    spec.aspect_den = 32;
  }
  const auto previews = previews_of(make_video(spec));
  const MadePreview& clip = find(previews, PreviewKind::clip);
  CHECK(clip.width % 2 == 0);
  CHECK(clip.height % 2 == 0);
  const DecodedMedia shown = decode(clip.bytes);
  CHECK(shown.facts.integrity == Integrity::whole);
  // Every picture at its time; the last stays for a tenth of a second at most.
  REQUIRE(shown.frames.size() == spec.times_ms.size());
  for (std::size_t i = 0; i < shown.frames.size(); ++i) {
    CHECK(shown.frames[i].time_ms == spec.times_ms[i]);
  }
  CHECK(shown.facts.duration_ms == spec.times_ms.back() + 100);
}

TEST_CASE("previews of a video are turned as its container says") {
  VideoSpec spec = ten_seconds();
  spec.rotation = GENERATE(0, 90, 180, 270);
  const auto previews = previews_of(make_video(spec));
  CHECK(quadrants(open_jpeg(find(previews, PreviewKind::thumbnail))) == "red green blue white");
  const DecodedMedia clip = decode(find(previews, PreviewKind::clip).bytes);
  CHECK(quadrants(clip.frames.at(1).pixels) == "red green blue white");
  CHECK((clip.facts.height > clip.facts.width) == (spec.rotation % 180 != 0));
}

TEST_CASE("the thumbnail of a video is never its black beginning") {
  VideoSpec spec = ten_seconds();
  spec.draw = [](std::size_t frame) {
    return frame < 60 ? cv::Mat(192, 320, CV_8UC3, cv::Scalar(0, 0, 0)) : test_picture(320, 192);
  };
  const auto previews = previews_of(make_video(spec));
  CHECK(quadrants(open_jpeg(find(previews, PreviewKind::thumbnail))) == "red green blue white");
}

TEST_CASE("the same file has the same previews") {
  const std::string video = make_video(ten_seconds());
  const auto once = previews_of(video);
  const auto again = make_decoder(real_helper())->make_previews(media_bytes(video));
  REQUIRE(once.size() == again.size());
  for (std::size_t i = 0; i < once.size(); ++i) {
    CHECK(once[i].bytes == again[i].bytes);
  }
}

TEST_CASE("a file that is cut has previews of what is there") {
  const std::string photo = encode_still(test_picture(1200, 800), ".jpg");
  CHECK(find(previews_of(photo.substr(0, photo.size() * 3 / 4)), PreviewKind::thumbnail).width ==
        480);
  VideoSpec spec = ten_seconds();
  spec.faststart = true;
  const std::string video = make_video(spec);
  const auto previews = previews_of(video.substr(0, video.size() / 2));
  find(previews, PreviewKind::thumbnail);
  find(previews, PreviewKind::contact_sheet);
}

TEST_CASE("where there is no preview, it says why") {
  const auto check_missing = [](const std::string& bytes, const std::string& why) {
    const auto previews = previews_of(bytes);
    REQUIRE_FALSE(previews.empty());
    for (const MadePreview& preview : previews) {
      CAPTURE(preview.why);
      CHECK(preview.bytes.empty());
      CHECK(preview.why.find(why) != std::string::npos);
    }
  };
  check_missing("", "the file is empty");
  check_missing("just text", "text");
  check_missing(encode_still(test_picture(64, 64), ".png").substr(0, 40), "");
  VideoSpec spec = ten_seconds();
  const std::string video = make_video(spec);
  check_missing(video.substr(0, video.size() / 2), "");  // its index is missing
}

TEST_CASE("a submission of several files has one sheet of them") {
  std::vector<std::string> thumbnails;
  for (const int width : {300, 120, 200}) {
    thumbnails.push_back(
        find(previews_of(encode_still(test_picture(width, 200), ".png")), PreviewKind::thumbnail)
            .bytes);
  }
  thumbnails.insert(thumbnails.begin() + 1, "");
  const MadePreview sheet = shared_decoder().make_sheet(thumbnails);
  REQUIRE(sheet.why.empty());
  const cv::Mat picture = open_jpeg(sheet);
  check_no_metadata(sheet.bytes);
  CHECK(picture.cols > 480);
  CHECK(shared_decoder().make_sheet(thumbnails).bytes == sheet.bytes);

  CHECK_FALSE(shared_decoder().make_sheet({}).why.empty());
  CHECK(shared_decoder().make_sheet({"no thumbnail", ""}).why.empty());
  CHECK_FALSE(
      shared_decoder().make_sheet(std::vector<std::string>(101, thumbnails.front())).why.empty());
}
