#include "core/text.h"
#include "extractors/media/brief_finding.h"
#include "extractors/media/caption_clauses.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace muster {
namespace {

struct FoundLink {
  WebAddress address;
  std::string text;
  TextSpan span;
};

// Signs that end a sentence are no part of an address.
std::string_view without_tail(std::string_view text) {
  while (!text.empty() &&
         std::string_view(".,;:!?)]}\"'>").find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  }
  return text;
}

std::vector<FoundLink> links_of(const CheckInput& input, const Caption& caption) {
  std::vector<FoundLink> links;
  for (const Token& token : caption.tokens) {
    if (token.kind == TokenKind::url) {
      const TextSpan span = caption.span(token);
      std::string text(without_tail(text_at(input.manifest.caption, span)));
      links.push_back({read_web_address(text), text, span});
    }
  }
  return links;
}

// The value of a parameter in a query; nullopt where it is not there. Percent signs stay as they
// are: campaigns name their parameters in plain letters.
std::optional<std::string> parameter(const std::string& query, const std::string& name) {
  for (const std::string& part : split(query, '&')) {
    const std::size_t equals = std::min(part.find('='), part.size());
    if (part.substr(0, equals) == name) {
      return equals < part.size() ? part.substr(equals + 1) : std::string();
    }
  }
  return std::nullopt;
}

bool leads_to(const WebAddress& link, const WebAddress& wanted) {
  const auto without_slash = [](std::string path) {
    while (path.ends_with('/')) {
      path.pop_back();
    }
    return path;
  };
  const std::string path = without_slash(link.path);
  const std::string start = without_slash(wanted.path);
  const bool below = path == start || (path.starts_with(start) && path[start.size()] == '/');
  if (link.host != wanted.host || !below) {
    return false;
  }
  for (const std::string& part : split(wanted.query, '&')) {
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string value = equals < part.size() ? part.substr(equals + 1) : std::string();
    if (!part.empty() && parameter(link.query, part.substr(0, equals)) != value) {
      return false;
    }
  }
  return true;
}

Finding link_finding(const CheckInput& input,
                     std::string_view rule,
                     Outcome outcome,
                     std::string message) {
  Finding finding = brief_finding(input.brief, "caption", rule, outcome, std::move(message));
  if (outcome == Outcome::fail) {
    finding.reason_code = "off_brief";
  }
  return finding;
}

void add_required(const CheckInput& input,
                  const std::vector<FoundLink>& links,
                  std::vector<Finding>& findings) {
  for (const std::string& wanted : input.brief.links.required) {
    const auto found = std::find_if(links.begin(), links.end(), [&](const FoundLink& link) {
      return leads_to(link.address, read_web_address(wanted));
    });
    Finding finding =
        link_finding(input,
                     "link",
                     found == links.end() ? Outcome::fail : Outcome::pass,
                     found == links.end() ? fmt::format("the caption has no link to {}", wanted)
                                          : fmt::format("the caption links to {}", wanted));
    finding.threshold = wanted;
    if (found == links.end()) {
      finding.remedy = fmt::format("Add the link {}.", wanted);
    } else {
      finding.place.text = found->span;
    }
    findings.push_back(std::move(finding));
  }
}

void add_hosts(const CheckInput& input,
               const std::vector<FoundLink>& links,
               std::vector<Finding>& findings) {
  const std::vector<std::string>& allowed = input.brief.links.allowed_hosts;
  if (allowed.empty()) {
    return;
  }
  for (const FoundLink& link : links) {
    const bool fits = is_allowed_host(allowed, link.address.host);
    Finding finding =
        link_finding(input,
                     "link_host",
                     fits ? Outcome::pass : Outcome::fail,
                     fits ? fmt::format("the link leads to {}", printable(link.address.host))
                          : fmt::format("the link leads to {}, which the brief does not allow",
                                        printable(link.address.host)));
    finding.measured = printable(link.address.host);
    finding.threshold = join(allowed, ", ");
    finding.remedy = fits ? "" : fmt::format("Link to {} only.", join(allowed, " or "));
    finding.place.text = link.span;
    findings.push_back(std::move(finding));
  }
}

void add_parameters(const CheckInput& input,
                    const std::vector<FoundLink>& links,
                    std::vector<Finding>& findings) {
  const Brief::Links& rules = input.brief.links;
  for (const FoundLink& link : links) {
    // Links that lead elsewhere are another rule's business.
    if (rules.parameters.empty() || !is_allowed_host(rules.allowed_hosts, link.address.host)) {
      continue;
    }
    std::vector<std::string> missing;
    for (const auto& [name, value] : rules.parameters) {
      const auto given = parameter(link.address.query, name);
      if (!given || given->empty() || (!value.empty() && *given != value)) {
        missing.push_back(value.empty() ? name : fmt::format("{}={}", name, value));
      }
    }
    Finding finding =
        link_finding(input,
                     "link_parameters",
                     missing.empty() ? Outcome::pass : Outcome::fail,
                     missing.empty() ? std::string("the link has the parameters of the campaign")
                                     : fmt::format("the link lacks {}", join(missing, ", ")));
    finding.measured = printable(link.address.query);
    finding.remedy = missing.empty() ? "" : fmt::format("Add {} to the link.", join(missing, "&"));
    finding.place.text = link.span;
    findings.push_back(std::move(finding));
  }
}

}  // namespace

WebAddress read_web_address(std::string_view text) {
  WebAddress address;
  if (const std::size_t scheme = text.find("://");
      scheme != std::string_view::npos && scheme < 16) {
    text.remove_prefix(scheme + 3);
  }
  text = text.substr(0, text.find('#'));
  const std::size_t query = std::min(text.find('?'), text.size());
  address.query = query < text.size() ? std::string(text.substr(query + 1)) : std::string();
  text = text.substr(0, query);
  const std::size_t slash = std::min(text.find('/'), text.size());
  address.path = text.substr(slash);
  std::string_view host = text.substr(0, slash);
  // "fizzo.example@evil.example" leads to the latter.
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
    host.remove_prefix(at + 1);
  }
  host = host.substr(0, host.find(':'));
  address.host = to_lower_ascii(host);
  if (address.host.starts_with("www.")) {
    address.host.erase(0, 4);
  }
  return address;
}

bool is_allowed_host(const std::vector<std::string>& allowed, const std::string& host) {
  return allowed.empty() ||
         std::any_of(allowed.begin(), allowed.end(), [&](const std::string& one) {
           return host == one || host.ends_with("." + one);
         });
}

void add_link_clauses(const CheckInput& input,
                      const Caption& caption,
                      std::vector<Finding>& findings) {
  const Brief::Links& rules = input.brief.links;
  if (rules.required.empty() && rules.allowed_hosts.empty() && rules.parameters.empty()) {
    return;
  }
  const std::vector<FoundLink> links = links_of(input, caption);
  add_required(input, links, findings);
  add_hosts(input, links, findings);
  add_parameters(input, links, findings);
}

}  // namespace muster
