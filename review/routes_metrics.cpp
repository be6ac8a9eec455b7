#include "core/text.h"
#include "extractors/metrics/metric_export.h"
#include "extractors/surveys/statistics.h"
#include "review/routes.h"
#include "review/rows.h"
#include "storage/metrics.h"

#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster::route {
namespace {

MetricFilter read_metric_filter(const ApiRequest& request) {
  MetricFilter filter;
  filter.campaign = query(request, "campaign");
  filter.creator = normalize_handle(query(request, "creator"));
  filter.tier = query_enum<Tier>(request, "tier");
  filter.platform = to_lower_ascii(query(request, "platform"));
  filter.post = query(request, "post");
  filter.metric = query(request, "metric");
  filter.objective = query_enum<Objective>(request, "objective");
  filter.from = query_time(request, "from");
  filter.until = query_time(request, "until");
  return filter;
}

Json optional_time(const std::optional<Timestamp>& time) {
  return time ? Json(to_iso8601(*time)) : Json(nullptr);
}

Json as_json(const MetricTotal& total) {
  return Json{{"group", total.group},
              {"metric", total.metric},
              {"objective", to_string(total.objective)},
              {"unit", total.unit},
              {"value", total.value},
              {"creators", total.creators},
              {"posts", total.posts},
              {"values", total.values}};
}

Json as_json(const MetricValueRow& row) {
  return Json{{"creator", row.creator},
              {"tier", to_string(row.tier)},
              {"platform", row.platform},
              {"post", row.post},
              {"campaign", row.campaign},
              {"objective", to_string(row.objective)},
              {"metric", row.metric},
              {"unit", row.unit},
              {"value", row.value},
              {"from", optional_time(row.from)},
              {"until", optional_time(row.until)},
              {"as_of", optional_time(row.as_of)},
              {"export_id", raw(row.export_id)},
              {"export", row.export_name},
              {"where", row.where}};
}

Json as_json(const JourneyRow& row) {
  Json json{{"group", row.group},
            {"creators", row.creators},
            {"assets_filed", row.assets_filed},
            {"seconds_visible", row.seconds_visible},
            {"engagements", row.engagements},
            {"views", row.views},
            {"clicks", row.clicks},
            {"conversions", row.conversions},
            {"signups", row.signups},
            {"responses", row.responses},
            {"nps_answers", row.nps_answers},
            {"nps", nullptr}};
  if (row.nps_answers > 0) {
    json["nps"] = 100 * static_cast<double>(row.promoters - row.detractors) /
                  static_cast<double>(row.nps_answers);
  }
  constexpr double kConfidence = 0.95;
  if (const auto interval =
          net_promoter_interval(row.promoters, row.detractors, row.nps_answers, kConfidence)) {
    json["nps_lower"] = interval->lower;
    json["nps_upper"] = interval->upper;
  }
  return json;
}

MetricContext read_told(const Json& body) {
  MetricContext told;
  told.campaign = optional_text(body, "campaign");
  told.creator = normalize_handle(optional_text(body, "creator"));
  told.platform = to_lower_ascii(optional_text(body, "platform"));
  told.currency = optional_text(body, "currency");
  if (const auto zone = optional_text(body, "zone"); !zone.empty()) {
    if (!is_known_zone(zone)) {
      throw BadRequest(fmt::format("zone: '{}' is no time zone (Europe/Berlin)", printable(zone)));
    }
    told.zone = zone;
  }
  if (const auto objective = optional_text(body, "objective"); !objective.empty()) {
    told.objective = parse_enum<Objective>(objective);
    if (!told.objective) {
      throw BadRequest(fmt::format("objective: '{}' is none", printable(objective)));
    }
  }
  return told;
}

}  // namespace

ApiResponse import_metrics(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  const Json body = body_object(
      request,
      {"sha256", "name", "campaign", "creator", "platform", "currency", "objective", "zone"});
  const std::string name = required_text(body, "name");
  const MetricContext told = read_told(body);
  const auto hash = ContentHash::from_hex(required_text(body, "sha256"));
  const auto document = hash ? context.blobs.get(*hash, kMaxMetricBytes) : std::nullopt;
  if (!document) {
    throw BadRequest("sha256: was not uploaded; PUT its bytes to /api/v1/blobs first");
  }
  auto parsed = parse_metric_export(*document, told);
  if (!parsed) {
    throw PermanentError(fmt::format("{}: {}", printable(name), to_string(parsed.error())));
  }
  MetricImport import{*hash, document->size(), std::move(*parsed)};
  return answer(to_row(context.store.metrics().import(kApiMetricSource, name, std::move(import))),
                201);
}

ApiResponse metric_totals(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request,
              {"by",
               "campaign",
               "creator",
               "tier",
               "platform",
               "post",
               "metric",
               "objective",
               "from",
               "until"});
  const std::string by = query(request, "by");
  Json rows = Json::array();
  for (const MetricTotal& total : context.store.metrics().totals(read_metric_filter(request), by)) {
    rows.push_back(as_json(total));
  }
  return answer(Json{{"group_by", by}, {"rows", std::move(rows)}});
}

ApiResponse metric_values(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request,
              {"campaign",
               "creator",
               "tier",
               "platform",
               "post",
               "metric",
               "objective",
               "from",
               "until",
               "limit"});
  constexpr int kMostValues = 100'000;
  const int limit = static_cast<int>(query_number(request, "limit", 1, kMostValues).value_or(100));
  Json rows = Json::array();
  for (const MetricValueRow& row :
       context.store.metrics().values(read_metric_filter(request), limit)) {
    rows.push_back(as_json(row));
  }
  return answer(Json{{"values", std::move(rows)}});
}

ApiResponse journey(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request, {"by", "campaign", "creator", "tier"});
  std::string by = query(request, "by");
  by = by.empty() ? "creator.tier" : by;
  Json rows = Json::array();
  for (const JourneyRow& row : context.store.metrics().journey(read_metric_filter(request), by)) {
    rows.push_back(as_json(row));
  }
  return answer(Json{{"group_by", by}, {"rows", std::move(rows)}});
}

}  // namespace muster::route
