#include "extractors/text/personal_data.h"

#include "extractors/text/personal_numbers.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <arpa/inet.h>

namespace muster {
namespace {

using Kind = PersonalDataKind;
using Span = PersonalSpan;

bool is_latin(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_hex_digit(char c) {
  return is_figure(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// ------------------------------------------------------------------------------------- e-mail

bool is_local_part(char c) {
  return is_wordlike(c) || std::string_view("._%+-'").find(c) != std::string_view::npos;
}
bool is_host_part(char c) {
  return is_wordlike(c) || c == '.' || c == '-';
}

void find_emails(std::string_view text, std::vector<Span>& spans) {
  for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && is_local_part(text[begin - 1])) {
      --begin;
    }
    while (begin < at && !is_wordlike(text[begin])) {
      ++begin;
    }
    std::size_t end = at + 1;
    while (end < text.size() && is_host_part(text[end])) {
      ++end;
    }
    while (end > at + 1 && !is_wordlike(text[end - 1])) {
      --end;
    }
    const auto host = text.substr(at + 1, end - at - 1);
    const auto dot = host.rfind('.');
    const bool has_domain = dot != std::string_view::npos && dot > 0 && host.size() - dot > 2 &&
                            !is_figure(host[dot + 1]);
    if (begin < at && has_domain) {
      spans.push_back({begin, end, Kind::email});
    }
  }
}

// ----------------------------------------------------------------------------------- addresses

void find_ip_addresses(std::string_view text, std::vector<Span>& spans) {
  const auto fits = [](char c) { return is_hex_digit(c) || c == '.' || c == ':'; };
  for (std::size_t i = 0; i < text.size();) {
    if (!fits(text[i]) || (i > 0 && is_wordlike(text[i - 1]))) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && fits(text[end])) {
      ++end;
    }
    const std::size_t next = end;
    const bool goes_on = end < text.size() && is_wordlike(text[end]);
    while (end > i && (text[end - 1] == '.' || text[end - 1] == ':')) {
      --end;
    }
    constexpr std::size_t kLongest = 45;
    const std::string token(text.substr(i, std::min(end - i, kLongest + 1)));
    std::array<unsigned char, 16> bytes{};
    const bool four = std::count(token.begin(), token.end(), '.') == 3 &&
                      inet_pton(AF_INET, token.c_str(), bytes.data()) == 1;
    const bool six = std::count(token.begin(), token.end(), ':') >= 3 &&
                     inet_pton(AF_INET6, token.c_str(), bytes.data()) == 1;
    if (!goes_on && token.size() <= kLongest && (four || six)) {
      spans.push_back({i, end, Kind::ip_address});
    }
    i = next;
  }
}

// ---------------------------------------------------------------------------------------- IBAN

struct IbanLength {
  std::string_view country;
  std::size_t length;
};
// ISO 13616 registry, as of release 98.
constexpr auto kIbanLengths = std::to_array<IbanLength>(
    {{"AD", 24}, {"AE", 23}, {"AT", 20}, {"BE", 16}, {"BG", 22}, {"BR", 29}, {"CH", 21},
     {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DK", 18}, {"EE", 20}, {"ES", 24}, {"FI", 18},
     {"FR", 27}, {"GB", 22}, {"GR", 27}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23},
     {"IS", 26}, {"IT", 27}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"MC", 27},
     {"MT", 31}, {"NL", 18}, {"NO", 15}, {"PL", 28}, {"PT", 25}, {"RO", 24}, {"RS", 22},
     {"SA", 24}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"TR", 26}, {"UA", 29}});

// ISO 7064 MOD 97-10 over the IBAN with its first four characters at the end; letters count 10 to
// 35.
bool has_iban_check(std::string_view iban) {
  unsigned rest = 0;
  for (std::size_t i = 0; i < iban.size(); ++i) {
    const char c = iban[(i + 4) % iban.size()];
    rest = is_figure(c) ? (rest * 10 + static_cast<unsigned>(c - '0')) % 97
                        : (rest * 100 + static_cast<unsigned>(c - 'A' + 10)) % 97;
  }
  return rest == 1;
}

void find_ibans(std::string_view text, std::vector<Span>& spans) {
  for (std::size_t i = 0; i + 15 <= text.size(); ++i) {
    const bool begins = is_latin(text[i]) && is_latin(text[i + 1]) && is_figure(text[i + 2]) &&
                        (i == 0 || !is_wordlike(text[i - 1]));
    if (!begins) {
      continue;
    }
    std::string country(text.substr(i, 2));
    std::transform(country.begin(), country.end(), country.begin(), [](char c) {
      return is_latin(c) ? static_cast<char>(c & ~0x20) : c;
    });
    const auto known = std::find_if(kIbanLengths.begin(), kIbanLengths.end(), [&](const auto& e) {
      return e.country == country;
    });
    if (known == kIbanLengths.end()) {
      continue;
    }
    std::string iban;
    std::size_t end = i;
    while (end < text.size() && iban.size() < known->length) {
      const char c = text[end];
      if (is_latin(c) || is_figure(c)) {
        iban += is_latin(c) ? static_cast<char>(c & ~0x20) : c;
      } else if ((c != ' ' && c != '-') || text[end - 1] == c) {
        break;
      }
      ++end;
    }
    const bool ends = end == text.size() || !is_wordlike(text[end]);
    if (iban.size() == known->length && ends && has_iban_check(iban)) {
      spans.push_back({i, end, Kind::iban});
    }
  }
}

// Most texts hold nothing: this must be quick.
bool may_hold_any(std::string_view text) {
  constexpr std::ptrdiff_t kFewestDigits = 4;  // of an IP address
  return text.find('@') != std::string_view::npos ||
         std::count_if(text.begin(), text.end(), is_figure) >= kFewestDigits ||
         text.find("::") != std::string_view::npos;
}

}  // namespace

std::optional<MaskedText> mask_personal_data(std::string_view text) {
  if (!may_hold_any(text)) {
    return std::nullopt;
  }
  std::vector<Span> spans;
  find_emails(text, spans);
  find_ip_addresses(text, spans);
  find_ibans(text, spans);
  find_personal_numbers(text, spans);
  if (spans.empty()) {
    return std::nullopt;
  }
  // Of spans that overlap the one counts that begins first, of these the longer one.
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  MaskedText masked;
  std::size_t done = 0;
  for (const Span& span : spans) {
    if (span.begin < done) {
      continue;
    }
    masked.text += text.substr(done, span.begin - done);
    masked.text += '[';
    masked.text += span.kind == Kind::ip_address ? "ip address" : to_string(span.kind);
    masked.text += ']';
    masked.found.push_back(span.kind);
    done = span.end;
  }
  masked.text += text.substr(done);
  return masked;
}

}  // namespace muster
