#include "tests/worker/campaign.h"

#include <chrono>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace muster::testing {

Campaign::Campaign(const std::string& more_config) {
  write_file(folder_ / "briefs/spring.toml",
             R"(id = "spring"
name = "Spring"
placements = ["instagram-feed"]
default_placement = "instagram-feed"
markets = ["us"]
sponsor = "Fizzolo"

[disclosure]
sponsor_named = false

[policy]
approve_by_rule = true
return_by_rule = ["instagram-feed.*", "media_integrity.*", "disclosure.*", "intake.*"]
warnings_need_review = false
could_not_check_needs_review = false

[rights]
uses = ["organic"]
ends = "2099-12-31"
)");
  std::filesystem::create_directories(inbox());
  std::filesystem::create_directories(surveys());
  write_file(folder_ / "creators.csv",
             "handle,platform,followers\nmia,instagram,2500000\nleo,instagram,12000\n");
  write_file(folder_ / "muster.toml",
             R"([data]
directory = "data"

[creators]
file = "creators.csv"

[campaigns]
briefs = ["briefs"]

[[source]]
name = "inbox"
kind = "submission_folder"
directory = "inbox"
quiet_period = "0s"
every = "100ms"
campaign = "spring"

[[source]]
name = "surveys"
kind = "survey_folder"
directory = "surveys"
quiet_period = "0s"
every = "100ms"
campaign = "spring"
creator_field = "creator"
)" + more_config);
}

std::vector<std::string> Campaign::with_config(std::vector<std::string> args) const {
  args.push_back("--config");
  args.push_back((folder_ / "muster.toml").string());
  return args;
}

Finished Campaign::muster(std::vector<std::string> args, const ProgramLimits& limits) const {
  return run_muster(with_config(std::move(args)), limits);
}

Json Campaign::json(std::vector<std::string> args, const ProgramLimits& limits) const {
  args.push_back("--format");
  args.push_back("json");
  const Finished finished = muster(std::move(args), limits);
  INFO(finished.err);
  REQUIRE(finished.status == 0);
  return Json::parse(finished.out);
}

void Campaign::await_daemon() const {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!std::filesystem::exists(folder_ / "data/muster.sock")) {
    REQUIRE(std::chrono::steady_clock::now() < give_up);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void Campaign::drop(const std::string& name,
                    const std::string& bytes,
                    const std::string& caption) const {
  write_file(inbox() / (name + ".json"),
             dump(Json{{"creator", "mia"}, {"platform", "instagram"}, {"caption", caption}}));
  write_file(inbox() / (name + ".jpg"), bytes);
}

std::string make_photo(int seed, int width, int height) {
  cv::RNG random(static_cast<std::uint64_t>(seed) + 1);
  cv::Mat small(height / 45, width / 45, CV_8UC3);
  random.fill(small, cv::RNG::UNIFORM, 40, 220);
  cv::Mat picture;
  cv::resize(small, picture, cv::Size(width, height), 0, 0, cv::INTER_CUBIC);
  std::vector<unsigned char> bytes;
  cv::imencode(".jpg", picture, bytes, {cv::IMWRITE_JPEG_QUALITY, 80});
  return std::string(bytes.begin(), bytes.end());
}

}  // namespace muster::testing
