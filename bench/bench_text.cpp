#include "bench/bench.h"
#include "bench/seen_texts.h"
#include "bench/text_pictures.h"
#include "config/packs.h"
#include "extractors/media/seen_labels.h"
#include "extractors/text_seen/reading.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>
#include <tesseract/baseapi.h>

namespace muster {
namespace {

constexpr double kLeastHeight = 0.03;
constexpr double kLeastContrast = 4.5;
constexpr int kFindSide = 960;  // as look_for_text reads stills

// Of the clock on the wall, since reading is another process's work: for a quiet machine.
double text_wall_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

struct Count {
  int drawn = 0;
  int found = 0;
  double recall() const { return drawn == 0 ? 0 : static_cast<double>(found) / drawn; }
};

// What one way of reading got right.
struct Score {
  Count in_range;                         // labels of kLeastHeight and kLeastContrast
  std::map<std::string, Count> by_group;  // all labels, by height, contrast, ground and font
  int said = 0;                           // pictures of which a label was said
  int rightly = 0;                        // that have one
  double ms = 0;

  double precision() const { return said == 0 ? 0 : static_cast<double>(rightly) / said; }
};

std::string height_group(double height) {
  return fmt::format(
      "height {:.0f} to {:.0f} %", std::floor(height * 100), std::floor(height * 100) + 1);
}

std::string contrast_group(double contrast) {
  return contrast < 3     ? "contrast under 3"
         : contrast < 4.5 ? "contrast 3 to 4.5"
                          : "contrast from 4.5 on";
}

class Judge {
 public:
  Judge() {
    for (const auto& [id, pack] : shipped_packs().markets) {
      markets_.push_back(&pack);
    }
    lexicon_ = std::make_unique<DisclosureLexicon>(markets_, "Fizzolo");
  }

  void judge(const TextPicture& picture, const std::vector<SeenText>& texts, Score& score) const {
    const auto label = std::find_if(picture.lines.begin(),
                                    picture.lines.end(),
                                    [](const DrawnLine& line) { return !line.market.empty(); });
    const bool has_label = label != picture.lines.end();
    // A picture is said to have a label where any market accepts one; the drawn one is found where
    // its own market does.
    bool said = false;
    bool found = false;
    for (std::size_t market = 0; market < markets_.size(); ++market) {
      for (const SeenLabel& seen : labels_in(texts, *lexicon_, market)) {
        said = said || !seen.is_weak;
        found = found || (!seen.is_weak && has_label && markets_[market]->id == label->market);
      }
    }
    score.said += said ? 1 : 0;
    score.rightly += said && has_label ? 1 : 0;
    if (!has_label) {
      return;
    }
    const auto count = [&](Count& group) {
      ++group.drawn;
      group.found += found ? 1 : 0;
    };
    if (label->height >= kLeastHeight && label->contrast >= kLeastContrast) {
      count(score.in_range);
      count(score.by_group["in range, ground " + picture.ground]);
      count(score.by_group["in range, font " + picture.font.substr(picture.font.rfind('/') + 1)]);
    }
    count(score.by_group[height_group(label->height)]);
    count(score.by_group[contrast_group(label->contrast)]);
  }

 private:
  std::vector<const MarketPack*> markets_;
  std::unique_ptr<DisclosureLexicon> lexicon_;
};

// Tesseract on the whole picture, as most who read text in pictures use it.
std::vector<SeenText> tesseract_alone(tesseract::TessBaseAPI& tesseract, const cv::Mat& picture) {
  cv::Mat grey;
  cv::cvtColor(picture, grey, cv::COLOR_BGR2GRAY);
  tesseract.SetImage(grey.data, grey.cols, grey.rows, 1, static_cast<int>(grey.step));
  std::vector<SeenText> texts;
  if (tesseract.Recognize(nullptr) == 0) {
    const std::unique_ptr<tesseract::ResultIterator> line(tesseract.GetIterator());
    if (line != nullptr) {
      do {
        const std::unique_ptr<char[]> text(line->GetUTF8Text(tesseract::RIL_TEXTLINE));
        if (text != nullptr && text[0] != 0) {
          SeenText seen;
          seen.text = text.get();
          texts.push_back(std::move(seen));
        }
      } while (line->Next(tesseract::RIL_TEXTLINE));
    }
  }
  tesseract.Clear();
  return texts;
}

void print_score(const char* name, const Score& score, int pictures) {
  fmt::print(
      "{}: recall {:.3f} ({} of {}) in range, precision {:.3f} ({} of {}), {:.0f} ms a picture\n",
      name,
      score.in_range.recall(),
      score.in_range.found,
      score.in_range.drawn,
      score.precision(),
      score.rightly,
      score.said,
      score.ms / pictures);
}

}  // namespace

int bench_text(std::span<const std::string> args) {
  const int pictures = args.empty() ? 200 : std::stoi(args[0]);
  const std::uint64_t seed = args.size() < 2 ? 20261129 : std::stoull(args[1]);
  const Reading reading{ModelsConfig{}};
  if (!reading.text_problem().empty()) {
    fmt::print(stderr, "muster-bench text: {}\n", reading.text_problem());
    return 1;
  }
  std::string data;
  for (const ReadingPart& part : reading.parts()) {
    data = part.name == "eng.traineddata" ? part.file.parent_path().string() : data;
  }
  tesseract::TessBaseAPI tesseract;
  if (tesseract.Init(data.c_str(), "eng", tesseract::OEM_LSTM_ONLY) != 0) {
    fmt::print(stderr, "muster-bench text: Tesseract does not start\n");
    return 1;
  }
  tesseract.SetPageSegMode(tesseract::PSM_SPARSE_TEXT);
  tesseract.SetVariable("debug_file", "/dev/null");
  tesseract.SetVariable("user_defined_dpi", "300");

  TextPainter painter(seed);
  fmt::print(
      "{} pictures of 1080 x 1350, seed {}, {} fonts; in range: at least {:.0f} % high, contrast "
      "{}\n",
      pictures,
      seed,
      painter.fonts().size(),
      100 * kLeastHeight,
      kLeastContrast);
  const Judge judge;
  const Reading::Lease engine = reading.lease();
  Score ours;
  Score alone;
  double height_error = 0;
  double contrast_error = 0;
  int measured = 0;
  for (int i = 0; i < pictures; ++i) {
    const TextPicture picture = painter.next();
    double from = text_wall_ms();
    const std::vector<SeenText> texts = seen_texts(engine->read_text(picture.pixels, kFindSide));
    ours.ms += text_wall_ms() - from;
    judge.judge(picture, texts, ours);
    from = text_wall_ms();
    const std::vector<SeenText> other = tesseract_alone(tesseract, picture.pixels);
    alone.ms += text_wall_ms() - from;
    judge.judge(picture, other, alone);
    for (const DrawnLine& line : picture.lines) {
      for (const SeenText& text : texts) {
        if (text.text == line.text) {
          height_error += std::abs(text.height - line.height) / line.height;
          contrast_error += std::abs(text.contrast - line.contrast) / line.contrast;
          ++measured;
        }
      }
    }
  }
  print_score("found and read by line", ours, pictures);
  print_score("Tesseract on the whole picture", alone, pictures);
  fmt::print(
      "of {} lines read to the letter: height off by {:.1f} %, contrast by {:.1f} % on average\n",
      measured,
      100 * height_error / std::max(1, measured),
      100 * contrast_error / std::max(1, measured));
  for (const auto& [group, count] : ours.by_group) {
    fmt::print(
        "  {:<40} {:>4} of {:>4}  {:.2f}\n", group, count.found, count.drawn, count.recall());
  }
  return 0;
}

}  // namespace muster
