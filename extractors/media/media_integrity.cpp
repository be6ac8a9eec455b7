#include "core/text.h"
#include "extractors/media/checks.h"

#include <utility>

namespace muster {
namespace {

struct IntegrityAnswer {
  Outcome outcome;
  std::string_view message;
  std::string_view reason_code;
  std::string_view remedy;  // where the decoder gives none
};

constexpr std::string_view kExportAgain =
    "Export the file again from the app that made it, and send that copy.";

IntegrityAnswer answer_to(Integrity integrity) {
  switch (integrity) {
    case Integrity::whole:
      return {Outcome::pass, "the whole file can be read", "", ""};
    case Integrity::truncated:
      return {Outcome::fail, "the file ends too early", "media_damaged", kExportAgain};
    case Integrity::damaged:
      return {Outcome::fail, "the file is damaged", "media_damaged", kExportAgain};
    case Integrity::unreadable:
      return {Outcome::fail, "the file cannot be read", "media_unreadable", kExportAgain};
    case Integrity::refused:
      return {Outcome::fail,
              "files of this kind are not taken",
              "media_type",
              "Send a JPEG, PNG or WebP picture, or an MP4 or MOV video."};
    case Integrity::crashed:
      break;
  }
  return {Outcome::could_not_check,
          "the file could not be decoded; this says nothing about the file itself",
          "",
          ""};
}

// Is every file whole? One finding for each.
class MediaIntegrityCheck : public Check {
 public:
  std::string_view name() const override { return "media_integrity"; }

  std::vector<Finding> run(const CheckInput& input) const override {
    std::vector<Finding> findings;
    for (std::size_t i = 0; i < input.media.size(); ++i) {
      findings.push_back(judge(input.media[i], static_cast<int>(i)));
      if (says_made_by_ai(input.media[i].origin)) {
        findings.push_back(tell_of_ai(input.media[i].origin, static_cast<int>(i)));
      }
    }
    return findings;
  }

 private:
  // Platforms label such pictures by the same mark, and some markets want it said.
  Finding tell_of_ai(const MediaOrigin& origin, int item) const {
    Finding finding;
    finding.check = name();
    finding.rule_id = "media_integrity.made_by_ai";
    finding.outcome = Outcome::warn;
    finding.message =
        "the file says that a trained model made it, or part of it; platforms may label it so";
    finding.measured = origin.digital_source_type;
    finding.remedy = "Say in the caption that it was made with AI, or send a picture that was not.";
    finding.reason_code = "media_made_by_ai";
    finding.place.item = item;
    return finding;
  }

  Finding judge(const SeenMedia& media, int item) const {
    const IntegrityAnswer answer = answer_to(media.facts.integrity);
    Finding finding;
    finding.check = name();
    finding.rule_id = "media_integrity.whole";
    finding.outcome = answer.outcome;
    finding.message = answer.message;
    if (answer.outcome != Outcome::pass && !media.facts.integrity_detail.empty()) {
      finding.message += ": " + printable(media.facts.integrity_detail);
    }
    finding.measured = to_string(media.facts.integrity);
    finding.threshold = to_string(Integrity::whole);
    finding.reason_code = answer.reason_code;
    if (answer.outcome != Outcome::pass) {
      finding.remedy = media.remedy.empty() ? std::string(answer.remedy) : media.remedy;
    }
    finding.place.item = item;
    return finding;
  }
};

}  // namespace

std::unique_ptr<Check> make_media_integrity_check() {
  return std::make_unique<MediaIntegrityCheck>();
}

}  // namespace muster
