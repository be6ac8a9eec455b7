#include "extractors/surveys/json_export.h"

#include "core/text.h"
#include "extractors/surveys/json_split.h"
#include "extractors/surveys/plain_text.h"
#include "extractors/surveys/survey_builder.h"
#include "extractors/text/json_place.h"
#include "extractors/text/json_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

// Deepest nesting that an export may have; the limit bounds every walk that recurses.
constexpr int kMaxJsonDepth = 32;
// A document of at most this size is parsed whole, a larger one record by record.
constexpr std::size_t kWholeBytes = 64'000;
// What stands around the records, and one record: more would take too much memory.
constexpr std::size_t kMaxPieceBytes = 64'000'000;

// The fast parser only says that something is wrong; this finds what and where.
ParseError explain_json_error(std::string_view document, simdjson::error_code error) {
  if (document.starts_with("\xFF\xFE") || document.starts_with("\xFE\xFF")) {
    return {"byte 0", "UTF-16, not UTF-8; save the file as UTF-8"};
  }
  if (const auto bad = find_invalid_utf8(document)) {
    return {line_and_column(document, *bad), "not UTF-8; save the file as UTF-8"};
  }
  const auto problem = find_json_problem(document, kMaxJsonDepth);
  if (!problem) {
    return {"", std::string("not readable as JSON: ") + simdjson::error_message(error)};
  }
  return {line_and_column(document, problem->offset), "not valid JSON: " + problem->what};
}

// Parses pieces of a document, each into the memory of the one before.
class PieceParser {
 public:
  // `document` bounds what may be read: the parser looks a little beyond its piece.
  explicit PieceParser(std::string_view document) : end_(document.data() + document.size()) {}

  simdjson::error_code parse(std::string_view piece, dom::element& root) {
    if (piece.empty()) {
      return simdjson::EMPTY;  // simdjson would copy from where there is nothing
    }
    if (piece.size() > kMaxPieceBytes) {
      return simdjson::CAPACITY;
    }
    if (parser_.capacity() < piece.size() || parser_.capacity() == 0) {
      constexpr std::size_t kLeast = 16'000;
      const auto size = std::max(piece.size() + piece.size() / 4, kLeast);
      if (const auto error = parser_.allocate(size, kMaxJsonDepth)) {
        return error;
      }
    }
    const auto beyond = static_cast<std::size_t>(end_ - (piece.data() + piece.size()));
    const bool needs_copy = beyond < simdjson::SIMDJSON_PADDING;
    return parser_.parse(piece.data(), piece.size(), needs_copy).get(root);
  }

 private:
  dom::parser parser_;
  const char* end_;
};

}  // namespace

struct JsonDocument::State {
  std::string_view document;
  ResponseSink& sink;
  dom::element root;
  std::optional<JsonList> apart;
  ParseError error;
  bool stopped = false;
};

const dom::element& JsonDocument::root() const {
  return state_.root;
}

void JsonDocument::stop() {
  state_.stopped = true;
}

void JsonDocument::fail(ParseError error) {
  stop();
  if (state_.error.what.empty()) {
    state_.error = std::move(error);
  }
}

std::size_t JsonDocument::for_each(
    std::string_view name,
    const std::function<void(const dom::element& entry, std::string place)>& visit,
    ReadingPass pass) {
  state_.stopped = false;
  if (state_.apart && state_.apart->name == name) {
    return for_each_apart(visit, pass);
  }
  dom::array list;
  if (name.empty() ? state_.root.get(list) : state_.root[name].get(list)) {
    return 0;
  }
  const std::string place = (name.empty() ? "" : "/" + pointer_part(name)) + "/";
  std::size_t position = 0;
  for (const dom::element entry : list) {
    if (state_.stopped) {
      break;
    }
    visit(entry, place + std::to_string(position++));
  }
  return position;
}

std::size_t JsonDocument::for_each_apart(
    const std::function<void(const dom::element& entry, std::string place)>& visit,
    ReadingPass pass) {
  const auto [name, begin, end] = *state_.apart;
  const std::string place = (name.empty() ? "" : "/" + pointer_part(name)) + "/";
  PieceParser parser(state_.document);
  ProgressReport progress(state_.sink, pass, state_.document.size());
  std::size_t position = 0;
  const auto read = [&](std::string_view entry, std::size_t offset) {
    dom::element element;
    if (const auto error = parser.parse(entry, element)) {
      fail(entry.size() > kMaxPieceBytes
               ? ParseError{place + std::to_string(position), "is a record of more than 64 MB"}
               : explain_json_error(state_.document, error));
      return false;
    }
    visit(element, place + std::to_string(position++));
    progress.at(begin + offset);
    return !state_.stopped;
  };
  if (split_json_list(state_.document.substr(begin, end - begin), read)) {
    fail(explain_json_error(state_.document, simdjson::TAPE_ERROR));
  }
  return position;
}

namespace {

// The list of records of a large document: of those that may be one, the longest.
std::optional<JsonList> list_apart(const std::vector<JsonList>& found,
                                   std::initializer_list<std::string_view> names) {
  std::optional<JsonList> longest;
  for (const JsonList& list : found) {
    const bool fits = std::any_of(names.begin(), names.end(), [&](std::string_view name) {
      return name == list.name || (name == "*" && !list.name.empty());
    });
    if (fits && (!longest || longest->end - longest->begin < list.end - list.begin)) {
      longest = list;
    }
  }
  return longest;
}

}  // namespace

Parsed<ExportFacts> read_json_export(
    std::string_view document,
    std::initializer_list<std::string_view> lists,
    ResponseSink& sink,
    const std::function<Parsed<ExportFacts>(JsonDocument& document)>& use) {
  document = without_bom(document);
  JsonDocument::State state{document, sink, {}, std::nullopt, {}, false};
  std::string around;
  std::string_view whole = document;
  const auto start = trim(document.substr(0, kWholeBytes));
  if (document.size() > kWholeBytes && (start.starts_with('{') || start.starts_with('['))) {
    ProgressReport progress(sink, {1, 2}, document.size());
    const auto found = find_json_lists(document, [&](std::size_t offset) { progress.at(offset); });
    if (!found) {
      return tl::unexpected(explain_json_error(document, simdjson::TAPE_ERROR));
    }
    state.apart = list_apart(*found, lists);
    if (state.apart) {
      around = document.substr(0, state.apart->begin);
      around += document.substr(state.apart->end);
      whole = around;
    }
  }
  PieceParser parser(whole);
  if (const auto error = parser.parse(whole, state.root)) {
    return tl::unexpected(whole.size() > kMaxPieceBytes
                              ? ParseError{"",
                                           "is a document of more than 64 MB beside its list "
                                           "of records: export it in parts"}
                              : explain_json_error(document, error));
  }
  JsonDocument opened(state);
  auto facts = use(opened);
  if (!state.error.what.empty()) {
    return tl::unexpected(std::move(state.error));
  }
  return facts;
}

Parsed<std::size_t> read_json_lines(
    std::string_view document,
    ReadingPass pass,
    ResponseSink& sink,
    const std::function<bool(const dom::element& root, std::size_t line)>& use,
    const std::function<bool(std::string why, std::size_t line)>& bad) {
  document = without_bom(document);
  PieceParser parser(document);
  ProgressReport progress(sink, pass, document.size());
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < document.size();) {
    ++number;
    const auto end = std::min(document.find('\n', begin), document.size());
    const auto line = trim(document.substr(begin, end - begin));
    const bool is_last = end == document.size();
    begin = end + 1;
    if (line.empty()) {
      continue;
    }
    dom::element root;
    if (const auto error = parser.parse(line, root)) {
      if (is_last && number > 1) {
        return parse_error(fmt::format("line {}", number),
                           "ends in the middle of a record: the file is half-written");
      }
      if (!bad(to_string(explain_json_error(line, error)), number)) {
        break;
      }
    } else if (!use(root, number)) {
      break;
    }
    progress.at(end);
  }
  return number;
}

bool looks_like_json_lines(std::string_view head) {
  head = trim(without_bom(head));
  const auto end = head.find('\n');
  if (!head.starts_with('{') || end == std::string_view::npos) {
    return false;
  }
  const auto next = trim(head.substr(end + 1));
  return trim(head.substr(0, end)).ends_with('}') && !next.empty() &&
         std::string_view(",}]").find(next.front()) == std::string_view::npos;
}

bool names_json_keys(std::string_view head, std::initializer_list<std::string_view> keys) {
  head = trim(without_bom(head));
  if (!head.starts_with('{') && !head.starts_with('[')) {
    return false;
  }
  for (const auto key : keys) {
    const auto names = [&](std::size_t at) {
      return at > 0 && head[at - 1] == '"' && at + key.size() < head.size() &&
             head[at + key.size()] == '"';
    };
    auto at = head.find(key);
    while (at != std::string_view::npos && !names(at)) {
      at = head.find(key, at + 1);
    }
    if (at == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

std::string_view text_member(const dom::object& object, std::string_view key) {
  std::string_view value;
  return object[key].get(value) ? std::string_view() : value;
}

std::string title_member(const dom::object& object, std::string_view key) {
  if (const auto languages = object_member(object, key)) {
    return plain_title(text_member(*languages, "default"), Markup::html);
  }
  return plain_title(text_member(object, key), Markup::html);
}

bool flag_member(const dom::object& object, std::string_view key) {
  bool value = false;
  return !object[key].get(value) && value;
}

std::optional<double> number_member(const dom::object& object, std::string_view key) {
  dom::element value;
  return object[key].get(value) ? std::nullopt : number_in(value);
}

std::optional<dom::object> object_member(const dom::object& object, std::string_view key) {
  dom::object value;
  return object[key].get(value) ? std::nullopt : std::optional(value);
}

std::optional<dom::array> list_member(const dom::object& object, std::string_view key) {
  dom::array value;
  return object[key].get(value) ? std::nullopt : std::optional(value);
}

std::string scalar_text(const dom::element& element) {
  std::string_view text;
  if (!element.get(text)) {
    return std::string(text);
  }
  return element.is_null() ? std::string() : simdjson::minify(element);
}

std::string id_member(const dom::object& object, std::string_view key) {
  dom::element value;
  if (object[key].get(value) || value.is_array() || value.is_object()) {
    return {};
  }
  return scalar_text(value);
}

std::optional<double> number_in(const dom::element& element) {
  double number = 0;
  if (!element.get(number)) {
    return number;
  }
  std::string_view text;
  if (element.get(text)) {
    return std::nullopt;
  }
  text = trim(text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number - number == 0
             ? std::optional(number)
             : std::nullopt;
}

bool is_blank(const dom::element& element) {
  std::string_view text;
  dom::array list;
  dom::object object;
  return element.is_null() || (!element.get(text) && text.empty()) ||
         (!element.get(list) && list.begin() == list.end()) ||
         (!element.get(object) && object.begin() == object.end());
}

std::string_view repeated_identity(const dom::object& object) {
  static constexpr std::string_view kNames[] = {
      "id", "_id", "__id", "responseId", "response_id", "submissionId"};
  std::array<bool, std::size(kNames)> seen{};
  for (const auto field : object) {
    const auto* const name = std::find(std::begin(kNames), std::end(kNames), field.key);
    if (name != std::end(kNames) && std::exchange(seen[name - std::begin(kNames)], true)) {
      return *name;
    }
  }
  return {};
}

void for_each_entry(
    const dom::element& map,
    const std::function<void(std::string_view key, const dom::element& value)>& visit) {
  dom::object object;
  if (!map.get(object)) {
    for (const auto [key, value] : object) {
      visit(key, value);
    }
    return;
  }
  dom::array list;
  if (!map.get(list)) {
    std::size_t position = 0;
    for (const dom::element value : list) {
      visit(std::to_string(position++), value);
    }
  }
}

}  // namespace muster
