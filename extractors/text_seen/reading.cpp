#include "extractors/text_seen/reading.h"

#include "core/text.h"
#include "extractors/text_seen/reading_process.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgramName = "muster-read";
constexpr const char* kTextDetector = "text_detect.onnx";
constexpr std::array kCodeModels = {
    "qr_detect.prototxt", "qr_detect.caffemodel", "qr_upscale.prototxt", "qr_upscale.caffemodel"};
constexpr const char* kFetch = "run scripts/fetch_models.sh";

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

fs::path program_folder() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path();
}

// models/ beside the program, or beside its folder, as in build/release and build/models.
fs::path models_folder(const fs::path& configured) {
  const fs::path program = program_folder();
  std::vector<fs::path> candidates = {configured};
  if (configured.empty()) {
    candidates = {program / "models", program.parent_path() / "models"};
  }
  for (const fs::path& folder : candidates) {
    std::error_code error;
    if (fs::is_directory(folder, error)) {
      return folder;
    }
  }
  return {};
}

// Where Debian's packages put them; TESSDATA_PREFIX is Tesseract's own variable.
fs::path text_data_folder(const std::vector<std::string>& languages, std::string& missing) {
  std::vector<fs::path> candidates;
  if (const char* own = std::getenv("TESSDATA_PREFIX"); own != nullptr && *own != '\0') {
    candidates.emplace_back(own);
  }
  candidates.emplace_back("/usr/share/tesseract-ocr/5/tessdata");
  candidates.emplace_back("/usr/share/tessdata");
  std::vector<std::string> fewest = languages;
  for (const fs::path& folder : candidates) {
    std::vector<std::string> absent;
    for (const std::string& language : languages) {
      if (!is_file(folder / (language + ".traineddata"))) {
        absent.push_back(language);
      }
    }
    if (absent.empty()) {
      return folder;
    }
    fewest = absent.size() < fewest.size() ? absent : fewest;
  }
  missing = join(fewest, ", ");
  return {};
}

std::optional<ContentHash> hash_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return std::nullopt;
  }
  Hasher hasher;
  std::vector<char> piece(1 << 16);
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    hasher.add(std::string_view(piece.data(), static_cast<std::size_t>(in.gcount())));
  }
  return hasher.finish();
}

}  // namespace

Reading::Reading(const ModelsConfig& config, const fs::path& program, Milliseconds limit)
    : languages_(config.text_languages), limit_(limit) {
  const fs::path candidate = program.empty() ? program_folder() / kProgramName : program;
  if (is_file(candidate)) {
    program_ = candidate;
  }
  models_ = models_folder(config.directory);
  std::string missing;
  text_data_ = text_data_folder(languages_, missing);
  if (program_.empty()) {
    text_problem_ = fmt::format("{} is not beside the program", kProgramName);
  } else if (models_.empty() || !is_file(models_ / kTextDetector)) {
    text_problem_ = fmt::format("the model for finding text is not installed; {}", kFetch);
  } else if (text_data_.empty()) {
    text_problem_ = fmt::format(
        "Tesseract's data for {} is not installed; install the packages tesseract-ocr-*", missing);
  }
}

Reading::~Reading() = default;

std::string Reading::text_problem() const {
  return text_problem_;
}

std::string Reading::codes_problem() const {
  return program_.empty() ? fmt::format("{} is not beside the program", kProgramName) : "";
}

bool Reading::has_code_models() const {
  return !models_.empty() && std::all_of(kCodeModels.begin(),
                                         kCodeModels.end(),
                                         [&](const char* name) { return is_file(models_ / name); });
}

std::vector<ReadingPart> Reading::parts() const {
  std::lock_guard lock(mutex_);
  if (!parts_) {
    const auto part = [](std::string name, const fs::path& folder, std::string without) {
      const fs::path file = folder.empty() ? fs::path() : folder / name;
      return ReadingPart{name, file, hash_of(file), std::move(without)};
    };
    parts_.emplace();
    parts_->push_back(part(kTextDetector, models_, "no text in pictures is read"));
    for (const std::string& language : languages_) {
      parts_->push_back(part(language + ".traineddata", text_data_, "no text in pictures is read"));
    }
    for (const char* model : kCodeModels) {
      parts_->push_back(part(model, models_, "small and turned QR codes are missed"));
    }
  }
  return *parts_;
}

std::vector<std::string> Reading::self_test() const {
  return program_.empty() ? std::vector<std::string>() : try_reader_sandbox(program_, limit_);
}

std::string Reading::version() const {
  if (!codes_problem().empty()) {
    return "";
  }
  Hasher hasher;
  for (const ReadingPart& part : parts()) {
    hasher.add_field(part.name);
    hasher.add_field(part.hash ? part.hash->hex() : "");
  }
  return hasher.finish().short_hex();
}

std::unique_ptr<ReadingEngine> Reading::make_engine() const {
  ReadingEngineOptions options;
  if (text_problem_.empty()) {
    options.text_detector = models_ / kTextDetector;
    options.text_data = text_data_;
    options.languages = languages_;
  }
  if (has_code_models()) {
    options.code_models = models_;
  }
  return std::make_unique<ReadingProcess>(program_, options, limit_);
}

Reading::Lease Reading::lease() const {
  {
    std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto engine = std::move(idle_.back());
      idle_.pop_back();
      return {*this, std::move(engine)};
    }
  }
  return {*this, make_engine()};
}

Reading::Lease::Lease(const Reading& owner, std::unique_ptr<ReadingEngine> engine)
    : owner_(owner), engine_(std::move(engine)) {}

Reading::Lease::Lease(Lease&& other) noexcept = default;

Reading::Lease::~Lease() {
  if (engine_ != nullptr && engine_->usable()) {
    std::lock_guard lock(owner_.mutex_);
    owner_.idle_.push_back(std::move(engine_));
  }
}

}  // namespace muster
