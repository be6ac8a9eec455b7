#include "bench/brand_dataset.h"
#include "bench/brand_report.h"
#include "bench/brand_texts.h"
#include "core/error.h"
#include "core/json.h"
#include "extractors/brand/brand_index.h"
#include "extractors/brand/learned_matcher.h"
#include "extractors/brand/search_trace.h"
#include "extractors/decode/decoder.h"
#include "extractors/media/brand_fusion.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <boost/program_options.hpp>
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

struct BenchOptions {
  std::vector<std::string> manifests;
  std::string kits;
  std::string kit = "crops";
  std::string label = "brand";
  std::string format = "table";
  std::string save;
  std::string load;
  std::string plot;
  std::string trace;
  std::string model;
  std::string texts;
  std::string word_trace;
  std::string unlabelled;
  std::string cache;
  double min_score = 0.5;
  double precision = 0.98;
  std::size_t folds = 9;
  int every = 1;
  int enlarge_to = 0;
  bool help = false;
};

BenchOptions read_brand_options(std::span<const std::string> args) {
  namespace po = boost::program_options;
  BenchOptions options;
  po::options_description described("muster-bench brand --kits FOLDER --manifest FILE...");
  auto add = described.add_options();
  const auto value = [](auto& target) { return po::value(&target)->default_value(target); };
  add("help", "this text");
  add("manifest",
      po::value(&options.manifests)->composing(),
      "CSV: path, brand[, x1, y1, x2, y2] or path, kind; several are one data set");
  add("kits", value(options.kits), "folder of kits");
  add("kit", value(options.kit), "crops, crop, vector or flat");
  add("label", value(options.label), "column of the manifest that names the kit");
  add("min-score", value(options.min_score), "the shipped threshold: a hit is what scores so much");
  add("precision", value(options.precision), "what cross-validated thresholds aim at");
  add("folds", value(options.folds), "brands are dealt into so many folds");
  add("every", value(options.every), "look at every n-th picture only");
  add("side",
      value(options.enlarge_to),
      "scale pictures to this longer side first; 0: as they are");
  add("save", value(options.save), "write what was found to this file");
  add("load", value(options.load), "take what was found from such a file and only count again");
  add("model",
      value(options.model),
      "folder with brand_embedder.onnx and brand_comparer.onnx to use in place of the built-in "
      "ones; none: no learned matcher");
  add("trace",
      value(options.trace),
      "write every place that was looked at, with its evidence, as CSV");
  add("texts",
      value(options.texts),
      "weigh the brands' words in the pictures too; the texts are kept in this file, so that they "
      "are read once");
  add("trace-words", value(options.word_trace), "write every brand's word that was read, as CSV");
  add("unlabelled",
      value(options.unlabelled),
      "CSV: path, brand; pairs that were seen to be right though the labels leave them out, such "
      "as bench/brand_unlabelled.csv: they count neither way");
  add("cache",
      value(options.cache),
      "keep the index in this folder, and take it from there the next time");
  add("plot", value(options.plot), "write precision over recall and the reliability curve as SVG");
  add("format", value(options.format), "table or json");
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
  options.help = values.count("help") > 0;
  if (options.help) {
    std::cout << described;
  } else if (options.load.empty() && (options.manifests.empty() || options.kits.empty())) {
    throw UsageError("brand: give --kits and at least one --manifest, or --load");
  }
  if (options.folds < 2 || options.every < 1) {
    throw UsageError("brand: --folds must be 2 or more, --every 1 or more");
  }
  return options;
}

class Stopwatch {
 public:
  double ms() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_)
        .count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

double processor_ms() {
  return 1000.0 * double(std::clock()) / CLOCKS_PER_SEC;
}

struct Costs {
  double decode = 0;
  double find = 0;
  double find_processor = 0;  // what of it the processor worked for us: on a busy machine, less
  SearchTimes stages;
};

// One line a candidate: is the brand in the picture, the best intersection over union with one of
// its boxes (-1: the set has no boxes), then score and evidence.
void write_trace(const BrandSample& sample,
                 const SearchTrace& trace,
                 cv::Size size,
                 std::ostream& out) {
  for (const TracedCandidate& candidate : trace.candidates) {
    const cv::Rect2d box(candidate.box.x * size.width,
                         candidate.box.y * size.height,
                         candidate.box.width * size.width,
                         candidate.box.height * size.height);
    double best = sample.boxes.empty() ? -1 : 0;
    for (const BrandSample::Truth& truth : sample.boxes) {
      const double common = (truth.box & box).area();
      if (truth.brand == candidate.kit && common > 0) {
        best = std::max(best, common / (truth.box.area() + box.area() - common));
      }
    }
    const bool present = std::count(sample.brands.begin(), sample.brands.end(), candidate.kit) > 0;
    out << sample.set << ',' << sample.file.filename().string() << ',' << candidate.kit << ','
        << present << ',' << best << ',' << candidate.score;
    for (const double value : candidate.evidence) {
      out << ',' << value;
    }
    out << '\n';
  }
}

// The words of the brands that a bench knows, and where to say what was read.
struct Words {
  WordmarkIndex index;
  BrandTexts texts;
  std::ostream* trace = nullptr;
};

// One line a word: is the brand in the picture, does one of its boxes hold the middle of the word
// (-1: the set has no boxes), the best score of a hit of the brand in the picture, then the word.
void write_word(const BrandSample& sample,
                const WordmarkHit& word,
                const std::vector<BrandHit>& hits,
                cv::Size size,
                std::ostream& out) {
  const cv::Point2d middle((word.box.x + word.box.width / 2) * size.width,
                           (word.box.y + word.box.height / 2) * size.height);
  int inside = sample.boxes.empty() ? -1 : 0;
  for (const BrandSample::Truth& truth : sample.boxes) {
    inside = truth.brand == word.kit && truth.box.contains(middle) ? 1 : inside;
  }
  double best = 0;
  for (const BrandHit& hit : hits) {
    best = hit.kit == word.kit ? std::max(best, hit.score) : best;
  }
  const bool present = std::count(sample.brands.begin(), sample.brands.end(), word.kit) > 0;
  out << sample.set << ',' << sample.file.filename().string() << ',' << word.kit << ',' << present
      << ',' << inside << ',' << best << ',' << word.score << ',' << word.distance << ','
      << word.spelling.size() << ',' << word.height << ',' << word.contrast << '\n';
}

// What the index finds, weighed with the words where there are any.
std::vector<BrandHit> find_brands(const BrandSample& sample,
                                  const cv::Mat& picture,
                                  const BrandIndex& index,
                                  const Words* words,
                                  SearchTrace& trace) {
  std::vector<BrandsInFrame> frame{{0, 0, index.find(picture, &trace)}};
  if (words == nullptr) {
    return std::move(frame.front().hits);
  }
  const std::vector<WordmarkHit> read = words->index.find(words->texts.at(sample.file.string()));
  if (words->trace != nullptr) {
    for (const WordmarkHit& word : read) {
      write_word(sample, word, frame.front().hits, picture.size(), *words->trace);
    }
  }
  weigh_words(read, frame);
  return std::move(frame.front().hits);
}

BrandResult look_at(const BrandSample& sample,
                    const BrandIndex& index,
                    const Words* words,
                    const BenchOptions& options,
                    Costs& costs,
                    std::ostream* trace_out) {
  const Stopwatch decoding;
  cv::Mat picture = cv::imread(sample.file.string());
  costs.decode += decoding.ms();
  if (picture.empty()) {
    throw PermanentError("read " + sample.file.string() + ": not a picture");
  }
  BrandResult result{
      sample.set, sample.file.filename().string(), picture.size(), sample.brands, {}, {}};
  if (options.enlarge_to > 0) {
    const double scale = double(options.enlarge_to) / std::max(picture.cols, picture.rows);
    cv::resize(picture, picture, cv::Size(), scale, scale, cv::INTER_CUBIC);
  }
  for (const BrandSample::Truth& truth : sample.boxes) {
    result.boxes.push_back({truth.brand, 0, truth.box});
  }
  const Stopwatch finding;
  const double worked = processor_ms();
  SearchTrace trace;
  trace.times = costs.stages;
  const std::vector<BrandHit> hits = find_brands(sample, picture, index, words, trace);
  costs.find += finding.ms();
  costs.find_processor += processor_ms() - worked;
  costs.stages = trace.times;
  if (trace_out != nullptr) {
    write_trace(sample, trace, result.size, *trace_out);
  }
  const cv::Size size = result.size;
  for (const BrandHit& hit : hits) {
    result.claims.push_back({hit.kit,
                             hit.score,
                             {hit.box.x * size.width,
                              hit.box.y * size.height,
                              hit.box.width * size.width,
                              hit.box.height * size.height},
                             hit.is_thin()});
  }
  return result;
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return double(usage.ru_maxrss) / 1024;
}

std::string read_text(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    throw PermanentError("read " + file + ": cannot be opened");
  }
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::uint8_t> read_bytes(const std::string& file) {
  const std::string text = read_text(file);
  return {text.begin(), text.end()};
}

// Builds the index, looks at every picture, and notes what that cost.
std::vector<BrandResult> search(const BenchOptions& options, BrandReport& report) {
  OpenCvDecoder decoder;
  std::map<std::string, std::string> packshot_brands;
  for (const std::string& manifest : options.manifests) {
    packshot_brands.merge(read_packshot_brands(manifest, options.label));
  }
  const std::vector<BrandKit> kits = read_bench_kits(options.kits, options.kit, packshot_brands);
  const Stopwatch building;
  std::vector<KitRemark> remarks;
  BrandIndex::Options index_options;
  index_options.cache = options.cache;
  std::unique_ptr<LearnedMatcher> matcher;
  if (options.model == "none") {
    index_options.matcher = nullptr;
  } else if (!options.model.empty()) {
    matcher = std::make_unique<LearnedMatcher>(read_bytes(options.model + "/brand_embedder.onnx"),
                                               read_bytes(options.model + "/brand_comparer.onnx"));
    index_options.matcher = matcher.get();
  }
  const auto index = BrandIndex::build(kits, decoder, index_options, &remarks);
  report.build_s = building.ms() / 1000;
  report.kits = kits.size();
  report.remarks = remarks.size();
  report.index_megabytes = double(index->byte_size()) / 1e6;
  Costs costs;
  std::ofstream trace;
  if (!options.trace.empty()) {
    trace.open(options.trace);
    trace << "set,file,kit,present,iou,score";
    for (const char* name : kEvidenceNames) {
      trace << ',' << name;
    }
    trace << '\n';
  }
  std::vector<BrandSample> samples;
  for (const std::string& manifest : options.manifests) {
    const std::vector<BrandSample> all = read_brand_manifest(manifest, options.label);
    for (std::size_t i = 0; i < all.size(); i += static_cast<std::size_t>(options.every)) {
      samples.push_back(all[i]);
    }
  }
  std::optional<Words> words;
  std::ofstream word_trace;
  if (!options.texts.empty()) {
    words.emplace(Words{WordmarkIndex(kits), read_brand_texts(samples, options.texts)});
    if (!options.word_trace.empty()) {
      word_trace.open(options.word_trace);
      word_trace << "set,file,kit,present,inside,best,score,distance,letters,height,contrast\n";
      words->trace = &word_trace;
    }
  }
  std::vector<BrandResult> results;
  for (const BrandSample& sample : samples) {
    results.push_back(look_at(sample,
                              *index,
                              words ? &*words : nullptr,
                              options,
                              costs,
                              trace.is_open() ? &trace : nullptr));
  }
  const double n = std::max<double>(1, double(results.size()));
  report.ms = {{"decode", costs.decode / n},
               {"features", costs.stages.features / n},
               {"matching", costs.stages.matching / n},
               {"placing", costs.stages.placing / n},
               {"comparing", costs.stages.comparing / n},
               {"embedding", costs.stages.learned.embedding / n},
               {"proposing", costs.stages.learned.matching / n},
               {"judging", costs.stages.learned.comparing / n},
               {"find", costs.find / n},
               {"find_processor", costs.find_processor / n}};
  report.peak_megabytes = peak_megabytes();
  return results;
}

void write_text(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) {
    throw PermanentError("write " + file + ": failed");
  }
}

// Every brand that a result knows of: true somewhere, or claimed.
std::vector<std::string> brands_of(const std::vector<BrandResult>& results) {
  std::set<std::string> brands;
  for (const BrandResult& result : results) {
    brands.insert(result.brands.begin(), result.brands.end());
    for (const BrandClaim& claim : result.claims) {
      brands.insert(claim.brand);
    }
  }
  return {brands.begin(), brands.end()};
}

}  // namespace

int bench_brand(std::span<const std::string> args) {
  const BenchOptions options = read_brand_options(args);
  if (options.help) {
    return 0;
  }
  BrandReport report;
  report.kit = options.kit;
  report.min_score = options.min_score;
  report.wanted_precision = options.precision;
  report.folds = options.folds;
  std::vector<BrandResult> results =
      options.load.empty() ? search(options, report) : read_results(read_text(options.load));
  if (!options.save.empty()) {
    write_text(options.save, results_json(results).dump());
  }
  if (!options.unlabelled.empty()) {
    results = without_unlabelled(std::move(results), read_unlabelled(options.unlabelled));
  }
  report.pictures = results.size();
  report.shipped = figures_at(without_thin(results), options.min_score);
  report.all = figures_at(results, options.min_score);
  report.thresholds =
      cross_validated_thresholds(results, brands_of(results), options.precision, options.folds);
  report.validated = figures_at(results, report.thresholds);
  report.calibration = reliability(results, 10);
  report.curve = operating_points(results);
  if (!options.plot.empty()) {
    write_text(options.plot, report_svg(report));
  }
  std::cout << (options.format == "json" ? dump_pretty(report_json(report)) + "\n"
                                         : report_table(report));
  return 0;
}

}  // namespace muster
