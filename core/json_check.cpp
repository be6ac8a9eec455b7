#include "core/json_fields.h"

namespace muster {

using namespace json_fields;

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
  put_text(json, "color_space", facts.color_space);
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
  put_optional(json, "video_content", facts.video_content);
  put_optional(json, "sound_content", facts.sound_content);
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
  get(json, "color_space", facts.color_space);
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
  get_optional(json, "video_content", facts.video_content);
  get_optional(json, "sound_content", facts.sound_content);
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

}  // namespace muster
