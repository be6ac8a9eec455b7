#include "core/error.h"
#include "core/json.h"
#include "core/version.h"
#include "storage/catalog.h"
#include "storage/review_queue.h"
#include "worker/jobs/jobs.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

// Everything that must travel with an asset: rights, who approved it and why it may be used.
std::string make_sidecar(const SubmissionDetail& detail) {
  const Manifest& manifest = detail.row.manifest;
  Json assets = Json::array();
  for (const AssetRow& asset : detail.assets) {
    Json entry{{"id", raw(asset.id)},
               {"position", asset.position},
               {"sha256", asset.blob.hex()},
               {"byte_size", asset.byte_size}};
    if (asset.facts) {
      entry["facts"] = *asset.facts;
    }
    assets.push_back(std::move(entry));
  }
  Json sidecar{{"muster", 1},
               {"submission", raw(detail.row.id)},
               {"revision", detail.row.revision_number},
               {"content", detail.row.content.hex()},
               {"campaign", manifest.campaign},
               {"creator",
                {{"handle", manifest.creator},
                 {"platform", manifest.platform},
                 {"tier", to_string(detail.row.tier)}}},
               {"placement", manifest.placement},
               {"markets", manifest.markets},
               {"caption", manifest.caption},
               {"tags", manifest.tags}};
  if (manifest.platform_label != PlatformLabel::not_told) {
    sidecar["platform_label"] = manifest.platform_label == PlatformLabel::on;
  }
  sidecar["rights"] = manifest.rights ? Json(*manifest.rights) : Json(nullptr);
  sidecar["assets"] = std::move(assets);
  sidecar["decisions"] = Json::array();
  for (const Decision& decision : detail.decisions) {
    sidecar["decisions"].push_back(decision);
  }
  sidecar["findings"] = detail.findings;
  if (detail.verdict) {
    sidecar["provenance"] = detail.verdict->provenance;
  }
  return dump_pretty(sidecar) + "\n";
}

}  // namespace

JobEnd run_file(const Claim& claim, JobContext& context, std::stop_token) {
  Catalog& catalog = context.store.catalog();
  const RevisionId revision{subject_of(claim, "revision")};
  const auto work = catalog.work(revision);
  if (!work) {
    return JobEnd::nothing_to_do;
  }
  const auto detail = context.store.reviews().detail(work->submission);
  if (!detail || detail->row.content != work->content) {
    return JobEnd::nothing_to_do;  // a newer revision came in between; the approval was for the
                                   // older one
  }
  catalog.finish(claim, revision, {make_sidecar(*detail)});
  return JobEnd::committed;
}

}  // namespace muster
