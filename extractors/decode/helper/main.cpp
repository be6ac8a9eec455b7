#include "extractors/decode/helper/decode.h"
#include "extractors/decode/helper/still.h"

#include <malloc.h>

// muster-decode: decodes untrusted photos for muster, one locked-up child process per file.
int main() {
  using namespace muster;
  // Pictures come from the heap, which grows in huge pages (GLIBC_TUNABLES of the client); maps of
  // their own would take a fault for each small page.
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  return run_helper(
      {warm_up_stills, still_libraries, is_plain_still, decode_still, make_still_sheet});
}
