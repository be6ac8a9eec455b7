#include "core/text.h"
#include "review/clean_copy.h"
#include "review/routes.h"
#include "review/rows.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster::route {
namespace {

AssetHit require_asset(ApiContext& context, const std::string& parameter) {
  const std::int64_t id = path_id(parameter);
  auto asset = context.store.catalog().get(AssetId{id});
  if (!asset) {
    throw NotFound(fmt::format("there is no asset {}", id));
  }
  return std::move(*asset);
}

// Ours, from ids and the type by magic bytes: nothing that a creator wrote becomes a file name.
std::string export_name(const AssetHit& asset) {
  const MediaType type = asset.facts ? asset.facts->type : MediaType::unknown;
  return fmt::format("asset-{}-{}{}", raw(asset.id), asset.blob.short_hex(), file_extension(type));
}

// Why this asset may not leave now; empty when it may.
std::string rights_objection(const AssetHit& asset, const RightsQuestion& purpose, Timestamp now) {
  switch (rights_state(asset.manifest.rights, now)) {
    case RightsState::none:
      return "no rights are on record for it";
    case RightsState::upcoming:
      return asset.manifest.rights->starts_at
                 ? fmt::format("its rights only begin at {}",
                               to_iso8601(*asset.manifest.rights->starts_at))
                 : fmt::format("its rights begin with its {}, which nobody has recorded",
                               to_string(asset.manifest.rights->starts_on));
    case RightsState::expired:
      return fmt::format("its rights ended at {}", to_iso8601(*asset.manifest.rights->ends_at));
    case RightsState::active:
    case RightsState::expiring:
      break;
  }
  return rights_gap(asset.manifest.rights, purpose);
}

std::string to_upper_ascii(std::string text) {
  for (char& c : text) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return text;
}

// The bytes that leave: without what the file says of its maker, unless the original is wanted.
std::unique_ptr<BlobReader> open_export(ApiContext& context, const AssetHit& asset, bool original) {
  std::unique_ptr<BlobReader> content;
  if (original) {
    content = context.blobs.open(asset.blob);
  } else if (auto file = context.blobs.map(asset.blob)) {
    try {
      content = open_clean_copy(*std::move(file));
    } catch (const PermanentError& error) {
      throw ConflictError(
          fmt::format("asset {} can't be exported without what it says of its maker ({}); ask for "
                      "the original",
                      raw(asset.id),
                      error.what()));
    }
  }
  if (content == nullptr) {
    throw Error(
        fmt::format("export asset {}: its bytes are missing; run muster verify", raw(asset.id)));
  }
  return content;
}

RightsQuestion purpose_of(const ApiRequest& request) {
  return {to_lower_ascii(query(request, "channel")),
          to_upper_ascii(query(request, "territory")),
          query_enum<RightsUse>(request, "use")};
}

}  // namespace

ApiResponse search_assets(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request,
              {"q",
               "campaign",
               "creator",
               "tag",
               "placement",
               "brand",
               "rights",
               "usable",
               "channel",
               "territory",
               "use",
               "kind",
               "all",
               "after",
               "limit"});
  AssetQuery asset_query;
  asset_query.text = query(request, "q");
  asset_query.campaign = query(request, "campaign");
  asset_query.creator = normalize_handle(query(request, "creator"));
  asset_query.tag = query(request, "tag");
  asset_query.placement = query(request, "placement");
  asset_query.brand = query(request, "brand");
  asset_query.rights = query_enum<RightsState>(request, "rights");
  asset_query.usable = query_flag(request, "usable");
  asset_query.purpose = purpose_of(request);
  asset_query.kind = query_enum<MediaKind>(request, "kind");
  asset_query.filed_only = !query_flag(request, "all");
  if (const auto after = query_number(request, "after", 1, INT64_MAX)) {
    asset_query.after = AssetId{*after};
  }
  asset_query.limit = static_cast<int>(query_number(request, "limit", 1, 500).value_or(50));
  const auto hits = context.store.catalog().search(asset_query);
  Json list = Json::array();
  for (const AssetHit& hit : hits) {
    list.push_back(to_row(hit, context.clock.now()));
  }
  return answer(Json{{"assets", std::move(list)}});
}

ApiResponse get_asset(ApiContext& context, const ApiRequest&, const PathParameters& parameters) {
  return answer(to_row(require_asset(context, parameters[0]), context.clock.now()));
}

ApiResponse asset_sidecar(ApiContext& context,
                          const ApiRequest&,
                          const PathParameters& parameters) {
  const AssetHit asset = require_asset(context, parameters[0]);
  const auto sidecar = context.store.catalog().sidecar(asset.id);
  if (!sidecar) {
    throw NotFound(fmt::format("asset {} is not filed", raw(asset.id)));
  }
  ApiResponse response;
  response.body = *sidecar;
  return response;
}

ApiResponse export_asset(ApiContext& context,
                         const ApiRequest& request,
                         const PathParameters& parameters) {
  allow_query(request, {"channel", "territory", "use", "original"});
  const Json body = body_object(request, {"actor", "override_reason"});
  const AssetHit asset = require_asset(context, parameters[0]);
  if (!asset.filed_at) {
    throw ConflictError(
        fmt::format("asset {} is not filed; only approved assets can be exported", raw(asset.id)));
  }
  if (const std::string objection =
          rights_objection(asset, purpose_of(request), context.clock.now());
      !objection.empty()) {
    const std::string reason(trim(optional_text(body, "override_reason")));
    if (reason.empty()) {
      throw ConflictError(
          fmt::format("asset {} can't be exported: {}; an override needs a reason and is logged",
                      raw(asset.id),
                      objection));
    }
    context.store.catalog().log_override(asset.id, required_text(body, "actor"), reason);
  }
  ApiResponse response;
  response.content = open_export(context, asset, query_flag(request, "original"));
  response.content_type = iana_media_type(asset.facts ? asset.facts->type : MediaType::unknown);
  response.download_name = export_name(asset);
  return response;
}

}  // namespace muster::route
