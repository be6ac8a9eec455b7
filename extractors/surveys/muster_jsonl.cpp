#include "extractors/surveys/muster_jsonl.h"

#include "core/error.h"
#include "core/json.h"
#include "core/text.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

// The next line, and the rest of the text behind it.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return trim(line);
}

std::optional<Timestamp> read_jsonl_time(const Json& line, const char* key) {
  const auto found = line.find(key);
  if (found == line.end()) {
    return std::nullopt;
  }
  const auto time = parse_iso8601(found->get<std::string>());
  if (!time) {
    throw Error(fmt::format("{} is no time", key));
  }
  return time;
}

// Throws Error, or the library's own, for what the writer never writes.
Response read_jsonl_response(const Json& line) {
  Response response;
  response.id = line.at("id").get<std::string>();
  const auto status = parse_enum<ResponseStatus>(line.at("status").get<std::string>());
  if (response.id.empty() || !status) {
    throw Error(response.id.empty() ? "its id is empty" : "its status is no known one");
  }
  response.status = *status;
  response.started_at = read_jsonl_time(line, "started_at");
  response.submitted_at = read_jsonl_time(line, "submitted_at");
  response.updated_at = read_jsonl_time(line, "updated_at");
  response.times_are_local = line.value("times_are_local", false);
  response.language = line.value("language", "");
  if (const auto hidden = line.find("hidden"); hidden != line.end()) {
    for (const Json& field : *hidden) {
      response.hidden.emplace_back(field.at("name").get<std::string>(),
                                   field.at("value").get<std::string>());
    }
  }
  response.answers = line.at("answers").get<std::vector<Answer>>();
  return response;
}

// What is wrong with a line that is no response, "" where it became one.
std::string read_jsonl_line(std::string_view text, Response& response) {
  const Json line = Json::parse(text, nullptr, false);
  if (!line.is_object()) {
    return "is no JSON object";
  }
  try {
    response = read_jsonl_response(line);
    return {};
  } catch (const nlohmann::json::exception& error) {
    return error.what();
  } catch (const Error& error) {
    return error.what();
  }
}

Parsed<SurveyDefinition> read_jsonl_head(std::string_view text) {
  const Json head = Json::parse(text, nullptr, false);
  if (!head.is_object() || !head.contains("definition")) {
    return parse_error("line 1", "is not the head of a Muster export");
  }
  if (head.value(kMusterJsonlMark, 0) != kMusterJsonlVersion) {
    return parse_error("line 1",
                       "is of another version of Muster's export; this program reads version 1");
  }
  try {
    return head["definition"].get<SurveyDefinition>();
  } catch (const nlohmann::json::exception& error) {
    return parse_error("line 1", error.what());
  } catch (const Error& error) {
    return parse_error("line 1", error.what());
  }
}

}  // namespace

bool MusterJsonlParser::recognizes(std::string_view head) const {
  return trim(head).starts_with("{\"" + std::string(kMusterJsonlMark) + "\"");
}

Parsed<ExportFacts> MusterJsonlParser::parse(std::string_view document,
                                             const SurveyContext&,
                                             ResponseSink& sink) const {
  std::string_view rest = document;
  auto definition = read_jsonl_head(take_line(rest));
  if (!definition) {
    return tl::unexpected(definition.error());
  }
  // Every line of ours ends: one that does not was cut.
  if (!document.ends_with('\n')) {
    return parse_error("", "the last line has no end: the file was cut");
  }
  ExportFacts facts;
  facts.definition = std::move(*definition);
  ProgressReport progress(sink, {}, document.size());
  std::set<std::string> ids;
  for (std::size_t number = 2; !rest.empty(); ++number) {
    const std::string_view text = take_line(rest);
    if (text.empty()) {
      continue;
    }
    ++facts.rows_seen;
    progress.at(document.size() - rest.size());
    const std::string where = fmt::format("line {}", number);
    Response response;
    if (std::string why = read_jsonl_line(text, response); !why.empty()) {
      sink.reject({where, std::move(why)});
    } else if (!ids.insert(response.id).second) {
      sink.exclude({where, "response '" + printable(response.id) + "' came before"});
    } else {
      response.where = where;
      sink.file(response, facts.definition);
    }
  }
  return facts;
}

}  // namespace muster
