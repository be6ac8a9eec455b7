#include "config/toml_reader.h"

#include "config/toml_text.h"
#include "core/text.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

// toml++ 3.3 asserts that a key starts like one, which the text "[]" breaks, and under clang with
// NDEBUG lets the compiler assume it. Without either it reports such text properly.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(expr) static_cast<void>(0)
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

namespace muster {

struct TomlDocument::State {
  std::string file;
  Problems* problems = nullptr;
  bool well_formed = false;
  toml::table root;
  // What was asked for, by table, and by path with "[]" for the places of arrays.
  std::map<const toml::table*, std::vector<std::string>> known;
  std::set<std::string> known_keys;
};

struct TomlTable::View {
  TomlDocument::State* document = nullptr;
  const toml::table* table = nullptr;  // nullptr: missing
  std::string path;                    // "source[2]"; empty: the root
  std::string pattern;                 // "source[]"
  toml::source_position place;         // of the table, or where it is missing of the one above
  bool quiet = false;  // something else stands in its place, which was reported already
};

namespace {

std::string dotted(const std::string& path, std::string_view key) {
  const std::string safe = shown(key);
  return path.empty() ? safe : path + "." + safe;
}

Problem problem_at(const TomlDocument::State& document,
                   toml::source_position place,
                   std::string key,
                   std::string what) {
  return {.file = document.file,
          .line = static_cast<int>(place.line),
          .column = static_cast<int>(place.column),
          .key = std::move(key),
          .what = std::move(what)};
}

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "text";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
      return "a date or time";
    case toml::node_type::none:
      break;
  }
  return "nothing";
}

// What keeps a text from being taken, or nullopt.
std::optional<std::string> fault_of(std::string_view text) {
  const auto control =
      std::ranges::find_if(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (control == text.end()) {
    return std::nullopt;
  }
  return fmt::format("a control character ({}) is not allowed in a text",
                     printable(std::string_view(&*control, 1)));
}

void report_unknown_keys(const TomlDocument::State& document,
                         const toml::table& table,
                         const std::string& path) {
  const auto known = document.known.find(&table);
  if (known == document.known.end()) {
    return;
  }
  for (const auto& [key, node] : table) {
    if (std::ranges::find(known->second, key.str()) == known->second.end()) {
      document.problems->add(problem_at(document,
                                        key.source().begin,
                                        dotted(path, key.str()),
                                        "unknown key" + hint(key.str(), known->second)));
      continue;
    }
    if (const toml::table* child = node.as_table()) {
      report_unknown_keys(document, *child, dotted(path, key.str()));
    } else if (const toml::array* array = node.as_array()) {
      for (std::size_t i = 0; i < array->size(); ++i) {
        if (const toml::table* element = (*array)[i].as_table()) {
          report_unknown_keys(
              document, *element, fmt::format("{}[{}]", dotted(path, key.str()), i + 1));
        }
      }
    }
  }
}

// Notes that the key is known, and finds what stands there; nullptr where it is missing.
const toml::node* look_up(TomlTable::View& view, std::string_view key) {
  view.document->known_keys.insert(dotted(view.pattern, key));
  if (view.table == nullptr) {
    return nullptr;
  }
  std::vector<std::string>& known = view.document->known[view.table];
  if (std::ranges::find(known, key) == known.end()) {
    known.emplace_back(key);
  }
  return view.table->get(key);
}

void report_type(TomlTable::View& view,
                 std::string_view key,
                 const toml::node& node,
                 std::string_view wanted) {
  view.document->problems->add(
      problem_at(*view.document,
                 node.source().begin,
                 dotted(view.path, key),
                 fmt::format("must be {}, not {}", wanted, type_name(node))));
}

}  // namespace

TomlDocument::TomlDocument(std::string_view text, std::string_view file, Problems& problems)
    : state_(std::make_unique<State>()) {
  state_->file = file;
  state_->problems = &problems;
  if (auto fault = find_toml_fault(text, file)) {
    problems.add(std::move(*fault));
    return;
  }
  try {
    state_->root = toml::parse(text, std::string_view());
    state_->well_formed = true;
  } catch (const toml::parse_error& error) {
    problems.add(problem_at(
        *state_, error.source().begin, "", "not valid TOML: " + printable(error.description())));
  }
}

TomlDocument::~TomlDocument() = default;
TomlDocument::TomlDocument(TomlDocument&&) noexcept = default;

bool TomlDocument::well_formed() const {
  return state_->well_formed;
}

TomlTable TomlDocument::root() {
  return TomlTable(std::make_unique<TomlTable::View>(
      TomlTable::View{.document = state_.get(),
                      .table = state_->well_formed ? &state_->root : nullptr,
                      .path = "",
                      .pattern = "",
                      .place = {},
                      .quiet = !state_->well_formed}));
}

void TomlDocument::finish() {
  report_unknown_keys(*state_, state_->root, "");
}

const std::set<std::string>& TomlDocument::known_keys() const {
  return state_->known_keys;
}

TomlTable::TomlTable(std::unique_ptr<View> view) : view_(std::move(view)) {}
TomlTable::~TomlTable() = default;
TomlTable::TomlTable(TomlTable&&) noexcept = default;

bool TomlTable::has(std::string_view key) const {
  return look_up(*view_, key) != nullptr;
}

std::optional<std::string> TomlTable::read_text(std::string_view key, std::string_view wanted) {
  const toml::node* node = look_up(*view_, key);
  if (node == nullptr) {
    return std::nullopt;
  }
  const toml::value<std::string>* found = node->as_string();
  if (found == nullptr) {
    report_type(*view_, key, *node, wanted);
    return std::nullopt;
  }
  if (auto fault = fault_of(found->get())) {
    problem(key, std::move(*fault));
    return std::nullopt;
  }
  return found->get();
}

void TomlTable::texts(std::string_view key, std::vector<std::string>& value) {
  const toml::node* node = look_up(*view_, key);
  if (node == nullptr) {
    return;
  }
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    report_type(*view_, key, *node, "a list of texts ([\"a\", \"b\"])");
    return;
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const toml::value<std::string>* element = (*array)[i].as_string();
    if (element == nullptr) {
      problem(key, i, fmt::format("must be text in quotes, not {}", type_name((*array)[i])));
    } else if (auto fault = fault_of(element->get())) {
      problem(key, i, std::move(*fault));
    }
    // Kept even where it is wrong, so that places in `value` are places in the file.
    texts.push_back(element == nullptr ? std::string() : element->get());
  }
  value = std::move(texts);
}

void TomlTable::flag(std::string_view key, bool& value) {
  const toml::node* node = look_up(*view_, key);
  if (node == nullptr) {
    return;
  }
  if (const toml::value<bool>* found = node->as_boolean()) {
    value = found->get();
  } else {
    report_type(*view_, key, *node, "true or false");
  }
}

void TomlTable::date(std::string_view key, std::string& value) {
  const toml::node* node = look_up(*view_, key);
  if (node == nullptr) {
    return;
  }
  if (const toml::value<toml::date>* found = node->as_date()) {
    const toml::date& date = found->get();
    value = fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
  } else if (const toml::value<std::string>* words = node->as_string()) {
    value = words->get();
  } else {
    report_type(*view_, key, *node, "a date (\"2026-12-31\")");
  }
}

void TomlTable::number(std::string_view key, std::optional<double>& value) {
  const toml::node* node = look_up(*view_, key);
  if (node == nullptr) {
    return;
  }
  const std::optional<double> found =
      node->is_number() ? node->value<double>() : std::optional<double>();
  if (!found) {
    report_type(*view_, key, *node, "a number");
  } else if (!std::isfinite(*found)) {
    problem(key, "must be a finite number");
  } else {
    value = *found;
  }
}

std::optional<std::int64_t> TomlTable::read_integer(std::string_view key,
                                                    std::int64_t min,
                                                    std::int64_t max) {
  const toml::node* node = look_up(*view_, key);
  if (node == nullptr) {
    return std::nullopt;
  }
  const toml::value<std::int64_t>* found = node->as_integer();
  if (found == nullptr) {
    report_type(*view_, key, *node, "a whole number");
    return std::nullopt;
  }
  if (found->get() < min || found->get() > max) {
    problem(key, fmt::format("{} is out of range; allowed: {} to {}", found->get(), min, max));
    return std::nullopt;
  }
  return found->get();
}

TomlTable TomlTable::table(std::string_view key) {
  const toml::node* node = look_up(*view_, key);
  const toml::table* found = node == nullptr ? nullptr : node->as_table();
  if (node != nullptr && found == nullptr) {
    report_type(*view_, key, *node, fmt::format("a table ([{}])", dotted(view_->path, key)));
  }
  return TomlTable(
      std::make_unique<View>(View{.document = view_->document,
                                  .table = found,
                                  .path = dotted(view_->path, key),
                                  .pattern = dotted(view_->pattern, key),
                                  .place = found == nullptr ? view_->place : found->source().begin,
                                  .quiet = view_->quiet || (node != nullptr && found == nullptr)}));
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) {
  std::vector<TomlTable> tables;
  const toml::node* node = look_up(*view_, key);
  if (node == nullptr) {
    return tables;
  }
  const std::string wanted = fmt::format("a list of tables ([[{}]])", dotted(view_->path, key));
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    report_type(*view_, key, *node, wanted);
    return tables;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    const toml::table* element = (*array)[i].as_table();
    if (element == nullptr) {
      problem(key, i, fmt::format("must be a table, not {}", type_name((*array)[i])));
      continue;
    }
    tables.emplace_back(
        std::make_unique<View>(View{.document = view_->document,
                                    .table = element,
                                    .path = fmt::format("{}[{}]", dotted(view_->path, key), i + 1),
                                    .pattern = dotted(view_->pattern, key) + "[]",
                                    .place = element->source().begin,
                                    .quiet = false}));
  }
  return tables;
}

std::vector<std::pair<std::string, TomlTable>> TomlTable::named_tables(std::string_view key) {
  std::vector<std::pair<std::string, TomlTable>> tables;
  TomlTable all = table(key);
  if (all.view_->table == nullptr) {
    return tables;
  }
  for (const auto& [name, node] : *all.view_->table) {
    tables.emplace_back(name.str(), all.table(name.str()));
  }
  return tables;
}

void TomlTable::require(std::string_view key, std::string_view advice) {
  if (look_up(*view_, key) == nullptr && !view_->quiet) {
    view_->document->problems->add(problem_at(*view_->document,
                                              view_->place,
                                              dotted(view_->path, key),
                                              fmt::format("is missing; {}", advice)));
  }
}

void TomlTable::problem(std::string_view key, std::string what) {
  const toml::node* node = view_->table == nullptr ? nullptr : view_->table->get(key);
  view_->document->problems->add(problem_at(*view_->document,
                                            node == nullptr ? view_->place : node->source().begin,
                                            dotted(view_->path, key),
                                            std::move(what)));
}

void TomlTable::problem(std::string_view key, std::size_t element, std::string what) {
  const toml::node* node = view_->table == nullptr ? nullptr : view_->table->get(key);
  const toml::array* array = node == nullptr ? nullptr : node->as_array();
  const toml::node* found = array == nullptr ? nullptr : array->get(element);
  view_->document->problems->add(
      problem_at(*view_->document,
                 found == nullptr ? view_->place : found->source().begin,
                 fmt::format("{}[{}]", dotted(view_->path, key), element + 1),
                 std::move(what)));
}

void TomlTable::problem(std::string what) {
  view_->document->problems->add(
      problem_at(*view_->document, view_->place, view_->path, std::move(what)));
}

}  // namespace muster
