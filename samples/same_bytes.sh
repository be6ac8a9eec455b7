#!/bin/sh
# Draws the samples twice: both runs must agree in every byte.
# usage: same_bytes.sh PROGRAM SCRATCH_FOLDER
set -eu
program=$1
scratch=$2
rm -rf "$scratch"
mkdir -p "$scratch"
for run in one two; do
  "$program" "$scratch/$run" --quick
  (cd "$scratch/$run" && find . -type f | LC_ALL=C sort | xargs -d '\n' sha256sum) > "$scratch/$run.sums"
done
files=$(wc -l < "$scratch/one.sums")
if [ "$files" -lt 100 ]; then
  echo "only $files files were written" >&2
  exit 1
fi
diff "$scratch/one.sums" "$scratch/two.sums"
rm -rf "$scratch"
