#include "bench/brand_report.h"

#include "core/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

Json share_json(const Share& share) {
  return {{"hits", share.hits}, {"all", share.all}, {"share", share.value()}};
}

Json figures_json(const BrandFigures& figures) {
  Json json{{"precision", figures.pairs.precision()},
            {"recall", figures.pairs.recall()},
            {"f1", figures.pairs.f1()},
            {"true_hits", figures.pairs.true_hits},
            {"false_hits", figures.pairs.false_hits},
            {"missed", figures.pairs.missed},
            {"boxes_iou_50", share_json(figures.boxes)},
            {"instances_iou_50", share_json(figures.instances)},
            {"false", figures.false_hits}};
  for (const auto& [brand, share] : figures.recall_by_brand) {
    json["recall_by_brand"][brand] = share_json(share);
  }
  for (std::size_t i = 0; i < kLogoSizeNames.size(); ++i) {
    json["recall_by_size"][kLogoSizeNames[i]] = share_json(figures.recall_by_size[i]);
  }
  for (const auto& [set, share] : figures.false_alarms) {
    json["false_alarms"][set] = share_json(share);
  }
  return json;
}

std::string share_line(const std::string& name, const Share& share) {
  return share.all == 0
             ? ""
             : fmt::format(
                   "  {:32} {:4} of {:4}  {:.3f}\n", name, share.hits, share.all, share.value());
}

std::string pairs_line(const std::string& name, const PairCount& pairs) {
  return fmt::format(
      "{:34} precision {:.3f}  recall {:.3f}  F1 {:.3f}  ({} true, {} false, {} missed)\n",
      name,
      pairs.precision(),
      pairs.recall(),
      pairs.f1(),
      pairs.true_hits,
      pairs.false_hits,
      pairs.missed);
}

std::string figures_text(const BrandFigures& figures) {
  std::string text = "recall by brand, and false hits\n";
  for (const auto& [brand, share] : figures.recall_by_brand) {
    text += share_line(brand, share);
  }
  for (const auto& [brand, count] : figures.false_by_brand) {
    text += fmt::format("  {:32} {:4} false\n", brand, count);
  }
  text += "recall by size of the largest logo, of the picture\n";
  for (std::size_t i = 0; i < kLogoSizeNames.size(); ++i) {
    text += share_line(kLogoSizeNames[i], figures.recall_by_size[i]);
  }
  text += "boxes\n" + share_line("hits with IoU >= .5", figures.boxes) +
          share_line("instances found with IoU >= .5", figures.instances) +
          "pictures with a false hit, by set\n";
  for (const auto& [set, share] : figures.false_alarms) {
    text += share_line(set, share);
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(figures.false_hits.size(), 20); ++i) {
    text += "  false: " + figures.false_hits[i] + "\n";
  }
  return text;
}

constexpr double kPlot = 320;  // px

std::string frame(double left,
                  const std::string& title,
                  const std::string& x,
                  const std::string& y) {
  std::string svg = fmt::format(
      "<rect x='{0}' y='40' width='{1}' height='{1}' fill='none' stroke='#444'/>"
      "<text x='{2}' y='24' text-anchor='middle'>{3}</text>"
      "<text x='{2}' y='400' text-anchor='middle'>{4}</text>"
      "<text transform='translate({5} 200) rotate(-90)' text-anchor='middle'>{6}</text>",
      left,
      kPlot,
      left + kPlot / 2,
      title,
      x,
      left - 34,
      y);
  for (int tick = 0; tick <= 10; tick += 2) {
    svg += fmt::format(
        "<text x='{:.0f}' y='378' text-anchor='middle'>{:.1f}</text>"
        "<text x='{:.0f}' y='{:.0f}' text-anchor='end'>{:.1f}</text>",
        left + kPlot * tick / 10,
        tick / 10.0,
        left - 6,
        44 + kPlot * (10 - tick) / 10,
        tick / 10.0);
  }
  return svg;
}

std::string at(double left, double x, double y) {
  return fmt::format("{:.1f},{:.1f} ", left + kPlot * x, 40 + kPlot * (1 - y));
}

}  // namespace

Json report_json(const BrandReport& report) {
  Json json{{"kit", report.kit},
            {"pictures", report.pictures},
            {"min_score", report.min_score},
            {"shipped", figures_json(report.shipped)},
            {"with_those_for_a_person", figures_json(report.all)},
            {"cross_validated", figures_json(report.validated)},
            {"wanted_precision", report.wanted_precision},
            {"folds", report.folds},
            {"thresholds", report.thresholds},
            {"index",
             {{"kits", report.kits},
              {"remarks", report.remarks},
              {"build_s", report.build_s},
              {"megabytes", report.index_megabytes}}},
            {"peak_megabytes", report.peak_megabytes}};
  Json& calibration = json["calibration"] = Json{{"ece", report.calibration.error}};
  for (const ReliabilityBin& bin : report.calibration.bins) {
    calibration["bins"].push_back({{"from", bin.from},
                                   {"to", bin.to},
                                   {"pairs", bin.pairs},
                                   {"mean_score", bin.mean_score},
                                   {"share_right", bin.share_right}});
  }
  for (const OperatingPoint& point : report.curve) {
    json["curve"].push_back({point.threshold, point.pairs.precision(), point.pairs.recall()});
  }
  for (const auto& [stage, ms] : report.ms) {
    json["ms"][stage] = ms;
  }
  return json;
}

std::string report_table(const BrandReport& report) {
  std::string text = fmt::format(
      "kit '{}': {} brands, {} remarks, index {:.1f} MB built in {:.1f} s, peak {:.0f} MB, {} "
      "pictures\n",
      report.kit,
      report.kits,
      report.remarks,
      report.index_megabytes,
      report.build_s,
      report.peak_megabytes,
      report.pictures);
  text += pairs_line(fmt::format("score {:.2f}", report.min_score), report.shipped.pairs);
  text += pairs_line(fmt::format("score {:.2f}, or a person", report.min_score), report.all.pairs);
  text += pairs_line(fmt::format("cross-validated for {:.3f}", report.wanted_precision),
                     report.validated.pairs);
  text += "-- as shipped\n" + figures_text(report.shipped);
  text += "-- at cross-validated thresholds\n" + figures_text(report.validated);
  text += fmt::format("calibration error {:.3f}\n", report.calibration.error);
  for (const ReliabilityBin& bin : report.calibration.bins) {
    if (bin.pairs > 0) {
      text += fmt::format("  score {:.1f}-{:.1f}  {:4} pairs, mean score {:.3f}, right {:.3f}\n",
                          bin.from,
                          bin.to,
                          bin.pairs,
                          bin.mean_score,
                          bin.share_right);
    }
  }
  if (!report.ms.empty()) {
    text += "ms a picture:";
    for (const auto& [stage, ms] : report.ms) {
      text += fmt::format(" {} {:.1f}", stage, ms);
    }
    text += "\n";
  }
  return text;
}

std::string report_svg(const BrandReport& report) {
  std::string svg =
      "<svg xmlns='http://www.w3.org/2000/svg' width='800' height='420' font-family='sans-serif' "
      "font-size='12'><rect width='800' height='420' fill='white'/>";
  svg += frame(60, "kit: " + report.kit, "recall", "precision");
  std::string points;
  for (const OperatingPoint& point : report.curve) {
    points += at(60, point.pairs.recall(), point.pairs.precision());
  }
  svg += "<polyline fill='none' stroke='#06c' stroke-width='2' points='" + points + "'/>";
  svg += frame(460,
               fmt::format("calibration error {:.3f}", report.calibration.error),
               "score",
               "share right");
  svg += "<polyline fill='none' stroke='#999' points='" + at(460, 0, 0) + at(460, 1, 1) + "'/>";
  points.clear();
  for (const ReliabilityBin& bin : report.calibration.bins) {
    if (bin.pairs > 0) {
      points += at(460, bin.mean_score, bin.share_right);
    }
  }
  return svg + "<polyline fill='none' stroke='#c30' stroke-width='2' points='" + points +
         "'/></svg>\n";
}

namespace {

Json claims_json(const std::vector<BrandClaim>& claims) {
  Json list = Json::array();
  for (const BrandClaim& claim : claims) {
    list.push_back({claim.brand,
                    claim.score,
                    claim.box.x,
                    claim.box.y,
                    claim.box.width,
                    claim.box.height,
                    claim.thin});
  }
  return list;
}

std::vector<BrandClaim> read_claims(const Json& list) {
  std::vector<BrandClaim> claims;
  for (const Json& item : list) {
    claims.push_back({item.at(0).get<std::string>(),
                      item.at(1).get<double>(),
                      {item.at(2).get<double>(),
                       item.at(3).get<double>(),
                       item.at(4).get<double>(),
                       item.at(5).get<double>()},
                      item.at(6).get<bool>()});
  }
  return claims;
}

}  // namespace

Json results_json(const std::vector<BrandResult>& results) {
  Json list = Json::array();
  for (const BrandResult& result : results) {
    list.push_back({{"set", result.set},
                    {"file", result.file},
                    {"width", result.size.width},
                    {"height", result.size.height},
                    {"brands", result.brands},
                    {"boxes", claims_json(result.boxes)},
                    {"claims", claims_json(result.claims)}});
  }
  return list;
}

std::vector<BrandResult> read_results(const std::string& text) try {
  std::vector<BrandResult> results;
  for (const Json& item : Json::parse(text)) {
    results.push_back({item.at("set").get<std::string>(),
                       item.at("file").get<std::string>(),
                       {item.at("width").get<int>(), item.at("height").get<int>()},
                       item.at("brands").get<std::vector<std::string>>(),
                       read_claims(item.at("boxes")),
                       read_claims(item.at("claims"))});
  }
  return results;
} catch (const Json::exception& error) {
  throw PermanentError(std::string("read results of the brand bench: ") + error.what());
}

}  // namespace muster
