#include "worker/sources/found_item.h"

#include "core/text.h"
#include "extractors/text/manifest_reader.h"
#include "worker/sources/drop_folder.h"
#include "worker/sources/transcript_names.h"

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
    ReadManifest read;
    if (item_.manifest) {
      read = read_manifest_file(*item_.manifest);
    }
    if (submission.external_id.empty()) {
      submission.external_id = encode_path(item_.path);
    }
    apply_defaults(submission.manifest, config_);
    add_media(read.files);
    add_transcripts(read.transcripts);
    explain_other_manifests();
    list_files();
    submission.fingerprint = fingerprint();
    return std::move(found_);
  }

 private:
  std::string name_of(std::size_t position) const { return display_name(files_[position].path); }

  std::vector<Finding>& findings() { return found_.submission.intake_findings; }

  // Returns what the manifest says of files; its other fields are the submission's.
  ReadManifest read_manifest_file(std::size_t position) {
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
    return *std::move(read);
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
      media_names_.push_back(name_in_item(position));
    }
    if (media.empty() && found_.missing.empty()) {
      report_missing(item_.folder.empty()
                         ? fmt::format("{} has no media file beside it that is its own",
                                       name_of(item_.manifest.value_or(first_transcript())))
                         : "the folder of the submission holds no media files");
    }
  }

  std::size_t first_transcript() const {
    return item_.transcripts.empty() ? 0 : item_.transcripts.front();
  }

  // As a manifest names it: within the folder of the submission.
  std::string_view name_in_item(std::size_t position) const {
    const std::string_view path = files_[position].path;
    return item_.folder.empty() ? path : path.substr(item_.folder.size() + 1);
  }

  // Gives each transcript to the file that the manifest names, else to the one whose name it bears.
  void add_transcripts(const std::map<std::string, std::string>& named) {
    std::map<std::string_view, std::size_t> by_name;
    for (const std::size_t position : item_.transcripts) {
      by_name.emplace(name_in_item(position), position);
    }
    if (!named.empty() && item_.folder.empty()) {
      warn_of_transcript("\"transcripts\" is not used: it counts only in a submission.json",
                         "Name the transcript after its video: reel.mp4.srt beside reel.mp4.");
    } else {
      for (const auto& [media, transcript] : named) {
        name_transcript(media, transcript, by_name);
      }
    }
    for (const std::size_t position : by_fit(by_name)) {
      take_by_name(position);
    }
  }

  void name_transcript(const std::string& media,
                       const std::string& transcript,
                       std::map<std::string_view, std::size_t>& by_name) {
    const auto file = std::ranges::find(media_names_, media);
    const auto found = by_name.find(transcript);
    if (file == media_names_.end() || found == by_name.end()) {
      const bool no_media = file == media_names_.end();
      std::string what = fmt::format("submission.json names {} \"{}\", which is not in the folder",
                                     no_media ? "the file of a transcript" : "the transcript",
                                     printable(no_media ? media : transcript));
      if (!no_media && found_.missing.empty()) {
        found_.missing = what;  // it may still come
      }
      warn_of_transcript(std::move(what), "Send the transcript, or correct the name.");
      return;
    }
    give_transcript(static_cast<std::size_t>(file - media_names_.begin()), found->second);
    by_name.erase(found);
  }

  // The transcripts that no manifest names, those whose names fit best first.
  std::vector<std::size_t> by_fit(const std::map<std::string_view, std::size_t>& by_name) const {
    std::vector<std::size_t> positions;
    for (const auto& [name, position] : by_name) {
      positions.push_back(position);
    }
    std::ranges::stable_sort(
        positions, {}, [&](std::size_t position) { return name_in_item(position).size(); });
    return positions;
  }

  void take_by_name(std::size_t position) {
    if (found_.submission.media.empty()) {
      return;  // that its media are missing is said
    }
    const auto best = best_transcribed(name_in_item(position), media_names_);
    if (!best) {
      warn_of_transcript(fmt::format("{} is not used: nobody can tell which file it belongs to",
                                     name_of(position)),
                         "Name the transcript after its video: reel.mp4.srt beside reel.mp4.");
    } else if (found_.submission.media[*best].transcript) {
      warn_of_transcript(fmt::format("{} is not used: {} comes before it",
                                     name_of(position),
                                     found_.submission.media[*best].transcript->display_name),
                         "Remove it, or send only the transcript in the language that is spoken.");
    } else {
      give_transcript(*best, position);
    }
  }

  void give_transcript(std::size_t media, std::size_t position) {
    const ScannedFile& file = files_[position];
    found_.submission.media[media].transcript = {
        encode_path(file.path), name_of(position), file.facts.size};
  }

  void warn_of_transcript(std::string what, std::string remedy) {
    findings().push_back(
        intake_finding("intake.transcript", Outcome::warn, std::move(what), std::move(remedy), ""));
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
    found_.files.insert(found_.files.end(), item_.transcripts.begin(), item_.transcripts.end());
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
  std::vector<std::string_view> media_names_;  // of the submission's media, in order
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
