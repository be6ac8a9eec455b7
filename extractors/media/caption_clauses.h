#pragma once

#include "extractors/media/check.h"
#include "extractors/text/caption.h"

#include <string>
#include <string_view>
#include <vector>

namespace muster {

// What the brief asks of the caption beyond phrases and tags: claims, promo codes, links,
// competitors, languages. Adds nothing for what it does not ask. `caption` is the submission's,
// taken apart.
void add_caption_clauses(const CheckInput& input,
                         const Caption& caption,
                         std::vector<Finding>& findings);

// The part of it about links (link_clauses.cpp).
void add_link_clauses(const CheckInput& input,
                      const Caption& caption,
                      std::vector<Finding>& findings);

// The part of it about QR codes in the pictures (code_clauses.cpp): one finding for each code, and
// for each file without one.
void add_code_clauses(const CheckInput& input, std::vector<Finding>& findings);

// An address as a reader would type it: "https://WWW.Fizzo.example/x?a=b#c" has the host
// "fizzo.example", the path "/x" and the query "a=b".
struct WebAddress {
  std::string host;
  std::string path;
  std::string query;
};
WebAddress read_web_address(std::string_view text);
// Is the host in the list, itself or as a sub-domain? An empty list allows all.
bool is_allowed_host(const std::vector<std::string>& allowed, const std::string& host);

}  // namespace muster
