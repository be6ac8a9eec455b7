#include "core/text.h"
#include "extractors/media/brief_finding.h"
#include "extractors/media/caption_clauses.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

// "https://fizzo.example/x" or "fizzo.example/x"; contacts, networks and plain words are none.
std::optional<WebAddress> address_in_code(const std::string& text) {
  const std::string lower = to_lower_ascii(trim(text));
  const bool has_scheme = lower.starts_with("http://") || lower.starts_with("https://");
  const bool is_word = lower.find_first_of(" \t\r\n") == std::string::npos &&
                       lower.find(':') == std::string::npos && lower.find('.') != std::string::npos;
  if (!has_scheme && !is_word) {
    return std::nullopt;
  }
  return read_web_address(trim(text));
}

Finding code_finding(const CheckInput& input, Outcome outcome, std::string message) {
  Finding finding = brief_finding(input.brief, "caption", "code_host", outcome, std::move(message));
  finding.threshold = join(input.brief.links.allowed_hosts, ", ");
  if (outcome == Outcome::fail) {
    finding.reason_code = "off_brief";
  }
  return finding;
}

Finding judge_code(const CheckInput& input, const SeenCode& code) {
  const std::optional<WebAddress> address = address_in_code(code.text);
  Finding finding;
  if (!address) {
    finding = code_finding(
        input,
        Outcome::warn,
        fmt::format("a QR code in the picture is no web address: \"{}\"", printable(code.text)));
    finding.remedy = "Let a person look at what the code does.";
  } else {
    const bool fits = is_allowed_host(input.brief.links.allowed_hosts, address->host);
    finding = code_finding(input,
                           fits ? Outcome::pass : Outcome::fail,
                           fmt::format("a QR code in the picture leads to {}{}",
                                       printable(address->host),
                                       fits ? "" : ", which the brief does not allow"));
    if (!fits) {
      finding.remedy = fmt::format("Use a code that leads to {} only.",
                                   join(input.brief.links.allowed_hosts, " or "));
    }
  }
  finding.measured = printable(code.text);
  finding.place.box = code.box;
  finding.place.outline = code.outline;
  if (code.time.end_ms > code.time.start_ms) {
    finding.place.time = code.time;
  }
  return finding;
}

}  // namespace

void add_code_clauses(const CheckInput& input, std::vector<Finding>& findings) {
  if (input.brief.links.allowed_hosts.empty()) {
    return;
  }
  for (std::size_t item = 0; item < input.media.size(); ++item) {
    const SeenMedia& media = input.media[item];
    if (!media.has_pictures) {
      continue;
    }
    std::vector<Finding> own;
    if (!media.codes_were_read) {
      own.push_back(code_finding(
          input,
          Outcome::could_not_check,
          fmt::format("whether QR codes in the {} lead where the brief allows was not checked{}{}",
                      to_string(media.facts.kind()),
                      media.codes_problem.empty() ? "" : ": ",
                      media.codes_problem)));
    } else if (media.codes.empty()) {
      own.push_back(code_finding(input, Outcome::pass, "no QR code was found in the picture"));
    }
    for (const SeenCode& code : media.codes) {
      own.push_back(judge_code(input, code));
    }
    for (Finding& finding : own) {
      finding.place.item = static_cast<int>(item);
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace muster
