#include "extractors/text/manifest_reader.h"

#include "core/text.h"
#include "extractors/text/json_place.h"
#include "extractors/text/json_value.h"
#include "extractors/text/manifest_fields.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr JsonLimits kManifestLimits = {.max_bytes = 1'000'000, .max_depth = 32};
constexpr JsonLimits kFeedLimits = {.max_bytes = 16'000'000, .max_depth = 32};
constexpr std::size_t kMaxShownName = 200;

// A folder manifest names files of its own folder only.
std::optional<std::string> problem_of_file_name(std::string_view name) {
  if (name.find_first_of("/\\") != std::string_view::npos || name.starts_with('.')) {
    return fmt::format("'{}' must be the name of a file beside the manifest, without folders",
                       printable(name));
  }
  return std::nullopt;
}

std::vector<std::string> read_files(JsonFields& fields) {
  std::vector<std::string> files = fields.lines("files", kMaxFiles, kMaxLineLength);
  std::vector<std::string> sorted = files;
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end()) {
    fields.fail("files", fmt::format("'{}' is there twice", printable(*twice)));
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (std::optional<std::string> problem = problem_of_file_name(files[i])) {
      fields.fail({fmt::format("{}/{}", fields.pointer_to("files"), i), std::move(*problem)});
    }
  }
  return files;
}

std::map<std::string, std::string> read_transcripts(JsonFields& fields) {
  std::map<std::string, std::string> transcripts;
  const JsonValue* object = fields.object("transcripts");
  if (object == nullptr) {
    return transcripts;
  }
  if (object->members.size() > kMaxFiles) {
    fields.fail(
        "transcripts",
        fmt::format("names {} files; at most {} are taken", object->members.size(), kMaxFiles));
    return transcripts;
  }
  JsonFields names(*object, fields.pointer_to("transcripts"));
  for (const JsonMember& member : object->members) {
    std::string name = names.line(member.name, kMaxLineLength);
    for (const std::string_view file : {std::string_view(member.name), std::string_view(name)}) {
      if (std::optional<std::string> problem = problem_of_file_name(file)) {
        names.fail(member.name, std::move(*problem));
      }
    }
    if (name.empty()) {
      names.fail(member.name, "expected the name of an SRT or WebVTT file");
    }
    transcripts.emplace(member.name, std::move(name));
  }
  if (names.error()) {
    fields.fail(*names.error());
  }
  return transcripts;
}

// A file name for people: the last part of a path or URL, in one line of reasonable length.
std::string shown_name(std::string_view name, std::string_view url) {
  if (name.empty()) {
    name = url.substr(0, url.find_first_of("?#"));
  }
  if (const std::size_t slash = name.find_last_of("/\\"); slash != std::string_view::npos) {
    name.remove_prefix(slash + 1);
  }
  std::string shown = printable(name);
  while (count_code_points(shown) > kMaxShownName) {
    shown = sanitize_utf8(shown.substr(0, kMaxShownName));
  }
  return shown.empty() ? "file" : shown;
}

bool is_web_address(std::string_view url) {
  const bool known = url.starts_with("https://") || url.starts_with("http://");
  return known && url.find_first_of(" \"<>\\^`{|}") == std::string_view::npos;
}

// The fields that media and transcripts share.
template <typename Ref>
Ref read_address(JsonFields& fields) {
  Ref file;
  file.locator = fields.line("url", kMaxUrlLength);
  file.display_name = shown_name(trim(fields.text("name", kMaxLineLength)), file.locator);
  file.byte_size = fields.count("bytes");
  if (!is_web_address(file.locator)) {
    fields.fail("url", "expected an address that begins with https://");
  }
  return file;
}

MediaRef read_media_ref(const JsonValue& value, const std::string& pointer, JsonFields& item) {
  JsonFields fields(value, pointer);
  MediaRef media = read_address<MediaRef>(fields);
  if (const JsonValue* transcript = fields.object("transcript")) {
    JsonFields inner(*transcript, fields.pointer_to("transcript"));
    media.transcript = read_address<TranscriptRef>(inner);
    if (inner.error()) {
      fields.fail(*inner.error());
    }
  }
  if (fields.error()) {
    item.fail(*fields.error());
  }
  return media;
}

std::vector<MediaRef> read_media(JsonFields& fields) {
  std::vector<MediaRef> media;
  const JsonValue* list = fields.list("media");
  if (list == nullptr || list->items.empty()) {
    fields.fail("media", "expected a list of at least one file");
    return media;
  }
  if (list->items.size() > kMaxFiles) {
    fields.fail("media",
                fmt::format("has {} files; at most {} are taken", list->items.size(), kMaxFiles));
    return media;
  }
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    media.push_back(read_media_ref(
        list->items[i], fmt::format("{}/{}", fields.pointer_to("media"), i), fields));
  }
  return media;
}

Parsed<FeedItem> read_feed_item(const JsonValue& value, const std::string& pointer) {
  JsonFields fields(value, pointer);
  FeedItem item;
  std::vector<std::string> warnings;
  item.manifest = read_manifest_fields(fields, warnings);
  if (item.manifest.external_id.empty()) {
    fields.fail("id", "is missing; every item needs an id of its own");
  }
  item.version = fields.line("updated_at", kMaxLineLength);
  const std::string version = fields.line("version", kMaxLineLength);
  item.version = item.version.empty() ? version : item.version;
  item.media = read_media(fields);
  if (fields.error()) {
    return tl::unexpected(*fields.error());
  }
  return item;
}

// A JSON pointer with the line for people: "/rights/ends (line 7, column 12)".
std::string with_line(const std::string& pointer, std::string_view json) {
  const std::optional<std::size_t> offset = find_json_pointer(json, pointer);
  if (!offset) {
    return pointer;
  }
  const std::string line = line_and_column(json, *offset);
  return pointer.empty() ? line : fmt::format("{} ({})", pointer, line);
}

void read_next_page(JsonFields& fields, FeedPage& page) {
  page.next = fields.line("next", kMaxUrlLength);
  const std::string cursor = fields.line("next_cursor", kMaxUrlLength);
  if (page.next.empty() && !cursor.empty()) {
    page.next = cursor;
    page.next_is_cursor = true;
  }
}

}  // namespace

Parsed<ReadManifest> read_manifest(std::string_view json) {
  const Parsed<JsonValue> document = read_json(json, kManifestLimits);
  if (!document) {
    return tl::unexpected(document.error());
  }
  JsonFields fields(*document, "");
  ReadManifest read;
  read.manifest = read_manifest_fields(fields, read.warnings);
  read.files = read_files(fields);
  read.transcripts = read_transcripts(fields);
  if (const std::optional<ParseError>& error = fields.error()) {
    return parse_error(with_line(error->where, without_bom(json)), error->what);
  }
  for (std::string& warning : fields.unknown_fields()) {
    read.warnings.push_back(std::move(warning));
  }
  return read;
}

Parsed<FeedPage> read_feed_page(std::string_view json) {
  const Parsed<JsonValue> document = read_json(json, kFeedLimits);
  if (!document) {
    return tl::unexpected(document.error());
  }
  JsonFields fields(*document, "");
  FeedPage page;
  const JsonValue* items = fields.list("items");
  if (items == nullptr) {
    fields.fail("items", "expected a list of items");
  } else {
    for (std::size_t i = 0; i < items->items.size(); ++i) {
      if (Parsed<FeedItem> item = read_feed_item(items->items[i], fmt::format("/items/{}", i))) {
        page.items.push_back(std::move(*item));
      } else {
        page.rejected.push_back(item.error());
      }
    }
  }
  read_next_page(fields, page);
  if (fields.error()) {
    return tl::unexpected(*fields.error());
  }
  return page;
}

}  // namespace muster
