#include "bench/brand_dataset.h"
#include "core/error.h"
#include "core/json.h"
#include "core/text.h"
#include "extractors/brand/brand_index.h"
#include "extractors/brand/candidates.h"
#include "extractors/decode/decoder.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iostream>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <boost/program_options.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <sys/resource.h>

namespace muster {
namespace {

// Reads kit pictures in this process: the bench's data is trusted.
class OpenCvDecoder : public Decoder {
 public:
  DecodedMedia decode(const MediaBytes&) override {
    throw PermanentError("the brand bench decodes no media");
  }
  cv::Mat decode_picture(const MediaBytes& bytes, std::string& problem) override {
    std::vector<std::uint8_t> data(bytes.size);
    bytes.read(std::as_writable_bytes(std::span(data)));
    cv::Mat picture = cv::imdecode(data, cv::IMREAD_UNCHANGED);
    if (picture.empty()) {
      problem = "not a picture";
      return picture;
    }
    if (picture.depth() == CV_16U) {
      picture.convertTo(picture, CV_8U, 1 / 257.0);
    }
    if (picture.channels() != 4) {
      cv::cvtColor(
          picture, picture, picture.channels() == 1 ? cv::COLOR_GRAY2BGRA : cv::COLOR_BGR2BGRA);
    }
    return picture;
  }
  std::vector<std::string> self_test() override { return {}; }
};

struct Share {
  int hits = 0;
  int all = 0;
  double value() const { return all == 0 ? 0 : double(hits) / all; }
};

constexpr std::array<double, 3> kSizeLimits{0.01, 0.05, 0.2};  // of the picture
constexpr std::array<const char*, 4> kSizeNames{"< 1 %", "1-5 %", "5-20 %", "> 20 %"};

struct Figures {
  int true_hits = 0;   // pairs of a picture and a brand that is in it, reported
  int false_hits = 0;  // pairs of a picture and a brand that isn't
  int missed = 0;
  std::map<std::string, Share> recall_by_brand;
  std::array<Share, 4> recall_by_size;
  Share boxes;      // of the true hits with a known box: IoU of 0.5 and more
  Share instances;  // of the boxes: covered by a hit with such an IoU
  std::map<std::string, Share> false_alarms;  // by set: pictures with any false hit
  SearchTimes times;
  double total_ms = 0;
  int pictures = 0;

  double precision() const {
    return true_hits + false_hits == 0 ? 1 : double(true_hits) / (true_hits + false_hits);
  }
  double recall() const {
    return true_hits + missed == 0 ? 0 : double(true_hits) / (true_hits + missed);
  }
  double f1() const { return 2 * precision() * recall() / std::max(precision() + recall(), 1e-9); }
};

double intersection_over_union(const cv::Rect2d& a, const cv::Rect2d& b) {
  const double common = (a & b).area();
  return common / (a.area() + b.area() - common);
}

cv::Rect2d box_in_pixels(const Box& box, cv::Size size) {
  return {
      box.x * size.width, box.y * size.height, box.width * size.width, box.height * size.height};
}

// How near the best of `hits` comes to the box of brand `truth`.
double best_overlap(const BrandSample::Truth& truth,
                    const std::vector<BrandHit>& hits,
                    cv::Size size) {
  double best = 0;
  for (const BrandHit& hit : hits) {
    if (hit.kit == truth.brand) {
      best = std::max(best, intersection_over_union(truth.box, box_in_pixels(hit.box, size)));
    }
  }
  return best;
}

void count_boxes(const BrandSample& sample,
                 const std::vector<BrandHit>& hits,
                 cv::Size size,
                 Figures& figures) {
  for (const std::string& brand : sample.brands) {
    const bool found = std::any_of(
        hits.begin(), hits.end(), [&](const BrandHit& hit) { return hit.kit == brand; });
    double largest = 0;
    double best = 0;
    for (const BrandSample::Truth& truth : sample.boxes) {
      if (truth.brand == brand) {
        const double overlap = best_overlap(truth, hits, size);
        largest = std::max(largest, truth.box.area() / size.area());
        best = std::max(best, overlap);
        ++figures.instances.all;
        figures.instances.hits += overlap >= 0.5;
      }
    }
    if (largest > 0) {
      const auto bucket =
          std::upper_bound(kSizeLimits.begin(), kSizeLimits.end(), largest) - kSizeLimits.begin();
      Share& share = figures.recall_by_size[static_cast<std::size_t>(bucket)];
      ++share.all;
      share.hits += found;
      figures.boxes.all += found;
      figures.boxes.hits += found && best >= 0.5;
    }
  }
}

void count(const BrandSample& sample,
           const std::vector<BrandHit>& hits,
           cv::Size size,
           Figures& figures) {
  std::vector<std::string> found;
  for (const BrandHit& hit : hits) {
    if (std::find(found.begin(), found.end(), hit.kit) == found.end()) {
      found.push_back(hit.kit);
    }
  }
  bool alarm = false;
  for (const std::string& brand : found) {
    const bool right =
        std::find(sample.brands.begin(), sample.brands.end(), brand) != sample.brands.end();
    (right ? figures.true_hits : figures.false_hits) += 1;
    alarm = alarm || !right;
  }
  for (const std::string& brand : sample.brands) {
    Share& share = figures.recall_by_brand[brand];
    const bool seen = std::find(found.begin(), found.end(), brand) != found.end();
    ++share.all;
    share.hits += seen;
    figures.missed += !seen;
  }
  Share& alarms = figures.false_alarms[sample.set];
  ++alarms.all;
  alarms.hits += alarm;
  count_boxes(sample, hits, size, figures);
}

Json share_json(const Share& share) {
  return {{"hits", share.hits}, {"all", share.all}, {"share", share.value()}};
}

Json figures_json(const Figures& figures) {
  Json json{{"pictures", figures.pictures},
            {"precision", figures.precision()},
            {"recall", figures.recall()},
            {"f1", figures.f1()},
            {"true_hits", figures.true_hits},
            {"false_hits", figures.false_hits},
            {"missed", figures.missed},
            {"boxes_iou_50", share_json(figures.boxes)},
            {"instances_iou_50", share_json(figures.instances)}};
  for (const auto& [brand, share] : figures.recall_by_brand) {
    json["recall_by_brand"][brand] = share_json(share);
  }
  for (std::size_t i = 0; i < kSizeNames.size(); ++i) {
    json["recall_by_size"][kSizeNames[i]] = share_json(figures.recall_by_size[i]);
  }
  for (const auto& [set, share] : figures.false_alarms) {
    json["false_alarms"][set] = share_json(share);
  }
  const double n = std::max(1, figures.pictures);
  json["ms"] = {{"total", figures.total_ms / n},
                {"features", figures.times.features / n},
                {"matching", figures.times.matching / n},
                {"placing", figures.times.placing / n},
                {"comparing", figures.times.comparing / n}};
  return json;
}

void print_share(const std::string& name, const Share& share) {
  if (share.all > 0) {
    std::cout << fmt::format(
        "  {:32} {:4} of {:4}  {:.3f}\n", name, share.hits, share.all, share.value());
  }
}

void print_table(const Figures& figures) {
  std::cout << fmt::format(
      "{} pictures: precision {:.3f}, recall {:.3f}, F1 {:.3f} ({} true, {} false, {} missed)\n",
      figures.pictures,
      figures.precision(),
      figures.recall(),
      figures.f1(),
      figures.true_hits,
      figures.false_hits,
      figures.missed);
  std::cout << "recall by brand\n";
  for (const auto& [brand, share] : figures.recall_by_brand) {
    print_share(brand, share);
  }
  std::cout << "recall by size of the largest logo, of the picture\n";
  for (std::size_t i = 0; i < kSizeNames.size(); ++i) {
    print_share(kSizeNames[i], figures.recall_by_size[i]);
  }
  std::cout << "boxes\n";
  print_share("hits with IoU >= .5", figures.boxes);
  print_share("instances found with IoU >= .5", figures.instances);
  std::cout << "pictures with a false hit, by set\n";
  for (const auto& [set, share] : figures.false_alarms) {
    print_share(set, share);
  }
  const double n = std::max(1, figures.pictures);
  std::cout << fmt::format(
      "ms a picture: {:.1f} (features {:.1f}, matching {:.1f}, placing {:.1f}, comparing {:.1f})\n",
      figures.total_ms / n,
      figures.times.features / n,
      figures.times.matching / n,
      figures.times.placing / n,
      figures.times.comparing / n);
}

struct BenchOptions {
  std::vector<std::string> manifests;
  std::string kits;
  std::string kit = "crops";
  std::string label = "brand";
  std::string format = "table";
  double min_score = 0.5;
  int every = 1;
  int enlarge_to = 0;
};

// Empty manifests: help was asked for and printed.
BenchOptions read_options(std::span<const std::string> args) {
  namespace po = boost::program_options;
  BenchOptions options;
  po::options_description described("muster-bench brand --kits FOLDER --manifest FILE...");
  described.add_options()("help", "this text")("manifest",
                                               po::value(&options.manifests)->composing(),
                                               "CSV: path, brand[, x1, y1, x2, y2] or path, kind")(
      "kits", po::value(&options.kits), "folder of kits")(
      "kit", po::value(&options.kit)->default_value(options.kit), "crops, crop, vector or flat")(
      "label",
      po::value(&options.label)->default_value(options.label),
      "column of the manifest that names the kit")(
      "min-score",
      po::value(&options.min_score)->default_value(options.min_score),
      "a hit is what scores so much")(
      "every", po::value(&options.every)->default_value(1), "look at every n-th picture only")(
      "side",
      po::value(&options.enlarge_to)->default_value(0),
      "scale pictures to this longer side first; 0: as they are")(
      "format", po::value(&options.format)->default_value(options.format), "table or json");
  po::variables_map values;
  try {
    po::store(po::command_line_parser(std::vector<std::string>(args.begin(), args.end()))
                  .options(described)
                  .run(),
              values);
    po::notify(values);
  } catch (const po::error& error) {
    throw UsageError(std::string("brand: ") + error.what());
  }
  if (values.count("help") > 0) {
    std::cout << described;
    options.manifests.clear();
  } else if (options.manifests.empty() || options.kits.empty()) {
    throw UsageError("brand: give --kits and at least one --manifest");
  }
  options.every = std::max(1, options.every);
  return options;
}

void look_at(const BrandSample& sample,
             const BrandIndex& index,
             const BenchOptions& options,
             Figures& figures) {
  cv::Mat picture = cv::imread(sample.file.string());
  if (picture.empty()) {
    throw PermanentError("read " + sample.file.string() + ": not a picture");
  }
  const cv::Size size = picture.size();
  if (options.enlarge_to > 0) {
    const double scale = double(options.enlarge_to) / std::max(size.width, size.height);
    cv::resize(picture, picture, cv::Size(), scale, scale, cv::INTER_CUBIC);
  }
  const auto start = std::chrono::steady_clock::now();
  std::vector<BrandHit> hits = index.find(picture, &figures.times);
  figures.total_ms +=
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  ++figures.pictures;
  std::erase_if(hits, [&](const BrandHit& hit) { return hit.score < options.min_score; });
  count(sample, hits, size, figures);
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return double(usage.ru_maxrss) / 1024;
}

}  // namespace

int bench_brand(std::span<const std::string> args) {
  const BenchOptions options = read_options(args);
  if (options.manifests.empty()) {
    return 0;
  }
  OpenCvDecoder decoder;
  const std::vector<BrandKit> kits = read_bench_kits(options.kits, options.kit);
  const auto start = std::chrono::steady_clock::now();
  std::vector<KitRemark> remarks;
  const auto index = BrandIndex::build(kits, decoder, {}, &remarks);
  const double build_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  Figures figures;
  for (const std::string& manifest : options.manifests) {
    const std::vector<BrandSample> samples = read_brand_manifest(manifest, options.label);
    for (std::size_t i = 0; i < samples.size(); i += static_cast<std::size_t>(options.every)) {
      look_at(samples[i], *index, options, figures);
    }
  }
  const double index_megabytes = double(index->byte_size()) / 1e6;
  if (options.format == "json") {
    Json json = figures_json(figures);
    json["kit"] = options.kit;
    json["index"] = {{"kits", kits.size()}, {"build_s", build_s}, {"megabytes", index_megabytes}};
    json["peak_megabytes"] = peak_megabytes();
    for (const KitRemark& remark : remarks) {
      json["remarks"].push_back(
          {{"kit", remark.kit}, {"picture", remark.picture}, {"what", remark.what}});
    }
    std::cout << dump_pretty(json) << "\n";
    return 0;
  }
  std::cout << fmt::format(
      "kit '{}': {} brands, {} remarks, index {:.1f} MB built in {:.1f} s, peak {:.0f} MB\n",
      options.kit,
      kits.size(),
      remarks.size(),
      index_megabytes,
      build_s,
      peak_megabytes());
  print_table(figures);
  return 0;
}

}  // namespace muster
