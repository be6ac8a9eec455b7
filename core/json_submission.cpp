#include "core/json_fields.h"

namespace muster {

using namespace json_fields;

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
  if (rights.starts_on != RightsStart::date) {
    json["starts_on"] = to_string(rights.starts_on);
    json["term_days"] = rights.term_days;
  }
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
  std::string starts_on;
  get(json, "starts_on", starts_on);
  const auto start = parse_enum<RightsStart>(starts_on.empty() ? "date" : starts_on);
  if (!start) {
    throw Error("read JSON: '" + starts_on + "' is nothing that rights start with");
  }
  rights.starts_on = *start;
  get(json, "term_days", rights.term_days);
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
  if (manifest.platform_label != PlatformLabel::not_told) {
    json["platform_label"] = manifest.platform_label == PlatformLabel::on;
  }
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
  if (const auto label = json.find("platform_label"); label != json.end() && label->is_boolean()) {
    manifest.platform_label = label->get<bool>() ? PlatformLabel::on : PlatformLabel::off;
  }
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
              {"crash_count", job.crash_count}};
  put_text(json, "owner", job.owner);
  json["created_at"] = to_iso8601(job.created_at);
  json["scheduled_at"] = to_iso8601(job.scheduled_at);
  put_time(json, "attempted_at", job.attempted_at);
  put_time(json, "finalized_at", job.finalized_at);
  put_text(json, "last_error", job.last_error);
}

}  // namespace muster
