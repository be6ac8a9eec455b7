#include "worker/jobs/parse_metrics.h"

#include "core/error.h"
#include "core/text.h"
#include "extractors/metrics/metric_export.h"
#include "storage/metrics.h"

#include <fmt/format.h>

namespace muster {

JobEnd parse_metrics(const Claim& claim,
                     JobContext& context,
                     const ParseWork& work,
                     const SourceConfig& config,
                     std::stop_token stop) {
  Source* source = context.source(work.source);
  if (source == nullptr) {
    throw TransientError(
        fmt::format("read metrics: their source '{}' is not running", printable(work.source)));
  }
  MetricImport import;
  try {
    const auto writer = context.blobs.create();
    source->fetch({work.locator, work.external_id, 0}, *writer, stop);
    if (writer->size() > kMaxMetricBytes) {
      throw PermanentError(fmt::format("the export has {}; split it into parts of at most {}",
                                       format_bytes(writer->size()),
                                       format_bytes(kMaxMetricBytes)));
    }
    import.byte_size = writer->size();
    import.blob = writer->commit();
  } catch (const PermanentError& error) {
    context.store.surveys().finish_unreadable(claim, work.id, std::nullopt, {"", error.what()});
    return JobEnd::committed;
  }
  const auto document = context.blobs.get(import.blob, kMaxMetricBytes);
  if (!document) {
    throw TransientError(fmt::format("read metrics: blob {} is missing; run muster verify",
                                     import.blob.short_hex()));
  }
  MetricContext told;
  told.campaign = config.campaign;
  told.platform = config.platform;
  told.currency = config.currency;
  told.objective = parse_enum<Objective>(config.objective);
  told.zone = config.zone;
  auto parsed = parse_metric_export(*document, told);
  if (!parsed) {
    context.store.surveys().finish_unreadable(claim, work.id, import.blob, parsed.error());
    return JobEnd::committed;
  }
  import.parsed = std::move(*parsed);
  context.store.metrics().finish_parse(claim, work.id, std::move(import));
  return JobEnd::committed;
}

}  // namespace muster
