#include "core/version.h"

namespace muster {

BuildFacts build_facts() {
  return {MUSTER_VERSION, MUSTER_COMMIT, MUSTER_BUILD_TYPE, MUSTER_COMPILER};
}

}  // namespace muster
