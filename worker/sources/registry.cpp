#include "core/error.h"
#include "worker/sources/source.h"
#include "worker/sources/submission_feed.h"
#include "worker/sources/submission_folder.h"
#include "worker/sources/survey_folder.h"

namespace muster {

std::unique_ptr<Source> make_source(const SourceConfig& config, const SourceContext& context) {
  switch (config.kind) {
    case SourceKind::submission_folder:
      return make_submission_folder(config, context);
    case SourceKind::submission_feed:
      return make_submission_feed(config, context);
    case SourceKind::survey_folder:
    case SourceKind::metric_folder:
      return make_survey_folder(config, context);
  }
  throw ConfigError(Problem{"", 0, 0, "source." + config.name + ".kind", "unknown kind"});
}

}  // namespace muster
