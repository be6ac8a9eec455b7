#pragma once

#include "core/result.h"
#include "core/submission.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Larger manifests are refused before they are read.
inline constexpr std::uint64_t kMaxManifestBytes = 1'000'000;

// A manifest as read, with what was odd about it.
struct ReadManifest {
  Manifest manifest;
  std::vector<std::string>
      files;  // names of the media in a folder manifest, in order; empty: all by name
  // Of a folder manifest: the name of a media file, and of the SRT or WebVTT file with what is said
  // in it.
  std::map<std::string, std::string> transcripts;
  std::vector<std::string> warnings;  // unknown keys with the nearest known one
};

// Reads submission.json / NAME.json: an object with creator, platform, placement, campaign,
// caption, language, tags, markets, rights {channels, territories, uses, starts, ends, zone,
// exclusive, license, credit}, id, files, transcripts {FILE: TRANSCRIPT}. A caption that is not
// UTF-8, a wrong type, a bad date or a value over its length limit is an error with its place;
// unknown keys are warnings. At most 1 MB and 32 levels deep.
Parsed<ReadManifest> read_manifest(std::string_view json);

// One page of a submission feed.
struct FeedItem {
  Manifest manifest;    // external_id is never empty
  std::string version;  // "updated_at" or "version" of the item; empty: not told
  std::vector<MediaRef> media;
};
struct FeedPage {
  std::vector<FeedItem> items;
  std::vector<ParseError>
      rejected;      // items that can't be read; `where` is their place ("/items/3/id")
  std::string next;  // URL or cursor of the next page; empty: the last one
  bool next_is_cursor = false;
};

// Reads {"items": [{"id", "creator", ..., "media": [{"url", "name", "bytes", "transcript": {"url",
// "name", "bytes"}}]}], "next": URL | "next_cursor": text}.
Parsed<FeedPage> read_feed_page(std::string_view json);

}  // namespace muster
