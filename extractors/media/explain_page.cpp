#include "extractors/media/explain_page.h"

#include "core/text.h"
#include "extractors/media/brand_timeline.h"
#include "extractors/media/brand_words.h"
#include "extractors/media/png_writer.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

constexpr int kShownSide = 760;  // px of the longer side of a picture in the page

constexpr std::string_view kStyle = R"(
body{font:15px/1.45 system-ui,sans-serif;max-width:1000px;margin:24px auto;padding:0 16px;color:#1b1f24}
h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:28px 0 8px;overflow-wrap:anywhere}
.meta{color:#59636e}figure{margin:12px 0}figcaption{color:#59636e;font-size:13px;margin-top:4px}
svg{display:block;max-width:100%;height:auto;background:#eee}
table{border-collapse:collapse;width:100%;font-size:14px}th,td{text-align:left;padding:5px 8px;
border-bottom:1px solid #d8dee4;vertical-align:top}th{font-weight:600;white-space:nowrap}.t{overflow-wrap:anywhere}
.o{font-weight:600;white-space:nowrap}.pass{color:#1a7f37}.warn{color:#9a6700}.fail{color:#cf222e}
.could_not_check{color:#8250df}.not_applicable{color:#59636e}.num{white-space:nowrap}
)";

// Brands by the order in which they are met; distinct on photographs and in grey.
constexpr const char* kColours[] = {
    "#ffb000", "#00c2ff", "#ff5cba", "#7dff5c", "#c08bff", "#ff6b3d"};

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : sanitize_utf8(text)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

// Untrusted text: line breaks and direction marks become visible, then it is escaped.
std::string safe(std::string_view text) {
  return escaped(printable(text));
}

class Page {
 public:
  explicit Page(const Explanation& explanation) : about_(explanation) {}

  std::string html() {
    head();
    for (const ExplainedFile& file : about_.files) {
      file_section(file);
    }
    findings();
    out_ += "</body></html>\n";
    return std::move(out_);
  }

 private:
  template <typename... Parts>
  void add(fmt::format_string<Parts...> format, Parts&&... parts) {
    out_ += fmt::format(format, std::forward<Parts>(parts)...);
  }

  const char* colour_of(const std::string& kit) {
    const auto known = colours_.try_emplace(kit, colours_.size()).first;
    return kColours[known->second % std::size(kColours)];
  }

  void head() {
    add("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "img-src data:; style-src 'unsafe-inline'\">"
        "<meta name=\"viewport\" content=\"width=device-width\">"
        "<title>Brand visibility</title><style>{}</style></head><body>",
        kStyle);
    const std::string_view verdict = to_string(about_.verdict->kind);
    add("<h1>{}</h1><p>{}</p><p class=\"meta\">{}</p>",
        safe(verdict),
        safe(about_.verdict->why),
        safe(about_.made_by));
  }

  void file_section(const ExplainedFile& file) {
    add("<h2>{}</h2>", safe(file.name));
    const SeenMedia& media = *file.media;
    if (!media.has_pictures) {
      add("<p class=\"could_not_check\">No picture of this file could be decoded. {}</p>",
          safe(media.remedy));
      return;
    }
    if (media.brands.empty()) {
      out_ += "<p class=\"could_not_check\">Nobody looked for a brand here.</p>";
    }
    if (media.facts.kind() == MediaKind::video) {
      timeline(media);
    }
    for (const ExplainedFrame& frame : file.frames) {
      picture(media, frame);
    }
    places(media);
    texts(media);
  }

  // Every hit at or above the threshold, and unsure ones, over the picture.
  void picture(const SeenMedia& media, const ExplainedFrame& frame) {
    const double scale =
        std::min(1.0, double{kShownSide} / std::max(frame.pixels.cols, frame.pixels.rows));
    cv::Mat small = frame.pixels;
    if (scale < 1) {
      cv::resize(frame.pixels, small, cv::Size(), scale, scale, cv::INTER_AREA);
    }
    add("<figure><svg width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" role=\"img\">"
        "<image width=\"{0}\" height=\"{1}\" href=\"data:image/png;base64,{2}\"/>",
        small.cols,
        small.rows,
        base64(png_of(small)));
    for (const BrandsInFrame& seen : media.brands) {
      if (seen.time_ms == frame.time_ms) {
        for (const BrandHit& hit : seen.hits) {
          overlay(hit, small.size());
        }
      }
    }
    covered_zones(small.size());
    for (const SeenText& text : media.texts) {
      if (shows_at(media, text.time, frame.time_ms)) {
        text_overlay(text.outline, text.text, small.size());
      }
    }
    for (const SeenCode& code : media.codes) {
      if (shows_at(media, code.time, frame.time_ms)) {
        text_overlay(code.outline, "QR: " + code.text, small.size());
      }
    }
    out_ += "</svg>";
    if (media.facts.kind() == MediaKind::video) {
      add("<figcaption>at {}</figcaption>", seconds_in_words(frame.time_ms));
    }
    out_ += "</figure>";
  }

  // What the platform lays over the picture: hatched, with what it is.
  void covered_zones(cv::Size size) {
    if (about_.placement == nullptr || about_.placement->covered.empty()) {
      return;
    }
    out_ +=
        "<defs><pattern id=\"covered\" width=\"8\" height=\"8\" "
        "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
        "<rect width=\"8\" height=\"8\" fill=\"#000\" fill-opacity=\".25\"/>"
        "<rect width=\"3\" height=\"8\" fill=\"#fff\" fill-opacity=\".45\"/></pattern></defs>";
    for (const CoveredZone& zone : about_.placement->covered) {
      const double x = zone.box.x * size.width;
      const double y = zone.box.y * size.height;
      add("<rect class=\"covered\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
          "height=\"{:.1f}\" fill=\"url(#covered)\" stroke=\"#fff\" stroke-dasharray=\"4 4\"/>"
          "<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"12\" fill=\"#fff\" stroke=\"#000\" "
          "stroke-width=\"3\" paint-order=\"stroke\">{}</text>",
          x,
          y,
          zone.box.width * size.width,
          zone.box.height * size.height,
          x + 4,
          y + 14,
          safe(zone.what));
    }
  }

  static bool shows_at(const SeenMedia& media, const TimeSpan& time, std::int64_t at_ms) {
    return media.facts.kind() != MediaKind::video ||
           (time.start_ms <= at_ms && at_ms < time.end_ms);
  }

  // What was read, in a thin frame; the whole of it stands in the table below.
  void text_overlay(const std::vector<Point>& outline, const std::string& text, cv::Size size) {
    if (outline.empty()) {
      return;
    }
    std::string points;
    for (const Point& point : outline) {
      points += fmt::format("{:.1f},{:.1f} ", point.x * size.width, point.y * size.height);
    }
    add("<polygon points=\"{0}\" fill=\"none\" stroke=\"#000\" stroke-width=\"3\" "
        "stroke-opacity=\".5\"/><polygon points=\"{0}\" fill=\"none\" stroke=\"#fff\" "
        "stroke-width=\"1.5\"><title>{1}</title></polygon>",
        points,
        safe(text));
  }

  void texts(const SeenMedia& media) {
    if (!media.texts_were_read) {
      add("<p class=\"could_not_check\">Nobody read text here. {}</p>", safe(media.texts_problem));
      return;
    }
    if (media.texts.empty()) {
      out_ += "<p>No text was read.</p>";
      return;
    }
    out_ +=
        "<table><tr><th>Text read</th><th>Sure</th><th>Height</th><th>Contrast</th>"
        "<th>When</th></tr>";
    for (const SeenText& text : media.texts) {
      add("<tr><td class=\"t\">{}</td><td class=\"num\">{:.0f} %</td><td class=\"num\">{}</td>"
          "<td class=\"num\">{:.1f}:1</td><td class=\"num\">{}</td></tr>",
          safe(text.text),
          100 * text.confidence,
          percent_in_words(text.height),
          text.contrast,
          media.facts.kind() == MediaKind::video ? spans_in_words({text.time}) : "-");
    }
    out_ += "</table>";
  }

  void overlay(const BrandHit& hit, cv::Size size) {
    const char* colour = colour_of(hit.kit);
    const bool sure = counts_as_seen(hit, about_.min_score);
    std::string points;
    for (const Point& point : hit.outline) {
      points += fmt::format("{:.1f},{:.1f} ", point.x * size.width, point.y * size.height);
    }
    add("<polygon points=\"{0}\" fill=\"none\" stroke=\"#000\" stroke-width=\"5\" "
        "stroke-opacity=\".55\"/><polygon points=\"{0}\" fill=\"none\" stroke=\"{1}\" "
        "stroke-width=\"2.5\"{2}/>",
        points,
        colour,
        sure ? "" : " stroke-dasharray=\"6 5\"");
    for (const Point& point : hit.matched) {
      add("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.5\" fill=\"{}\" stroke=\"#000\" "
          "stroke-width=\".8\"/>",
          point.x * size.width,
          point.y * size.height,
          colour);
    }
    const double y = hit.box.y * size.height;
    add("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"14\" font-weight=\"700\" fill=\"{}\" "
        "stroke=\"#000\" stroke-width=\"3.5\" paint-order=\"stroke\">{} {:.2f}{}{}</text>",
        std::clamp(hit.box.x * size.width, 2.0, std::max(2.0, size.width - 240.0)),
        y > 20 ? y - 6 : std::min(y + hit.box.height * size.height + 16, size.height - 4.0),
        colour,
        safe(hit.brand),
        hit.score,
        sure ? "" : "?",
        matched_in_short(hit));
  }

  // ", "FIZZO"", ", 12 features", ", shape 81 %": what a label says of the evidence.
  static std::string matched_in_short(const BrandHit& hit) {
    std::string words = hit.word ? fmt::format(", \"{}\"", safe(hit.word->read)) : "";
    words += hit.inliers > 0
                 ? fmt::format(", {} feature{}", hit.inliers, hit.inliers == 1 ? "" : "s")
                 : "";
    if (hit.learned && hit.inliers < kFewestSureFeatures) {
      words += fmt::format(", shape {:.0f} %", 100 * *hit.learned);
    }
    return words;
  }

  // One strip a brand: runs that are sure solid, tracked ones lighter.
  void timeline(const SeenMedia& media) {
    constexpr double kWidth = 900;
    const std::int64_t end = std::max<std::int64_t>(
        {1,
         media.facts.duration_ms.value_or(0),
         media.brands.empty() ? 0 : media.brands.back().time_ms + media.brands.back().duration_ms});
    const auto at = [&](std::int64_t ms) { return kWidth * double(ms) / double(end); };
    for (const auto& [kit, brand] : brands_in(media)) {
      const BrandTimeline line = brand_timeline(media.brands, kit, about_.min_score);
      add("<figure><svg width=\"{0:.0f}\" height=\"26\" viewBox=\"0 0 {0:.0f} 26\" role=\"img\">",
          kWidth);
      for (const TimeSpan& span : line.tracked.spans) {
        strip(at(span.start_ms), at(span.end_ms), colour_of(kit), ".45");
      }
      for (const TimeSpan& span : line.time.spans) {
        strip(at(span.start_ms), at(span.end_ms), colour_of(kit), "1");
      }
      add("</svg><figcaption><b>{}</b> in {}: at least {}, likely {}, at most {}; {} {}, "
          "the longest {}; alone for {}; {:.0f} % of the time of all brands</figcaption></figure>",
          safe(brand),
          seconds_in_words(end),
          seconds_in_words(line.time.least_ms),
          seconds_in_words(std::max(line.time.likely_ms, line.tracked.likely_ms)),
          seconds_in_words(std::max(line.time.most_ms, line.tracked.most_ms)),
          line.runs.size(),
          line.runs.size() == 1 ? "appearance" : "appearances",
          seconds_in_words(line.longest_run_ms),
          seconds_in_words(line.solus_ms),
          100 * line.share_of_voice);
    }
  }

  void strip(double from, double to, const char* colour, const char* opacity) {
    add("<rect x=\"{:.1f}\" y=\"3\" width=\"{:.1f}\" height=\"20\" fill=\"{}\" "
        "fill-opacity=\"{}\"/>",
        from,
        std::max(1.5, to - from),
        colour,
        opacity);
  }

  static std::map<std::string, std::string> brands_in(const SeenMedia& media) {
    std::map<std::string, std::string> brands;
    for (const BrandsInFrame& frame : media.brands) {
      for (const BrandHit& hit : frame.hits) {
        brands.emplace(hit.kit, hit.brand);
      }
    }
    return brands;
  }

  // What matched and how well it can be seen: the surest find of each brand.
  void places(const SeenMedia& media) {
    std::map<std::string, std::pair<const BrandHit*, std::int64_t>> best;
    for (const BrandsInFrame& frame : media.brands) {
      for (const BrandHit& hit : frame.hits) {
        auto& [known, time] = best[hit.kit];
        if (known == nullptr || hit.score > known->score) {
          known = &hit;
          time = frame.time_ms;
        }
      }
    }
    if (best.empty()) {
      out_ += media.brands.empty() ? "" : "<p>No brand was found.</p>";
      return;
    }
    out_ +=
        "<table><tr><th>Brand</th><th>Score</th><th>What matched</th><th>Clarity</th>"
        "<th>Contrast</th><th>Hidden</th><th>Color off by</th><th>Center</th></tr>";
    for (const auto& [kit, found] : best) {
      const BrandHit& hit = *found.first;
      const BrandMeasures& seen = hit.measures;
      std::string matched = hit_in_words(hit);
      // A place that only its word speaks for was not compared with the logo.
      if (hit.inliers > 0 || hit.learned) {
        matched += fmt::format("; structure of the place {:.0f} % like the logo",
                               100 * std::max(0.0, hit.likeness));
      }
      if (!hit.rival.empty()) {
        matched += fmt::format("; looks like kit '{}' too ({:.2f})", hit.rival, hit.rival_score);
      }
      if (!counts_as_seen(hit, about_.min_score)) {
        matched += "; does not count without a person";
      }
      add("<tr><td>{}</td><td class=\"num\">{:.2f}</td><td class=\"t\">{}</td><td "
          "class=\"num\">{:.0f} %</td>"
          "<td class=\"num\">{:.0f} %</td><td class=\"num\">{:.0f} %</td><td class=\"num\">{}</td>"
          "<td class=\"num\">{:.0f} %</td></tr>",
          safe(hit.brand),
          hit.score,
          safe(matched),
          100 * seen.clarity,
          100 * seen.contrast,
          100 * seen.hidden,
          seen.colour_difference ? fmt::format("{:.0f}", *seen.colour_difference) : "-",
          100 * hit.centrality());
    }
    out_ += "</table>";
  }

  void findings() {
    out_ += "<h2>Findings</h2><table><tr><th>Outcome</th><th>Rule</th><th>What was found</th></tr>";
    for (const Outcome outcome : {Outcome::fail,
                                  Outcome::could_not_check,
                                  Outcome::warn,
                                  Outcome::pass,
                                  Outcome::not_applicable}) {
      for (const Finding& finding : *about_.findings) {
        if (finding.outcome == outcome) {
          const std::string word(to_string(outcome));
          add("<tr><td class=\"o {0}\">{0}</td><td>{1}</td><td class=\"t\">{2}{3}</td></tr>",
              word,
              safe(finding.rule_id),
              safe(finding.message),
              finding.remedy.empty()
                  ? ""
                  : "<br><span class=\"meta\">" + safe(finding.remedy) + "</span>");
        }
      }
    }
    out_ += "</table>";
  }

  const Explanation& about_;
  std::map<std::string, std::size_t> colours_;
  std::string out_;
};

}  // namespace

std::vector<std::int64_t> times_to_show(const SeenMedia& media,
                                        double min_score,
                                        std::size_t count) {
  if (media.brands.empty() && media.texts.empty()) {
    return {0};
  }
  // The best find of each brand first, then where its runs begin.
  std::vector<std::int64_t> wanted;
  std::map<std::string, std::pair<double, std::int64_t>> best;
  for (const BrandsInFrame& frame : media.brands) {
    for (const BrandHit& hit : frame.hits) {
      auto& [score, time] = best.try_emplace(hit.kit, -1.0, 0).first->second;
      if (hit.score > score) {
        score = hit.score;
        time = frame.time_ms;
      }
    }
  }
  for (const auto& [kit, found] : best) {
    wanted.push_back(found.second);
  }
  for (const auto& [kit, found] : best) {
    for (const TimeSpan& run : brand_timeline(media.brands, kit, min_score).runs) {
      wanted.push_back(run.start_ms);
    }
  }
  for (const SeenText& text : media.texts) {
    wanted.push_back(text.read_at_ms);
  }
  if (wanted.empty()) {
    wanted = {media.brands.front().time_ms, media.brands[media.brands.size() / 2].time_ms};
  }
  std::set<std::int64_t> times;
  for (const std::int64_t time : wanted) {
    if (times.size() < count) {
      times.insert(time);
    }
  }
  return {times.begin(), times.end()};
}

std::string explain_page(const Explanation& explanation) {
  return Page(explanation).html();
}

}  // namespace muster
