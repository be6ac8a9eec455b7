#!/usr/bin/env bash
# Installs what is missing, builds, runs all tests. On a fresh Debian 12, as root or with sudo.
#   scripts/test.sh            the default suite
#   scripts/test.sh --long     also the long fault and fuzz runs
#   scripts/test.sh --preset asan
set -euo pipefail
source "$(dirname "$0")/common.sh"

preset=release
long=0
while (($#)); do
  case "$1" in
    --long) long=1 ;;
    --preset) preset=${2:?--preset needs a name: dev, release, asan, tsan}; shift ;;
    *) sed -n '2,5p' "$0"; exit 2 ;;
  esac
  shift
done

install_packages build run test
fetch_models
build "$preset"
say "Running the tests ($preset)"
(cd "$root" && ctest --preset "$preset")
if ((long)); then
  say "Running the long tests ($preset)"
  (cd "$root/build/$preset" && ctest -L '^long$' --output-on-failure -j 2)
fi
