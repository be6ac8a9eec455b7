#include "core/json.h"

#include "core/error.h"
#include "core/text.h"

#include <nlohmann/json.hpp>

namespace muster {
namespace {

template <typename T>
void put_optional(Json& json, const char* key, const std::optional<T>& value) {
  if (value) {
    json[key] = *value;
  }
}

void put_text(Json& json, const char* key, const std::string& value) {
  if (!value.empty()) {
    json[key] = value;
  }
}

template <typename T>
void get(const Json& json, const char* key, T& value) {
  if (const auto found = json.find(key); found != json.end()) {
    found->get_to(value);
  }
}

template <typename T>
void get_optional(const Json& json, const char* key, std::optional<T>& value) {
  if (const auto found = json.find(key); found != json.end() && !found->is_null()) {
    value = found->get<T>();
  }
}

template <typename E>
void get_enum(const Json& json, const char* key, E& value) {
  if (const auto found = json.find(key); found != json.end()) {
    const auto parsed = parse_enum<E>(found->get<std::string>());
    if (!parsed) {
      throw Error("read JSON: '" + found->get<std::string>() + "' is no known value of " + key);
    }
    value = *parsed;
  }
}

void get_hash(const Json& json, const char* key, ContentHash& value) {
  if (const auto found = json.find(key); found != json.end()) {
    from_json(*found, value);
  }
}

void put_time(Json& json, const char* key, const std::optional<Timestamp>& time) {
  if (time) {
    json[key] = to_iso8601(*time);
  }
}

void get_time(const Json& json, const char* key, std::optional<Timestamp>& time) {
  if (const auto found = json.find(key); found != json.end() && !found->is_null()) {
    time = parse_iso8601(found->get<std::string>());
    if (!time) {
      throw Error(std::string("read JSON: ") + key + " is no time");
    }
  }
}

}  // namespace

void to_json(Json& json, const ContentHash& hash) {
  json = hash.hex();
}

void from_json(const Json& json, ContentHash& hash) {
  const auto parsed = ContentHash::from_hex(json.get<std::string>());
  if (!parsed) {
    throw Error("read JSON: a hash must have 64 hexadecimal digits");
  }
  hash = *parsed;
}

void to_json(Json& json, const MediaFacts& facts) {
  json = Json{{"type", to_string(facts.type)},
              {"kind", to_string(facts.kind())},
              {"byte_size", facts.byte_size},
              {"integrity", to_string(facts.integrity)}};
  put_text(json, "integrity_detail", facts.integrity_detail);
  json["width"] = facts.width;
  json["height"] = facts.height;
  json["coded_width"] = facts.coded_width;
  json["coded_height"] = facts.coded_height;
  json["rotation_degrees"] = facts.rotation_degrees;
  json["mirrored"] = facts.mirrored;
  put_text(json, "codec", facts.codec);
  put_text(json, "pixel_format", facts.pixel_format);
  json["has_alpha"] = facts.has_alpha;
  json["has_icc_profile"] = facts.has_icc_profile;
  json["has_exif"] = facts.has_exif;
  json["has_gps"] = facts.has_gps;
  json["animated"] = facts.animated;
  put_optional(json, "duration_ms", facts.duration_ms);
  put_optional(json, "frame_rate", facts.frame_rate);
  put_optional(json, "variable_frame_rate", facts.variable_frame_rate);
  put_optional(json, "frame_count", facts.frame_count);
  put_optional(json, "bit_rate", facts.bit_rate);
  put_optional(json, "moov_first", facts.moov_first);
  put_optional(json, "edit_list", facts.edit_list);
  put_optional(json, "has_audio", facts.has_audio);
  put_text(json, "audio_codec", facts.audio_codec);
  put_optional(json, "audio_channels", facts.audio_channels);
  put_optional(json, "audio_sample_rate", facts.audio_sample_rate);
}

void from_json(const Json& json, MediaFacts& facts) {
  facts = MediaFacts{};
  get_enum(json, "type", facts.type);
  get(json, "byte_size", facts.byte_size);
  get_enum(json, "integrity", facts.integrity);
  get(json, "integrity_detail", facts.integrity_detail);
  get(json, "width", facts.width);
  get(json, "height", facts.height);
  get(json, "coded_width", facts.coded_width);
  get(json, "coded_height", facts.coded_height);
  get(json, "rotation_degrees", facts.rotation_degrees);
  get(json, "mirrored", facts.mirrored);
  get(json, "codec", facts.codec);
  get(json, "pixel_format", facts.pixel_format);
  get(json, "has_alpha", facts.has_alpha);
  get(json, "has_icc_profile", facts.has_icc_profile);
  get(json, "has_exif", facts.has_exif);
  get(json, "has_gps", facts.has_gps);
  get(json, "animated", facts.animated);
  get_optional(json, "duration_ms", facts.duration_ms);
  get_optional(json, "frame_rate", facts.frame_rate);
  get_optional(json, "variable_frame_rate", facts.variable_frame_rate);
  get_optional(json, "frame_count", facts.frame_count);
  get_optional(json, "bit_rate", facts.bit_rate);
  get_optional(json, "moov_first", facts.moov_first);
  get_optional(json, "edit_list", facts.edit_list);
  get_optional(json, "has_audio", facts.has_audio);
  get(json, "audio_codec", facts.audio_codec);
  get_optional(json, "audio_channels", facts.audio_channels);
  get_optional(json, "audio_sample_rate", facts.audio_sample_rate);
}

void to_json(Json& json, const Place& place) {
  json = Json::object();
  put_optional(json, "item", place.item);
  if (place.box) {
    json["box"] = Json{{"x", place.box->x},
                       {"y", place.box->y},
                       {"width", place.box->width},
                       {"height", place.box->height}};
  }
  if (!place.outline.empty()) {
    Json points = Json::array();
    for (const Point& point : place.outline) {
      points.push_back({{"x", point.x}, {"y", point.y}});
    }
    json["outline"] = std::move(points);
  }
  if (place.time) {
    json["time"] = Json{{"start_ms", place.time->start_ms}, {"end_ms", place.time->end_ms}};
  }
  if (place.text) {
    json["text"] = Json{{"begin", place.text->begin}, {"end", place.text->end}};
  }
  put_text(json, "document", place.document);
}

void from_json(const Json& json, Place& place) {
  place = Place{};
  get_optional(json, "item", place.item);
  if (const auto box = json.find("box"); box != json.end()) {
    place.box = Box{box->at("x"), box->at("y"), box->at("width"), box->at("height")};
  }
  if (const auto outline = json.find("outline"); outline != json.end()) {
    for (const Json& point : *outline) {
      place.outline.push_back({point.at("x"), point.at("y")});
    }
  }
  if (const auto time = json.find("time"); time != json.end()) {
    place.time = TimeSpan{time->at("start_ms"), time->at("end_ms")};
  }
  if (const auto text = json.find("text"); text != json.end()) {
    place.text = TextSpan{text->at("begin"), text->at("end")};
  }
  get(json, "document", place.document);
}

void to_json(Json& json, const Finding& finding) {
  json = Json{{"check", finding.check},
              {"rule_id", finding.rule_id},
              {"outcome", to_string(finding.outcome)},
              {"message", finding.message}};
  put_text(json, "remedy", finding.remedy);
  put_text(json, "measured", finding.measured);
  put_optional(json, "measured_value", finding.measured_value);
  put_text(json, "threshold", finding.threshold);
  put_text(json, "unit", finding.unit);
  put_optional(json, "score", finding.score);
  if (finding.place != Place{}) {
    to_json(json["place"], finding.place);
  }
  put_text(json, "brand", finding.brand);
  put_text(json, "reason_code", finding.reason_code);
  put_text(json, "pack_id", finding.pack_id);
  put_text(json, "pack_version", finding.pack_version);
  if (finding.source != RuleSource{}) {
    Json source = Json::object();
    put_text(source, "text", finding.source.text);
    put_text(source, "date", finding.source.date);
    put_text(source, "seen", finding.source.seen);
    put_text(source, "confidence", finding.source.confidence);
    json["source"] = std::move(source);
  }
}

void from_json(const Json& json, Finding& finding) {
  finding = Finding{};
  get(json, "check", finding.check);
  get(json, "rule_id", finding.rule_id);
  get_enum(json, "outcome", finding.outcome);
  get(json, "message", finding.message);
  get(json, "remedy", finding.remedy);
  get(json, "measured", finding.measured);
  get_optional(json, "measured_value", finding.measured_value);
  get(json, "threshold", finding.threshold);
  get(json, "unit", finding.unit);
  get_optional(json, "score", finding.score);
  if (const auto place = json.find("place"); place != json.end()) {
    from_json(*place, finding.place);
  }
  get(json, "brand", finding.brand);
  get(json, "reason_code", finding.reason_code);
  get(json, "pack_id", finding.pack_id);
  get(json, "pack_version", finding.pack_version);
  if (const auto source = json.find("source"); source != json.end()) {
    get(*source, "text", finding.source.text);
    get(*source, "date", finding.source.date);
    get(*source, "seen", finding.source.seen);
    get(*source, "confidence", finding.source.confidence);
  }
}

void to_json(Json& json, const Provenance& provenance) {
  json = Json{{"content", provenance.content.hex()},
              {"brief", provenance.brief.hex()},
              {"packs", provenance.packs.hex()},
              {"kit", provenance.kit.hex()},
              {"engine", provenance.engine}};
}

void from_json(const Json& json, Provenance& provenance) {
  get_hash(json, "content", provenance.content);
  get_hash(json, "brief", provenance.brief);
  get_hash(json, "packs", provenance.packs);
  get_hash(json, "kit", provenance.kit);
  get(json, "engine", provenance.engine);
}

void to_json(Json& json, const Verdict& verdict) {
  json = Json{{"kind", to_string(verdict.kind)},
              {"rule", verdict.rule},
              {"why", verdict.why},
              {"reason_codes", verdict.reason_codes},
              {"approve_by_rule", verdict.approve_by_rule}};
  to_json(json["provenance"], verdict.provenance);
}

void from_json(const Json& json, Verdict& verdict) {
  verdict = Verdict{};
  get_enum(json, "kind", verdict.kind);
  get(json, "rule", verdict.rule);
  get(json, "why", verdict.why);
  get(json, "reason_codes", verdict.reason_codes);
  get(json, "approve_by_rule", verdict.approve_by_rule);
  if (const auto provenance = json.find("provenance"); provenance != json.end()) {
    from_json(*provenance, verdict.provenance);
  }
}

void to_json(Json& json, const Rights& rights) {
  Json uses = Json::array();
  for (const RightsUse use : rights.uses) {
    uses.push_back(to_string(use));
  }
  json = Json{{"channels", rights.channels},
              {"territories", rights.territories},
              {"uses", std::move(uses)}};
  put_time(json, "starts_at", rights.starts_at);
  put_time(json, "ends_at", rights.ends_at);
  json["zone"] = rights.zone;
  json["exclusive"] = rights.exclusive;
  put_text(json, "license", rights.license);
  put_text(json, "credit", rights.credit);
}

void from_json(const Json& json, Rights& rights) {
  rights = Rights{};
  get(json, "channels", rights.channels);
  get(json, "territories", rights.territories);
  if (const auto uses = json.find("uses"); uses != json.end()) {
    for (const Json& name : *uses) {
      const auto use = parse_enum<RightsUse>(name.get<std::string>());
      if (!use) {
        throw Error("read JSON: '" + name.get<std::string>() + "' is no known use of rights");
      }
      rights.uses.push_back(*use);
    }
  }
  get_time(json, "starts_at", rights.starts_at);
  get_time(json, "ends_at", rights.ends_at);
  get(json, "zone", rights.zone);
  get(json, "exclusive", rights.exclusive);
  get(json, "license", rights.license);
  get(json, "credit", rights.credit);
}

void to_json(Json& json, const Manifest& manifest) {
  json = Json::object();
  put_text(json, "external_id", manifest.external_id);
  json["creator"] = manifest.creator;
  json["platform"] = manifest.platform;
  json["placement"] = manifest.placement;
  json["campaign"] = manifest.campaign;
  json["caption"] = manifest.caption;
  put_text(json, "language", manifest.language);
  json["tags"] = manifest.tags;
  json["markets"] = manifest.markets;
  if (manifest.rights) {
    to_json(json["rights"], *manifest.rights);
  }
}

void from_json(const Json& json, Manifest& manifest) {
  manifest = Manifest{};
  get(json, "external_id", manifest.external_id);
  get(json, "creator", manifest.creator);
  get(json, "platform", manifest.platform);
  get(json, "placement", manifest.placement);
  get(json, "campaign", manifest.campaign);
  get(json, "caption", manifest.caption);
  get(json, "language", manifest.language);
  get(json, "tags", manifest.tags);
  get(json, "markets", manifest.markets);
  if (const auto rights = json.find("rights"); rights != json.end() && !rights->is_null()) {
    from_json(*rights, manifest.rights.emplace());
  }
}

void to_json(Json& json, const Decision& decision) {
  json = Json{{"id", raw(decision.id)},
              {"submission", raw(decision.submission)},
              {"revision", decision.revision},
              {"kind", to_string(decision.kind)},
              {"actor", {{"kind", to_string(decision.actor.kind)}, {"name", decision.actor.name}}}};
  put_text(json, "reason_code", decision.reason_code);
  put_text(json, "note", decision.note);
  json["content"] = decision.content.hex();
  json["decided_at"] = to_iso8601(decision.decided_at);
  if (decision.undoes) {
    json["undoes"] = raw(*decision.undoes);
  }
  json["undone"] = decision.undone;
}

void to_json(Json& json, const Job& job) {
  json = Json{{"id", raw(job.id)},
              {"kind", to_string(job.kind)},
              {"subject", job.subject},
              {"state", to_string(job.state)},
              {"priority", job.priority},
              {"attempt", job.attempt},
              {"max_attempts", job.max_attempts},
              {"crash_count", job.crash_count}};
  put_text(json, "owner", job.owner);
  json["created_at"] = to_iso8601(job.created_at);
  json["scheduled_at"] = to_iso8601(job.scheduled_at);
  put_time(json, "attempted_at", job.attempted_at);
  put_time(json, "finalized_at", job.finalized_at);
  put_text(json, "last_error", job.last_error);
}

void to_json(Json& json, const Choice& choice) {
  json = Json{{"id", choice.id}, {"label", choice.label}};
}

void from_json(const Json& json, Choice& choice) {
  get(json, "id", choice.id);
  get(json, "label", choice.label);
}

void to_json(Json& json, const Answer& answer) {
  json = Json{{"question_id", answer.question_id}, {"state", to_string(answer.state)}};
  if (!answer.choices.empty()) {
    json["choices"] = answer.choices;
  }
  put_optional(json, "number", answer.number);
  put_text(json, "text", answer.text);
  put_text(json, "other_text", answer.other_text);
}

void from_json(const Json& json, Answer& answer) {
  answer = Answer{};
  get(json, "question_id", answer.question_id);
  get_enum(json, "state", answer.state);
  get(json, "choices", answer.choices);
  get_optional(json, "number", answer.number);
  get(json, "text", answer.text);
  get(json, "other_text", answer.other_text);
}

void to_json(Json& json, const Question& question) {
  json = Json{{"id", question.id}};
  put_text(json, "ref", question.ref);
  json["title"] = question.title;
  json["kind"] = to_string(question.kind);
  put_text(json, "parent_id", question.parent_id);
  if (!question.choices.empty()) {
    json["choices"] = question.choices;
  }
  put_optional(json, "scale_min", question.scale_min);
  put_optional(json, "scale_max", question.scale_max);
}

void from_json(const Json& json, Question& question) {
  question = Question{};
  get(json, "id", question.id);
  get(json, "ref", question.ref);
  get(json, "title", question.title);
  get_enum(json, "kind", question.kind);
  get(json, "parent_id", question.parent_id);
  get(json, "choices", question.choices);
  get_optional(json, "scale_min", question.scale_min);
  get_optional(json, "scale_max", question.scale_max);
}

void to_json(Json& json, const SurveyDefinition& definition) {
  json = Json{{"provider", definition.provider},
              {"external_id", definition.external_id},
              {"title", definition.title},
              {"questions", definition.questions},
              {"hidden_fields", definition.hidden_fields}};
}

void from_json(const Json& json, SurveyDefinition& definition) {
  definition = SurveyDefinition{};
  get(json, "provider", definition.provider);
  get(json, "external_id", definition.external_id);
  get(json, "title", definition.title);
  get(json, "questions", definition.questions);
  get(json, "hidden_fields", definition.hidden_fields);
}

void to_json(Json& json, const Figure& figure) {
  json = Json{{"value", figure.value}, {"n", figure.n}, {"base", figure.base}};
  put_optional(json, "lower", figure.lower);
  put_optional(json, "upper", figure.upper);
  json["confidence"] = figure.confidence;
  put_text(json, "method", figure.method);
}

void to_json(Json& json, const Insight& insight) {
  Json rows = Json::array();
  for (const InsightRow& row : insight.rows) {
    Json entry = Json::object();
    put_text(entry, "group", row.group);
    put_text(entry, "label", row.label);
    to_json(entry["figure"], row.figure);
    entry["small_base"] = row.small_base;
    rows.push_back(std::move(entry));
  }
  json = Json{{"metric", insight.metric},
              {"survey", insight.survey},
              {"question_id", insight.question_id},
              {"question", insight.question}};
  put_text(json, "group_by", insight.group_by);
  json["rows"] = std::move(rows);
  json["notes"] = insight.notes;
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}
std::string dump_pretty(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace muster
