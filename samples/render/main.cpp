// muster-samples: draws the sample campaign into a folder.
#include "generated_sample_files.h"
#include "samples/render/files.h"
#include "samples/render/kits.h"
#include "samples/render/metric_exports.h"
#include "samples/render/scenes.h"
#include "samples/render/submissions.h"
#include "samples/render/survey_exports.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <opencv2/core/utility.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsage =
    "muster-samples FOLDER [--seed N] [--quick] [--all-scenes]\n"
    "Draws the sample campaign into FOLDER: kits, briefs, creators, an inbox of submissions, "
    "survey exports.\n"
    "  --seed N      other grain, shadows and answers (default 1)\n"
    "  --quick       coarse pictures and short videos, for tests\n"
    "  --all-scenes  also writes every scene to FOLDER/scenes\n";

struct Options {
  fs::path folder;
  std::uint32_t seed = 1;
  bool quick = false;
  bool all_scenes = false;
};

Options parse(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--quick") {
      options.quick = true;
    } else if (arguments[i] == "--all-scenes") {
      options.all_scenes = true;
    } else if (arguments[i] == "--seed" && i + 1 < arguments.size()) {
      char* end = nullptr;
      const unsigned long seed = std::strtoul(arguments[++i].c_str(), &end, 10);
      if (arguments[i].empty() || *end != '\0' || seed > 1'000'000) {
        throw std::invalid_argument("--seed takes a whole number up to 1000000");
      }
      options.seed = static_cast<std::uint32_t>(seed);
    } else if (options.folder.empty() && !arguments[i].starts_with('-')) {
      options.folder = arguments[i];
    } else {
      throw std::invalid_argument("what does '" + arguments[i] + "' mean?");
    }
  }
  if (options.folder.empty()) {
    throw std::invalid_argument("name the folder to write to");
  }
  return options;
}

// Runs the tasks on all cores. The first exception is thrown again when all threads have ended.
void run_all(const std::vector<std::function<void()>>& tasks) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr fault;
  const auto work = [&] {
    for (std::size_t i = next++; i < tasks.size(); i = next++) {
      try {
        tasks[i]();
      } catch (...) {
        const std::lock_guard lock(mutex);
        fault = fault ? fault : std::current_exception();
        next = tasks.size();
      }
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
    threads.emplace_back(work);
  }
  threads.clear();
  if (fault) {
    std::rethrow_exception(fault);
  }
}

std::string_view static_file(std::string_view name) {
  for (const auto& file : kSampleFiles) {
    if (file.name == name) {
      return file.text;
    }
  }
  throw std::logic_error("the program holds no " + std::string(name));
}

std::uint32_t seed_of(std::string_view name, std::uint32_t seed) {
  std::uint32_t hash = 2166136261U ^ seed;
  for (const char c : name) {
    hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
  }
  return hash % 100'000;
}

void write_static_files(const fs::path& folder) {
  for (const auto& [name, text] : kSampleFiles) {
    if (name == "muster.toml" || name == "creators.csv") {
      write_file(folder / name, text);
    }
  }
  for (const char* brief : {"spring-fizz.toml", "oat-mornings.toml"}) {
    write_file(folder / "briefs" / brief, static_file(brief));
  }
  for (const char* kit : {"fizzolo", "quellino", "grannoka", "velvenne"}) {
    write_file(folder / "kits" / kit / "kit.toml", static_file(std::string(kit) + ".toml"));
  }
}

Photos shoot_all(const std::set<std::string>& scenes, const Artwork& art, const Options& options) {
  const float detail = options.quick ? 0.16F : 0.75F;
  Photos photos;
  std::mutex mutex;
  std::vector<std::function<void()>> tasks;
  for (const auto& scene : scenes) {
    tasks.emplace_back([&, scene] {
      cv::Mat photo = shoot(scene, art, detail, seed_of(scene, options.seed));
      const std::lock_guard lock(mutex);
      photos[scene] = std::move(photo);
    });
  }
  run_all(tasks);
  return photos;
}

Movies film_all(const std::set<std::string>& clips, const Photos& photos, bool quick) {
  Movies movies;
  std::mutex mutex;
  std::vector<std::function<void()>> tasks;
  for (const auto& clip : clips) {
    tasks.emplace_back([&, clip] {
      std::string bytes = film_clip(clip, photos, quick);
      const std::lock_guard lock(mutex);
      movies[clip] = std::move(bytes);
    });
  }
  run_all(tasks);
  return movies;
}

void draw(const Options& options) {
  // Work is spread over whole pictures; threads within OpenCV would only add to that.
  cv::setNumThreads(1);
  const auto items = read_items(static_file("items.json"));
  const auto clips = clips_of(items);
  auto scenes = scenes_of(items);
  for (const auto& clip : clips) {
    scenes.merge(std::set<std::string>([&] {
      const auto names = scenes_of_clip(clip);
      return std::set<std::string>(names.begin(), names.end());
    }()));
  }
  if (options.all_scenes) {
    scenes.insert(scene_names().begin(), scene_names().end());
  }
  const Artwork art;
  write_static_files(options.folder);
  write_surveys(options.folder / "surveys", static_file("creators.csv"), options.seed);
  write_metrics(options.folder / "metrics", static_file("creators.csv"), options.seed);
  run_all(kit_tasks(options.folder / "kits", art));
  const Photos photos = shoot_all(scenes, art, options);
  write_inbox(options.folder / "inbox", items, photos, film_all(clips, photos, options.quick));
  write_file(options.folder / "expected.csv", expectations(items));
  if (options.all_scenes) {
    for (const auto& [name, photo] : photos) {
      write_file(options.folder / "scenes" / (name + ".jpg"), jpeg(photo, 86));
    }
  }
  std::printf("%zu submissions, %zu photos and %zu videos are in %s\n",
              items.size(),
              photos.size(),
              clips.size(),
              options.folder.c_str());
}

}  // namespace
}  // namespace muster

int main(int count, char** arguments) {
  muster::Options options;
  try {
    options = muster::parse({arguments + 1, arguments + count});
  } catch (const std::invalid_argument& e) {
    std::fprintf(stderr, "muster-samples: %s\n%s", e.what(), muster::kUsage);
    return 2;
  }
  try {
    muster::draw(options);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "muster-samples: %s\n", e.what());
    return 1;
  }
  return 0;
}
