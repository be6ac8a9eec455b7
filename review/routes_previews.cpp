#include "review/routes.h"
#include "review/rows.h"
#include "storage/previews.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster::route {
namespace {

AssetHit find_asset(ApiContext& context, const std::string& parameter) {
  const std::int64_t id = path_id(parameter);
  auto asset = context.store.catalog().get(AssetId{id});
  if (!asset) {
    throw NotFound(fmt::format("there is no asset {}", id));
  }
  return std::move(*asset);
}

SubmissionDetail find_submission(ApiContext& context, const std::string& parameter) {
  const std::int64_t id = path_id(parameter);
  auto detail = context.store.reviews().detail(SubmissionId{id});
  if (!detail) {
    throw NotFound(fmt::format("there is no submission {}", id));
  }
  return std::move(*detail);
}

// `owner`: "assets/3" or "submissions/7".
Json preview_row(const Preview& preview, const std::string& owner) {
  Json row{{"kind", to_string(preview.kind)}, {"state", preview.blob ? "made" : "missing"}};
  if (!preview.blob) {
    row["why"] = preview.why;
    return row;
  }
  row["href"] = fmt::format("/api/v1/{}/previews/{}", owner, to_string(preview.kind));
  row["media_type"] = iana_media_type(preview.type);
  row["byte_size"] = preview.byte_size;
  row["width"] = preview.width;
  row["height"] = preview.height;
  if (preview.duration_ms > 0) {
    row["duration_ms"] = preview.duration_ms;
  }
  return row;
}

Json preview_rows(ApiContext& context, const ContentHash& subject, const std::string& owner) {
  Json rows = Json::array();
  for (const Preview& preview : context.store.previews().of(subject)) {
    rows.push_back(preview_row(preview, owner));
  }
  return rows;
}

ApiResponse send_preview(ApiContext& context,
                         const ContentHash& subject,
                         const std::string& owner,
                         const std::string& kind_name) {
  const auto kind = parse_enum<PreviewKind>(kind_name);
  if (!kind) {
    throw NotFound("previews are thumbnail, contact_sheet and clip");
  }
  for (const Preview& preview : context.store.previews().of(subject)) {
    if (preview.kind != *kind) {
      continue;
    }
    if (!preview.blob) {
      throw NotFound(fmt::format("{} has no {}: {}", owner, to_string(*kind), preview.why));
    }
    ApiResponse response;
    response.content = context.blobs.open(*preview.blob);
    if (response.content == nullptr) {
      throw Error(fmt::format(
          "show the {} of {}: its bytes are missing; run muster verify", to_string(*kind), owner));
    }
    response.content_type = iana_media_type(preview.type);
    response.ours = true;
    std::string name = owner;
    std::replace(name.begin(), name.end(), '/', '-');
    response.download_name =
        fmt::format("{}-{}{}", name, to_string(*kind), file_extension(preview.type));
    return response;
  }
  throw NotFound(fmt::format(
      "{} has no {}: it was not checked yet, or has none of that kind", owner, to_string(*kind)));
}

}  // namespace

ApiResponse asset_previews(ApiContext& context,
                           const ApiRequest& request,
                           const PathParameters& parameters) {
  allow_query(request, {});
  const AssetHit asset = find_asset(context, parameters[0]);
  return answer(Json{
      {"previews", preview_rows(context, asset.blob, fmt::format("assets/{}", raw(asset.id)))}});
}

ApiResponse asset_preview(ApiContext& context,
                          const ApiRequest& request,
                          const PathParameters& parameters) {
  allow_query(request, {});
  const AssetHit asset = find_asset(context, parameters[0]);
  return send_preview(context, asset.blob, fmt::format("assets/{}", raw(asset.id)), parameters[1]);
}

ApiResponse submission_previews(ApiContext& context,
                                const ApiRequest& request,
                                const PathParameters& parameters) {
  allow_query(request, {});
  const SubmissionDetail detail = find_submission(context, parameters[0]);
  Json assets = Json::array();
  for (const AssetRow& asset : detail.assets) {
    assets.push_back(Json{
        {"id", raw(asset.id)},
        {"position", asset.position},
        {"previews", preview_rows(context, asset.blob, fmt::format("assets/{}", raw(asset.id)))}});
  }
  return answer(
      Json{{"previews",
            preview_rows(
                context, detail.row.content, fmt::format("submissions/{}", raw(detail.row.id)))},
           {"assets", std::move(assets)}});
}

ApiResponse submission_preview(ApiContext& context,
                               const ApiRequest& request,
                               const PathParameters& parameters) {
  allow_query(request, {});
  const SubmissionDetail detail = find_submission(context, parameters[0]);
  return send_preview(context,
                      detail.row.content,
                      fmt::format("submissions/{}", raw(detail.row.id)),
                      parameters[1]);
}

}  // namespace muster::route
