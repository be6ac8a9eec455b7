#!/usr/bin/env bash
# Fails when a layer includes a header of a layer above it. Run as the test "layers".
# An arrow may only point down: each layer below may include itself and the layers named after it.
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

declare -A may_include=(
  [core]="core"
  [config]="config core"
  [storage]="storage core"
  [extractors]="extractors config core"
  [review]="review extractors storage config core"
  [worker]="worker review extractors storage config core"
)

failed=0
for layer in "${!may_include[@]}"; do
  allowed=" ${may_include[$layer]} "
  while IFS=: read -r file line text; do
    target=${text#'#include "'}
    target=${target%%/*}
    # Only our own layers count; generated headers are named by the layer that owns them.
    [[ -n "${may_include[$target]:-}" ]] || continue
    if [[ "$allowed" != *" $target "* ]]; then
      echo "$file:$line: $layer may not include $target" >&2
      failed=1
    fi
  done < <(grep -rnE '^#include "[a-z]+/' --include='*.h' --include='*.cpp' "$layer" || true)

  # Third-party headers stay in .cpp files; the exceptions are listed in ARCHITECTURE.md.
  while IFS=: read -r file line text; do
    case "$text" in
      *"<nlohmann/json_fwd.hpp>"* | *"<tl/expected.hpp>"* | *"<opencv2/core/"*) continue ;;
    esac
    # The helper is a program of its own behind a process border; nothing else includes its headers.
    [[ "$file" == extractors/decode/helper/* ]] && continue
    # Included by core/json_*.cpp alone.
    [[ "$file" == core/json_fields.h ]] && continue
    echo "$file:$line: third-party header in a header: $text" >&2
    failed=1
  done < <(grep -rnE '^#include <[a-zA-Z0-9_]+/' --include='*.h' "$layer" | grep -vE '<sys/|<linux/|<netinet/|<arpa/' || true)
done
exit $failed
