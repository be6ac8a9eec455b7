#include "worker/sources/found_item.h"

#include "core/text.h"
#include "extractors/text/manifest_reader.h"
#include "worker/sources/drop_folder.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace muster {
namespace {

class ItemReader {
 public:
  ItemReader(int directory,
             std::span<const ScannedFile> files,
             const FolderItem& item,
             const SourceConfig& config)
      : directory_(directory), files_(files), item_(item), config_(config) {}

  FoundItem read() {
    FoundSubmission& submission = found_.submission;
    std::vector<std::string> order;
    if (item_.manifest) {
      order = read_manifest_file(*item_.manifest);
    }
    if (submission.external_id.empty()) {
      submission.external_id = encode_path(item_.path);
    }
    apply_defaults(submission.manifest, config_);
    add_media(order);
    explain_other_manifests();
    list_files();
    submission.fingerprint = fingerprint();
    return std::move(found_);
  }

 private:
  std::string name_of(std::size_t position) const { return display_name(files_[position].path); }

  std::vector<Finding>& findings() { return found_.submission.intake_findings; }

  // Returns the order of the files where the manifest gives one.
  std::vector<std::string> read_manifest_file(std::size_t position) {
    const ScannedFile& file = files_[position];
    const std::string name = name_of(position);
    if (file.facts.size > kMaxManifestBytes) {
      findings().push_back(unreadable_manifest(
          name, {"", fmt::format("it has more than {}", format_bytes(kMaxManifestBytes))}));
      return {};
    }
    const Parsed<std::string> text = read_small_file(directory_, file, kMaxManifestBytes);
    if (!text) {
      found_.not_yet = fmt::format("{}: {}", name, to_string(text.error()));
      return {};
    }
    Parsed<ReadManifest> read = read_manifest(*text);
    if (!read) {
      findings().push_back(unreadable_manifest(name, read.error()));
      return {};
    }
    for (const std::string& warning : read->warnings) {
      findings().push_back(intake_finding("intake.manifest",
                                          Outcome::warn,
                                          fmt::format("{}: {}", name, warning),
                                          "Correct the manifest if something is lost by it.",
                                          ""));
    }
    found_.submission.manifest = std::move(read->manifest);
    found_.submission.external_id = found_.submission.manifest.external_id;
    return std::move(read->files);
  }

  void add_media(const std::vector<std::string>& order) {
    std::vector<std::size_t> media = item_.media;
    if (!order.empty() && !item_.folder.empty()) {
      media = in_order_of_manifest(order);
    } else if (!order.empty()) {
      findings().push_back(
          intake_finding("intake.manifest",
                         Outcome::warn,
                         "\"files\" is not used: it counts only in a submission.json",
                         "Put files that belong together into a folder with a submission.json.",
                         ""));
    }
    for (const std::size_t position : media) {
      const ScannedFile& file = files_[position];
      found_.submission.media.push_back(
          {encode_path(file.path), name_of(position), file.facts.size});
    }
    if (media.empty() && found_.missing.empty()) {
      report_missing(item_.folder.empty()
                         ? fmt::format("{} has no media file beside it", name_of(*item_.manifest))
                         : "the folder of the submission holds no media files");
    }
  }

  std::vector<std::size_t> in_order_of_manifest(const std::vector<std::string>& order) {
    std::map<std::string_view, std::size_t> by_name;
    for (const std::size_t position : item_.media) {
      by_name.emplace(std::string_view(files_[position].path).substr(item_.folder.size() + 1),
                      position);
    }
    std::vector<std::size_t> media;
    for (const std::string& name : order) {
      const auto found = by_name.find(name);
      if (found == by_name.end()) {
        report_missing(fmt::format("submission.json names \"{}\", which is not in the folder",
                                   printable(name)));
        continue;
      }
      media.push_back(found->second);
      by_name.erase(found);
    }
    for (const auto& [name, position] : by_name) {
      findings().push_back(intake_finding(
          "intake.files",
          Outcome::warn,
          fmt::format("\"{}\" lies in the folder, but submission.json does not name it; it was "
                      "left out",
                      name_of(position)),
          "Name it under \"files\" or remove it.",
          ""));
    }
    return media;
  }

  void report_missing(std::string what) {
    findings().push_back(intake_finding("intake.files",
                                        Outcome::fail,
                                        what,
                                        "Send the file and the manifest again, together.",
                                        "file_missing"));
    if (found_.missing.empty()) {
      found_.missing = std::move(what);
    }
  }

  void explain_other_manifests() {
    if (item_.ambiguous_manifest) {
      const std::string manifest = name_of(*item_.ambiguous_manifest);
      const std::string media = name_of(item_.media.front());
      findings().push_back(intake_finding(
          "intake.manifest",
          Outcome::fail,
          fmt::format("{} fits several files of that name, so that nobody can tell which one it "
                      "describes",
                      manifest),
          fmt::format("Name the manifest of this file {}.json.", media),
          "manifest_unreadable"));
    }
    for (const std::size_t position : item_.unused) {
      findings().push_back(intake_finding(
          "intake.manifest",
          Outcome::warn,
          fmt::format("{} is not used: another manifest comes before it", name_of(position)),
          "Remove it.",
          ""));
    }
  }

  void list_files() {
    found_.files = item_.media;
    if (item_.manifest) {
      found_.files.push_back(*item_.manifest);
    }
    found_.files.insert(found_.files.end(), item_.unused.begin(), item_.unused.end());
    if (item_.ambiguous_manifest) {
      found_.files.push_back(*item_.ambiguous_manifest);
    }
  }

  std::string fingerprint() const {
    Hasher hasher;
    for (const std::size_t position : found_.files) {
      add_facts(hasher, files_[position]);
    }
    return hasher.finish().hex().substr(0, 24);
  }

  int directory_;
  std::span<const ScannedFile> files_;
  const FolderItem& item_;
  const SourceConfig& config_;
  FoundItem found_;
};

}  // namespace

FoundItem read_item(int directory,
                    std::span<const ScannedFile> files,
                    const FolderItem& item,
                    const SourceConfig& config) {
  return ItemReader(directory, files, item, config).read();
}

Finding intake_finding(std::string rule,
                       Outcome outcome,
                       std::string message,
                       std::string remedy,
                       std::string reason_code,
                       std::string where) {
  Finding finding;
  finding.check = "intake";
  finding.rule_id = std::move(rule);
  finding.outcome = outcome;
  finding.message = std::move(message);
  finding.remedy = std::move(remedy);
  finding.reason_code = std::move(reason_code);
  finding.place.document = std::move(where);
  return finding;
}

Finding unreadable_manifest(const std::string& name, const ParseError& error) {
  return intake_finding("intake.manifest",
                        Outcome::fail,
                        fmt::format("{} can't be read: {}", name, printable(to_string(error))),
                        "Correct the manifest at the place named and send it again.",
                        "manifest_unreadable",
                        error.where);
}

bool has_failed(const FoundSubmission& submission) {
  return std::ranges::any_of(submission.intake_findings, [](const Finding& finding) {
    return finding.outcome == Outcome::fail;
  });
}

void apply_defaults(Manifest& manifest, const SourceConfig& config) {
  const auto fill = [](std::string& field, const std::string& value) {
    if (field.empty()) {
      field = value;
    }
  };
  fill(manifest.campaign, config.campaign);
  fill(manifest.platform, config.platform);
  fill(manifest.placement, config.placement);
}

}  // namespace muster
