#include "worker/sources/feed_items.h"

#include "core/hash.h"
#include "core/text.h"
#include "worker/sources/beneath.h"
#include "worker/sources/found_item.h"

#include <charconv>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <simdjson.h>

namespace muster {
namespace {

constexpr std::size_t kMaxIdBytes = 1'000;

// "/items/3/caption" -> 3.
std::optional<std::size_t> item_position(std::string_view where) {
  constexpr std::string_view kPrefix = "/items/";
  if (!where.starts_with(kPrefix)) {
    return std::nullopt;
  }
  where.remove_prefix(kPrefix.size());
  std::size_t position = 0;
  const auto [end, error] = std::from_chars(where.data(), where.data() + where.size(), position);
  return error == std::errc() ? std::optional(position) : std::nullopt;
}

std::string feed_text(simdjson::dom::element element) {
  if (std::string_view text; element.get_string().get(text) == simdjson::SUCCESS) {
    return std::string(text);
  }
  if (std::int64_t number = 0; element.get_int64().get(number) == simdjson::SUCCESS) {
    return std::to_string(number);
  }
  return {};
}

std::string field_of(simdjson::dom::object object, std::string_view key) {
  simdjson::dom::element value;
  return object.at_key(key).get(value) == simdjson::SUCCESS ? feed_text(value) : std::string();
}

// What a reader that gave up on an item did not tell us: its id and version.
struct ItemName {
  std::string id;
  std::string version;
};

std::map<std::size_t, ItemName> item_names(std::string_view document) {
  std::map<std::size_t, ItemName> names;
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (document.starts_with(kByteOrderMark)) {
    document.remove_prefix(kByteOrderMark.size());
  }
  simdjson::dom::parser parser;
  simdjson::dom::array items;
  if (parser.parse(document.data(), document.size())["items"].get(items) != simdjson::SUCCESS) {
    return names;
  }
  std::size_t position = 0;
  for (const simdjson::dom::element item : items) {
    simdjson::dom::object object;
    if (item.get(object) == simdjson::SUCCESS) {
      ItemName name{field_of(object, "id"), field_of(object, "updated_at")};
      if (name.version.empty()) {
        name.version = field_of(object, "version");
      }
      names.emplace(position, std::move(name));
    }
    ++position;
  }
  return names;
}

bool is_usable_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxIdBytes && !find_invalid_utf8(id) && printable(id) == id;
}

std::string finish(Hasher& hasher) {
  return hasher.finish().hex().substr(0, 24);
}

// Links to media are often signed anew for each request, in their query, so the query does not
// count.
std::string fingerprint_of(const FeedItem& item) {
  Hasher hasher;
  if (!item.version.empty()) {
    hasher.add_field("version");
    hasher.add_field(item.version);
    return finish(hasher);
  }
  hasher.add_field("content");
  hasher.add_field(content_hash({{}, item.manifest}).hex());
  hasher.add_field(item.manifest.language);
  for (const MediaRef& media : item.media) {
    hasher.add_field(std::string_view(media.locator).substr(0, media.locator.find('?')));
    hasher.add_field(media.display_name);
    hasher.add_field(std::to_string(media.byte_size));
    if (media.transcript) {
      const std::string_view locator = media.transcript->locator;
      hasher.add_field("transcript");
      hasher.add_field(locator.substr(0, locator.find('?')));
      hasher.add_field(std::to_string(media.transcript->byte_size));
    }
  }
  return finish(hasher);
}

// Reads the address of a transcript against the page's; empties it where it is none.
void take_transcript(const Url& page,
                     std::size_t position,
                     TranscriptRef& transcript,
                     FoundSubmission& found) {
  const std::optional<Url> url = resolve_url(page, transcript.locator);
  transcript.locator = url ? url->text : "";
  if (url) {
    transcript.display_name =
        display_name(transcript.display_name.empty() ? url->path : transcript.display_name);
    return;
  }
  found.intake_findings.push_back(intake_finding(
      "intake.transcript_missing",
      Outcome::could_not_check,
      fmt::format("the address of the transcript of file {} is no http or https URL", position + 1),
      "Correct the \"url\" of the transcript in the feed.",
      "file_missing",
      fmt::format("media/{}/transcript/url", position)));
}

FoundSubmission submission_of(FeedItem item, const Url& page, const SourceConfig& config) {
  FoundSubmission found;
  found.fingerprint = fingerprint_of(item);
  found.external_id = item.manifest.external_id;
  found.manifest = std::move(item.manifest);
  apply_defaults(found.manifest, config);
  for (std::size_t i = 0; i < item.media.size(); ++i) {
    MediaRef& media = item.media[i];
    const std::optional<Url> url = resolve_url(page, media.locator);
    if (!url) {
      found.intake_findings.push_back(
          intake_finding("intake.files",
                         Outcome::fail,
                         fmt::format("the address of file {} is no http or https URL", i + 1),
                         "Correct the \"url\" of the file in the feed.",
                         "file_missing",
                         fmt::format("media/{}/url", i)));
      continue;
    }
    media.display_name = display_name(media.display_name.empty() ? url->path : media.display_name);
    media.locator = url->text;
    if (media.transcript) {
      take_transcript(page, i, *media.transcript, found);
      if (media.transcript->locator.empty()) {
        media.transcript.reset();
      }
    }
    found.media.push_back(std::move(media));
  }
  if (item.media.empty()) {
    found.intake_findings.push_back(intake_finding("intake.files",
                                                   Outcome::fail,
                                                   "the feed's entry names no files",
                                                   "Add the files under \"media\".",
                                                   "file_missing",
                                                   "media"));
  }
  return found;
}

FoundSubmission unreadable_submission(const ItemName& name,
                                      const ParseError& error,
                                      const SourceConfig& config) {
  FoundSubmission found;
  found.external_id = name.id;
  Hasher hasher;
  hasher.add_field("unreadable");
  hasher.add_field(name.version);
  hasher.add_field(error.what);
  found.fingerprint = finish(hasher);
  apply_defaults(found.manifest, config);
  found.intake_findings.push_back(unreadable_manifest("the feed's entry", error));
  return found;
}

}  // namespace

PageItems items_of_page(FeedPage feed,
                        std::string_view document,
                        const Url& page,
                        const SourceConfig& config) {
  PageItems items;
  for (FeedItem& item : feed.items) {
    items.found.push_back(submission_of(std::move(item), page, config));
  }
  if (feed.rejected.empty()) {
    return items;
  }
  const std::map<std::size_t, ItemName> names = item_names(document);
  for (ParseError& error : feed.rejected) {
    const std::optional<std::size_t> position = item_position(error.where);
    const auto name = position ? names.find(*position) : names.end();
    if (name != names.end() && is_usable_id(name->second.id)) {
      items.found.push_back(unreadable_submission(name->second, error, config));
    } else {
      items.without_id.push_back(std::move(error));
    }
  }
  return items;
}

}  // namespace muster
