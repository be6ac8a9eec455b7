#include "bench/brand_dataset.h"

#include "core/error.h"
#include "core/text.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

namespace muster {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    throw PermanentError("read " + file.string() + ": cannot be opened");
  }
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> result;
  if (fs::is_directory(folder)) {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      result.push_back(entry.path());
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

KitPicture read_picture(const fs::path& file, const std::string& role) {
  KitPicture picture;
  picture.name = file.filename().string();
  picture.role = role;
  picture.bytes = read_file(file);
  picture.hash = sha256(picture.bytes);
  return picture;
}

std::vector<KitPicture> kit_pictures(const fs::path& brand, const std::string& kind) {
  std::vector<KitPicture> pictures;
  const bool vector = kind == "vector";
  for (const fs::path& file : sorted_entries(brand / (vector ? "vector" : "crops"))) {
    const bool has_alpha = file.stem().extension() == ".alpha";
    if (vector && !has_alpha &&
        fs::exists(file.parent_path() / (file.stem().string() + ".alpha.png"))) {
      continue;
    }
    pictures.push_back(read_picture(file, vector ? "logo" : "crop"));
  }
  if (kind == "crop" && pictures.size() > 1) {
    pictures.resize(1);
  }
  return pictures;
}

BrandKit make_kit(const std::string& brand, std::vector<KitPicture> pictures) {
  BrandKit kit;
  kit.id = brand;
  kit.brand = brand;
  kit.min_logo_side = 0;
  kit.pictures = std::move(pictures);
  return kit;
}

double number(const std::string& text, const fs::path& file) {
  try {
    return std::stod(text);
  } catch (const std::exception&) {
    throw PermanentError("read " + file.string() + ": '" + text + "' is not a number");
  }
}

struct Lines {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> values;  // as many as the header has
};

Lines read_lines(const fs::path& file) {
  std::istringstream text(read_file(file));
  std::string line;
  std::getline(text, line);
  Lines lines{split(trim(line), ','), {}};
  while (std::getline(text, line)) {
    std::vector<std::string> values = split(trim(line), ',');
    if (values.size() == lines.header.size()) {  // not the blank line at the end
      lines.values.push_back(std::move(values));
    }
  }
  return lines;
}

}  // namespace

std::vector<BrandSample> read_brand_manifest(const fs::path& file,
                                             const std::string& label_column) {
  Lines lines = read_lines(file);
  const std::vector<std::string>& header = lines.header;
  const auto column = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  };
  if (column("path") == header.size()) {
    throw PermanentError("read " + file.string() + ": has no column 'path'");
  }
  std::vector<BrandSample> samples;
  std::map<std::string, std::size_t> by_path;
  for (std::vector<std::string>& values : lines.values) {
    values.emplace_back();  // what a missing column reads
    const std::string& path = values[column("path")];
    const auto [known, added] = by_path.emplace(path, samples.size());
    if (added) {
      const std::string kind = values[column("kind")];
      samples.push_back({file.parent_path() / path,
                         file.stem().string() + (kind.empty() ? "" : "/" + kind),
                         {},
                         {}});
    }
    BrandSample& sample = samples[known->second];
    const std::string& brand = values[column(label_column)];
    if (!brand.empty() &&
        std::find(sample.brands.begin(), sample.brands.end(), brand) == sample.brands.end()) {
      sample.brands.push_back(brand);
    }
    if (!brand.empty() && column("x2") < header.size()) {
      const cv::Point2d first(number(values[column("x1")], file),
                              number(values[column("y1")], file));
      const cv::Point2d last(number(values[column("x2")], file),
                             number(values[column("y2")], file));
      sample.boxes.push_back({brand, cv::Rect2d(first, last)});
    }
  }
  return samples;
}

std::set<std::pair<std::string, std::string>> read_unlabelled(const fs::path& file) {
  std::set<std::pair<std::string, std::string>> pairs;
  for (const BrandSample& sample : read_brand_manifest(file, "brand")) {
    for (const std::string& brand : sample.brands) {
      pairs.emplace(sample.file.filename().string(), brand);
    }
  }
  return pairs;
}

std::map<std::string, std::string> read_packshot_brands(const fs::path& manifest,
                                                        const std::string& label_column) {
  const auto [header, lines] = read_lines(manifest);
  const auto label = static_cast<std::size_t>(
      std::find(header.begin(), header.end(), label_column) - header.begin());
  std::map<std::string, std::string> brands;
  for (const std::vector<std::string>& values : lines) {
    if (label == header.size()) {
      break;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      const bool is_name = header[i] != "path" && header[i] != "kind" &&
                           header[i] != label_column &&
                           values[i].find_first_not_of("0123456789.-") != std::string::npos;
      if (is_name) {
        brands.emplace(values[i], values[label]);
      }
    }
  }
  return brands;
}

std::vector<BrandKit> read_bench_kits(const fs::path& folder,
                                      const std::string& kind,
                                      const std::map<std::string, std::string>& packshot_brands) {
  if (kind != "crops" && kind != "crop" && kind != "vector" && kind != "flat") {
    throw UsageError("--kit " + kind + ": known: crops, crop, vector, flat");
  }
  std::map<std::string, std::vector<KitPicture>> pictures;
  for (const fs::path& entry : sorted_entries(folder)) {
    if (kind == "flat") {
      const std::string stem = entry.stem().string();
      const auto brand = packshot_brands.find(stem);
      pictures[brand == packshot_brands.end() ? stem : brand->second].push_back(
          read_picture(entry, "packshot"));
    } else {
      pictures[entry.filename().string()] = kit_pictures(entry, kind);
    }
  }
  std::vector<BrandKit> kits;
  for (auto& [brand, own] : pictures) {
    if (!own.empty()) {
      kits.push_back(make_kit(brand, std::move(own)));
    }
  }
  return kits;
}

}  // namespace muster
