#include "extractors/decode/helper/decode.h"
#include "extractors/decode/helper/still.h"

// muster-decode: decodes untrusted photos for muster, one locked-up child process per file.
int main() {
  using namespace muster;
  return run_helper({warm_up_stills, still_libraries, is_plain_still, decode_still});
}
