#include "worker/sources/survey_folder.h"

#include "core/error.h"
#include "core/text.h"
#include "worker/sources/drop_folder.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <tuple>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr std::array<std::string_view, 12> kSuffixes = {"-responses",
                                                        "_responses",
                                                        ".responses",
                                                        " responses",
                                                        "-response",
                                                        "_response",
                                                        ".form",
                                                        "-form",
                                                        "_form",
                                                        "-definition",
                                                        "_definition",
                                                        ".definition"};
constexpr std::array<std::string_view, 6> kDefinitionEndings = {
    ".form", "-form", "_form", "-definition", "_definition", ".definition"};

std::string_view without_ending(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

bool ends_with_any(std::string_view name,
                   std::span<const std::string_view> endings,
                   std::size_t& length) {
  const std::string lower = to_lower_ascii(name);
  for (const std::string_view ending : endings) {
    if (lower.size() > ending.size() && lower.ends_with(ending)) {
      length = ending.size();
      return true;
    }
  }
  return false;
}

// Length of a copy number " (12)" at the end, else 0.
std::size_t copy_number_length(std::string_view name) {
  const std::size_t open = name.rfind(" (");
  if (!name.ends_with(')') || open == std::string_view::npos || open == 0 ||
      open + 3 >= name.size()) {
    return 0;
  }
  const std::string_view digits = name.substr(open + 2, name.size() - open - 3);
  const bool all = std::ranges::all_of(digits, [](unsigned char c) { return std::isdigit(c); });
  return all ? name.size() - open : 0;
}

// Length of "2026-03-01" or "2026-03-01T10:00:00" (also with '_' or '.' for ':') and the mark
// before it, else 0.
std::size_t date_length(std::string_view name) {
  static constexpr std::array<std::string_view, 3> kShapes = {
      "dddd-dd-ddTdd:dd:dd", "dddd-dd-dd_dd.dd.dd", "dddd-dd-dd"};
  for (const std::string_view shape : kShapes) {
    if (name.size() <= shape.size() + 1) {
      continue;
    }
    const std::string_view tail = name.substr(name.size() - shape.size());
    bool fits = true;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const auto c = static_cast<unsigned char>(tail[i]);
      fits &= shape[i] == 'd' ? std::isdigit(c) != 0 : std::ispunct(c) != 0 || c == 'T' || c == ' ';
    }
    const char mark = name[name.size() - shape.size() - 1];
    if (fits && (mark == '-' || mark == '_' || mark == ' ' || mark == '.')) {
      return shape.size() + 1;
    }
  }
  return 0;
}

class SurveyFolder final : public Source {
 public:
  SurveyFolder(const SourceConfig& config, const SourceContext& context)
      : config_(config),
        folder_(config, context.max_media_bytes),
        max_bytes_(context.max_media_bytes),
        quiet_(context.clock, config.quiet_period) {}

  const std::string& name() const override { return config_.name; }

  PollReport poll(Intake& intake, std::stop_token stop) override {
    const FileDescriptor root = folder_.open();
    FolderScan scan = folder_.scan(root.get(), stop);
    sort_definitions_first(scan.files);
    std::vector<WaitingItem> waiting = std::move(scan.refused);
    PollReport report;
    quiet_.begin_poll();
    for (std::size_t i = 0; i < scan.files.size(); i += kFolderBatch) {
      if (stop.stop_requested()) {
        throw Interrupted();
      }
      const std::span batch(scan.files.data() + i, std::min(kFolderBatch, scan.files.size() - i));
      take_batch(root.get(), batch, intake, waiting, report);
    }
    quiet_.end_poll();
    intake.end_poll(name(), waiting, "");
    report.waiting = static_cast<int>(waiting.size());
    return report;
  }

  void fetch(const MediaRef& media, BlobWriter& writer, std::stop_token stop) override {
    folder_.fetch(media, writer, stop);
  }

  void settle(Intake& intake) override {
    folder_.recover();
    const FileDescriptor root = folder_.open();
    const FolderScan scan = folder_.scan(root.get(), {});
    std::vector<MoveGroup> groups;
    for (std::size_t i = 0; i < scan.files.size(); i += kFolderBatch) {
      const std::span batch(scan.files.data() + i, std::min(kFolderBatch, scan.files.size() - i));
      const auto known = intake.known(name(), ids_of(batch));
      for (const ScannedFile& file : batch) {
        const auto entry = known.find(encode_path(file.path));
        if (entry != known.end() && entry->second.fetched &&
            entry->second.fingerprint == fingerprint(file)) {
          const bool failed = file.facts.size > max_bytes_;
          groups.push_back(
              {{{file.path, file.facts}}, failed ? PutAway::error : PutAway::done, ""});
        }
      }
    }
    folder_.put_away(groups);
  }

 private:
  static std::string fingerprint(const ScannedFile& file) {
    Hasher hasher;
    add_facts(hasher, file);
    return hasher.finish().hex().substr(0, 24);
  }

  static std::vector<std::string> ids_of(std::span<const ScannedFile> files) {
    std::vector<std::string> ids;
    ids.reserve(files.size());
    for (const ScannedFile& file : files) {
      ids.push_back(encode_path(file.path));
    }
    return ids;
  }

  std::string survey_of(const ScannedFile& file) const {
    if (config_.kind == SourceKind::metric_folder) {
      return {};
    }
    return config_.survey.empty() ? survey_of_path(file.path) : config_.survey;
  }

  void sort_definitions_first(std::vector<ScannedFile>& files) const {
    std::ranges::stable_sort(files, {}, [this](const ScannedFile& file) {
      return std::tuple(survey_of(file), !is_definition_name(file.path));
    });
  }

  void take_batch(int root,
                  std::span<const ScannedFile> batch,
                  Intake& intake,
                  std::vector<WaitingItem>& waiting,
                  PollReport& report) {
    const auto known = intake.known(name(), ids_of(batch));
    std::vector<FoundExport> found;
    for (const ScannedFile& file : batch) {
      const std::string id = encode_path(file.path);
      const auto before = known.find(id);
      if (before != known.end() && before->second.fingerprint == fingerprint(file)) {
        ++report.counts.unchanged;
        continue;
      }
      std::string why = quiet_.is_over(file)
                            ? why_busy(root, file)
                            : fmt::format("is left alone until it is unchanged for {}",
                                          to_string(quiet_.period()));
      if (why.empty()) {
        found.push_back({id, fingerprint(file), id, survey_of(file), file.facts.size});
      } else {
        waiting.push_back({id, std::move(why)});
      }
    }
    if (found.empty()) {
      return;
    }
    const RecordCounts counts = intake.record_exports(name(), found, std::nullopt);
    report.counts.added += counts.added;
    report.counts.revised += counts.revised;
    report.counts.unchanged += counts.unchanged;
  }

  SourceConfig config_;
  DropFolder folder_;
  std::uint64_t max_bytes_;
  QuietPeriod quiet_;
};

}  // namespace

std::string survey_of_path(std::string_view path) {
  if (const std::size_t slash = path.find('/'); slash != std::string_view::npos) {
    return printable(sanitize_utf8(path.substr(0, slash)));
  }
  std::string_view name = without_ending(path);
  for (bool again = true; again;) {
    std::size_t length = copy_number_length(name);
    length = length != 0 ? length : date_length(name);
    if (length == 0) {
      ends_with_any(name, kSuffixes, length);
    }
    again = length != 0;
    name.remove_suffix(length);
  }
  return printable(sanitize_utf8(name));
}

bool is_definition_name(std::string_view path) {
  std::string_view name = without_ending(split_path(path).second);
  name.remove_suffix(copy_number_length(name));
  std::size_t length = 0;
  const std::string lower = to_lower_ascii(split_path(path).second);
  return ends_with_any(name, kDefinitionEndings, length) || lower == "form.json" ||
         lower == "definition.json" || lower.ends_with(".qsf") || lower.ends_with(".lss");
}

std::unique_ptr<Source> make_survey_folder(const SourceConfig& config,
                                           const SourceContext& context) {
  return std::make_unique<SurveyFolder>(config, context);
}

}  // namespace muster
